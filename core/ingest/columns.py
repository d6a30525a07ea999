"""Values and prompts as columns, and their daily roll-up: what every way in (a check-in, a file, a device, the
simulated cohort) hands to ``core.ingest.bulk``. Pure numpy, so that a million rows take a moment."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.clock import EPOCH
from core.measures import PROMPTS_ANSWERED

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
NEVER = -1
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class ValueColumns:
    """Observations: equally long columns. ``at`` in seconds since 1970-01-01 UTC; ``day`` on the patient's calendar."""

    patient_key: Whole
    at: Whole
    measure_id: Whole
    source_id: Whole
    value: Real
    day: Whole

    @classmethod
    def of(
        cls,
        *,
        patient_key: ArrayLike,
        at: ArrayLike,
        measure_id: ArrayLike,
        source_id: ArrayLike,
        value: ArrayLike,
        day: ArrayLike,
    ) -> Self:
        """Columns from anything array-like; a scalar stands for all rows. Values that are not finite are refused."""
        real = np.asarray(value, np.float64)
        if not np.isfinite(real).all():
            raise ValueError("a value that is not a finite number was about to be stored")
        wholes = [_whole(column, real.size) for column in (patient_key, at, measure_id, source_id, day)]
        return cls(wholes[0], wholes[1], wholes[2], wholes[3], real, wholes[4])

    def __len__(self) -> int:
        return int(self.value.size)

    def take(self, rows: NDArray[Any]) -> "ValueColumns":
        """The rows of a mask or of positions, in that order."""
        return ValueColumns(
            self.patient_key[rows],
            self.at[rows],
            self.measure_id[rows],
            self.source_id[rows],
            self.value[rows],
            self.day[rows],
        )

    def ordered(self) -> "ValueColumns":
        """In the order of the table's key; of several rows with one key the first given is kept."""
        order = np.lexsort((self.source_id, self.measure_id, self.at, self.patient_key))
        rows = self.take(order)
        return rows.take(_first_of_each(rows.patient_key, rows.at, rows.measure_id, rows.source_id))


@dataclass(frozen=True, slots=True)
class PromptColumns:
    """Prompts: equally long columns, times in seconds; ``NEVER`` stands for not opened and not answered."""

    patient_key: Whole
    sent_at: Whole
    kind: NDArray[np.str_]
    expires_at: Whole
    opened_at: Whole
    answered_at: Whole
    source_id: Whole
    day: Whole

    @classmethod
    def of(
        cls,
        *,
        patient_key: ArrayLike,
        sent_at: ArrayLike,
        kind: ArrayLike,
        expires_at: ArrayLike,
        answered_at: ArrayLike,
        source_id: ArrayLike,
        day: ArrayLike,
        opened_at: ArrayLike = NEVER,
    ) -> Self:
        """Columns from anything array-like; a scalar stands for all rows."""
        size = np.asarray(sent_at).size
        kinds = np.broadcast_to(np.asarray(kind, np.str_), (size,))
        given = (patient_key, sent_at, expires_at, opened_at, answered_at, source_id, day)
        key, sent, expires, opened, answered, source, days = (_whole(column, size) for column in given)
        return cls(key, sent, kinds, expires, opened, answered, source, days)

    def __len__(self) -> int:
        return int(self.sent_at.size)

    def take(self, rows: NDArray[Any]) -> "PromptColumns":
        """The rows of a mask or of positions, in that order."""
        return PromptColumns(
            self.patient_key[rows],
            self.sent_at[rows],
            self.kind[rows],
            self.expires_at[rows],
            self.opened_at[rows],
            self.answered_at[rows],
            self.source_id[rows],
            self.day[rows],
        )

    def ordered(self) -> "PromptColumns":
        """In the order of the table's key; of several prompts with one key an answered one is kept."""
        order = np.lexsort((self.answered_at == NEVER, self.kind, self.sent_at, self.patient_key))
        rows = self.take(order)
        return rows.take(_first_of_each(rows.patient_key, rows.sent_at, rows.kind))


@dataclass(frozen=True, slots=True)
class DayColumns:
    """Daily roll-ups: one row for each patient, day and measure, in the order of the table's key."""

    patient_key: Whole
    day: Whole
    measure_id: Whole
    n: Whole
    total: Real
    total_squares: Real
    low: Real
    high: Real

    def __len__(self) -> int:
        return int(self.n.size)


def roll_up(values: ValueColumns) -> DayColumns:
    """Count, sum, sum of squares, lowest and highest of each patient, day and measure."""
    order = np.lexsort((values.measure_id, values.day, values.patient_key))
    key, day, measure = values.patient_key[order], values.day[order], values.measure_id[order]
    value = values.value[order]
    starts = np.flatnonzero(_first_of_each(key, day, measure))
    if starts.size == 0:
        none = np.zeros(0)
        return DayColumns(key, day, measure, starts.astype(np.int64), none, none, none, none)
    return DayColumns(
        key[starts],
        day[starts],
        measure[starts],
        np.diff(np.append(starts, value.size)).astype(np.int64),
        np.add.reduceat(value, starts),
        np.add.reduceat(value * value, starts),
        np.minimum.reduceat(value, starts),
        np.maximum.reduceat(value, starts),
    )


def roll_up_prompts(prompts: PromptColumns) -> DayColumns:
    """Prompts as measure ``prompts_answered``: n = sent, total = answered (each prompt is 0 or 1)."""
    answered = (prompts.answered_at != NEVER).astype(np.float64)
    size = len(prompts)
    measure = np.full(size, PROMPTS_ANSWERED, np.int64)
    return roll_up(
        ValueColumns(prompts.patient_key, prompts.sent_at, measure, prompts.source_id, answered, prompts.day)
    )


def day_numbers(at: ArrayLike, time_zone: str) -> Whole:
    """Days since 1970-01-01 on the calendar of ``time_zone``, clock changes included, for seconds since then in UTC."""
    moments = np.asarray(at, np.int64).ravel()
    utc_day = moments // _DAY
    days = sorted(set(utc_day.tolist()))
    shifts = np.asarray([_shift(time_zone, day) for day in days], np.int64).reshape(-1, 3)
    before, after, change = shifts[np.searchsorted(days, utc_day)].T
    return np.asarray((moments + np.where(moments < change, before, after)) // _DAY, np.int64)


@lru_cache(maxsize=65_536)
def _shift(time_zone: str, utc_day: int) -> tuple[int, int, int]:
    """Offset from UTC at the start and at the end of a UTC day, and the second at which it changes between."""
    zone, start = ZoneInfo(time_zone), utc_day * _DAY
    low, high = start, start + _DAY
    before, after = _offset(zone, low), _offset(zone, high)
    while before != after and high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return before, after, high


def _offset(zone: ZoneInfo, at: int) -> int:
    moment = datetime(EPOCH.year, EPOCH.month, EPOCH.day, tzinfo=UTC) + timedelta(seconds=at)
    shift = moment.astimezone(zone).utcoffset()
    return 0 if shift is None else int(shift.total_seconds())


def day_number_of(day: date) -> int:
    """Days since 1970-01-01 of a calendar date."""
    return (day - EPOCH).days


def _whole(column: ArrayLike, size: int) -> Whole:
    whole = np.asarray(column, np.int64)
    return whole if whole.shape == (size,) else np.broadcast_to(whole, (size,))


def _first_of_each(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a new combination starts in columns that are sorted together."""
    first = np.zeros(columns[0].size, np.bool_)
    first[:1] = True
    for column in columns:
        first[1:] |= column[1:] != column[:-1]
    return first
