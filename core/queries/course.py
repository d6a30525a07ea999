"""What the case review knows about one patient's course, read once: header, session brief and time line are computed
from it without asking the database again. Times and codes only; nobody's words are opened here."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from core.clock import day_number
from core.measures import by_id
from core.queries.alliance import AllianceView
from core.queries.observations import DaysView, days_of, span_of
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import (
    Alert,
    Appointment,
    AppointmentState,
    Domain,
    FamilyNote,
    Message,
    Patient,
    QuestionnaireResponse,
    Relative,
    Side,
    StepOfCare,
)

LOOK_BACK = REVIEW_DAYS + WINDOW_DAYS + 30  # days read at least, for the usual and for freshness
LATE_DAYS = 45  # (d) a stream that ended longer ago is a closed study: the time line ends where it ends
_DOMAINS = {
    Domain.POSITIVE_AFFECT, Domain.NEGATIVE_AFFECT, Domain.AROUSAL, Domain.URGES, Domain.SAFETY, Domain.MEALS,
    Domain.ACTIVITY, Domain.SLEEP, Domain.ENGAGEMENT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionMark:
    """One session: its number, start and what became of it, and with whom."""

    id: uuid.UUID
    number: int
    starts_at: datetime
    state: AppointmentState
    staff_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class MessageMark:
    """That a message was sent, when, by which side, and whether somebody read it; not what it says."""

    id: uuid.UUID
    sent_at: datetime
    from_patient: bool
    read: bool


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A family note: who noticed what ("worse", "same", "better" by domain) about which day."""

    id: uuid.UUID
    written_at: datetime
    about_day: date
    relationship: str
    noticed: dict[str, str]


@dataclass(frozen=True, slots=True)
class RatingMark:
    """One side's complete rating of the alliance: item means of goal, task and bond, and of which session."""

    rated_at: datetime
    side: Side
    number: int | None
    goal: float
    task: float
    bond: float

    @property
    def mean(self) -> float:
        """Mean of the three item means."""
        return (self.goal + self.task + self.bond) / 3


@dataclass(frozen=True, slots=True)
class AlertMark:
    """An alert: which rule, when it opened and when it was closed."""

    id: uuid.UUID
    rule: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScoreMark:
    """The total of one answered instrument."""

    id: uuid.UUID
    instrument: str
    answered_at: datetime
    total: float | None


@dataclass(frozen=True, slots=True)
class StepMark:
    """A stretch on one step of care."""

    step: int
    started_on: date
    ended_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Course:
    """Everything dated about ``patient``, oldest first. ``days`` covers day numbers ``first`` to ``last``; ``last`` is
    today, or the last day with data where the streams ended long ago (``closed``). ``ratings`` are those that may be
    shown: ``withheld`` says that the patient's newest waits for the therapist's, ``own`` that the reader is who rates.
    """

    patient: Patient
    now: datetime
    today: int
    first: int
    last: int
    closed: bool
    began: int | None
    days: DaysView
    sessions: tuple[SessionMark, ...]
    messages: tuple[MessageMark, ...]
    notes: tuple[NoteMark, ...]
    ratings: tuple[RatingMark, ...]
    withheld: bool
    own: bool
    alerts: tuple[AlertMark, ...]
    scores: tuple[ScoreMark, ...]
    steps: tuple[StepMark, ...]

    def day_of(self, moment: datetime) -> int:
        """Day number of a moment on the patient's calendar."""
        return day_number(moment, self.patient.time_zone)


def course_of(session: Session, *, now: datetime, patient: Patient, days: int | None, alliance: AllianceView) -> Course:
    """Read the course of a patient already in reach; ``days`` is the range that is shown (``None``: all of it)."""
    today = day_number(now, patient.time_zone)
    span = span_of(session, patient=patient)
    closed = span is not None and today - span[1] > LATE_DAYS and patient.source != "vincle"
    last = span[1] if span and closed else today
    began = span[0] if span else None
    first = max(last - max(days or 0, LOOK_BACK), began) if began is not None and days else (began or last)
    measures = [number for number, measure in by_id().items() if measure.domain in _DOMAINS]
    return Course(
        patient=patient, now=now, today=today, first=first, last=last, closed=closed, began=began,
        days=days_of(session, patient=patient, first=first, last=last, measures=measures),
        sessions=_sessions(session, patient), messages=_messages(session, patient), notes=_notes(session, patient),
        ratings=_ratings(alliance), withheld=alliance.withheld, own=alliance.own, alerts=_alerts(session, patient),
        scores=_scores(session, patient, now - timedelta(days=LOOK_BACK)), steps=_steps(session, patient),
    )  # fmt: skip


def _rows(
    session: Session, patient: Patient, order: Any, *columns: Any, where: ColumnElement[bool] | None = None
) -> list[Any]:
    table = order.class_
    statement = select(*columns).where(table.patient_id == patient.id).order_by(order)
    return list(session.execute(statement if where is None else statement.where(where)))


def _sessions(session: Session, patient: Patient) -> tuple[SessionMark, ...]:
    a = Appointment
    rows = _rows(session, patient, a.starts_at, a.id, a.number, a.starts_at, a.state, a.staff_id)
    return tuple(SessionMark(*row) for row in rows)


def _messages(session: Session, patient: Patient) -> tuple[MessageMark, ...]:
    m = Message
    rows = _rows(session, patient, m.sent_at, m.id, m.sent_at, m.from_patient, col(m.read_at).is_not(None))
    return tuple(MessageMark(*row) for row in rows)


def _notes(session: Session, patient: Patient) -> tuple[NoteMark, ...]:
    n = FamilyNote
    rows = _rows(
        session, patient, n.written_at, n.id, n.written_at, n.about_day, Relative.relationship, n.noticed,
        where=col(Relative.id) == col(n.relative_id),
    )  # fmt: skip
    return tuple(NoteMark(*row) for row in rows)


def _ratings(alliance: AllianceView) -> tuple[RatingMark, ...]:
    return tuple(
        RatingMark(r.rated_at, r.side, r.session_number, r.goal, r.task, r.bond)
        for r in alliance.ratings
        if r.goal is not None and r.task is not None and r.bond is not None
    )


def _alerts(session: Session, patient: Patient) -> tuple[AlertMark, ...]:
    a = Alert
    rows = _rows(session, patient, a.opened_at, a.id, a.rule, a.opened_at, a.due_at, a.closed_at)
    return tuple(AlertMark(*row) for row in rows)


def _scores(session: Session, patient: Patient, since: datetime) -> tuple[ScoreMark, ...]:
    q = QuestionnaireResponse
    rows = _rows(
        session, patient, q.answered_at, q.id, q.instrument, q.answered_at, q.total, where=col(q.answered_at) >= since
    )
    return tuple(ScoreMark(*row) for row in rows)


def _steps(session: Session, patient: Patient) -> tuple[StepMark, ...]:
    s = StepOfCare
    rows = _rows(session, patient, s.started_on, s.step, s.started_on, s.ended_on, s.reason)
    return tuple(StepMark(*row) for row in rows)
