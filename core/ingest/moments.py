"""When it was: dates, clock times, zones and study schedules of an export, read into seconds since 1970-01-01 UTC.

Nothing is guessed: a time that does not exist, exists twice or contradicts its zone is a ``Fault`` unless the mapping
states a rule for it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.clock import moment, seconds
from core.ingest.mapping import EARLIEST, LATEST, LocalForm, Mapping, Order, ScheduleForm, StampForm, UnixForm

_DATE = r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?"
DATE_CELL = re.compile(_DATE, re.ASCII)
CLOCK_CELL = re.compile(_CLOCK, re.ASCII)
LOCAL_CELL = re.compile(f"({_DATE})(?:T| +)({_CLOCK})", re.ASCII)
STAMP_CELL = re.compile(f"({_DATE})(?:T| +)({_CLOCK}) *(.*)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?", re.ASCII)
_LONGEST_STUDY = 3660  # days


class Reason(StrEnum):
    """Why a cell was rejected; the sentences are in ``dashboard.wording.imports``."""

    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_WHOLE = "not_whole"
    DIFFERS = "differs"
    NO_ID = "no_id"
    UNREADABLE_ID = "unreadable_id"
    SHORT_ROW = "short_row"
    LONG_ROW = "long_row"
    NO_MOMENT = "no_moment"
    MISSING_TIME = "missing_time"
    UNREADABLE_TIME = "unreadable_time"
    IMPOSSIBLE_TIME = "impossible_time"
    UNKNOWN_ZONE = "unknown_zone"
    ZONE_CONTRADICTS = "zone_contradicts"
    SKIPPED_BY_CLOCK_CHANGE = "skipped_by_clock_change"
    TWICE_BY_CLOCK_CHANGE = "twice_by_clock_change"
    UNKNOWN_PERIOD = "unknown_period"
    UNKNOWN_BEEP = "unknown_beep"
    OUTSIDE_DATES = "outside_dates"


class Fault(Exception):
    """A cell that cannot be taken: its column, why, and the number in it where it is one (never its words)."""

    def __init__(self, column: str, reason: Reason, number: float | None = None) -> None:
        super().__init__(column, reason)
        self.column, self.reason, self.number = column, reason, number


@dataclass(frozen=True, slots=True)
class When:
    """A moment in seconds since 1970-01-01 UTC, and the study day it belongs to where there is a schedule."""

    at: int
    study_day: tuple[str, int] | None = None


def read_date(text: str, order: Order, column: str) -> date:
    """A date with four figures of the year, its parts in the stated order."""
    found = DATE_CELL.fullmatch(text)
    if found is None:
        raise Fault(column, Reason.UNREADABLE_TIME)
    parts = dict(zip(order, found.groups(), strict=True))
    if len(parts["y"]) != 4 or len(parts["d"]) > 2 or len(parts["m"]) > 2:
        raise Fault(column, Reason.UNREADABLE_TIME)
    try:
        day = date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        raise Fault(column, Reason.IMPOSSIBLE_TIME) from None
    if not EARLIEST <= day <= LATEST:
        raise Fault(column, Reason.OUTSIDE_DATES)
    return day


def read_clock(text: str, column: str) -> time:
    """A clock time, with seconds or without, of 24 hours or with am and pm; parts of a second are dropped."""
    found = CLOCK_CELL.fullmatch(text)
    if found is None:
        raise Fault(column, Reason.UNREADABLE_TIME)
    hour, minute, second, half = found.groups()
    number = int(hour)
    try:
        if half is not None:
            if not 1 <= number <= 12:
                raise ValueError(hour)
            number = number % 12 + (12 if half in "pP" else 0)
        return time(number, int(minute), int(second or 0))
    except ValueError:
        raise Fault(column, Reason.IMPOSSIBLE_TIME) from None


def read_whole(text: str, column: str, otherwise: Reason) -> int:
    """A whole number (``3`` or ``3.0``) of at most six figures."""
    found = re.fullmatch(r"(-?\d{1,6})(?:\.0*)?", text, re.ASCII)
    if found is None:
        raise Fault(column, otherwise)
    return int(found[1])


class Moments:
    """Reads the moments of rows under one mapping. ``row`` is a dictionary of cells; missing ones are empty."""

    def __init__(self, mapping: Mapping, *, now: datetime, shift_days: int = 0) -> None:
        self._mapping, self._shift_days = mapping, shift_days
        first, last = mapping.between or (date(1990, 1, 1), now.date() + timedelta(days=1))
        self._first, self._last = first, last
        self._seconds: dict[str, tuple[int, int]] = {}

    def zone_of(self, row: dict[str, str]) -> str | None:
        """The time zone that the stamps of this row name, if they name one."""
        form = self._mapping.time
        for column in form.zone_from if isinstance(form, LocalForm) else ():
            found = STAMP_CELL.fullmatch(row[column])
            if found is not None and found[found.re.groups] in self._mapping.zones:
                return self._mapping.zones[found[found.re.groups]]
        return None

    def read(self, form: StampForm | LocalForm | ScheduleForm | UnixForm, row: dict[str, str], zone: str) -> When:
        """The moment that ``form`` describes, for a person on the clock of ``zone``; raises ``Fault``."""
        if isinstance(form, StampForm):
            return self._placed(self._stamp(form, row), zone, form.stamp)
        if isinstance(form, UnixForm):
            return self._placed(_unix(form, row), zone, form.unix)
        if isinstance(form, LocalForm):
            local, column = self._local(form, row)
            return self._placed(self._utc(local, ZoneInfo(zone), column), zone, column)
        local, study_day = self._scheduled(form, row)
        return self._placed(self._utc(local, ZoneInfo(self._mapping.time_zone), form.beep), zone, form.day, study_day)

    def _stamp(self, form: StampForm, row: dict[str, str]) -> int:
        text = _given(row, form.stamp)
        found = STAMP_CELL.fullmatch(text)
        if found is None:
            raise Fault(form.stamp, Reason.UNREADABLE_TIME)
        day = read_date(found[1], form.order, form.stamp)
        local = datetime.combine(day, read_clock(found[5], form.stamp))
        name = found[found.re.groups]
        return self._utc(local, self._zone(name, form.stamp), form.stamp, name)

    def _local(self, form: LocalForm, row: dict[str, str]) -> tuple[datetime, str]:
        if form.local is not None:
            found = LOCAL_CELL.fullmatch(_given(row, form.local))
            if found is None:
                raise Fault(form.local, Reason.UNREADABLE_TIME)
            day, clock = found[1], found[5]
            return datetime.combine(read_date(day, form.order, form.local), read_clock(clock, form.local)), form.local
        date_column, time_column = str(form.date), str(form.time)
        day = _given(row, date_column)
        clock = _given(row, time_column)
        local = datetime.combine(read_date(day, form.order, date_column), read_clock(clock, time_column))
        return local, time_column

    def _scheduled(self, form: ScheduleForm, row: dict[str, str]) -> tuple[datetime, tuple[str, int]]:
        period = "" if form.period is None else _given(row, form.period)
        anchor = form.anchor if form.period is None else form.periods.get(period)
        if anchor is None:
            raise Fault(str(form.period), Reason.UNKNOWN_PERIOD)
        day = read_whole(_given(row, form.day), form.day, Reason.UNREADABLE_TIME) - form.first_day
        if not 0 <= day <= _LONGEST_STUDY:
            raise Fault(form.day, Reason.IMPOSSIBLE_TIME, day + form.first_day)
        beep = _given(row, form.beep)
        clock = form.beeps.get(beep) or form.beeps.get(beep.removesuffix(".0"))
        if clock is None:
            raise Fault(form.beep, Reason.UNKNOWN_BEEP)
        return datetime.combine(anchor + timedelta(days=day), time.fromisoformat(clock)), (period, day)

    def _zone(self, name: str, column: str) -> tzinfo:
        if name in self._mapping.zones:
            return ZoneInfo(self._mapping.zones[name])
        offset = _OFFSET.fullmatch(name)
        if name in ("Z", "z", "UTC", "GMT"):
            return UTC
        if offset is None or int(offset[2]) > 14 or int(offset[3] or 0) > 59:
            raise Fault(column, Reason.UNKNOWN_ZONE)
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-shift if offset[1] == "-" else shift)

    def _utc(self, local: datetime, zone: tzinfo, column: str, name: str = "") -> int:
        plain = local.replace(tzinfo=zone)
        if not name and plain.utcoffset() == plain.replace(fold=1).utcoffset():  # a clock time like nearly all others
            return seconds(plain)
        both = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        real = [one for one in both if one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local]
        if not real:
            if self._mapping.nonexistent == "forward":
                return seconds(both[0])
            raise Fault(column, Reason.SKIPPED_BY_CLOCK_CHANGE)
        named = [one for one in real if one.tzname() == name]
        if not named and name in _names(zone, local.year):
            raise Fault(column, Reason.ZONE_CONTRADICTS)
        moments = sorted({seconds(one) for one in named or real})
        if len(moments) > 1 and self._mapping.ambiguous == "reject":
            raise Fault(column, Reason.TWICE_BY_CLOCK_CHANGE)
        return moments[-1 if self._mapping.ambiguous == "later" else 0]

    def _placed(self, at: int, zone: str, column: str, study_day: tuple[str, int] | None = None) -> When:
        first, beyond = self._bounds(zone)
        if not first <= at < beyond:
            raise Fault(column, Reason.OUTSIDE_DATES)
        if self._shift_days:  # the clock time stays; where a clock change has none such, the hour after it
            local = moment(at).astimezone(ZoneInfo(zone))
            at = seconds(local + timedelta(days=self._shift_days))
        return When(at, study_day)

    def _bounds(self, zone: str) -> tuple[int, int]:
        """The first second of the days that are possible on the clock of ``zone``, and the first one beyond them."""
        if zone not in self._seconds:
            place = ZoneInfo(zone)
            ends = self._first, self._last + timedelta(days=1)
            first, beyond = (seconds(datetime.combine(day, time(0), place)) for day in ends)
            self._seconds[zone] = first, beyond
        return self._seconds[zone]


def _names(zone: tzinfo, year: int) -> set[str | None]:
    """The names that a zone goes by in a year, where it has names of its own."""
    if not isinstance(zone, ZoneInfo):
        return set()
    return {datetime(year, month, 1, tzinfo=zone).tzname() for month in (1, 7)}


def _given(row: dict[str, str], column: str) -> str:
    if not row[column]:
        raise Fault(column, Reason.MISSING_TIME)
    return row[column]


def _unix(form: UnixForm, row: dict[str, str]) -> int:
    """Seconds since 1970-01-01 UTC of a counted time."""
    at = _counted(_given(row, form.unix), form.unix)
    offset = _counted(_given(row, form.offset), form.offset) if form.offset else 0
    return at // (1000 if form.unit == "ms" else 1) + offset


def _counted(text: str, column: str) -> int:
    if not re.fullmatch(r"-?\d{1,14}", text, re.ASCII):
        raise Fault(column, Reason.UNREADABLE_TIME)
    return int(text)
