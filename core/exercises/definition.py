"""What the file of an exercise may say. Our own short texts in three languages; whatever a person has to do is offered,
never required. A reading is an exercise that is read: so it can be assigned with a reason like any other."""

import re
import string
from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import InvalidInput
from core.language import LANGUAGES, _, say_number
from core.stepped.library import plans

Topic = Literal["calm", "eating", "mood", "sleep", "thoughts", "illness", "relationships", "treatment"]
Kind = Literal["steps", "timer", "form", "reading"]
Unit = Literal["minutes", "seconds", "hours", "times", "points"]
CODE = r"^[a-z][a-z0-9-]{1,59}$"
TEXT_MOST = 1500  # (d) characters of one answer in words
NO_LONGER = 180  # (d) minutes a timer may run


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(_Part):
    """A whole number that is chosen when the exercise is assigned: from ``low`` to ``high`` in steps of ``step``."""

    code: str = Field(pattern=r"^[a-z][a-z_]{0,39}$")
    unit: Unit
    low: int = Field(ge=0)
    high: int
    default: int
    step: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.high <= self.low:
            raise ValueError(f"{self.code}: the range {self.low} to {self.high} is empty")
        if not self.allows(self.default):
            raise ValueError(f"{self.code}: its default {self.default} cannot be chosen")
        return self

    def allows(self, value: int) -> bool:
        """Whether the value can be chosen."""
        return self.low <= value <= self.high and (value - self.low) % self.step == 0


class Phase(_Part):
    """One part of a cycle that a timer repeats (breathing in); ``seconds``: a number, or a parameter's code."""

    code: str
    seconds: int | str


class Timer(_Part):
    """A timer of so many minutes (a number, or a parameter's code), with the phases it goes through, if any."""

    minutes: int | str
    phases: tuple[Phase, ...] = ()


class Blank(_Part):
    """One field of a form: words, a whole number from ``low`` to ``high``, or one of ``options`` (codes)."""

    code: str = Field(pattern=r"^[a-z][a-z_]{0,39}$")
    kind: Literal["words", "scale", "choice"]
    low: int = 0
    high: int = 10
    options: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if self.kind == "choice" and len(set(self.options)) < 2:
            raise ValueError(f"{self.code}: a choice needs two different options at least")
        if self.kind != "choice" and self.options:
            raise ValueError(f"{self.code}: only a choice has options")
        if self.high <= self.low:
            raise ValueError(f"{self.code}: the scale {self.low} to {self.high} is empty")
        return self


class Words(_Part):
    """Everything that is shown, in one language. ``{minutes}`` in it stands for the parameter of that code."""

    title: str = Field(min_length=1, max_length=60)
    about: str = Field(min_length=1, max_length=240)
    steps: tuple[str, ...] = ()
    phases: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)

    def everything(self) -> Iterator[str]:
        """Every text that may name a parameter."""
        yield from (self.about, *self.steps, *self.phases.values(), *self.fields.values())

    def shape(self) -> tuple[object, ...]:
        """What has to be the same in every language."""
        parts = (self.phases, self.fields, self.options, self.parameters)
        return (len(self.steps), *(frozenset(part) for part in parts))


