"""Reads the service's records for its figures into columns: keys, days and numbers, nobody's name or words."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Uuid, bindparam, func, text
from sqlmodel import Session, col, select

from core.clock import seconds
from core.figures.catalogue import IN_SESSION
from core.ingest.columns import day_number_of
from core.measures import PROMPTS_ANSWERED
from models import (
    Alert,
    AlertEvent,
    AlertVerb,
    AllianceRating,
    Appointment,
    AppointmentState,
    CareKind,
    CareRelationship,
    Message,
    Patient,
    Programme,
    ProgrammeOffer,
    QuestionnaireResponse,
    Response,
    StepOfCare,
)

DAY = 86_400
ANSWERS = (AlertVerb.ACKNOWLEDGE, AlertVerb.ACT, AlertVerb.CLOSE)
ASKED = ("sus", "vas-app", "vas-platform", "nps")


@dataclass(frozen=True, slots=True)
class Records:
    """Everything the figures are made of, by patient ``key`` (days since 1970-01-01; ``hour`` is hours since then).

    ``people``    key, programme, team, enrolled, left, outcome (instrument)
    ``offers``    key (negative without a record), programme, team, offered, answered, accepted
    ``entries``   key, day, sent, answered
    ``messages``  key, hour, theirs
    ``held``      key, day, appointment
    ``ratings``   key, day, appointment, side, mean
    ``totals``    key, day, instrument, total
    ``steps``     key, started, step
    ``alerts``    key, opened, due, answered (hours), useful
    ``leads``     key, staff, started, ended
    """

    people: pl.DataFrame
    offers: pl.DataFrame
    entries: pl.DataFrame
    messages: pl.DataFrame
    held: pl.DataFrame
    ratings: pl.DataFrame
    totals: pl.DataFrame
    steps: pl.DataFrame
    alerts: pl.DataFrame
    leads: pl.DataFrame


INT, REAL, WORD, YES = pl.Int64(), pl.Float64(), pl.String(), pl.Boolean()
SHAPES: dict[str, dict[str, pl.DataType]] = {
    "people": {"key": INT, "programme": WORD, "team": WORD, "enrolled": INT, "left": INT, "outcome": WORD},
    "offers": {"key": INT, "programme": WORD, "team": WORD, "offered": INT, "answered": INT, "accepted": YES},
    "entries": {"key": INT, "day": INT, "sent": REAL, "answered": REAL},
    "messages": {"key": INT, "hour": REAL, "theirs": YES},
    "held": {"key": INT, "day": INT, "appointment": WORD},
    "ratings": {"key": INT, "day": INT, "appointment": WORD, "side": WORD, "mean": REAL},
    "totals": {"key": INT, "day": INT, "instrument": WORD, "total": REAL},
    "steps": {"key": INT, "started": INT, "step": INT},
    "alerts": {"key": INT, "opened": REAL, "due": REAL, "answered": REAL, "useful": YES},
    "leads": {"key": INT, "staff": WORD, "started": INT, "ended": INT},
}


def table(name: str, rows: list[Any]) -> pl.DataFrame:
    """Rows of the named shape."""
    return pl.DataFrame(rows, schema=SHAPES[name], orient="row")


def records_of(session: Session, service_id: uuid.UUID, *, first_day: int, last_day: int) -> Records:
    """The records of a service that figures for the days from ``first_day`` to ``last_day`` rest on."""
    outcomes = dict(session.exec(select(Programme.id, Programme.outcome_instrument)).all())
    return Records(
        people=_people(session, service_id, outcomes), offers=_offers(session, service_id),
        entries=_entries(session, service_id, first_day, last_day), messages=_messages(session, service_id),
        held=_held(session, service_id), ratings=_ratings(session, service_id),
        totals=_totals(session, service_id, {*ASKED, *outcomes.values()}), steps=_steps(session, service_id),
        alerts=_alerts(session, service_id), leads=_leads(session, service_id),
    )  # fmt: skip


def _of(session: Session, service_id: uuid.UUID, patient: Any, *columns: Any) -> list[Any]:
    """Rows of a patient's table with the key in front; ``patient`` is the column that names the patient."""
    wanted: Any = select(Patient.key, *columns).join(Patient, col(Patient.id) == patient)
    return list(session.execute(wanted.where(col(Patient.service_id) == service_id)).all())


def _hours(at: datetime | None) -> float | None:
    return None if at is None else seconds(at) / 3600


def _on(day: date | None) -> int | None:
    return day_number_of(day) if day else None


def _day(at: datetime) -> int:
    return seconds(at) // DAY


def _people(session: Session, service_id: uuid.UUID, outcomes: dict[uuid.UUID, str]) -> pl.DataFrame:
    p = Patient
    wanted: Any = select(p.key, p.programme_id, p.team_id, p.enrolled_on, p.left_on)  # type: ignore[call-overload]
    rows = [
        (
            key,
            str(programme),
            str(team),
            day_number_of(began),
            day_number_of(left) if left else None,
            outcomes[programme],
        )
        for key, programme, team, began, left in session.execute(wanted.where(col(p.service_id) == service_id))
    ]
    return table("people", rows)


