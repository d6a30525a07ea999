"""The weekly meeting as the team sees it: the agenda by need, one person at a time, and the minutes afterwards."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import ROLE_PERMISSIONS, Permission, check
from core.access.reach import patient_in_reach, reachable
from core.audit import log
from core.queries.agenda import Proposed, agenda_for
from core.queries.alerts import AlertView, alerts_of
from core.queries.alliance import AllianceView, alliance_of
from core.queries.brief import BriefView, brief_of
from core.queries.course import course_of
from core.queries.decisions import ActionView, DecisionView, actions_about, decisions_about, open_actions
from core.queries.timeline import TimelineView, timeline_of
from core.queries.weekly_list import Waiting, weekly_list
from core.rules.agenda import Reason
from core.rules.workload import budget_of
from models import (
    AgendaItem,
    Meeting,
    MeetingDecision,
    Patient,
    Presence,
    Programme,
    Service,
    Staff,
    Team,
    TeamAction,
    User,
)

PAST = 12  # meetings that are listed
LAST_DECISIONS = 4  # of one person
TIMELINE_DAYS = 60


@dataclass(frozen=True, slots=True)
class ItemView:
    """One person on the agenda; ``seconds`` were spent before ``opened_at``, when the meeting turned to them now."""

    id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    programme: str
    reasons: tuple[Reason, ...]
    minutes: int
    seconds: int
    opened_at: datetime | None
    decisions: int
    actions: int


@dataclass(frozen=True, slots=True)
class Running:
    """The meeting that goes on; ``current_id`` is the agenda item that it is at."""

    id: uuid.UUID
    started_at: datetime
    minutes: int
    items: tuple[ItemView, ...]
    current_id: uuid.UUID | None
    present: frozenset[uuid.UUID]

    @property
    def place(self) -> int | None:
        """The current item's place from 0; ``None`` before the first and where it is not there any more."""
        return next((place for place, item in enumerate(self.items) if item.id == self.current_id), None)


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """A meeting that is over: when, how many were talked about, decisions and actions."""

    id: uuid.UUID
    started_at: datetime
    people: int
    decisions: int
    actions: int


@dataclass(frozen=True, slots=True)
class MeetingView:
    """The team's page: the running meeting or what a new one should talk about, colleagues, open actions, the past.

    ``proposed`` holds everyone with a reason who is not on the running agenda; ``weekly`` the alerts over the
    ``budget`` of alerts a week, which were kept for the meeting.
    """

    now: datetime
    time_zone: str
    team: str
    running: Running | None
    proposed: tuple[Proposed, ...]
    members: tuple[tuple[uuid.UUID, str], ...]
    open_actions: tuple[ActionView, ...]
    past: tuple[PastMeeting, ...]
    weekly: tuple[Waiting, ...]
    budget: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class TalkView:
    """One person in the meeting: what changed, one time line, both sides, open alerts, what was decided and agreed."""

    patient_id: uuid.UUID
    name: str
    programme: str
    time_zone: str
    now: datetime
    brief: BriefView
    timeline: TimelineView
    alliance: AllianceView
    alerts: tuple[AlertView, ...]
    decisions: tuple[DecisionView, ...]
    actions: tuple[ActionView, ...]


def meeting(session: Session, *, by: Actor, now: datetime) -> MeetingView:
    """The meeting of the reader's team. Raises ``AccessRefused`` for a role that holds none."""
    check(by, Permission.HOLD_MEETINGS)
    service = session.get_one(Service, by.service_id)
    team = session.get(Team, by.team_id) if by.team_id else None
    going_on = _running(session, by, now)
    agenda = agenda_for(session, actor=by, service=service, now=now)
    taken = {item.patient_id for item in going_on.items} if going_on else set()
    log.record(
        session, at=now, action="read_meeting", actor_id=by.user_id, target=going_on.id if going_on else None,
        detail={"agenda": len(agenda)},
    )  # fmt: skip
    return MeetingView(
        now=now, time_zone=service.time_zone, team=team.name if team else "", running=going_on,
        proposed=tuple(one for one in agenda if one.patient_id not in taken),
        members=_members(session, by), open_actions=tuple(open_actions(session, actor=by, now=now)),
        past=_past(session, by), weekly=weekly_list(session, actor=by, now=now),
        budget=budget_of(service.settings), simulated=service.simulated,
    )  # fmt: skip


