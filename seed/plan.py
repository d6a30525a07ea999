"""What is simulated (how many people, until when) and where its chance comes from.

Every draw has its own generator, named by (seed, person, stream), and days are drawn in order. So the first days of a
person are the same however many follow, and a later run can carry a simulated service on: it computes the same past
again and adds what came after.
"""

import hashlib
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.clock import EPOCH, day_number

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]

ZONE = "Europe/Madrid"
_DAY = 86_400
MADE = 3  # the people of ``seed.cases``
RESERVED = 1_000_000_000  # numbers of people that stand for the service itself (its staff)


@dataclass(frozen=True)
class Plan:
    """A simulated service: its size, the moment it was seeded and the moment it is shown at (``now`` ≥ ``seeded_at``).

    ``days`` is how long ago the first person was enrolled at the moment of seeding. ``made_cases`` are the first
    people of the list, written for demonstration (``seed.cases``).
    """

    seed: int
    patients: int
    days: int
    seeded_at: datetime
    now: datetime
    therapists: int = 6
    teams: int = 2
    made_cases: bool = True

    @cached_property
    def first_today(self) -> int:
        """Day number of the day of seeding, on the service's calendar."""
        return day_number(self.seeded_at, ZONE)

    @cached_property
    def today(self) -> int:
        """Day number of ``now``, on the service's calendar."""
        return day_number(self.now, ZONE)

    @cached_property
    def second(self) -> int:
        """``now`` in seconds since 1970-01-01 UTC."""
        return int(self.now.timestamp())

    def therapist_of(self, person: int) -> int:
        """Number of the person's therapist; the made cases are all with the first."""
        return 0 if self.made_cases and person < MADE else person % self.therapists

    def programme_of(self, person: int) -> int:
        """A team treats one programme: even teams day care, odd ones psycho-oncology."""
        return self.therapist_of(person) % self.teams % 2

    def at(self, now: datetime) -> "Plan":
        """The same service shown at another moment."""
        return Plan(
            self.seed, self.patients, self.days, self.seeded_at, now, self.therapists, self.teams, self.made_cases
        )

    def generator(self, person: int, stream: str) -> np.random.Generator:
        """The source of chance of one stream of one person."""
        return np.random.default_rng([self.seed, person, zlib.crc32(stream.encode())])

    def normals(self, people: Sequence[int], stream: str, days: int, width: int) -> Real:
        """Standard normal draws (people × days × width)."""
        out = np.empty((len(people), days, width))
        for row, person in enumerate(people):
            self.generator(person, stream).standard_normal(out=out[row])
        return out

    def uniforms(self, people: Sequence[int], stream: str, days: int, width: int) -> Real:
        """Uniform draws on [0, 1) (people × days × width)."""
        out = np.empty((len(people), days, width))
        for row, person in enumerate(people):
            self.generator(person, stream).random(out=out[row])
        return out

    def made_id(self, kind: str, *numbers: int) -> uuid.UUID:
        """The identifier of a simulated row, the same at every run of the same seed."""
        name = f"{self.seed}|{kind}|" + "|".join(map(str, numbers))
        return uuid.UUID(bytes=hashlib.blake2b(name.encode(), digest_size=16).digest(), version=4)


def utc_seconds(day: Whole, hour: Real) -> Whole:
    """Seconds since 1970-01-01 UTC of an hour (0–36) of local days (the offset is that of the day's noon)."""
    if day.size == 0:
        return day
    first, last = int(day.min()), int(day.max())
    shift = np.asarray([_noon_offset(d) for d in range(first, last + 1)], np.int64)[day - first]
    return np.asarray(day * _DAY + np.round(hour * 3600).astype(np.int64) - shift, np.int64)


@lru_cache(maxsize=4096)
def _noon_offset(day: int) -> int:
    noon = datetime.combine(EPOCH + timedelta(days=day), time(12), ZoneInfo(ZONE))
    shift = noon.utcoffset()
    return 0 if shift is None else int(shift.total_seconds())


def local(day: int, hour: float) -> datetime:
    """The moment (UTC) of an hour of a local day."""
    whole = round(hour * 3600)
    return datetime.fromtimestamp(day * _DAY + whole - _noon_offset(day), UTC)


def date_of(day: int) -> date:
    """The calendar date of a day number."""
    return EPOCH + timedelta(days=int(day))
