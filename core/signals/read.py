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
from core.signals.features import measures_seen, measures_within_days
from core.signals.fetch import NEVER, Epoch, day_columns, moment_columns, prompt_columns
from core.signals.streams import SHAPES, Streams, frame
from models import AllianceRating, ClinicalEvent, Message, Patient, QuestionnaireResponse, StepOfCare

INSTRUMENTS = ("core-10", "phq-9", "who-5")
SAFETY_ITEM = {"phq-9": "9", "core-10": "6"}
_DAY = 86_400
_AHEAD, _BEHIND = 14 * 3600, 12 * 3600  # how far the calendars of the world run ahead of, and behind, UTC
_NEAR = 3  # days between entries that are read in one go


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
    """The roll-ups, single values and prompts of the span; messages, ratings, questionnaires and steps of all time of
    its patients."""
    days, zones = _days(session, span), _zones(session, span)
    return Streams(
        days=days,
        moments=_moments(session, days, zones),
        prompts=_prompts(session, span, zones),
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


def questionnaires_of(session: Session, keys: Collection[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The questionnaires of all time of the patients with these keys, and when these came and left."""
    span = Span(tuple(keys), 0, 0)
    return _questionnaires(session, span), _patients(session, span)


def _days(session: Session, span: Span) -> pl.DataFrame:
    read = day_columns(session.connection(), span.keys, (span.first_day, span.last_day), measures_seen())
    return frame("days", {name: column.cast(SHAPES["days"][name]) for name, column in read.items()})


def _zones(session: Session, span: Span) -> pl.DataFrame:
    """patient_key, zone."""
    wanted: Any = sqlalchemy.select(col(Patient.key), col(Patient.time_zone)).where(col(Patient.key).in_(span.keys))
    shape = {"patient_key": pl.Int64, "zone": pl.String}
    return pl.DataFrame(list(map(tuple, session.execute(wanted))), schema=shape, orient="row")


def _moments(session: Session, days: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """The single values of the days that have several: of the others no pair can be made, and most have one."""
    several = days.filter(pl.col("n") > 1, pl.col("measure_id").is_in(measures_within_days())).select(
        "patient_key", "day"
    )
    wanted = several.unique().sort("patient_key", "day")
    first, last = pl.col("day").first() * _DAY - _AHEAD, (pl.col("day").last() + 1) * _DAY + _BEHIND
    run = (pl.col("day").diff().over("patient_key").fill_null(0) > _NEAR).cum_sum().over("patient_key")
    spans = wanted.group_by("patient_key", run.alias("run"), maintain_order=True).agg(first.alias("a"), last.alias("b"))
    read = moment_columns(session.connection(), spans.drop("run"), measures_within_days())
    values = _on_calendars(pl.DataFrame(read), zones, "at", "day").unique(("patient_key", "at", "measure_id"))
    kept = values.join(wanted, on=["patient_key", "day"], how="semi")
    return kept.select(pl.col(name).cast(kind) for name, kind in SHAPES["moments"].items())


def _prompts(session: Session, span: Span, zones: pl.DataFrame) -> pl.DataFrame:
    ends = (span.first_day * _DAY - _AHEAD, (span.last_day + 1) * _DAY + _BEHIND)
    read = pl.DataFrame(prompt_columns(session.connection(), span.keys, ends))
    answered = pl.when(pl.col("answered_at") != NEVER).then(pl.col("answered_at"))
    dated = _on_calendars(read.with_columns(answered.alias("answered")), zones, "sent_at", "day", "hour")
    both = _on_calendars(dated, zones, "answered", "answered_day")
    return both.select(pl.col(name).cast(kind) for name, kind in SHAPES["prompts"].items())


def _on_calendars(rows: pl.DataFrame, zones: pl.DataFrame, moment: str, day: str, hour: str = "") -> pl.DataFrame:
    """The rows with the ``day`` (and the hour) of a moment on each patient's own calendar."""
    known = rows.join(zones, on="patient_key")
    parts = [part.drop("zone") for part in (_local(own, moment, day, hour) for own in known.partition_by("zone"))]
    empty = known.with_columns(pl.lit(None, pl.Int64).alias(name) for name in (day, hour) if name).drop("zone")
    return pl.concat(parts) if parts else empty


def _local(rows: pl.DataFrame, moment: str, day: str, hour: str) -> pl.DataFrame:
    local = pl.from_epoch(moment, time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(rows["zone"][0])
    dated = rows.with_columns(local.dt.date().cast(pl.Int32).cast(pl.Int64).alias(day))
    return dated.with_columns(local.dt.hour().cast(pl.Int64).alias(hour)) if hour else dated


def _of_patients(session: Session, span: Span, table: Any, *columns: Any, only: Any = None) -> list[tuple[Any, ...]]:
    asked: list[Any] = [Patient.key, *columns]
    wanted = sqlalchemy.select(*asked).join(Patient, col(Patient.id) == table.patient_id)
    within = col(Patient.key).in_(span.keys)
    return list(session.execute(wanted.where(within, true() if only is None else only)))


def _named(name: str, rows: Sequence[Sequence[Any]], *names: str) -> pl.DataFrame:
    return frame(name, dict(zip(names, zip(*rows, strict=True), strict=False)))


def _messages(session: Session, span: Span) -> pl.DataFrame:
    m = Message
    rows = _of_patients(session, span, m, Epoch(m.sent_at), m.from_patient, Epoch(m.read_at))
    return _named("messages", rows, "patient_key", "at", "from_patient", "read")


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
