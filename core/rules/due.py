"""When a response is due: on the clock of the service, in its working hours, zone and public holidays. Imminent need
("now") does not wait for office hours."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from models import Response, Service

logger = logging.getLogger(__name__)
IMMINENT = timedelta(hours=1)  # (d) "contact now, on-call"
SAME_DAY = timedelta(hours=12)  # clinical reference: imminent need within 12 hours
SUPERVISION_DAYS = 10  # (d) working days until a supervision prompt should have been talked about
NEXT_SESSION_DAYS = 5  # (d) working days where no session is planned
_DEFAULT_HOURS: dict[str, Any] = {"days": [0, 1, 2, 3, 4], "from": "08:00", "to": "18:00"}  # (d)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The service's week. ``days`` counts from Monday 0; ``opens`` and ``closes`` are on its own clock."""

    zone: ZoneInfo
    days: frozenset[int]
    opens: time
    closes: time
    country: str
    region: str | None

    @classmethod
    def of(cls, service: Service) -> "WorkingHours":
        """The hours in ``service.settings["working_hours"]``; our default where none are configured, or none that a
        week could have: an alert has its clock whatever stands there."""
        try:
            days, opens, closes = _week(service.settings.get("working_hours") or _DEFAULT_HOURS)
        except (KeyError, TypeError, ValueError) as error:
            logger.error("service %s: its working hours cannot be used (%s)", service.id, type(error).__name__)
            days, opens, closes = _week(_DEFAULT_HOURS)
        zone = ZoneInfo(service.time_zone)
        return cls(zone, days, opens, closes, country=service.country, region=service.region)

    def is_working(self, day: date) -> bool:
        """Whether the service is open on this day: a day of its week and no public holiday."""
        return day.weekday() in self.days and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether this day is a public holiday where the service is."""
        return day in _holidays(self.country, self.region, day.year)

    def closing(self, day: date) -> datetime:
        """The end of this day's working hours, in UTC."""
        return datetime.combine(day, self.closes, self.zone).astimezone(UTC)

    def working_days_after(self, day: date) -> Iterator[date]:
        """The working days that follow ``day``."""
        while True:
            day += timedelta(days=1)
            if self.is_working(day):
                yield day


def _week(hours: Mapping[str, Any]) -> tuple[frozenset[int], time, time]:
    """Days (Monday 0), opening and closing; raises ``KeyError``, ``TypeError`` or ``ValueError``."""
    days, opens, closes = frozenset(hours["days"]), time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    if not days or not days <= frozenset(range(7)) or opens >= closes:
        raise ValueError("no week has such hours")
    return days, opens, closes


@lru_cache(maxsize=64)
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError:  # a region the package does not know: the country's; a country: weekends only
        return _holidays(country, None, year) if region else frozenset()


def due_at(
    response: Response, opened_at: datetime, service: Service, *, next_session: datetime | None = None
) -> datetime:
    """The moment (UTC) by which ``response`` is due when it was asked for at ``opened_at`` (aware).

    *Now*: within an hour, round the clock. *Same day*: by closing time and at least an hour on, never later than 12
    hours; 12 hours where the service is closed. *Next working day* and *two working days*: by closing time of that
    day. *Next session*: at ``next_session``, or within five working days where none is planned. *Supervision*: within
    ten working days.
    """
    hours = WorkingHours.of(service)
    today = opened_at.astimezone(hours.zone).date()
    if response is Response.NOW:
        return opened_at.astimezone(UTC) + IMMINENT
    if response is Response.SAME_DAY:
        return _same_day(hours, opened_at, today)
    if response is Response.NEXT_SESSION and next_session is not None and next_session > opened_at:
        return next_session.astimezone(UTC)
    return hours.closing(_working_day(hours, today, _WAIT[response]))


_WAIT = {
    Response.NEXT_WORKING_DAY: 1,
    Response.TWO_WORKING_DAYS: 2,
    Response.NEXT_SESSION: NEXT_SESSION_DAYS,
    Response.SUPERVISION: SUPERVISION_DAYS,
}


def working_days_on(hours: WorkingHours, at: datetime, days: int) -> datetime:
    """The end (UTC) of the ``days``-th working day after the one of ``at`` on the service's calendar."""
    return hours.closing(_working_day(hours, at.astimezone(hours.zone).date(), days))


def _same_day(hours: WorkingHours, opened_at: datetime, today: date) -> datetime:
    closing = hours.closing(today)
    if hours.is_working(today) and opened_at < closing:
        return min(max(closing, opened_at.astimezone(UTC) + IMMINENT), opened_at.astimezone(UTC) + SAME_DAY)
    return opened_at.astimezone(UTC) + SAME_DAY


def _working_day(hours: WorkingHours, today: date, count: int) -> date:
    days = hours.working_days_after(today)
    for _passed in range(count - 1):
        next(days)
    return next(days)
