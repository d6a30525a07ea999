"""Whom a team's meeting should talk about, and why: read for everyone in the team's care at once. A part of
``core.queries.meetings`` and ``core.actions.meetings``, which check and audit."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.queries.caseload import Person, Scope, people_in, silent_among
from core.rules.agenda import Reason, in_order, place, time_box
from core.rules.due import due_at
from models import (
    Alert,
    AlertState,
    MessageThread,
    Need,
    Patient,
    Response,
    Service,
    StepOfCare,
    StepRequest,
    TeamAction,
)

STRAIN = frozenset({"alliance_fall", "alliance_gap", "srs_low"})
OFF_COURSE = frozenset({"off_course", "reliable_deterioration", "ewma_change"})
SILENCE = frozenset({"no_entries"})
SOON = timedelta(days=1)  # (d) a response due within a day is talked about
NEW_DAYS = 14  # (d)
STEP_DAYS, MEETING_DAYS = 28, 7  # (d) a step is looked at every four weeks, in the week in which they are over


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody who should be talked about, with the time box that follows from the reasons."""

    patient_id: uuid.UUID
    name: str
    programme: str
    reasons: tuple[Reason, ...]
    minutes: int


def agenda_for(session: Session, *, actor: Actor, service: Service, now: datetime) -> list[Proposed]:
    """Everyone in the care of the actor's team with a reason, in the order of the meeting."""
    people = people_in(session, actor=actor, scope=Scope.TEAM, now=now)
    reasons = reasons_of(session, people, service=service, now=now)
    proposed = [
        Proposed(person.id, person.name, person.programme, found, time_box(found))
        for person in people
        if (found := reasons.get(person.id))
    ]
    return sorted(proposed, key=lambda one: (*place(one.reasons), one.name))


def reasons_of(
    session: Session, people: Sequence[Person], *, service: Service, now: datetime
) -> dict[uuid.UUID, tuple[Reason, ...]]:
    """The reasons of each of these people, ordered; nobody without one."""
    ids = [person.id for person in people]
    today = now.astimezone(ZoneInfo(service.time_zone)).date()
    found: defaultdict[uuid.UUID, list[Reason]] = defaultdict(list)
    sources = (
        _alerts(session, ids, now), _messages(session, ids, service, now), _new(session, ids, today),
        _steps(session, ids, today), _actions(session, ids),
    )  # fmt: skip
    for source in sources:
        for patient_id, reason in source:
            found[patient_id].append(reason)
    for patient_id in silent_among(session, people, now):
        if not any(reason.need is Need.SILENT for reason in found[patient_id]):
            found[patient_id].append(Reason(Need.SILENT))
    return {patient_id: in_order(reasons) for patient_id, reasons in found.items() if reasons}


Found = Iterator[tuple[uuid.UUID, Reason]]


def _alerts(session: Session, ids: Collection[uuid.UUID], now: datetime) -> Found:
    a = Alert
    rows = session.execute(
        select(a.patient_id, a.rule, a.due_at, a.state, a.snoozed_until, a.batched_on)  # type: ignore[call-overload]
        .where(col(a.patient_id).in_(ids), col(a.state) != AlertState.CLOSED)
        .order_by(col(a.due_at), col(a.rule))
    ).all()
    for row in rows:
        if row.state is AlertState.SNOOZED and row.snoozed_until is not None and row.snoozed_until > now:
            continue
        need = _need_of(row.rule, row.due_at, now)
        if need is None and row.batched_on is not None:
            need = Need.RESPONSE_DUE  # put off until the meeting: this is it
        if need is not None:
            yield row.patient_id, Reason(need, row.rule, row.due_at)


def _need_of(rule: str, due: datetime, now: datetime) -> Need | None:
    by_rule = {**dict.fromkeys(STRAIN, Need.ALLIANCE_STRAIN), **dict.fromkeys(OFF_COURSE, Need.OFF_COURSE)}
    if rule in SILENCE:
        return Need.SILENT
    return by_rule.get(rule) or (Need.RESPONSE_DUE if due <= now + SOON else None)


def _messages(session: Session, ids: Collection[uuid.UUID], service: Service, now: datetime) -> Found:
    t = MessageThread
    rows = session.execute(
        select(t.patient_id, t.needs_reply_since).where(
            col(t.patient_id).in_(ids), col(t.needs_reply_since).is_not(None)
        )
    ).all()
    for patient_id, since in rows:
        due = due_at(Response.TWO_WORKING_DAYS, since, service) if since else None
        if due is not None and due <= now + SOON:
            yield patient_id, Reason(Need.RESPONSE_DUE, "message_unanswered", due)


def _new(session: Session, ids: Collection[uuid.UUID], today: date) -> Found:
    p, since = Patient, today - timedelta(days=NEW_DAYS)
    rows = session.execute(
        select(p.id, col(p.enrolled_on)).where(
            col(p.id).in_(ids), col(p.enrolled_on) > since, col(p.enrolled_on) <= today
        )
    ).all()
    for patient_id, enrolled_on in rows:
        yield patient_id, Reason(Need.NEW, number=(today - enrolled_on).days)


def _steps(session: Session, ids: Collection[uuid.UUID], today: date) -> Found:
    s, r = StepOfCare, StepRequest
    asked = set(
        session.exec(select(r.patient_id).where(col(r.patient_id).in_(ids), col(r.answered_at).is_(None))).all()
    )
    rows = session.execute(
        select(s.patient_id, func.max(col(s.started_on)))
        .where(col(s.patient_id).in_(ids), col(s.ended_on).is_(None), col(s.started_on) <= today)
        .group_by(col(s.patient_id))
    ).all()
    for patient_id, started_on in rows:
        days = (today - started_on).days
        if patient_id in asked or (days >= STEP_DAYS and days % STEP_DAYS < MEETING_DAYS):
            yield patient_id, Reason(Need.STEP_DECISION, number=days // 7)


def _actions(session: Session, ids: Collection[uuid.UUID]) -> Found:
    a = TeamAction
    rows = session.execute(
        select(a.patient_id, func.count())
        .where(col(a.patient_id).in_(ids), col(a.done_at).is_(None))
        .group_by(col(a.patient_id))
    ).all()
    for patient_id, count in rows:
        yield patient_id, Reason(Need.OPEN_ACTION, number=count)
