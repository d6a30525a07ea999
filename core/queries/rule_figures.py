"""How each rule does since it runs: how much it brings, how often something followed, how often people thought little
of it, how fast they answered. For the head of a team; nobody is in it by name but who changed a rule."""

import statistics
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import reachable
from core.actions.rules import settings_in_force
from core.audit import log
from core.clock import day_number
from core.rehearsal.judge import AHEAD_DAYS, Share
from core.rehearsal.people import EVENTS
from core.rules.catalogue import RULES
from core.rules.workload import budget_of
from models import (
    Alert,
    AlertEvent,
    AlertVerb,
    CareKind,
    CareRelationship,
    ClinicalEvent,
    Patient,
    Programme,
    RuleChange,
    Service,
    User,
)

WEEKS = 12  # (d) the stretch that live figures look back on
_ANSWERS = (AlertVerb.ACKNOWLEDGE, AlertVerb.ACT, AlertVerb.CLOSE)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody set the rule: who, when, whether it runs since, for which programme (``None``: the service)."""

    at: datetime
    by: str
    runs: bool
    programme: str | None
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """A rule over the last weeks. ``followed``: of the alerts whose four weeks are over, those that a recorded event
    followed. ``useful``: of those that somebody marked. ``overridden``: of those that somebody dealt with, those put
    off or closed as not useful. ``answered_hours``: the median from opening to the first thing a person did."""

    rule: str
    runs: bool
    fixed: bool
    thresholds: Mapping[str, float]
    alerts: int
    per_week: float
    batched: int
    followed: Share
    useful: Share
    overridden: Share
    answered_hours: float | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RulesView:
    """Every rule in the order of the catalogue; ``budget`` of alerts a week, ``per_week`` what they bring together."""

    time_zone: str
    weeks: int
    budget: int
    per_week: float
    rules: tuple[RuleFigures, ...]
    programmes: tuple[tuple[uuid.UUID, str], ...]
    simulated: bool


def rule_figures(session: Session, *, by: Actor, now: datetime, programme_id: uuid.UUID | None = None) -> RulesView:
    """The live figures of every rule over twelve weeks. Raises ``AccessRefused``, ``NotFound`` for a programme of
    another service."""
    check(by, Permission.SET_RULES)
    service = session.get_one(Service, by.service_id)
    settings = settings_in_force(session, service_id=service.id, programme_id=programme_id)
    since = now - timedelta(weeks=WEEKS)
    alerts = _alerts(session, by, programme_id, since)
    happened = _happened(session, alerts, now)
    therapists = _therapists(session, by, programme_id, now)
    changes = _changes(session, by)
    by_rule = defaultdict[str, list[_Lived]](list)
    for alert in alerts:
        by_rule[alert.rule].append(alert)
    rules = tuple(
        RuleFigures(
            rule=code, runs=rule.runs(settings), fixed=not rule.may_be_switched_off,
            thresholds={name: rule.threshold(name, settings) for name in rule.thresholds},
            alerts=len(by_rule[code]), per_week=len(by_rule[code]) / (WEEKS * therapists) if therapists else 0.0,
            batched=sum(alert.batched for alert in by_rule[code]),
            followed=_followed(by_rule[code], happened, now), useful=_useful(by_rule[code]),
            overridden=_overridden(by_rule[code]), answered_hours=_answered(by_rule[code]),
            changes=tuple(changes[code]),
        )
        for code, rule in RULES.items()
    )  # fmt: skip
    log.record(session, at=now, action="read_rule_figures", actor_id=by.user_id, detail={"alerts": len(alerts)})
    p = Programme
    programmes = session.execute(select(p.id, p.name).where(col(p.service_id) == service.id).order_by(col(p.name)))
    return RulesView(
        time_zone=service.time_zone, weeks=WEEKS, budget=budget_of(service.settings),
        per_week=sum(rule.per_week for rule in rules), rules=rules,
        programmes=tuple((row[0], row[1]) for row in programmes), simulated=service.simulated,
    )  # fmt: skip


def people_of_changes(
    session: Session, *, by: Actor, now: datetime, changes: Sequence[tuple[uuid.UUID, int, int]]
) -> tuple[tuple[uuid.UUID, str, int, int], ...]:
    """Of the people whose number of alerts would change, those the reader may open: id, name, before, after."""
    check(by, Permission.SET_RULES)
    p = Patient
    named = select(p).where(col(p.id).in_([one for one, _old, _new in changes]), col(p.id).in_(reachable(by, now=now)))
    names = {patient.id: patient.name for patient in session.exec(named)}
    found = tuple((one, names[one], old, new) for one, old, new in changes if one in names)
    log.record(
        session, at=now, action="read_rehearsed_people", actor_id=by.user_id,
        detail={"patients": [str(one) for one, *_rest in found][:200]},
    )  # fmt: skip
    return found


@dataclass(slots=True)
class _Lived:
    """One alert and what became of it."""

    id: uuid.UUID
    patient_id: uuid.UUID
    zone: str
    rule: str
    opened_at: datetime
    batched: bool
    first: datetime | None = None
    useful: bool | None = None
    put_off: bool = False
    dealt_with: bool = False


def _alerts(session: Session, by: Actor, programme_id: uuid.UUID | None, since: datetime) -> list[_Lived]:
    a, e, p = Alert, AlertEvent, Patient
    wanted = (
        select(a.id, a.patient_id, p.time_zone, a.rule, a.opened_at, a.batched_on)  # type: ignore[call-overload]
        .join(p, col(p.id) == col(a.patient_id))
        .where(col(p.service_id) == by.service_id, col(a.opened_at) >= since)
    )
    if programme_id is not None:
        wanted = wanted.where(col(p.programme_id) == programme_id)
    found = {
        row[0]: _Lived(row[0], row[1], row[2], row[3], row[4], row[5] is not None)
        for row in session.execute(wanted)
    }  # fmt: skip
    steps = select(col(e.alert_id), col(e.verb), col(e.at), col(e.useful)).where(
        col(e.at) >= since, col(e.by).is_not(None)
    )
    for alert_id, verb, at, useful in session.execute(steps.order_by(col(e.at))):
        alert = found.get(alert_id)
        if alert is not None:
            _live(alert, verb, at, useful)
    return list(found.values())


def _live(alert: _Lived, verb: AlertVerb, at: datetime, useful: bool | None) -> None:
    alert.dealt_with = True
    if verb in _ANSWERS and alert.first is None:
        alert.first = at
    if verb is AlertVerb.SNOOZE:
        alert.put_off = True
    if verb is AlertVerb.CLOSE and useful is not None:
        alert.useful = useful


def _happened(session: Session, alerts: Sequence[_Lived], now: datetime) -> dict[uuid.UUID, list[datetime]]:
    e, found = ClinicalEvent, defaultdict[uuid.UUID, list[datetime]](list)
    if alerts:
        first = min(alert.opened_at for alert in alerts)
        rows = select(col(e.patient_id), col(e.happened_at)).where(
            col(e.kind).in_(EVENTS), col(e.happened_at) >= first, col(e.happened_at) <= now
        )
        for patient_id, at in session.execute(rows.order_by(col(e.happened_at))):
            found[patient_id].append(at)
    return found


def _therapists(session: Session, by: Actor, programme_id: uuid.UUID | None, now: datetime) -> int:
    """How many lead a treatment now."""
    c, p, today = CareRelationship, Patient, now.date()
    wanted = (
        select(func.count(func.distinct(col(c.staff_id))))
        .join(p, col(p.id) == col(c.patient_id))
        .where(
            col(p.service_id) == by.service_id, col(c.kind) == CareKind.LEAD, col(c.starts_on) <= today,
            col(c.ends_on).is_(None) | (col(c.ends_on) > today),
        )
    )  # fmt: skip
    if programme_id is not None:
        wanted = wanted.where(col(p.programme_id) == programme_id)
    return int(session.execute(wanted).scalar_one())


def _changes(session: Session, by: Actor) -> defaultdict[str, list[Change]]:
    r, found = RuleChange, defaultdict[str, list[Change]](list)
    rows = session.execute(
        select(r, User.name, Programme.name)
        .outerjoin(User, col(User.id) == col(r.changed_by))
        .outerjoin(Programme, col(Programme.id) == col(r.programme_id))
        .where(col(r.service_id) == by.service_id)
        .order_by(col(r.changed_at).desc())
    )
    for row, name, programme in rows:
        found[row.rule].append(Change(row.changed_at, name or "", row.runs, programme, row.thresholds))
    return found


def _followed(alerts: Sequence[_Lived], happened: Mapping[uuid.UUID, list[datetime]], now: datetime) -> Share:
    k = n = 0
    for alert in alerts:
        opened = day_number(alert.opened_at, alert.zone)
        if day_number(now, alert.zone) - opened <= AHEAD_DAYS:
            continue  # also where an event came already: counting those alone would flatter the rule
        days = [day_number(at, alert.zone) - opened for at in happened.get(alert.patient_id, ())]
        k, n = k + any(0 < ahead <= AHEAD_DAYS for ahead in days), n + 1
    return Share(k, n)


def _useful(alerts: Sequence[_Lived]) -> Share:
    marks = [alert.useful for alert in alerts if alert.useful is not None]
    return Share(sum(marks), len(marks))


def _overridden(alerts: Sequence[_Lived]) -> Share:
    dealt = [alert for alert in alerts if alert.dealt_with]
    return Share(sum(alert.put_off or alert.useful is False for alert in dealt), len(dealt))


def _answered(alerts: Sequence[_Lived]) -> float | None:
    hours = [(alert.first - alert.opened_at) / _HOUR for alert in alerts if alert.first is not None]
    return statistics.median(hours) if hours else None
