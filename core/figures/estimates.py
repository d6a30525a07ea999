"""From released sums to the numbers on screen: values with their intervals, and control limits around a trend.

Counts of people enter to the nearest five, so that no exact count can be worked back from a share.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.analysis.small_cells import rounded
from core.figures.catalogue import Kind
from core.figures.release import CLASSES

Z = 1.96  # 95 %
XMR = 2.66  # of the mean moving range (Wheeler 1993; d2 = 1.128: 3 / 1.128)
SIGMAS = 3.0
RUN = 8  # points on one side of the centre that are a change (Western Electric rule 4)
FEWEST_POINTS = 6  # (d) fewer have no limits
NEWEST = 8  # (d) of twenty points or more, the newest are judged by limits of those before


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over one or several stretches: ``n`` counted of, ``k`` counted (or sum of values), ``q`` of squares."""

    n: float
    k: float
    q: float
    classes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval (``None`` where there is none to give) and the count it stands on, rounded."""

    value: float
    low: float | None
    high: float | None
    n: int


def together(parts: Sequence[Sums]) -> Sums:
    """The sum of several stretches."""
    classes = tuple(sum(column) for column in zip(*(one.classes for one in parts if one.classes), strict=True))
    return Sums(sum(one.n for one in parts), sum(one.k for one in parts), sum(one.q for one in parts), classes)


def estimate(kind: Kind, sums: Sums) -> Estimate | None:
    """The value of a figure of that kind; ``None`` where it stands on nothing.

    Shares: of counts to the nearest five, Wilson's interval for people; means: normal interval; NPS: variance of a
    difference of two shares of the same answers; medians: within their class, evenly spread.
    """
    if sums.n <= 0:
        return None
    made = {
        Kind.PEOPLE: _share_of_people, Kind.SHARE: _share, Kind.MEAN: _mean, Kind.NPS: _nps, Kind.RATE: _rate,
        Kind.MEDIAN: _median,
    }[kind]  # fmt: skip
    return made(sums)


def _share_of_people(sums: Sums) -> Estimate | None:
    n, k = rounded(sums.n), rounded(sums.k)
    if not n:
        return None
    low, high = wilson(min(k, n) / n, n)
    return Estimate(min(k, n) / n, low, high, n)


def _share(sums: Sums) -> Estimate | None:
    n, k = rounded(sums.n), rounded(sums.k)
    return Estimate(min(k, n) / n, None, None, n) if n else None


def _mean(sums: Sums) -> Estimate:
    mean = sums.k / sums.n
    spread = math.sqrt(max(sums.q / sums.n - mean * mean, 0.0) / sums.n)
    return Estimate(mean, mean - Z * spread, mean + Z * spread, rounded(sums.n))


def _nps(sums: Sums) -> Estimate:
    score = sums.k / sums.n
    spread = math.sqrt(max(sums.q / sums.n - score * score, 0.0) / sums.n)
    return Estimate(100 * score, 100 * (score - Z * spread), 100 * (score + Z * spread), rounded(sums.n))


def _rate(sums: Sums) -> Estimate:
    return Estimate(sums.k / sums.n, None, None, rounded(sums.n))


def _median(sums: Sums) -> Estimate | None:
    total, passed = sum(sums.classes), 0
    for place, count in enumerate(sums.classes):
        if count and passed + count >= total / 2:
            low = CLASSES[place - 1] if place else 0.0
            high = CLASSES[place] if place < len(CLASSES) else low
            return Estimate(low + (high - low) * (total / 2 - passed) / count, None, None, rounded(total))
        passed += count
    return None


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``n`` (Wilson 1927)."""
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """The usual range of a trend: its centre and, for each point, the lower and upper limit. ``beyond`` are points
    outside; ``run`` is how many of the newest lie on one side of the centre, where that is eight or more (signed)."""

    centre: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    beyond: tuple[int, ...]
    run: int


def limits(kind: Kind, values: Sequence[float], counts: Sequence[float]) -> Limits | None:
    """Control limits around ``values`` (oldest first): a p-chart for shares of people (centre ± 3 √(p(1−p)/n)), else an
    XmR chart (centre ± 2.66 · mean moving range). ``None`` for fewer than six points.

    Of twenty points or more the newest eight are judged by those before them.
    """
    if len(values) < FEWEST_POINTS:
        return None
    known = values[:-NEWEST] if len(values) >= 20 else values
    if kind is Kind.PEOPLE:
        sizes = counts[: len(known)]
        centre = sum(v * n for v, n in zip(known, sizes, strict=True)) / max(sum(sizes), 1.0)
        widths = [SIGMAS * math.sqrt(centre * (1 - centre) / max(n, 1.0)) for n in counts]
    else:
        centre = statistics.fmean(known)
        moving = statistics.fmean(abs(b - a) for a, b in pairwise(known))
        widths = [XMR * moving] * len(values)
    lower, upper = tuple(centre - w for w in widths), tuple(centre + w for w in widths)
    if kind in (Kind.PEOPLE, Kind.SHARE):
        lower, upper = tuple(max(one, 0.0) for one in lower), tuple(min(one, 1.0) for one in upper)
    if kind in (Kind.RATE, Kind.MEDIAN):
        lower = tuple(max(one, 0.0) for one in lower)
    outside = tuple(n for n, v in enumerate(values) if not lower[n] - 1e-9 <= v <= upper[n] + 1e-9)
    return Limits(centre, lower, upper, outside, _run(values, centre))


def _run(values: Sequence[float], centre: float) -> int:
    side = math.copysign(1, values[-1] - centre) if values[-1] != centre else 0
    length = 0
    for value in reversed(values):
        if (value - centre) * side <= 0:
            break
        length += 1
    return int(side) * length if length >= RUN else 0
