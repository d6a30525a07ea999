"""The daily rules replayed over many people and days at once. Each function says for every person (row) and day
(column) whether the rule would have found something at the end of that day; column ``t`` looks at columns up to ``t``
only. They are the rules of ``core.rules`` as arrays: a test holds the two together day by day. Missing days are NaN."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ingest.columns import Real
from core.rules.catalogue import RULES
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from core.rules.watch import ENOUGH_MEALS, LOOK_BACK, RECENT_DAYS

Found = NDArray[np.bool_]
Settings = Mapping[str, Any]
BEFORE = REVIEW_DAYS + WINDOW_DAYS  # columns that are read before the first that is judged
_ALIKE = 1e-12  # a variance below it is none: sums leave a rest


def rolled(values: Real, first: int, last: int) -> Real:
    """For each column ``t`` the sum of the columns ``t - first`` to ``t - last`` (both included; outside counts 0)."""
    width = values.shape[1]
    sums = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
    columns = np.arange(width)
    upper, lower = np.clip(columns - last + 1, 0, width), np.clip(columns - first, 0, width)
    return np.asarray(sums[:, upper] - sums[:, lower], np.float64)


def earlier(values: NDArray[Any], days: int, blank: float | bool) -> NDArray[Any]:
    """The columns moved right by ``days``: what was so many days ago."""
    moved = np.full_like(values, blank)
    moved[:, days:] = values[:, : values.shape[1] - days]
    return moved


def unlike_usual(mean: Real, settings: Settings) -> Found:
    """``ewma_change`` on negative affect (day means): the two weeks up to the day before against the eight before."""
    rule = RULES["ewma_change"]
    wanted = int(rule.threshold("days", settings))
    known = np.isfinite(mean)
    n = rolled(known.astype(float), BEFORE, REVIEW_DAYS + 1)
    total = rolled(np.where(known, mean, 0.0), BEFORE, REVIEW_DAYS + 1)
    squares = rolled(np.where(known, mean * mean, 0.0), BEFORE, REVIEW_DAYS + 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = total / n
        variance = (squares - total * centre) / (n - 1)
    judged = (n >= max(rule.threshold("baseline_days", settings), 2)) & (variance > _ALIKE)
    run, count = _row_of_breaches(mean, np.where(judged, centre, np.nan), np.sqrt(np.where(judged, variance, np.nan)),
                                  rule.threshold("weight", settings), rule.threshold("width", settings))  # fmt: skip
    return np.asarray(judged & earlier(known, 1, False) & (count >= wanted) & (run >= wanted), np.bool_)


def _row_of_breaches(
    mean: Real, centre: Real, spread: Real, weight: float, width: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many consecutive days up to yesterday lay outside, and how many days were smoothed."""
    smoothed = centre.copy()
    run, count = np.zeros(mean.shape, np.int64), np.zeros(mean.shape, np.int64)
    follows = np.zeros(mean.shape, np.bool_)
    for ago in range(REVIEW_DAYS, 0, -1):
        value = earlier(mean, ago, np.nan)
        there = np.isfinite(value)
        count += there
        smoothed = np.where(there, weight * value + (1 - weight) * smoothed, smoothed)
        limit = width * spread * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2.0 * count)))
        with np.errstate(invalid="ignore"):
            out = smoothed - centre > limit
        run = np.where(there, np.where(out, np.where(follows, run, 0) + 1, 0), run)
        follows = there
    return run, count


def short_nights(hours: Real, efficiency: Real, settings: Settings) -> Found:
    """``sleep_short`` from hours of sleep and efficiency (%) of each night."""
    rule = RULES["sleep_short"]
    nights = int(rule.threshold("of_nights", settings))
    found = np.zeros(hours.shape, np.bool_)
    for values, limit, needed in ((hours, "hours", "short_nights"), (efficiency, "efficiency", "efficiency_nights")):
        with np.errstate(invalid="ignore"):
            low = (values < rule.threshold(limit, settings)).astype(float)
        count = rolled(low, nights - 1, 0)
        found |= (count >= rule.threshold(needed, settings)) & (count > 0)
    return found


def meals_missed(skipped: Real, compensated: Real, meals: Real, settings: Settings) -> Found:
    """``meals_missed`` from the number of meals skipped, of meals with compensation, and of meals asked about it."""
    rule = RULES["meals_missed"]
    enough, days = rule.threshold("meals", settings), int(rule.threshold("days", settings))
    row = rolled((np.nan_to_num(skipped) >= enough).astype(float), days - 1, 0) >= days
    counted, total = np.nan_to_num(meals), np.nan_to_num(compensated)
    before, newest = rolled(counted, BEFORE, REVIEW_DAYS + 1), rolled(counted, RECENT_DAYS, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        usual = rolled(total, BEFORE, REVIEW_DAYS + 1) / before
        share = rolled(total, RECENT_DAYS, 0) / newest
        rise = (usual > 0) & (share >= usual * (1 + rule.threshold("compensation_rise", settings)) - 1e-9)
    return np.asarray(row | (rise & (before >= ENOUGH_MEALS) & (newest >= ENOUGH_MEALS)), np.bool_)


def silence(entered: Found, asked: Found, safety: Found, settings: Settings) -> Found:
    """``no_entries`` to the day: whole days since the last day with an entry, while entries were asked for; the hours
    of the rule are rounded up to days."""
    rule = RULES["no_entries"]
    columns = np.arange(entered.shape[1])
    last = np.maximum.accumulate(np.where(entered, columns, -1), axis=1)
    there = last >= 0
    at = np.maximum(last, 0)
    sent = np.cumsum(asked, axis=1)
    since: NDArray[np.int64] = sent - np.take_along_axis(sent, at, axis=1)
    hours = np.where(
        np.take_along_axis(safety, at, axis=1),
        rule.threshold("after_safety_hours", settings), rule.threshold("task_hours", settings),
    )  # fmt: skip
    gone = columns - last
    return np.asarray(there & (since > 0) & (gone >= np.ceil(hours / 24.0)) & (gone <= LOOK_BACK.days), np.bool_)


def safety(highest: Real, settings: Settings) -> Found:
    """``safety_answer`` from the highest answer of the day to any safety item."""
    with np.errstate(invalid="ignore"):
        return np.asarray(highest >= RULES["safety_answer"].threshold("at_least", settings), np.bool_)
