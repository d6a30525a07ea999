"""Reads what the models may look at for a partition of patients into ``Streams``; the roll-ups past the ORM, straight
into columns, because they are the bulk."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from core.clock import seconds
from core.ingest.columns import day_number_of
from core.signals.features import measures_seen
from core.signals.streams import Streams, frame
from models import AllianceRating, ClinicalEvent, Message, Patient, QuestionnaireResponse, StepOfCare

INSTRUMENTS = ("core-10", "phq-9", "who-5")
SAFETY_ITEM = {"phq-9": "9", "core-10": "6"}


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a score is about: the key of the narrow tables, the identifier, the calendar, whether simulated."""

    key: int
    id: uuid.UUID
    time_zone: str
    enrolled_on: date
    left_on: date | None
    simulated: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A partition: patients by key and days of roll-ups, both ends included."""

    first_key: int
    last_key: int
    first_day: int
    last_day: int


def people_of(session: Session) -> list[Person]:
    """Every patient in order of key."""
    wanted = select(Patient).order_by(col(Patient.key))
    return [
        Person(row.key, row.id, row.time_zone, row.enrolled_on, row.left_on, row.simulated)
        for row in session.exec(wanted)
    ]


def streams_of(session: Session, span: Span) -> Streams:
    """The roll-ups of the span; messages, ratings, questionnaires and steps of all time of its patients."""
    return Streams(
        days=_days(session, span),
        messages=frame("messages", _messages(session, span)),
        ratings=frame("ratings", _ratings(session, span)),
        questionnaires=frame("questionnaires", _questionnaires(session, span)),
        steps=frame("steps", _steps(session, span)),
        patients=frame("patients", _patients(session, span)),
    )


def events_of(session: Session, span: Span) -> pl.DataFrame:
    """patient_key, kind, at: the recorded clinical events; for training only, no feature sees them."""
    found = _of_patients(session, span, ClinicalEvent, ClinicalEvent.kind, ClinicalEvent.happened_at)
    shape = {"patient_key": pl.Int64, "kind": pl.String, "at": pl.Int64}
    return pl.DataFrame([(key, kind.value, seconds(at)) for key, kind, at in found], schema=shape, orient="row")


def _days(session: Session, span: Span) -> pl.DataFrame:
    numbers = ", ".join(str(number) for number in measures_seen())
    statement = (
        "SELECT patient_key, day, measure_id, n, total, total_squares, high FROM observation_day WHERE patient_key "
        f"BETWEEN ? AND ? AND day BETWEEN ? AND ? AND measure_id IN ({numbers})"
    )
    connection = session.connection()
    if connection.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    given = (span.first_key, span.last_key, span.first_day, span.last_day)
    cursor: Any = connection.exec_driver_sql(statement, given).cursor
    names = ("patient_key", "day", "measure_id", "n", "total", "total_squares", "high")
    columns = dict(zip(names, zip(*cursor.fetchall(), strict=True), strict=False))
    cursor.close()
    return frame("days", columns)


def _of_patients(session: Session, span: Span, table: Any, *columns: Any) -> list[tuple[Any, ...]]:
    wanted: Any = select(Patient.key, *columns).join(Patient, col(Patient.id) == table.patient_id)
    return list(session.exec(wanted.where(col(Patient.key).between(span.first_key, span.last_key))))


def _transposed(rows: list[tuple[Any, ...]], *names: str) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _messages(session: Session, span: Span) -> dict[str, list[Any]]:
    rows = _of_patients(session, span, Message, Message.sent_at, Message.from_patient)
    return _transposed([(key, seconds(at), mine) for key, at, mine in rows], "patient_key", "at", "from_patient")


def _ratings(session: Session, span: Span) -> dict[str, list[Any]]:
    r = AllianceRating
    rows = _of_patients(session, span, r, r.rated_at, r.side, r.goal, r.task, r.bond)
    timed = [(key, seconds(at), side.value, *parts) for key, at, side, *parts in rows]
    return _transposed(timed, "patient_key", "at", "side", "goal", "task", "bond")


def _questionnaires(session: Session, span: Span) -> dict[str, list[Any]]:
    q = QuestionnaireResponse
    rows = _of_patients(session, span, q, q.answered_at, q.instrument, q.total, q.answers)
    timed = [
        (key, seconds(at), instrument, total, _safety_item(instrument, answers))
        for key, at, instrument, total, answers in rows
        if instrument in INSTRUMENTS
    ]
    return _transposed(timed, "patient_key", "at", "instrument", "total", "safety_item")


def _safety_item(instrument: str, answers: dict[str, float]) -> float | None:
    value = answers.get(SAFETY_ITEM.get(instrument, ""))
    return None if value is None else float(value)


def _steps(session: Session, span: Span) -> dict[str, list[Any]]:
    rows = _of_patients(session, span, StepOfCare, StepOfCare.started_on, StepOfCare.step)
    timed = [(key, day_number_of(started), float(step)) for key, started, step in rows]
    return _transposed(timed, "patient_key", "started", "step")


def _patients(session: Session, span: Span) -> dict[str, list[Any]]:
    p = Patient
    wanted = select(col(p.key), col(p.enrolled_on), col(p.left_on)).where(
        col(p.key).between(span.first_key, span.last_key)
    )
    rows = [
        (key, day_number_of(enrolled), None if left is None else day_number_of(left))
        for key, enrolled, left in session.exec(wanted)
    ]
    return _transposed(rows, "patient_key", "enrolled", "left")
