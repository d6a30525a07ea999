"""The alerts of one patient with everything done about them, and the colleagues one can be handed to. Parts of the
case review: the caller checked reach and wrote the audit entry of the read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _
from core.queries.family_notes import consenting
from core.queries.prepared import AnyRow, rows
from core.rules.findings import Fact
from core.rules.life_cycle import can as applies
from core.rules.life_cycle import standing, why_not
from core.rules.owners import reaching
from core.rules.words import quotes
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
    what an action on it must name, so that nobody acts on something they have not seen. ``quotes`` are the words that
    facts of kind ``words`` point to, as far as the reader may read them."""

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
    quotes: Mapping[Fact, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who reaches the patient and may own an alert."""

    staff_id: uuid.UUID
    name: str
    role: Role


def alerts_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> tuple[AlertView, ...]:
    """Open alerts in the order of their due time, then those closed within 14 days, newest first."""
    since = now - timedelta(days=CLOSED_DAYS)
    found = rows(session, _ALERTS, patient=patient.id, since=since)
    history = _history(session, patient, [alert.id for alert in found])
    views = [_view(alert, history.get(alert.id, ()), by, now) for alert in found]
    views = _with_quotes(session, views, by, patient)
    closed = [view for view in views if view.closed]
    closed.sort(key=lambda view: view.history[-1].at if view.history else view.opened_at, reverse=True)
    return (*(view for view in views if not view.closed), *closed)


def colleagues_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> tuple[Colleague, ...]:
    """Those who treat the patient or belong to the team, by name, ``by`` among them (who may take an alert over)."""
    if not can(by, Permission.HANDLE_ALERTS):
        return ()
    return tuple(
        Colleague(*row) for row in rows(
            session, _COLLEAGUES, patient=patient.id, team=patient.team_id, service=patient.service_id,
            today=now.date(),
        )
    )  # fmt: skip


def _view(alert: Any, history: Sequence[AlertStep], by: Actor, now: datetime) -> AlertView:
    state = standing(alert, now)
    closed = state is AlertState.CLOSED
    return AlertView(
        id=alert.id, rule=alert.rule, response=alert.response, opened_at=alert.opened_at, due_at=alert.due_at,
        overdue=not closed and alert.due_at < now, state=state, closed=closed, owner_id=alert.owner_id,
        owner=alert.name, mine=alert.owner_id == by.staff_id, history=tuple(history),
        evidence=tuple(Fact.from_json(fact) for fact in alert.evidence),
        snoozed_until=alert.snoozed_until if state is AlertState.SNOOZED else None,
        version=alert.version, can={verb: _reason(by, state, verb) for verb in VERBS},
    )  # fmt: skip


def _with_quotes(session: Session, views: Sequence[AlertView], by: Actor, patient: Patient) -> list[AlertView]:
    """The views with the words their facts point to; the family's only where they may be read."""
    pointing = [fact for view in views for fact in view.evidence if fact.kind == "words"]
    if not pointing:
        return list(views)
    relatives = consenting(session, patient) if can(by, Permission.READ_FAMILY_NOTES) else []
    said = quotes(session, patient=patient, facts=pointing, relatives=relatives)
    return [replace(view, quotes={fact: said[fact] for fact in view.evidence if fact in said}) for view in views]


def _reason(by: Actor, state: AlertState, verb: AlertVerb) -> str | None:
    if not can(by, Permission.HANDLE_ALERTS):
        return _("Your role does not handle alerts.")
    return None if applies(state, verb) else why_not(state, verb)


def _history(session: Session, patient: Patient, alerts: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[AlertStep]]:
    found: dict[uuid.UUID, list[AlertStep]] = {}
    if alerts:
        for event in rows(session, _EVENTS, alerts=alerts):
            found.setdefault(event.alert_id, []).append(_step(session, patient, event))
    return found


def _step(session: Session, patient: Patient, event: AnyRow) -> AlertStep:
    words = vault(session)
    text = words.open(session, patient.id, "alert_event", event.id, event.text) if event.text else None
    who = None if event.by is None else event.name or _("Somebody")
    return AlertStep(event.at, who, event.verb, event.to_state, event.action, text, event.next_review)


_ALERTS = (
    select(
        *(getattr(Alert, name) for name in (
            "id", "rule", "response", "opened_at", "due_at", "state", "owner_id", "evidence", "snoozed_until",
            "version",
        )),
        col(Staff.name),
    )
    .join(Staff, col(Staff.id) == col(Alert.owner_id))
    .where(
        col(Alert.patient_id) == bindparam("patient"),
        or_(col(Alert.state) != AlertState.CLOSED, col(Alert.closed_at) >= bindparam("since")),
    )
    .order_by(col(Alert.due_at), col(Alert.opened_at), col(Alert.id))
)  # fmt: skip
_EVENTS = (
    select(
        col(AlertEvent.id), col(AlertEvent.alert_id), col(AlertEvent.at), col(AlertEvent.by), col(AlertEvent.verb),
        col(AlertEvent.to_state), col(AlertEvent.action), col(AlertEvent.text), col(AlertEvent.next_review),
        col(User.name),
    )
    .outerjoin(User, col(User.id) == col(AlertEvent.by))
    .where(col(AlertEvent.alert_id).in_(bindparam("alerts", expanding=True)))
    .order_by(col(AlertEvent.at), col(AlertEvent.id))
)  # fmt: skip
_COLLEAGUES = (
    reaching(
        patient=bindparam("patient"), team=bindparam("team"), service=bindparam("service"), today=bindparam("today")
    )
    .with_only_columns(col(Staff.id), col(Staff.name), col(User.role))
    .order_by(col(Staff.name))
)
