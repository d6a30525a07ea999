"""Times as devices write them, and sums by day."""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.clock import seconds
from core.errors import InvalidInput
from core.ingest.items import Value
from core.language import _


def local_moment(text: str, zone: str) -> datetime:
    """An ISO time (with ``T`` or a space, with parts of a second or without); without an offset it is on the clock of
    ``zone``. Raises ``InvalidInput`` for anything else and for a time that the clocks skipped or ran through twice."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(_("This is not a date and time.")) from None
    return at if at.tzinfo is not None else placed(at, zone)


def known_zone(name: str) -> str:
    """The name of a time zone; raises ``InvalidInput`` for one that there is not."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput(_("There is no time zone {name}.").format(name=name[:60])) from None


def placed(at: datetime, zone: str) -> datetime:
    """A clock time in ``zone``; a time that exists twice is refused, one that was skipped as well."""
    place = ZoneInfo(zone)
    first, second = at.replace(tzinfo=place, fold=0), at.replace(tzinfo=place, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise InvalidInput(_("The clocks were changed at this time; it cannot be told which hour it was."))
    return first


def noon(day: date, zone: str) -> int:
    """The middle of a day, at which a figure of the whole day stands, in seconds since 1970-01-01 UTC."""
    return seconds(datetime.combine(day, time(12), ZoneInfo(zone)))


def hours_since_midnight(at: datetime, morning: date) -> float:
    """The clock time of falling asleep or waking, in hours since the midnight before the evening of the night that
    ends on ``morning`` (23:30 is 23.5, half past midnight 24.5)."""
    midnight = datetime.combine(morning - timedelta(days=1), time(0), at.tzinfo)
    return (at.replace(tzinfo=None) - midnight.replace(tzinfo=None)).total_seconds() / 3600


class DaySums:
    """Amounts by measure, day and device; of several devices the one that counted most speaks for a day."""

    def __init__(self, person: str, zone: str) -> None:
        self.person, self.zone = person, zone
        self._sums: dict[tuple[str, date], dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def add(self, measure: str, day: date, amount: float, device: str = "") -> None:
        """Count an amount to its day; raises ``InvalidInput`` for one that is none."""
        if not 0 <= amount < math.inf:
            raise InvalidInput(_("It is not readable."))
        self._sums[measure, day][device] += amount

    def values(self) -> Iterator[Value]:
        """One value for each measure and day, oldest first."""
        for (measure, day), devices in sorted(self._sums.items(), key=lambda item: (item[0][1], item[0][0])):
            place = f"{measure}, {day.isoformat()}"
            yield Value(self.person, noon(day, self.zone), measure, round(max(devices.values()), 3), place)
