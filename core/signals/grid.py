"""Days laid out densely: patient × day × series, from the frames of a partition; and the days before each look, newest
first. NaN is a day without a value."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.ingest.columns import Real, Whole
from core.signals.features import LONGEST_LOOK_BACK, SERIES, Made, Series

_HOURS = 24.0
HIGHEST = tuple(place for place, one in enumerate(SERIES) if {"highest_14", "days_above_28"} & set(one.statistics))
Flags = NDArray[np.bool_]
Cells = tuple[Whole, Whole]  # patient and day of each row, as places in a block


@dataclass(frozen=True, slots=True)
class ByPatient:
    """A frame in order of patient, so that a patient's rows are a slice."""

    frame: pl.DataFrame
    keys: Whole

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Self:
        """Sorts it where it is not sorted yet."""
        keys = frame["patient_key"].to_numpy()
        if np.all(keys[1:] >= keys[:-1]):
            return cls(frame, keys)
        ordered = frame.sort("patient_key")
        return cls(ordered, ordered["patient_key"].to_numpy())

    def between(self, low: int, high: int) -> pl.DataFrame:
        """The rows of the patients from … to …, both included."""
        first, end = np.searchsorted(self.keys, low, "left"), np.searchsorted(self.keys, high, "right")
        return self.frame.slice(int(first), int(end - first))


@dataclass(frozen=True, slots=True)
class Block:
    """Some patients (``keys``, ascending) and so many ``days`` from the day ``first`` on."""

    keys: Whole
    first: int
    days: int

    def rows(self, known: ByPatient, *which: pl.Expr) -> tuple[pl.DataFrame, Cells]:
        """The rows that lie inside and are as wanted, and where each lies."""
        inside = pl.col("day").is_between(self.first, self.first + self.days - 1)
        near = known.between(int(self.keys[0]), int(self.keys[-1])).filter(inside, *which)
        key = near["patient_key"].to_numpy()
        patient = np.searchsorted(self.keys, key)
        ours = self.keys[patient] == key
        if not ours.all():
            near, patient = near.filter(ours), patient[ours]
        return near, (patient, near["day"].to_numpy() - self.first)

    def empty(self, *last: int) -> Real:
        """Patients × days × …, without a value."""
        return np.full((self.keys.size, self.days, *last), np.nan)


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks at the patients of a block: the place of each one's patient and of its own day."""

    patient: Whole
    today: Whole

    def back(self, grid: NDArray[Any], days: int = LONGEST_LOOK_BACK) -> NDArray[Any]:
        """Looks × days × …: the days before each look, the day before it first."""
        return np.asarray(grid[self.patient[:, None], self.today[:, None] - np.arange(1, days + 1)])


def divide(total: Real, by: Real, where: Flags) -> Real:
    """The quotient where it is wanted, NaN elsewhere."""
    found = np.full(total.shape, np.nan)
    np.divide(total, by, out=found, where=where)
    return found


def over_days(values: Real) -> Real:
    """The sum over the second axis, day after day: numpy's own takes another order for one look than for many, and the
    last digit with it."""
    total = np.zeros((values.shape[0], *values.shape[2:]))
    for day in range(values.shape[1]):
        total += values[:, day]
    return total


def day_series(block: Block, days: ByPatient) -> tuple[Real, Real]:
    """Patients × days × series: the value of each day; and the highest single value of those in ``HIGHEST``."""
    rows, (patient, day) = block.rows(days, pl.col("total").is_finite(), pl.col("n") > 0)
    numbers = sorted({number for series in SERIES for number in series.measures})
    place_of = np.full(max(numbers) + 1, -1)
    place_of[numbers] = np.arange(len(numbers))
    measure = rows["measure_id"].to_numpy()
    place = np.where(measure <= numbers[-1], place_of[np.clip(measure, 0, numbers[-1])], -1)
    kept = place >= 0
    where = (place[kept], patient[kept], day[kept])
    laid = np.zeros((3, len(numbers), block.keys.size, block.days))
    for layer, name in zip(laid, ("n", "total", "high"), strict=True):
        layer[where] = rows[name].to_numpy()[kept]
    of_measure = {number: laid[:, place] for place, number in enumerate(numbers)}
    values = block.empty(len(SERIES))
    for column, series in enumerate(SERIES):
        values[:, :, column] = _value(series, [of_measure[number] for number in series.measures])
    highs = block.empty(len(HIGHEST))
    for column, number in enumerate(HIGHEST):
        highs[:, :, column] = _highest([of_measure[measure] for measure in SERIES[number].measures])
    return values, highs


def _value(series: Series, parts: list[Real]) -> Real:
    """Patients × days, from n, total and highest of each measure."""
    if series.made is Made.MEAN:
        n = sum((part[0] for part in parts[1:]), parts[0][0])
        total = sum((part[1] for part in parts[1:]), parts[0][1])
        return divide(total, n, n > 0) * series.scale
    means = [divide(part[1], part[0], part[0] > 0) for part in parts]
    if series.made is Made.MIDDLE:
        return np.asarray((means[0] + means[1]) / 2)
    if series.made is Made.REGULARITY:
        return _regularity(means[0], means[1])
    beyond = [mean < series.limit if series.made is Made.BELOW else mean > series.limit for mean in means]
    there = np.any([np.isfinite(mean) for mean in means], axis=0)
    return np.where(there, np.any(beyond, axis=0), np.nan)


def _regularity(asleep: Real, awake: Real) -> Real:
    """−100 + 200 × the share of 24 hours in which this night and the one before agree in being asleep or awake: the
    Sleep Regularity Index of one pair of days, for epochs as short as one likes (Phillips 2017)."""
    length = awake - asleep
    asleep = np.where((length > 0) & (length < _HOURS), asleep, np.nan)
    start, end = np.maximum(asleep[:, 1:], asleep[:, :-1]), np.minimum(awake[:, 1:], awake[:, :-1])
    differs = length[:, 1:] + length[:, :-1] - 2 * np.maximum(end - start, 0)
    found = np.full(asleep.shape, np.nan)
    found[:, 1:] = -100 + 200 * (1 - np.minimum(differs, _HOURS) / _HOURS)
    return found


def _highest(parts: list[Real]) -> Real:
    highs = [np.where((part[0] > 0) & np.isfinite(part[2]), part[2], np.nan) for part in parts]
    return np.asarray(np.fmax.reduce(highs))
