"""One simulated person as the relational parts see them: identifiers, hidden course, clock."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from seed.latent import DAY_CARE, NEVER, Course
from seed.plan import Plan, Real, Truth, date_of, local


@dataclass(frozen=True)
class Staffing:
    """Identifiers of the staff: user and staff ids by number of the therapist."""

    users: tuple[uuid.UUID, ...]
    staff: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Person:
    """A row of a ``Course`` with names for its parts. Days count from enrolment."""

    plan: Plan
    index: int
    course: Course
    row: int
    user_id: uuid.UUID  # of the therapist
    staff_id: uuid.UUID

    @property
    def id(self) -> uuid.UUID:
        """The patient's identifier."""
        return self.plan.made_id("patient", self.index)

    @property
    def account_id(self) -> uuid.UUID:
        """The patient's account."""
        return self.plan.made_id("account", self.index)

    @property
    def is_made(self) -> bool:
        """Whether this is one of the cases written for demonstration."""
        return self.plan.made_cases and self.index < 3

    @property
    def day_care(self) -> bool:
        """Whether in the eating-disorder day care (else psycho-oncology)."""
        return int(self.course.traits.programme[self.row]) == DAY_CARE

    @property
    def enrolled(self) -> int:
        """Day number of enrolment."""
        return int(self.course.traits.enrolled[self.row])

    @property
    def known(self) -> int:
        """How many days have begun."""
        return int(self.course.known[self.row])

    @property
    def left(self) -> int | None:
        """Day of leaving, if that day has come."""
        left = int(self.course.left[self.row])
        return left if left < self.known else None

    @property
    def ends(self) -> int:
        """The first day without this person: of leaving, or never."""
        return int(self.course.left[self.row])

    @property
    def state(self) -> Real:
        """Severity by day."""
        return np.asarray(self.course.state[self.row])

    @property
    def episode(self) -> Real:
        """Destabilisation by day, 0–1."""
        return np.asarray(self.course.episode[self.row])

    def trait(self, name: str) -> float:
        """One number of ``latent.Traits``."""
        return float(getattr(self.course.traits, name)[self.row])

    def draws(self, stream: str) -> np.random.Generator:
        """The source of chance of one of the person's streams."""
        return self.plan.generator(self.index, stream)

    def at(self, day: int, hour: float) -> datetime:
        """The moment of an hour of the person's day."""
        return local(self.enrolled + day, hour)

    def made_id(self, kind: str, *numbers: int) -> uuid.UUID:
        """Identifier of one of the person's rows."""
        return self.plan.made_id(kind, self.index, *numbers)

    def recent(self, day: int, days: int = 7) -> float:
        """Mean severity of the days up to ``day``."""
        return float(self.state[max(0, day - days + 1) : day + 1].mean())

    def days_of(self, event: Truth) -> Iterator[int]:
        """Days of a kind of event before now and before leaving."""
        last = min(self.known, self.ends)
        yield from np.flatnonzero(event[self.row, :last]).tolist()

    def weekday(self, day: int) -> int:
        """0 Monday … 6 Sunday."""
        return date_of(self.enrolled + day).weekday()

    @property
    def in_treatment(self) -> bool:
        """Still enrolled now."""
        return self.ends >= self.known or self.ends == NEVER
