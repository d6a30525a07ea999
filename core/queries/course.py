"""What the case review knows about one patient's course, read once: header, session brief and time line are computed
from it without asking the database again. Times and codes only; nobody's words are opened here."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from core.clock import day_number
from core.measures import by_id
from core.queries.alliance import AllianceView
from core.queries.family_agreement import agreements
from core.queries.family_notes import consenting
from core.queries.observations import DaysView, days_of, span_of
from core.queries.prepared import rows
from core.queries.steps import Stretch, stretches_of
from core.queries.streams import Series, all_series
from core.rules.family_agreement import Agreement
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
)

LOOK_BACK = REVIEW_DAYS + WINDOW_DAYS  # days read at least, for the usual and for freshness
LATE_DAYS = 45  # (d) a stream that ended longer ago is a closed study: the time line ends where it ends
_WHOLE = {Domain.POSITIVE_AFFECT, Domain.NEGATIVE_AFFECT, Domain.URGES, Domain.SAFETY, Domain.ENGAGEMENT}
_SINGLE = {"meal", "activity_minutes", "steps", "outdoors", "sleep_hours", "sleep_quality"}
_SHOWN = [m.id for m in by_id().values() if m.domain in _WHOLE or m.code in _SINGLE]


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
    """A family note: who noticed what ("worse", "same", "better" by domain) in the ``days`` days up to ``about_day``,
    how they were as a whole, and whether that agrees with the patient's own entries (``None``: not compared)."""

    id: uuid.UUID
    written_at: datetime
    about_day: date
    days: int
    how: str | None
    relationship: str
    noticed: dict[str, str]
    agreement: Agreement | None = None


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
class Course:
    """Everything dated about ``patient``, oldest first. ``days`` (and ``series`` from it) covers day numbers
    ``first`` to ``last``; ``last`` is
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
    series: dict[Domain, Series]
    sessions: tuple[SessionMark, ...]
    messages: tuple[MessageMark, ...]
    notes: tuple[NoteMark, ...]
    ratings: tuple[RatingMark, ...]
    withheld: bool
    own: bool
    alerts: tuple[AlertMark, ...]
    scores: tuple[ScoreMark, ...]
    steps: tuple[Stretch, ...]

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
    values = days_of(session, patient=patient, first=first, last=last, measures=_SHOWN)
    since = now - timedelta(days=LOOK_BACK)
    return Course(
        patient=patient, now=now, today=today, first=first, last=last, closed=closed, began=began, days=values,
        series=all_series(values, last=last),
        sessions=tuple(SessionMark(*row) for row in rows(session, _SESSIONS, patient=patient.id)),
        messages=tuple(MessageMark(*row) for row in rows(session, _MESSAGES, patient=patient.id)),
        notes=_notes(session, patient),
        ratings=_ratings(alliance), withheld=alliance.withheld, own=alliance.own,
        alerts=tuple(AlertMark(*row) for row in rows(session, _ALERTS, patient=patient.id)),
        scores=tuple(ScoreMark(*row) for row in rows(session, _SCORES, patient=patient.id, since=since)),
        steps=stretches_of(session, patient),
    )  # fmt: skip


def _notes(session: Session, patient: Patient) -> tuple[NoteMark, ...]:
    """The notes of relatives whose consent holds now."""
    relatives = consenting(session, patient)
    if not relatives:
        return ()
    notes = [NoteMark(*row) for row in rows(session, _NOTES, patient=patient.id, relatives=relatives)]
    compared = agreements(session, patient=patient, notes=notes)
    return tuple(replace(note, agreement=compared.get(note.id)) for note in notes)


def _ratings(alliance: AllianceView) -> tuple[RatingMark, ...]:
    return tuple(
        RatingMark(r.rated_at, r.side, r.session_number, r.goal, r.task, r.bond)
        for r in alliance.ratings
        if r.goal is not None and r.task is not None and r.bond is not None
    )


def _of_patient(table: Any, *columns: Any, order: Any) -> Select[Any]:
    return select(*columns).where(table.patient_id == bindparam("patient")).order_by(order)


_A, _M, _N, _L, _Q = Appointment, Message, FamilyNote, Alert, QuestionnaireResponse
_SESSIONS = _of_patient(_A, _A.id, _A.number, _A.starts_at, _A.state, _A.staff_id, order=_A.starts_at)
_MESSAGES = _of_patient(_M, _M.id, _M.sent_at, _M.from_patient, col(_M.read_at).is_not(None), order=_M.sent_at)
_NOTES = _of_patient(
    _N, _N.id, _N.written_at, _N.about_day, _N.days, _N.how, Relative.relationship, _N.noticed, order=_N.written_at
).where(
    col(Relative.id) == col(_N.relative_id), col(_N.relative_id).in_(bindparam("relatives", expanding=True)),
)  # fmt: skip
_ALERTS = _of_patient(_L, _L.id, _L.rule, _L.opened_at, _L.due_at, _L.closed_at, order=_L.opened_at)
_SCORES = _of_patient(_Q, _Q.id, _Q.instrument, _Q.answered_at, _Q.total, order=_Q.answered_at).where(
    col(_Q.answered_at) >= bindparam("since")
)
