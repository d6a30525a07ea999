"""A person's own usual: what the daily values of a stream were before the time under review. Everything on the case
review that is called "unlike usual" is measured against this, and never against other people."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Values = NDArray[np.float64]

REVIEW_DAYS = 14  # (d) the two weeks under review are not part of the usual they are compared with
WINDOW_DAYS = 56  # (d) eight weeks before them
ENOUGH_DAYS = 14  # clinical reference: at least 14 stable baseline days
FEW_DAYS = 10  # (d) a short study has no eight weeks: all of its days, if there are at least ten
LOW, HIGH = 10.0, 90.0  # percentiles of the band


class Basis(StrEnum):
    """Which days the usual is taken from."""

    EIGHT_WEEKS = "eight_weeks"
    ALL_DAYS = "all_days"


@dataclass(frozen=True, slots=True)
class Usual:
    """Median and 10th to 90th percentile of ``days`` daily values, in the unit of the values."""

    median: float
    low: float
    high: float
    days: int
    basis: Basis

    def unlike(self, value: float) -> int:
        """+1 above the band, -1 below it, 0 within."""
        return int(value > self.high) - int(value < self.low)


def usual_of(day: Days, value: Values, *, last: int) -> Usual | None:
    """The usual of a stream as seen from day ``last``: the eight weeks before the last two; where those hold fewer
    than 14 days with a value, all days up to ``last`` if at least 10; ``None`` below that: too little for a usual.
    """
    earlier = (day > last - REVIEW_DAYS - WINDOW_DAYS) & (day <= last - REVIEW_DAYS)
    if int(earlier.sum()) >= ENOUGH_DAYS:
        return _from(value[earlier], Basis.EIGHT_WEEKS)
    every = day <= last
    return _from(value[every], Basis.ALL_DAYS) if int(every.sum()) >= FEW_DAYS else None


def _from(value: Values, basis: Basis) -> Usual:
    low, median, high = percentiles(value, (LOW, 50.0, HIGH))
    return Usual(median, low, high, len(value), basis)


def percentiles(value: Values, shares: Iterable[float]) -> tuple[float, ...]:
    """The ``shares`` (per cent) of the values, between two of them in a straight line (Hyndman & Fan 1996, type 7), as
    ``numpy.percentile`` gives them, which takes ten times as long for as few values as a person has."""
    rising = np.sort(value).tolist()
    found = []
    for share in shares:
        place = (len(rising) - 1) * share / 100
        below = int(place)
        after = rising[min(below + 1, len(rising) - 1)]
        found.append(float(rising[below] + (after - rising[below]) * (place - below)))
    return tuple(found)