def _offers(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    """Offers on record; a patient without one was offered and accepted on the first day."""
    rows, known = [], set()
    o, p = ProgrammeOffer, Patient
    wanted = select(o, p.key).outerjoin(p, col(p.id) == col(o.patient_id)).where(col(o.service_id) == service_id)
    for number, (offer, key) in enumerate(session.execute(wanted).all(), start=1):
        known.add(key)
        answered = _on(offer.answered_on)
        place = str(offer.programme_id), str(offer.team_id)
        rows.append((key or -number, *place, day_number_of(offer.offered_on), answered, offer.accepted))
    everyone: Any = select(p.key, p.programme_id, p.team_id, p.enrolled_on)
    for key, programme, team, began in session.execute(everyone.where(col(p.service_id) == service_id)):
        if key not in known:
            rows.append((key, str(programme), str(team), day_number_of(began), day_number_of(began), True))
    return table("offers", rows)


def _entries(session: Session, service_id: uuid.UUID, first_day: int, last_day: int) -> pl.DataFrame:
    asked = text(
        "SELECT d.patient_key, d.day, d.n, d.total FROM observation_day d JOIN patient p ON p.key = d.patient_key "
        "WHERE d.measure_id = :prompts AND d.day BETWEEN :first AND :last AND p.service_id = :service"
    ).bindparams(bindparam("service", type_=Uuid()))
    given = {"prompts": PROMPTS_ANSWERED, "first": first_day, "last": last_day, "service": service_id}
    return table("entries", [tuple(row) for row in session.execute(asked, given)])


def _messages(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    m = Message
    rows = _of(session, service_id, m.patient_id, m.sent_at, m.from_patient)
    return table("messages", [(key, _hours(at), theirs) for key, at, theirs in rows])


def _held(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    a = Appointment
    rows = _of(session, service_id, a.patient_id, a.starts_at, a.id, a.state)
    return table("held", [(key, _day(at), str(one)) for key, at, one, state in rows if state is AppointmentState.HELD])


def _ratings(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    r = AllianceRating
    rows = _of(session, service_id, r.patient_id, r.rated_at, r.appointment_id, r.side, r.goal, r.task, r.bond)
    return table(
        "ratings",
        [
            (key, _day(at), str(one), side.value, (goal + task + bond) / 3)
            for key, at, one, side, goal, task, bond in rows
            if None not in (goal, task, bond)
        ],
    )


def _totals(session: Session, service_id: uuid.UUID, instruments: set[str]) -> pl.DataFrame:
    q = QuestionnaireResponse
    wanted: Any = select(Patient.key, q.answered_at, q.instrument, q.total)
    rows = session.execute(
        wanted.join(Patient, col(Patient.id) == col(q.patient_id)).where(
            col(Patient.service_id) == service_id, col(q.instrument).in_(instruments), col(q.total).is_not(None)
        )
    )
    return table("totals", [(key, _day(at), instrument, total) for key, at, instrument, total in rows])


def _steps(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    s = StepOfCare
    rows = _of(session, service_id, s.patient_id, s.started_on, s.step)
    return table("steps", [(key, day_number_of(began), step) for key, began, step in rows])


def _alerts(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    """``due`` with a day's grace for what is due in a session; ``answered`` is the first thing a person did."""
    a, e = Alert, AlertEvent
    marked = select(e.alert_id, e.useful).where(col(e.verb) == AlertVerb.CLOSE, col(e.useful).is_not(None))
    useful: dict[uuid.UUID, bool | None] = dict(iter(session.execute(marked.order_by(col(e.at)))))
    first = select(col(e.alert_id), func.min(col(e.at))).where(col(e.verb).in_(ANSWERS)).group_by(col(e.alert_id))
    answered: dict[uuid.UUID, datetime] = dict(iter(session.execute(first)))
    rows = _of(session, service_id, a.patient_id, a.id, a.opened_at, a.due_at, a.response)
    grace = {Response.NEXT_SESSION: IN_SESSION}
    return table(
        "alerts",
        [
            (key, _hours(opened), (_hours(due) or 0.0) + grace.get(response, 0.0), _hours(answered.get(one)),
             useful.get(one))
            for key, one, opened, due, response in rows
        ],
    )  # fmt: skip


def _leads(session: Session, service_id: uuid.UUID) -> pl.DataFrame:
    c = CareRelationship
    rows = _of(session, service_id, c.patient_id, c.staff_id, c.kind, c.starts_on, c.ends_on)
    return table(
        "leads",
        [
            (key, str(staff), day_number_of(began), _on(ended))
            for key, staff, kind, began, ended in rows
            if kind is CareKind.LEAD
        ],
    )
