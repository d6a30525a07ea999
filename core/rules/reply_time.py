"""When an answer can be expected: from how long this team usually took, counted in its working hours, so that a night,
a weekend or a holiday between the two is no promise broken."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from core.rules.due import WorkingHours, working_days_on

ENOUGH = 5  # (d) answers before one speaks of what is usual
LOOKED_AT = 30  # (d) the newest answers count
USUALLY = 0.8  # (d) "usually": four answers of five came within this time
PROMISE_DAYS = 2  # (d) working days within which a team means to answer, while nothing is usual yet
LEAST = timedelta(hours=1)  # (d) of work: nobody is told of minutes
_ROUND = timedelta(minutes=30)
_LONGEST = timedelta(days=120)  # a wait beyond it counts as this long


@dataclass(frozen=True, slots=True)
class Expected:
    """When an answer to something sent now can be expected (UTC). ``measured``: from the answers so far, else from what
    the service means to do. ``opens`` is the next start of work where the team is not at work now, else ``None``."""

    by: datetime
    measured: bool
    opens: datetime | None


def expected(hours: WorkingHours, waits: Sequence[tuple[datetime, datetime]], *, now: datetime) -> Expected:
    """From ``waits``, pairs of (first unanswered message, answer), oldest first. With fewer than ``ENOUGH`` of them:
    by closing time of the ``PROMISE_DAYS``-th working day."""
    newest = waits[-LOOKED_AT:]
    opens = next_opening(hours, now)
    if len(newest) < ENOUGH:
        return Expected(working_days_on(hours, now, PROMISE_DAYS), measured=False, opens=opens)
    took = sorted(working_time(hours, asked, answered) for asked, answered in newest)
    usual = max(took[math.ceil(USUALLY * len(took)) - 1], LEAST)
    return Expected(_round_up(add_working_time(hours, now, usual)), measured=True, opens=opens)


def waits_of(messages: Iterable[tuple[bool, datetime]], *, to_patient: bool) -> list[tuple[datetime, datetime]]:
    """The first unanswered message of one side with the other side's next one. ``messages`` are ``(from_patient,
    sent_at)``, oldest first; ``to_patient`` picks what the patient waited for."""
    waiting: datetime | None = None
    found: list[tuple[datetime, datetime]] = []
    for from_patient, at in messages:
        if from_patient is to_patient:
            waiting = waiting or at
        elif waiting is not None:
            found.append((waiting, at))
            waiting = None
    return found


def working_time(hours: WorkingHours, start: datetime, end: datetime) -> timedelta:
    """How much of the team's working hours lies between two moments."""
    end = min(end, start + _LONGEST)
    day, total = start.astimezone(hours.zone).date(), timedelta()
    while day <= end.astimezone(hours.zone).date():
        if hours.is_working(day):
            opened, closed = _opening(hours, day), hours.closing(day)
            total += max(min(end, closed) - max(start, opened), timedelta())
        day += timedelta(days=1)
    return total


def add_working_time(hours: WorkingHours, start: datetime, wait: timedelta) -> datetime:
    """The moment (UTC) at which ``wait`` of working hours has passed since ``start``."""
    today = start.astimezone(hours.zone).date()
    for day in chain([today] if hours.is_working(today) else [], hours.working_days_after(today)):
        opened, closed = max(start, _opening(hours, day)), hours.closing(day)
        here = max(closed - opened, timedelta())
        if wait <= here:
            return (opened + wait).astimezone(UTC)
        wait -= here
    raise AssertionError  # pragma: no cover - there is always another working day


def next_opening(hours: WorkingHours, now: datetime) -> datetime | None:
    """When work starts next (UTC); ``None`` where the team is at work now."""
    today = now.astimezone(hours.zone).date()
    if hours.is_working(today):
        if now < _opening(hours, today):
            return _opening(hours, today)
        if now < hours.closing(today):
            return None
    return _opening(hours, next(hours.working_days_after(today)))


def _round_up(moment: datetime) -> datetime:
    since = (moment - datetime(moment.year, 1, 1, tzinfo=UTC)) % _ROUND
    return moment + (_ROUND - since) if since else moment


def _opening(hours: WorkingHours, day: date) -> datetime:
    return datetime.combine(day, hours.opens, hours.zone).astimezone(UTC)
