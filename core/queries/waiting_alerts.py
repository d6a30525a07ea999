"""The open alerts of somebody's list of work: those that are due first in full, all of them counted. What is read in
full does not grow with the list, so that one of five thousand is there as soon as one of fifty. A part of
``core.queries.today``, which checks and audits."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, func, not_, or_
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.reach import reachable
from models import Alert, AlertState, Patient, Staff

LISTED = 60  # alerts that are read in full, those due first
OPEN = tuple(state for state in AlertState if state is not AlertState.CLOSED)
UNANSWERED = "message_unanswered"  # the rule that reminds of what the list holds already


class Span(StrEnum):
    """When a response is due, on the day of the service."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Due:
    """How many responses are due in a span, and the first of them."""

    n: int
    first: datetime


@dataclass(frozen=True, slots=True)
class WaitingAlerts:
    """``listed``: rows of alert, patient and the owner's name, by response due, at most ``LISTED``. ``weekly``: the
    same of those on the weekly list. ``people`` and ``spans`` count all that are not on it, by patient and by when they
    are due. ``reminded``: the patients whose unanswered message has an alert."""

    listed: Sequence[tuple[Alert, Patient, str]]
    weekly: Sequence[tuple[Alert, Patient, str]]
    people: Mapping[uuid.UUID, Due]
    spans: Mapping[Span, Due]
    reminded: frozenset[uuid.UUID]


def waiting_alerts(
    session: Session, *, reader: Actor, owners: Any, known: Collection[uuid.UUID], now: datetime, tomorrow: datetime
) -> WaitingAlerts:
    """The alerts of ``owners`` (ids, or a subquery of ids) that are open and not put off. ``known`` are patients that
    ``reader`` reaches anyway; an alert of somebody else is there only where ``reader`` may open the case. No call of
    its own: who reads was checked and is in the log before."""
    a = Alert
    awake = or_(col(a.snoozed_until).is_(None), col(a.snoozed_until) <= now, col(a.state) != AlertState.SNOOZED)
    scope = and_(col(a.owner_id).in_(owners), col(a.state).in_(OPEN), awake)
    weekly = and_(col(a.batched_on).is_not(None), col(a.state) == AlertState.NEW)
    counted = _counted(session, scope, weekly, now=now, tomorrow=tomorrow)
    beyond = _beyond(session, reader, {row.patient_id for row in counted} - set(known), now)
    counted = [row for row in counted if row.patient_id not in beyond]
    reached = and_(scope, col(a.patient_id).not_in(beyond)) if beyond else scope
    first = select(a.id).where(reached, not_(weekly)).order_by(col(a.due_at), col(a.opened_at), col(a.id))
    return WaitingAlerts(
        listed=_rows(session, col(a.id).in_(session.exec(first.limit(LISTED)).all())),
        weekly=_rows(session, and_(reached, weekly)) if any(row.weekly for row in counted) else [],
        people={row.patient_id: Due(row.n, row.first) for row in counted if row.n},
        spans=_spans(counted),
        reminded=frozenset(row.patient_id for row in counted if row.reminds),
    )


def _counted(session: Session, scope: Any, weekly: Any, *, now: datetime, tomorrow: datetime) -> Sequence[Row[Any]]:
    """For each patient: how many are overdue, due today and later, the first of each, whether one of them reminds of a
    message, and how many are on the weekly list. One pass over the alerts."""
    a, listed = Alert, not_(weekly)
    due, overdue = col(a.due_at), and_(listed, col(a.due_at) < now)
    today, later = and_(listed, due >= now, due < tomorrow), and_(listed, due >= tomorrow)
    return session.execute(
        select(  # type: ignore[call-overload]
            a.patient_id, _sum(listed).label("n"), func.min(case((listed, due))).label("first"),
            _sum(overdue).label("overdue"), _sum(today).label("today"),
            func.min(case((today, due))).label("first_today"), _sum(later).label("later"),
            func.min(case((later, due))).label("first_later"), _sum(weekly).label("weekly"),
            _sum(and_(listed, col(a.rule) == UNANSWERED)).label("reminds"),
        )
        .where(scope)
        .group_by(col(a.patient_id))
    ).all()  # fmt: skip


def _sum(holds: Any) -> Any:
    return func.sum(case((holds, 1), else_=0))


def _spans(counted: Sequence[Row[Any]]) -> dict[Span, Due]:
    found = {}
    for span, many, first in (
        (Span.OVERDUE, "overdue", "first"), (Span.TODAY, "today", "first_today"), (Span.LATER, "later", "first_later"),
    ):  # fmt: skip
        rows = [row for row in counted if getattr(row, many)]
        if rows:
            found[span] = Due(sum(getattr(row, many) for row in rows), min(getattr(row, first) for row in rows))
    return found


def _beyond(session: Session, by: Actor, unsure: set[uuid.UUID], now: datetime) -> set[uuid.UUID]:
    """Which of these one may not open: an alert can still be owned by somebody whose care has ended."""
    if not unsure:
        return set()
    within = reachable(by, now=now).where(col(Patient.id).in_(unsure))
    reached: Sequence[uuid.UUID] = session.exec(within).all()
    return unsure.difference(reached)


def _rows(session: Session, wanted: Any) -> list[tuple[Alert, Patient, str]]:
    found = session.execute(
        select(Alert, Patient, Staff.name)
        .join(Patient, col(Patient.id) == col(Alert.patient_id))
        .join(Staff, col(Staff.id) == col(Alert.owner_id))
        .where(wanted)
        .order_by(col(Alert.due_at), col(Alert.opened_at), col(Alert.id))
    )
    return [(alert, patient, owner) for alert, patient, owner in found]