class Exercise(_Part):
    """One exercise or reading. ``care`` names for each programme the steps of care that it is offered on; ``minutes``
    how long it takes about; ``source`` where the idea comes from."""

    code: str = Field(pattern=CODE)
    version: int = Field(ge=1)
    topic: Topic
    kind: Kind
    care: dict[str, tuple[int, ...]] = Field(min_length=1)
    minutes: int = Field(ge=1, le=NO_LONGER)
    source: str = Field(min_length=3)
    parameters: tuple[Parameter, ...] = ()
    timer: Timer | None = None
    form: tuple[Blank, ...] = ()
    words: dict[str, Words]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for fault in (*self._faults_of_kind(), *self._faults_of_care(), *self._faults_of_words()):
            raise ValueError(fault)
        return self

    def _faults_of_kind(self) -> Iterator[str]:
        if (self.kind == "timer") != (self.timer is not None):
            yield "a timer belongs to the kind timer, and to no other"
        if (self.kind == "form") != bool(self.form):
            yield "fields belong to the kind form, and to no other"
        if self.kind in ("steps", "reading") and not all(words.steps for words in self.words.values()):
            yield f"{self.kind} without any step"
        numbers = [one.code for one in self.parameters]
        yield from (f"the parameter {code} stands twice" for code in numbers if numbers.count(code) > 1)
        codes = [blank.code for blank in self.form]
        yield from (f"the field {code} stands twice" for code in codes if codes.count(code) > 1)
        asked = [self.timer.minutes, *(phase.seconds for phase in self.timer.phases)] if self.timer else []
        yield from (
            f"the timer needs the parameter {one}" for one in asked if isinstance(one, str) and one not in numbers
        )
        yield from ("a part of the timer lasts no time" for one in asked if isinstance(one, int) and one < 1)

    def _faults_of_care(self) -> Iterator[str]:
        for programme, steps in self.care.items():
            plan = plans().get(programme)
            if plan is None:
                yield f"there is no programme {programme}"
            else:
                yield from (f"{programme} has no step {step}" for step in steps if plan.step(step) is None)

    def _faults_of_words(self) -> Iterator[str]:
        yield from (f"there are no words in {one}" for one in LANGUAGES if one not in self.words)
        yield from (f"the language {one} is not spoken here" for one in self.words if one not in LANGUAGES)
        wanted = (
            {phase.code for phase in self.timer.phases} if self.timer else set(), {one.code for one in self.form},
            {option for one in self.form for option in one.options}, {one.code for one in self.parameters},
        )  # fmt: skip
        lengths = {len(words.steps) for words in self.words.values()}
        if len(lengths) > 1:
            yield "the languages do not have the same number of steps"
        for language, words in self.words.items():
            names = ("phases", "fields", "options", "parameters")
            for name, own, there in zip(names, wanted, words.shape()[1:], strict=True):
                if own != there:
                    yield f"{language}: the {name} with words are not those of the exercise"
            unknown = {name for text in words.everything() for name in _named(text)} - wanted[3]
            yield from (f"{language}: a text names {name!r}, which is no parameter" for name in sorted(unknown))

    def said(self, language: str) -> Words:
        """Its words in a language, in English where it is not spoken."""
        return self.words.get(language, self.words["en"])

    def on(self, programme: str) -> bool:
        """Whether the programme offers it."""
        return programme in self.care

    def chosen(self, given: Mapping[str, object]) -> dict[str, int]:
        """Every parameter with the value given, or its default. Raises ``InvalidInput`` naming the parameter for one
        that the exercise does not have and for a value that cannot be chosen."""
        known = {one.code: one for one in self.parameters}
        for code in given:
            if code not in known:
                raise InvalidInput(_("{exercise} has nothing to set that is called {name}.").format(
                    exercise=self.title, name=str(code)[:40]
                ))  # fmt: skip
        return {code: self._value(one, given.get(code)) for code, one in known.items()}

    @property
    def title(self) -> str:
        """Its English name, for sentences that name it beside its code."""
        return self.words["en"].title

    def _value(self, one: Parameter, given: object) -> int:
        if given is None:
            return one.default
        if isinstance(given, bool) or not isinstance(given, int) or not one.allows(given):
            words = _("{name} can be {low} to {high}.")
            raise InvalidInput(
                words.format(name=one.code, low=say_number(one.low, 0), high=say_number(one.high, 0))
            )  # fmt: skip
        return given

    def answered(self, given: Mapping[str, object]) -> dict[str, str | int]:
        """The answers of its form that say something. Raises ``InvalidInput`` naming the field for one that the form
        does not have, a number outside the scale, an unknown option, and words that are too long."""
        blanks = {blank.code: blank for blank in self.form}
        kept: dict[str, str | int] = {}
        for code, value in given.items():
            if code not in blanks:
                raise InvalidInput(_("This form has no field {name}.").format(name=str(code)[:40]))
            if value not in (None, ""):
                kept[code] = _fitting(blanks[code], value)
        return {code: value for code, value in kept.items() if value != ""}


def _fitting(blank: Blank, value: object) -> str | int:
    if blank.kind == "scale":
        if isinstance(value, int) and not isinstance(value, bool) and blank.low <= value <= blank.high:
            return value
        raise InvalidInput(
            _("{name} can be {low} to {high}.").format(name=blank.code, low=blank.low, high=blank.high)
        )  # fmt: skip
    text = str(value).replace("\x00", "").strip()
    if blank.kind == "choice" and text not in blank.options:
        raise InvalidInput(_("{name} has no option {option}.").format(name=blank.code, option=text[:40]))
    if len(text) > TEXT_MOST:
        raise InvalidInput(_("At most {most} characters fit here.").format(most=say_number(TEXT_MOST, 0)))
    return text


def _named(text: str) -> Iterator[str]:
    """The names in braces; a brace that is none is a fault."""
    if re.search(r"\{(?![a-z_]+\})|(?<![a-z_])\}", text):
        raise ValueError(f"a brace in {text[:30]!r} names no parameter")
    yield from (name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name)
