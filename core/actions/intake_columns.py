"""The values of an intake as columns: what is known of their measures, and those that can be, with their people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from sys import float_info

import numpy as np
from numpy.typing import NDArray

from core.actions.intake_people import Known
from core.ingest.columns import Real, Whole, day_numbers
from core.measures import catalogue
from core.rules.evaluate import SPOKEN_OF

_FAR = 2**62  # seconds: further off than any time there is


@dataclass(frozen=True, slots=True)
class Placed:
    """Values that can be, as equally long columns: whose, when, of which measure, and where each stood."""

    people: Sequence[Known]
    at: Whole
    measure: Whole
    value: Real
    places: Sequence[str]

    def __len__(self) -> int:
        return len(self.places)

    def take(self, rows: list[int]) -> "Placed":
        """Some of them, in that order."""
        people, places = self.people, self.places
        return Placed(
            [people[row] for row in rows], self.at[rows], self.measure[rows], self.value[rows],
            [places[row] for row in rows],
        )  # fmt: skip

    @classmethod
    def joined(cls, parts: Sequence["Placed"]) -> "Placed":
        """One after another."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            people=list(chain.from_iterable(part.people for part in parts)),
            at=np.concatenate([part.at for part in parts]),
            measure=np.concatenate([part.measure for part in parts]),
            value=np.concatenate([part.value for part in parts]),
            places=list(chain.from_iterable(part.places for part in parts)),
        )

    def rows(self) -> Iterator[tuple[Known, int, int, float, str]]:
        """One by one."""
        return zip(self.people, self.at.tolist(), self.measure.tolist(), self.value.tolist(), self.places, strict=True)


@dataclass(frozen=True, slots=True)
class Scales:
    """What is known of measures, by their numbers, and the number of each code. 0 is no measure, and no value fits it.
    Where a scale has no end, it is that of the finite numbers."""

    number: Mapping[str, int]
    low: Real
    high: Real
    spoken_of: NDArray[np.bool_]


@cache
def scales() -> Scales:
    """The scales of the catalogue."""
    number = {code: measure.id for code, measure in catalogue().items()}
    size = max(number.values()) + 1
    low, high, spoken_of = np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, np.bool_)
    for measure in catalogue().values():
        low[measure.id] = -float_info.max if measure.low is None else measure.low
        high[measure.id] = float_info.max if measure.high is None else measure.high
        spoken_of[measure.id] = measure.id in SPOKEN_OF
    return Scales(number, low, high, spoken_of)


def moments(given: Sequence[int]) -> Whole:
    """Seconds as a column."""
    try:
        return np.asarray(given, np.int64)
    except OverflowError:  # no time at all, which is refused as any other that lies too far off
        return np.asarray([max(-_FAR, min(at, _FAR)) for at in given], np.int64)


def days(at: Whole, zones: Sequence[str]) -> Whole:
    """Each value's day on its person's calendar."""
    if len(set(zones)) == 1:
        return day_numbers(at, zones[0])
    numbers, of_row = np.zeros(at.size, np.int64), np.asarray(zones, np.str_)
    for zone in np.unique(of_row):
        rows = of_row == zone
        numbers[rows] = day_numbers(at[rows], str(zone))
    return numbers
