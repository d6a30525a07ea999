"""The workload budget: how many alerts a week one therapist is to be given. Beyond it the least pressing of those that
rest on statistics wait in the weekly list, which the team's meeting goes through. What a person said never waits, nor
does what nobody answered: they count and are shown."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from core.rules.catalogue import RULES, Ground
from core.rules.life_cycle import standing
from models import Alert, AlertState, Response, Service

PER_WEEK = 8  # (d) a default of ours: with 15 patients about one alert for every second of them
SETTING = "alerts_per_week"
_URGENCY = {response: place for place, response in enumerate(Response)}


def budget_of(settings: dict[str, Any]) -> int:
    """Alerts for each therapist and week: ``settings["alerts_per_week"]``, else our default."""
    configured = settings.get(SETTING)
    return int(configured) if isinstance(configured, int | float) and configured >= 0 else PER_WEEK


def may_wait(rule: str) -> bool:
    """Whether a rule's alerts may ever be put on the weekly list: only those that rest on statistics."""
    known = RULES.get(rule)
    return known is not None and known.ground is Ground.STATISTICAL


def priority(alert: Alert) -> tuple[int, str]:
    """What is put on the weekly list first has the highest value: the latest response asked for, then by rule."""
    return _URGENCY[alert.response], alert.rule


def week_of(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())


def over_budget(session: Session, *, alert: Alert, service: Service, now: datetime) -> Alert | None:
    """Which alert waits now that ``alert`` has been opened for its owner: that one or an untouched one of this week
    that presses less; ``None`` within the budget, and where all that came rests on what people said or left open."""
    zone = ZoneInfo(service.time_zone)
    monday = week_of(now.astimezone(zone).date())
    since = datetime.combine(monday, datetime.min.time(), zone)
    a = Alert
    this_week = col(a.owner_id) == alert.owner_id, col(a.opened_at) >= since, col(a.batched_on).is_(None)
    if session.exec(select(func.count()).select_from(a).where(*this_week)).one() <= budget_of(service.settings):
        return None
    untouched = session.exec(select(a).where(*this_week, col(a.state) == AlertState.NEW)).all()
    waiting = [one for one in untouched if may_wait(one.rule) and standing(one, now) is AlertState.NEW]
    return max(waiting, key=lambda one: (*priority(one), one.opened_at, one.id == alert.id), default=None)


def opened_this_week(
    session: Session, *, owners: list[uuid.UUID], service: Service, now: datetime
) -> dict[uuid.UUID, tuple[int, int]]:
    """For each of these owners how many alerts of this week came at once and how many were put on the weekly list."""
    zone = ZoneInfo(service.time_zone)
    since = datetime.combine(week_of(now.astimezone(zone).date()), datetime.min.time(), zone)
    a, found = Alert, dict[uuid.UUID, tuple[int, int]]()
    rows = session.execute(
        select(col(a.owner_id), func.count(), func.count(col(a.batched_on)))
        .where(col(a.owner_id).in_(owners), col(a.opened_at) >= since)
        .group_by(col(a.owner_id))
    ).all()
    for owner, count, batched in rows:
        found[owner] = (count - batched, batched)
    return found
