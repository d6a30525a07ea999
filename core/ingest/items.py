"""What every way in hands over, whatever it came as: people, values, answered instruments, words, and what could not be
read. Each item says where in the file or batch it stood, so that a refusal can name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Person:
    """Who a reference at the source is; empty where the source does not say."""

    ref: str
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    sex: str | None = None
    zone: str | None = None


class Value(NamedTuple):
    """One value of a measure of the catalogue; ``at`` in seconds since 1970-01-01 UTC."""

    person: str
    at: int
    measure: str
    value: float
    place: str


class ValueBatch(NamedTuple):
    """Values that came together, as equally long columns of what each ``Value`` says."""

    person: Sequence[str]
    at: Sequence[int]
    measure: Sequence[str]
    value: Sequence[float]
    place: Sequence[str]


class Corrected(NamedTuple):
    """A value that its source put right after it had been sent: it takes the place of the earlier one."""

    person: str
    at: int
    measure: str
    value: float
    place: str


@dataclass(frozen=True, slots=True)
class Answers:
    """One answered instrument: item id → answer. ``stated`` is the total that the source itself names; ``ref`` is its
    number at the source; ``corrects``: its source put it right after it had been sent."""

    person: str
    at: datetime
    instrument: str
    answers: Mapping[str, float]
    stated: float | None
    ref: str
    place: str
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """A total without its answers, to be held against those that came with them."""

    person: str
    at: datetime
    instrument: str
    total: float
    ref: str
    place: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the person wrote to the team."""

    person: str
    at: datetime
    text: str
    ref: str
    place: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that could not be read, and why, in a sentence that never repeats what stood there."""

    place: str
    reason: str


Item = Person | Value | ValueBatch | Corrected | Answers | Stated | Words | Refused
