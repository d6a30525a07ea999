"""Statistics of day values over the windows before each look, for many looks at once. Arrays are looks × days × series,
newest day first; NaN is a day without a value, and a result of too few days."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.ingest.columns import Real, Whole
from core.signals.features import (
    FEWEST_BASELINE_DAYS,
    FEWEST_JUMPS,
    FEWEST_WORKDAYS,
    FORTNIGHT,
    LONGEST_LOOK_BACK,
    MONTH,
    SERIES,
    STATISTICS,
    WEEK,
    FactorDomain,
)
from core.signals.grid import HIGHEST, Flags, divide, over_days

STREAMS = (FactorDomain.MOOD, FactorDomain.MEALS, FactorDomain.SLEEP, FactorDomain.ACTIVITY)
_BORDERS = (0, WEEK, FORTNIGHT, MONTH, LONGEST_LOOK_BACK)
_ACUTE = 0.9  # quantile of the own changes that an acute one reaches (Jahng 2008)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of the days before each look: ``values`` over the ``lowest`` of each series (so that what never
    varies is exactly 0), ``there``: whether a day has one; ``highs``; ``weekday`` of each day (0: Monday)."""

    values: Real
    there: Flags
    lowest: Real
    highs: Real
    weekday: Whole

    @classmethod
    def of(cls, values: Real, highs: Real, today: Whole) -> "Seen":
        """``today`` is the day number of each look."""
        there = np.isfinite(values)
        lowest = np.fmin.reduce(values, axis=1)
        filled = np.where(there, values - lowest[:, None, :], 0.0)
        ages = np.arange(1, values.shape[1] + 1)
        return cls(filled, there, lowest, highs, (today[:, None] - ages + 3) % 7)  # day 0 was a Thursday

    def only(self, statistic: str) -> "Seen":
        """The series of which this statistic is wanted."""
        own = places(statistic)
        return Seen(self.values[:, :, own], self.there[:, :, own], self.lowest[:, own], self.highs, self.weekday)


def places(statistic: str) -> list[int]:
    """The places of the series of which a statistic is wanted."""
    return [place for place, series in enumerate(SERIES) if statistic in series.statistics]


