"""Reads what the models may look at for a partition of patients into ``Streams``; the roll-ups past the ORM, straight
into columns, because they are the bulk."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import polars as pl
import sqlalchemy
from sqlalchemy import String, case, cast, true
from sqlmodel import Session, col, select

from core.ingest.columns import day_number_of
from core.signals.features import measures_seen
from core.signals.fetch import Epoch, day_columns
from core.signals.streams import SHAPES, Streams, frame
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
    """A partition: the keys of its patients, and days of roll-ups, both ends included."""

    keys: tuple[int, ...]
    first_day: int
    last_day: int


def people_of(session: Session, keys: Collection[int] | None = None) -> list[Person]:
    """Every patient (or those with these ``keys``) in order of key."""
    p = Patient
    wanted: Any = sqlalchemy.select(*(getattr(p, field.name) for field in fields(Person))).order_by(col(p.key))
    if keys is not None:
        wanted = wanted.where(col(p.key).in_(keys))
    return [Person(*row) for row in session.execute(wanted)]


def streams_of(session: Session, span: Span) -> Streams:
    """The roll-ups of the span; messages, ratings, questionnaires and steps of all time of its patients."""
    return Streams(
        days=_days(session, span),
        messages=_messages(session, span),
        ratings=_ratings(session, span),
        questionnaires=_questionnaires(session, span),
        steps=_steps(session, span),
        patients=_patients(session, span),
    )


def events_of(session: Session, span: Span) -> pl.DataFrame:
    """patient_key, kind, at: the recorded clinical events; for training only, no feature sees them."""
    e = ClinicalEvent
    found = _of_patients(session, span, e, e.kind, Epoch(e.happened_at))
    shape = {"patient_key": pl.Int64, "kind": pl.String, "at": pl.Int64}
    return pl.DataFrame([(key, kind.value, at) for key, kind, at in found], schema=shape, orient="row")


def _days(session: Session, span: Span) -> pl.DataFrame:
    read = day_columns(session.connection(), span.keys, (span.first_day, span.last_day), measures_seen())
    return frame("days", {name: column.cast(SHAPES["days"][name]) for name, column in read.items()})


def _of_patients(session: Session, span: Span, table: Any, *columns: Any, only: Any = None) -> list[tuple[Any, ...]]:
    asked: list[Any] = [Patient.key, *columns]
    wanted = sqlalchemy.select(*asked).join(Patient, col(Patient.id) == table.patient_id)
    within = col(Patient.key).in_(span.keys)
    return list(session.execute(wanted.where(within, true() if only is None else only)))


def _named(name: str, rows: Sequence[Sequence[Any]], *names: str) -> pl.DataFrame:
    return frame(name, dict(zip(names, zip(*rows, strict=True), strict=False)))


def _messages(session: Session, span: Span) -> pl.DataFrame:
    m = Message
    rows = _of_patients(session, span, m, Epoch(m.sent_at), m.from_patient)
    return _named("messages", rows, "patient_key", "at", "from_patient")


def _ratings(session: Session, span: Span) -> pl.DataFrame:
    r = AllianceRating
    rows = _of_patients(session, span, r, Epoch(r.rated_at), cast(r.side, String), r.goal, r.task, r.bond)
    return _named("ratings", rows, "patient_key", "at", "side", "goal", "task", "bond")


def _questionnaires(session: Session, span: Span) -> pl.DataFrame:
    q = QuestionnaireResponse
    answers: Any = col(q.answers)
    item = case(*((col(q.instrument) == code, answers[number].as_float()) for code, number in SAFETY_ITEM.items()))
    rows = _of_patients(
        session, span, q, Epoch(q.answered_at), q.instrument, q.total, item, only=col(q.instrument).in_(INSTRUMENTS)
    )  # fmt: skip
    return _named("questionnaires", rows, "patient_key", "at", "instrument", "total", "safety_item")


def _steps(session: Session, span: Span) -> pl.DataFrame:
    rows = _of_patients(session, span, StepOfCare, StepOfCare.started_on, StepOfCare.step)
    timed = [(key, day_number_of(started), float(step)) for key, started, step in rows]
    return _named("steps", timed, "patient_key", "started", "step")


def _patients(session: Session, span: Span) -> pl.DataFrame:
    p = Patient
    wanted = select(col(p.key), col(p.enrolled_on), col(p.left_on)).where(col(p.key).in_(span.keys))
    rows = [
        (key, day_number_of(enrolled), None if left is None else day_number_of(left))
        for key, enrolled, left in session.exec(wanted)
    ]
    return _named("patients", rows, "patient_key", "enrolled", "left")
