"""The alerts of one patient with everything done about them, and the colleagues one can be handed to. Parts of the
case review: the caller checked reach and wrote the audit entry of the read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _
from core.rules.findings import Fact
from core.rules.life_cycle import can as applies
from core.rules.life_cycle import standing, why_not
from core.rules.owners import those_who_reach
from core.vault import vault
from models import Alert, AlertEvent, AlertState, AlertVerb, Patient, Response, Role, Staff, User

CLOSED_DAYS = 14  # (d) how long a closed alert stays in sight
VERBS = (
    AlertVerb.ACKNOWLEDGE, AlertVerb.ACT, AlertVerb.CLOSE, AlertVerb.SNOOZE, AlertVerb.HAND_OVER, AlertVerb.ESCALATE,
    AlertVerb.REOPEN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlertStep:
    """One line of an alert's history; ``by`` is ``None`` where a rule did it, ``text`` what the person wrote."""

    at: datetime
    by: str | None
    verb: AlertVerb
    to_state: AlertState
    action: str | None
    text: str | None
    next_review: date | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert as it stands now. ``can`` says for each verb why it does not apply (``None``: it does); ``version`` is
    what an action on it must name, so that nobody acts on something they have not seen."""

    id: uuid.UUID
    rule: str
    response: Response
    opened_at: datetime
    due_at: datetime
    overdue: bool
    state: AlertState
    closed: bool
    owner_id: uuid.UUID
    owner: str
    mine: bool
    evidence: tuple[Fact, ...]
    history: tuple[AlertStep, ...]
    snoozed_until: datetime | None
    version: int
    can: Mapping[AlertVerb, str | None]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who reaches the patient and may own an alert."""

    staff_id: uuid.UUID
    name: str
    role: Role


def alerts_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> tuple[AlertView, ...]:
    """Open alerts in the order of their due time, then those closed within 14 days, newest first."""
    a = Alert
    seen = or_(col(a.state) != AlertState.CLOSED, col(a.closed_at) >= now - timedelta(days=CLOSED_DAYS))
    rows = session.execute(
        select(a, Staff.name)
        .join(Staff, col(Staff.id) == col(a.owner_id))
        .where(col(a.patient_id) == patient.id, seen)
        .order_by(col(a.due_at), col(a.opened_at), col(a.id))
    ).all()
    history = _history(session, patient, [alert.id for alert, _owner in rows])
    views = [_view(alert, owner, history.get(alert.id, ()), by, now) for alert, owner in rows]
    closed = [view for view in views if view.closed]
    closed.sort(key=lambda view: view.history[-1].at if view.history else view.opened_at, reverse=True)
    return (*(view for view in views if not view.closed), *closed)


def colleagues_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> tuple[Colleague, ...]:
    """Those who treat the patient or belong to the team, by name, ``by`` among them (who may take an alert over)."""
    if not can(by, Permission.HANDLE_ALERTS):
        return ()
    rows = session.execute(those_who_reach(patient, now).order_by(col(Staff.name))).all()
    return tuple(Colleague(staff.id, staff.name, user.role) for staff, user in rows)


def _view(alert: Alert, owner: str, history: Sequence[AlertStep], by: Actor, now: datetime) -> AlertView:
    state = standing(alert, now)
    closed = state is AlertState.CLOSED
    return AlertView(
        id=alert.id, rule=alert.rule, response=alert.response, opened_at=alert.opened_at, due_at=alert.due_at,
        overdue=not closed and alert.due_at < now, state=state, closed=closed, owner_id=alert.owner_id, owner=owner,
        mine=alert.owner_id == by.staff_id, evidence=tuple(Fact.from_json(fact) for fact in alert.evidence),
        history=tuple(history), snoozed_until=alert.snoozed_until if state is AlertState.SNOOZED else None,
        version=alert.version, can={verb: _reason(by, state, verb) for verb in VERBS},
    )  # fmt: skip


def _reason(by: Actor, state: AlertState, verb: AlertVerb) -> str | None:
    if not can(by, Permission.HANDLE_ALERTS):
        return _("Your role does not handle alerts.")
    return None if applies(state, verb) else why_not(state, verb)


def _history(session: Session, patient: Patient, alerts: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[AlertStep]]:
    e = AlertEvent
    rows = session.execute(
        select(e, User.name)
        .outerjoin(User, col(User.id) == col(e.by))
        .where(col(e.alert_id).in_(alerts))
        .order_by(col(e.at), col(e.id))
    ).all()
    found: dict[uuid.UUID, list[AlertStep]] = {}
    for event, name in rows:
        found.setdefault(event.alert_id, []).append(_step(session, patient, event, name))
    return found


def _step(session: Session, patient: Patient, event: AlertEvent, name: str | None) -> AlertStep:
    words = vault(session)
    text = words.open(session, patient.id, "alert_event", event.id, event.text) if event.text else None
    who = None if event.by is None else name or _("Somebody")
    return AlertStep(event.at, who, event.verb, event.to_state, event.action, text, event.next_review)