def talk(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> TalkView:
    """One person for one minute in the meeting. Raises ``AccessRefused`` or ``NotFound``."""
    check(by, Permission.HOLD_MEETINGS)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    log.record(session, at=now, action="read_in_meeting", actor_id=by.user_id, patient_id=patient.id)
    alliance = alliance_of(session, by=by, now=now, patient=patient)
    course = course_of(session, now=now, patient=patient, days=TIMELINE_DAYS, alliance=alliance)
    alerts = alerts_of(session, by=by, now=now, patient=patient)
    programme = session.get_one(Programme, patient.programme_id)
    actions = actions_about(session, patient_ids=[patient.id], actor=by, now=now)
    return TalkView(
        patient_id=patient.id, name=patient.name, programme=programme.name, time_zone=patient.time_zone, now=now,
        brief=brief_of(course), timeline=timeline_of(course, days=TIMELINE_DAYS), alliance=alliance,
        alerts=tuple(alert for alert in alerts if not alert.closed),
        decisions=tuple(decisions_about(session, patient_ids=[patient.id])[:LAST_DECISIONS]),
        actions=tuple(action for action in actions if action.done_at is None),
    )  # fmt: skip


def _running(session: Session, by: Actor, now: datetime) -> Running | None:
    own = select(Meeting).where(col(Meeting.team_id) == by.team_id, col(Meeting.ended_at).is_(None))
    found = session.exec(own.order_by(col(Meeting.started_at).desc())).first()
    if found is None:
        return None
    present = session.exec(select(Presence.staff_id).where(col(Presence.meeting_id) == found.id)).all()
    items = tuple(items_of(session, found, actor=by, now=now))
    return Running(found.id, found.started_at, found.minutes, items, found.current_id, frozenset(present))


def items_of(session: Session, found: Meeting, *, actor: Actor, now: datetime) -> list[ItemView]:
    """The agenda in its order; without those whom the reader does not reach (any more)."""
    i = AgendaItem
    rows = session.execute(
        select(i, Patient, Programme.name)
        .join(Patient, col(Patient.id) == col(i.patient_id))
        .join(Programme, col(Programme.id) == col(Patient.programme_id))
        .where(col(i.meeting_id) == found.id, col(Patient.id).in_(reachable(actor, now=now)))
        .order_by(col(i.position), col(i.id))
    ).all()
    decided, agreed = (
        Counter(session.exec(select(table.patient_id).where(col(table.meeting_id) == found.id)).all())
        for table in (MeetingDecision, TeamAction)
    )
    return [
        ItemView(
            item.id, patient.id, patient.name, programme, tuple(Reason.from_json(kept) for kept in item.needs),
            item.minutes, item.seconds, item.opened_at, decided[patient.id], agreed[patient.id],
        )
        for item, patient, programme in rows
    ]  # fmt: skip


def _members(session: Session, by: Actor) -> tuple[tuple[uuid.UUID, str], ...]:
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.HOLD_MEETINGS in allowed]
    rows = session.execute(
        select(Staff.id, Staff.name)
        .join(User, col(User.id) == col(Staff.user_id))
        .where(col(Staff.team_id) == by.team_id, col(User.disabled_at).is_(None), col(User.role).in_(roles))
        .order_by(col(Staff.name))
    ).all()
    return tuple((row[0], row[1]) for row in rows)


def _past(session: Session, by: Actor) -> tuple[PastMeeting, ...]:
    own = select(Meeting).where(col(Meeting.team_id) == by.team_id, col(Meeting.ended_at).is_not(None))
    found = session.exec(own.order_by(col(Meeting.started_at).desc()).limit(PAST)).all()
    ids = [one.id for one in found]
    people, decided, agreed = (
        Counter(session.exec(select(table.meeting_id).where(col(table.meeting_id).in_(ids))).all())
        for table in (AgendaItem, MeetingDecision, TeamAction)
    )
    return tuple(PastMeeting(m.id, m.started_at, people[m.id], decided[m.id], agreed[m.id]) for m in found)
