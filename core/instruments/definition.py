"""What an instrument's definition file may say. Whether what it says holds together is checked in
``core.instruments.checks`` before anybody is scored by it.

A definition holds our own short labels, never official wording. An answer is the number of the chosen option as the
file lists it (``answers_are`` says which number that is); the option's score stands beside it, so that a reversed item
lists its scores and nothing is reversed by position.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from core.instruments import checks

ItemId = Annotated[str, BeforeValidator(str)]


class Formula(StrEnum):
    """How keyed scores become a number: ``sum`` (a missing item counts as the mean of the others, where the missing
    rule allows one) or ``mean`` of the answered items."""

    SUM = "sum"
    MEAN = "mean"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Option(_Part):
    """One answer that can be given, our label for it, what it counts, and its LOINC answer code."""

    answer: float
    score: float
    label: str = ""
    loinc: str | None = None


class Range(_Part):
    """A continuous answer (a visual analogue scale) or one on a long numeric scale; the answer is the score."""

    low: float
    high: float
    step: float | None = None
    low_label: str = ""
    high_label: str = ""


class Condition(_Part):
    """An item is only asked where ``item`` was answered with a score of at least ``at_least``."""

    item: ItemId
    at_least: float = 1


class Item(_Part):
    """One question by our own short label. ``never_imputed``: without its answer there is no total.

    ``flag`` names the code that a score of at least ``flag_from`` raises, a fact of its own beside any total.
    """

    id: ItemId
    label: str
    options: str | None = None
    loinc: str | None = None
    asked_if: Condition | None = None
    never_imputed: bool = False
    flag: str | None = None
    flag_from: float = 1


class Score(_Part):
    """A total or sub-scale: the items it is made of, formula, factor, and how many of them may be missing; or
    (``parts``) the sub-scales it is made of: their sum, or their mean weighted by their number of items, and none
    where one of them is open."""

    items: tuple[ItemId, ...] = ()
    parts: tuple[str, ...] = ()
    formula: Formula = Formula.SUM
    factor: float = Field(default=1, gt=0)
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
    source: str | None = None

    def reached(self, score: float) -> bool:
        """Whether a score lies on the cut-off's side."""
        if self.side == "at_least":
            return score >= self.value
        return score <= self.value if self.side == "at_most" else score < self.value


class Fact(_Part):
    """A figure with where it is from; ``verified`` is false while it is recalled and was not read in a source."""

    value: float
    source: str
    verified: bool = False


class Definition(_Part):
    """One instrument. ``unverified`` names what is recalled and not read in a source; the screen says so.
    ``retired`` are earlier versions with the reason why they are not scored any more, ``loinc_lists`` the LOINC answer
    list that an option set is."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: ItemId = "1"
    retired: dict[ItemId, str] = {}
    name: str
    measures: str
    informant: str = Field(pattern="^(patient|therapist|relative)$")
    window: str
    answers_are: str
    missing_rule: str
    better: int = Field(ge=-1, le=1)
    options: dict[str, tuple[Option, ...] | Range]
    items: tuple[Item, ...]
    total: Score | None
    subscales: dict[str, Score] = {}
    triage: bool = False
    bands: tuple[Band, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    reliable_change: Fact | None = None
    item_flag_below: Fact | None = None
    loinc_panel: str | None = None
    loinc_total: str | None = None
    loinc_beside: tuple[str, ...] = ()
    loinc_lists: dict[str, str] = {}
    may_ship_wording: bool = False
    licence: str
    sources: tuple[str, ...]
    unverified: tuple[str, ...] = ()

    def options_of(self, item: Item) -> tuple[Option, ...] | Range:
        """The answers that ``item`` can take; its own set, or the definition's only one."""
        return self.options[item.options or next(iter(self.options))]

    def loinc_list_of(self, item: Item) -> str | None:
        """The LOINC answer list of the answers that ``item`` can take, where it is known."""
        return self.loinc_lists.get(item.options or next(iter(self.options)))

    def item(self, item_id: str) -> Item:
        """The item of this id (which must exist)."""
        return next(item for item in self.items if item.id == item_id)

    def scores(self) -> dict[str, Score]:
        """Every sub-scale by its name, and the total as ``total``."""
        return {**self.subscales, **({"total": self.total} if self.total else {})}

    def items_of(self, part: Score) -> tuple[str, ...]:
        """The items that a score is made of, through its parts."""
        return part.items or tuple(i for name in part.parts for i in self.items_of(self.subscales[name]))

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for fault in checks.faults(self):
            raise ValueError(fault)
        return self
