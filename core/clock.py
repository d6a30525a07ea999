"""The clock is passed in, so that time can be tested; days are the patient's own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
EPOCH = date(1970, 1, 1)


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that stands still at ``moment`` (aware)."""
    return lambda: moment


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970-01-01 UTC, as the narrow tables keep them."""
    return int(moment.timestamp())


def moment(at: int) -> datetime:
    """The aware UTC time of a narrow table's seconds."""
    return datetime.fromtimestamp(at, UTC)


def day_number(at: datetime, time_zone: str) -> int:
    """Days since 1970-01-01 on the calendar of ``time_zone``."""
    return (at.astimezone(ZoneInfo(time_zone)).date() - EPOCH).days


def day_date(day: int) -> date:
    """The calendar date of a day number."""
    return EPOCH + timedelta(days=day)


def noon(day: int, now: datetime) -> datetime:
    """A moment (UTC) that lies on this day number of the calendar almost wherever one lives, and not after ``now``."""
    return min(datetime.combine(day_date(day), time(12), UTC), now)
