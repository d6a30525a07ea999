"""What was decided about patients in meetings, and who does what by when: parts of the meeting, its minutes and Today,
for patients that the caller's reader reaches (checked and audited there)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.reach import reachable
from core.vault import vault
from models import MeetingDecision, Patient, Service, Staff, TeamAction, User


@dataclass(frozen=True, slots=True)
class ActionView:
    """Who does what by when. ``done_at`` is empty while it is open; ``overdue`` on the service's calendar."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient: str
    text: str
    owner_id: uuid.UUID
    owner: str
    due_on: date
    overdue: bool
    made_at: datetime
    done_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What a meeting decided, when, written down by whom."""

    patient_id: uuid.UUID
    text: str
    decided_at: datetime
    by: str


def open_actions(session: Session, *, actor: Actor, now: datetime) -> list[ActionView]:
    """What is open for patients of the team."""
    own = select(Patient.id).where(col(Patient.team_id) == actor.team_id, col(Patient.service_id) == actor.service_id)
    a = TeamAction
    waiting = select(a.patient_id).where(col(a.done_at).is_(None), col(a.patient_id).in_(own))
    ids = sorted(set(session.exec(waiting)))
    return [one for one in actions_about(session, patient_ids=ids, actor=actor, now=now) if one.done_at is None]


def actions_about(
    session: Session, *, patient_ids: Collection[uuid.UUID], actor: Actor, now: datetime,
    made_in: uuid.UUID | None = None,
) -> list[ActionView]:  # fmt: skip
    """The actions about these patients (agreed in the meeting ``made_in``), the first due first."""
    a = TeamAction
    wanted = [col(a.patient_id).in_(patient_ids), *([col(a.meeting_id) == made_in] if made_in else [])]
    return _views(session, wanted, actor, now)


def actions_of_owners(
    session: Session, *, owner_ids: Collection[uuid.UUID], actor: Actor, now: datetime
) -> list[ActionView]:
    """What these members of staff have still to do, for patients that the reader reaches."""
    a = TeamAction
    reached = col(a.patient_id).in_(reachable(actor, now=now))
    return _views(session, [col(a.owner_id).in_(owner_ids), col(a.done_at).is_(None), reached], actor, now)


def _views(session: Session, wanted: Sequence[ColumnElement[bool]], actor: Actor, now: datetime) -> list[ActionView]:
    a = TeamAction
    today = now.astimezone(ZoneInfo(session.get_one(Service, actor.service_id).time_zone)).date()
    rows = session.execute(
        select(a, Patient, Staff.name)
        .join(Patient, col(Patient.id) == col(a.patient_id))
        .join(Staff, col(Staff.id) == col(a.owner_id))
        .where(*wanted)
        .order_by(col(a.due_on), col(a.made_at), col(a.id))
    ).all()
    words = vault(session)
    return [
        ActionView(
            one.id, patient.id, patient.name, words.open(session, patient.id, "team_action", one.id, one.text),
            one.owner_id, owner, one.due_on, one.done_at is None and one.due_on < today, one.made_at, one.done_at,
            one.version,
        )
        for one, patient, owner in rows
    ]  # fmt: skip


def decisions_about(
    session: Session, *, patient_ids: Sequence[uuid.UUID] = (), meeting_id: uuid.UUID | None = None
) -> list[DecisionView]:
    """What was decided about these patients, or in this meeting, newest first."""
    d = MeetingDecision
    about = col(d.meeting_id) == meeting_id if meeting_id else col(d.patient_id).in_(patient_ids)
    rows = session.execute(
        select(d, User.name)
        .join(User, col(User.id) == col(d.decided_by))
        .where(about)
        .order_by(col(d.decided_at).desc(), col(d.id))
    ).all()
    words = vault(session)
    return [
        DecisionView(
            one.patient_id, words.open(session, one.patient_id, "meeting_decision", one.id, one.text), one.decided_at,
            who,
        )
        for one, who in rows
    ]  # fmt: skip