def of_days(seen: Seen) -> dict[str, Real]:
    """Every statistic of day values, by feature."""
    found: dict[str, Real] = {}
    sums = _Sums.of(seen)
    for statistic in STATISTICS:
        if statistic in _OF_SUMS:
            columns = _OF_SUMS[statistic](sums)[:, places(statistic)]
        elif statistic in _OF_DAYS:
            columns = _OF_DAYS[statistic](seen.only(statistic))
        else:
            continue
        codes = (f"{SERIES[place].code}.{statistic}" for place in places(statistic))
        found |= dict(zip(codes, columns.T, strict=True))
    return found | _highest(seen.highs) | _coverage(seen.there)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sum and number of the values of each window: by its last and first border."""

    total: Real
    count: Real
    lowest: Real

    @classmethod
    def of(cls, seen: Seen) -> "_Sums":
        pieces = list(pairwise(_BORDERS))
        total = np.stack([over_days(seen.values[:, low:high]) for low, high in pieces])
        count = np.stack([seen.there[:, low:high].sum(axis=1, dtype=np.float64) for low, high in pieces])
        return cls(total, count, seen.lowest)

    def mean(self, low: int, high: int, fewest: int) -> Real:
        """Looks × series: the mean over the ``lowest`` of the days after ``low`` up to ``high``."""
        own = slice(_BORDERS.index(low), _BORDERS.index(high))
        return _mean(self.total[own].sum(axis=0), self.count[own].sum(axis=0), fewest)

    def change(self, window: int, fewest: int) -> Real:
        """Against the own baseline: all days before the window."""
        return self.mean(0, window, fewest) - self.mean(window, LONGEST_LOOK_BACK, FEWEST_BASELINE_DAYS)


def _mean(total: Real, count: Real, fewest: int) -> Real:
    return divide(total, count, count >= fewest)


def _fewest(statistic: str) -> int:
    return STATISTICS[statistic].fewest


_OF_SUMS: dict[str, Callable[[_Sums], Real]] = {
    "mean_7": lambda sums: sums.lowest + sums.mean(0, WEEK, _fewest("mean_7")),
    "change_7": lambda sums: sums.change(WEEK, _fewest("change_7")),
    "change_14": lambda sums: sums.change(FORTNIGHT, _fewest("change_14")),
    "change_28": lambda sums: sums.change(MONTH, _fewest("change_28")),
    "share_14": lambda sums: sums.lowest + sums.mean(0, FORTNIGHT, _fewest("share_14")),
    "sri_28": lambda sums: sums.lowest + sums.mean(0, MONTH, _fewest("sri_28")),
}


def _deviation(seen: Seen, low: int, high: int) -> Real:
    values, there = seen.values[:, low:high], seen.there[:, low:high]
    count = there.sum(axis=1, dtype=np.float64)
    mean = _mean(over_days(values), count, 1)
    squares = over_days(np.where(there, values - mean[:, None, :], 0.0) ** 2)
    return np.sqrt(divide(squares, count - 1, count >= _fewest("sd_14")))


def _spread(seen: Seen) -> Real:
    return _deviation(seen, 0, FORTNIGHT)


def _spread_change(seen: Seen) -> Real:
    return _spread(seen) - _deviation(seen, FORTNIGHT, LONGEST_LOOK_BACK)


def _trend(seen: Seen) -> Real:
    """The median of the slopes between all pairs of days (Theil–Sen; Sen 1968)."""
    values = np.where(seen.there, seen.values, np.nan)[:, :FORTNIGHT]
    later, earlier = np.triu_indices(FORTNIGHT, 1)
    slopes = (values[:, later] - values[:, earlier]) / (earlier - later)[:, None]
    middle = quantile(np.moveaxis(slopes, 1, 2), 0.5)
    days = seen.there[:, :FORTNIGHT].sum(axis=1)
    return np.where(days >= _fewest("trend_14"), middle, np.nan)


def quantile(values: Real, share: float) -> Real:
    """The quantile along the last axis of what is there, linear between neighbours; NaN where nothing is."""
    ordered = np.sort(values, axis=-1)  # what is missing is sorted to the end
    last = np.isfinite(values).sum(axis=-1) - 1
    at = np.maximum(last, 0) * share
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(last, 0))
    low, high = (np.take_along_axis(ordered, one[..., None], axis=-1)[..., 0] for one in (below, above))
    return np.where(last >= 0, low + (high - low) * (at - below), np.nan)


def _acute(seen: Seen) -> Real:
    """The share of the last changes from day to day that reach the own 90th percentile."""
    jumps = np.abs(np.diff(np.where(seen.there, seen.values, np.nan), axis=1))
    jumps = np.moveaxis(jumps, 1, 2)
    recent = jumps[:, :, :FORTNIGHT]
    pairs, all_pairs = np.isfinite(recent).sum(axis=2, dtype=np.float64), np.isfinite(jumps).sum(axis=2)
    acute = ((recent >= quantile(jumps, _ACUTE)[:, :, None]) & (recent > 0)).sum(axis=2, dtype=np.float64)
    enough = (pairs >= _fewest("pac_14")) & (all_pairs >= FEWEST_JUMPS)
    return divide(acute, pairs, enough)


def _jet_lag(seen: Seen) -> Real:
    """How far the middle of sleep lies apart on free days and on others (social jet lag, Wittmann 2006)."""
    values, there = seen.values[:, :MONTH], seen.there[:, :MONTH]
    free = (seen.weekday[:, :MONTH] >= 5)[:, :, None]

    def middle(chosen: Flags, fewest: int) -> Real:
        own = there & chosen
        return _mean(over_days(np.where(own, values, 0.0)), own.sum(axis=1, dtype=np.float64), fewest)

    return np.abs(middle(free, _fewest("jet_lag_28")) - middle(~free, FEWEST_WORKDAYS))


_OF_DAYS: dict[str, Callable[[Seen], Real]] = {
    "sd_14": _spread,
    "sd_change_14": _spread_change,
    "pac_14": _acute,
    "trend_14": _trend,
    "jet_lag_28": _jet_lag,
}


def _highest(highs: Real) -> dict[str, Real]:
    """The highest single answer, and how many days had one above 0."""
    found = {}
    there = np.isfinite(highs)
    peak = np.fmax.reduce(highs[:, :FORTNIGHT], axis=1)
    days = there[:, :MONTH].sum(axis=1, dtype=np.float64)
    above = _mean((highs[:, :MONTH] > 0).sum(axis=1, dtype=np.float64), days, _fewest("days_above_28"))
    for column, place in enumerate(HIGHEST):
        for name, values in (("highest_14", peak), ("days_above_28", above)):
            if name in SERIES[place].statistics:
                found[f"{SERIES[place].code}.{name}"] = values[:, column]
    return found


def _coverage(there: Flags) -> dict[str, Real]:
    """How much there is at all: days with any value, days since the last one, and the share of days of each stream."""
    anything: Flags = np.any(there, axis=2)
    silent = np.where(np.any(anything, axis=1), anything.argmax(axis=1), np.nan)
    found: dict[str, Real] = {
        "days_14": anything[:, :FORTNIGHT].sum(axis=1, dtype=np.float64), "silent_days": silent,
    }  # fmt: skip
    for stream in STREAMS:
        own = [place for place, series in enumerate(SERIES) if series.domain is stream]
        found[f"covered.{stream}"] = np.any(there[:, :MONTH, own], axis=2).sum(axis=1) / MONTH
    return found
