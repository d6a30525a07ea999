"""What an instrument's definition file may say, and the checks that refuse a faulty one before anybody is scored by it.

A definition holds our own short labels, never official wording. An answer is the number that the form prints beside
an option; the option's score stands beside it in the file (a reversed item lists its scores, nothing is reversed by
position).
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ItemId = Annotated[str, BeforeValidator(str)]


class Formula(StrEnum):
    """How keyed scores become a number: ``sum`` (a missing item counts as the mean of the others, where the missing
    rule allows one) or ``mean`` of the answered items."""

    SUM = "sum"
    MEAN = "mean"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Part):
    """One answer that can be given, our label for it, and what it counts."""

    answer: float
    score: float
    label: str = ""


class Range(_Part):
    """A continuous answer (a visual analogue scale) or one on a long numeric scale; the answer is the score."""

    low: float
    high: float
    step: float | None = None
    low_label: str = ""
    high_label: str = ""


class Item(_Part):
    """One question by our own short label. ``never_imputed``: without its answer there is no total.

    ``flag`` names the code that a score of at least ``flag_from`` raises, a fact of its own beside any total.
    """

    id: ItemId
    label: str
    options: str | None = None
    loinc: str | None = None
    never_imputed: bool = False
    flag: str | None = None
    flag_from: float = 1


class Score(_Part):
    """A total or sub-scale: the items it is made of, formula, factor, and how many of them may be missing."""

    items: tuple[ItemId, ...]
    formula: Formula = Formula.SUM
    factor: float = 1
    missing: int = 0
    neutral: float | None = None
    label: str = ""


class Band(_Part):
    """A published range of the total, from ``start`` on; a description of the score, never of a person's risk."""

    start: float
    code: str


class CutOff(_Part):
    """A published threshold on the total, or on a sub-scale."""

    value: float
    side: str = Field(pattern="^(at_least|at_most|below)$")
    meaning: str
    subscale: str | None = None


class Fact(_Part):
    """A figure with where it is from; ``verified`` is false while it is recalled and was not read in a source."""

    value: float
    source: str
    verified: bool = False


class Definition(_Part):
    """One instrument. ``unverified`` names what is recalled and not read in a source; the screen says so."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: ItemId = "1"
    name: str
    measures: str
    informant: str = Field(pattern="^(patient|therapist|relative)$")
    window: str
    better: int = Field(ge=-1, le=1)
    options: dict[str, tuple[Option, ...] | Range]
    items: tuple[Item, ...]
    total: Score | None
    subscales: dict[str, Score] = {}
    bands: tuple[Band, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    reliable_change: Fact | None = None
    item_flag_below: Fact | None = None
    loinc_panel: str | None = None
    loinc_total: str | None = None
    official_wording: bool = False
    may_ship_wording: bool = False
    licence: str
    sources: tuple[str, ...]
    unverified: tuple[str, ...] = ()

    def options_of(self, item: Item) -> tuple[Option, ...] | Range:
        """The answers that ``item`` can take; its own set, or the definition's only one."""
        return self.options[item.options or next(iter(self.options))]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for fault in (*self._item_faults(), *self._option_faults(), *self._score_faults(), *self._order_faults()):
            raise ValueError(fault)
        return self

    def _item_faults(self) -> list[str]:
        ids = [item.id for item in self.items]
        faults = [f"item {i} is defined twice" for i in sorted(set(ids)) if ids.count(i) > 1]
        for item in self.items:
            if item.options is None and len(self.options) > 1:
                faults.append(f"item {item.id} does not say which of the option sets it uses")
            elif item.options is not None and item.options not in self.options:
                faults.append(f"item {item.id} uses the option set {item.options!r}, which is not defined")
        return faults

    def _option_faults(self) -> list[str]:
        faults = []
        for name, options in self.options.items():
            if isinstance(options, Range):
                faults += [f"option set {name!r}: low is not below high"] if options.low >= options.high else []
                continue
            answers = [option.answer for option in options]
            faults += [f"option set {name!r}: answer {a} is given twice" for a in answers if answers.count(a) > 1]
            faults += [f"option set {name!r} is empty"] if not options else []
        return faults

    def _score_faults(self) -> list[str]:
        known = {item.id for item in self.items}
        parts = {**self.subscales, **({"total": self.total} if self.total else {})}
        faults, used = [], set()
        for name, part in parts.items():
            used |= set(part.items)
            faults += [f"{name}: item {i} is not defined" for i in part.items if i not in known]
            faults += [f"{name}: item {i} is counted twice" for i in set(part.items) if part.items.count(i) > 1]
            if not 0 <= part.missing < max(len(part.items), 1):
                faults.append(f"{name}: it would stand with every item missing")
        return faults + [f"item {i} counts nowhere" for i in sorted(known - used)]

    def _order_faults(self) -> list[str]:
        starts = [band.start for band in self.bands]
        faults = ["the bands are not in rising order"] if starts != sorted(set(starts)) else []
        unknown = [
            cut.subscale for cut in self.cut_offs if cut.subscale is not None and cut.subscale not in self.subscales
        ]
        return faults + [f"a cut-off is on the sub-scale {name!r}, which is not defined" for name in unknown]
