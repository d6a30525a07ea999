"""Values of one patient into the narrow tables, with the daily roll-up in the same transaction. What is there already
stays as it is, so that an entry or a device upload sent twice has one effect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.clock import seconds
from core.errors import InvalidInput
from core.ingest.bulk import merge
from core.ingest.columns import NEVER, PromptColumns, ValueColumns, day_numbers
from core.language import _
from core.measures import by_id
from core.queries.observations import values_of
from core.queries.prepared import rows
from models import Observation, ObservationDay, Patient, PromptKind, Source

Moment = datetime | int
_NUMBER = select(col(Source.id)).where(col(Source.code) == bindparam("code"))


@dataclass(frozen=True, slots=True)
class Stored:
    """How many values (or prompts) were new, and how many were there before."""

    new: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class PromptSent:
    """One request for an entry; times are aware, or seconds since 1970-01-01 UTC."""

    sent_at: Moment
    expires_at: Moment
    kind: PromptKind = PromptKind.MOMENTARY
    opened_at: Moment | None = None
    answered_at: Moment | None = None


def store(session: Session, *, patient: Patient, source_id: int, values: Iterable[tuple[Moment, int, float]]) -> Stored:
    """Store ``(at, measure_id, value)`` of one reached patient; the caller checked permission and writes the audit.

    Raises ``InvalidInput`` for a measure that is not in the catalogue, a value outside the measure's scale or one
    that is not a finite number; then nothing is stored.
    """
    given = list(values)
    if not given:
        return Stored(0, 0)
    for _at, measure_id, value in given:
        check_value(measure_id, value)
    at = [_seconds(row[0]) for row in given]
    columns = ValueColumns.of(
        patient_key=patient.key,
        at=at,
        measure_id=[row[1] for row in given],
        source_id=source_id,
        value=[row[2] for row in given],
        day=day_numbers(at, patient.time_zone),
    )
    done = merge(session, columns)
    return Stored(done.new, done.duplicates)


def replace(
    session: Session, *, patient: Patient, source_id: int, at: int, values: Mapping[int, float | None]
) -> None:  # fmt: skip
    """Let the values of one moment (seconds since 1970-01-01 UTC) be these, by measure; ``None`` takes one back.

    A person corrects their own entry: the last word counts, and the day's roll-up is made anew from what is there.
    Raises ``InvalidInput`` as ``store`` does; the caller checked permission and writes the audit.
    """
    for measure_id, value in values.items():
        if value is not None:
            check_value(measure_id, value)
        kept = session.get(Observation, (patient.key, at, measure_id, source_id))
        if kept is not None and value is None:
            session.delete(kept)
        elif kept is not None:
            kept.value = float(value or 0.0)
        elif value is not None:
            session.add(
                Observation(patient_key=patient.key, at=at, measure_id=measure_id, source_id=source_id, value=value)
            )
    session.flush()
    _roll_up(session, patient, at, list(values))


def _roll_up(session: Session, patient: Patient, at: int, measures: list[int]) -> None:
    """The roll-up of the day of ``at`` for these measures, from its values; a day is at most 25 hours long."""
    day = int(day_numbers([at], patient.time_zone)[0])
    near = values_of(session, patient=patient, since=at - 90_000, until=at + 90_000, measures=measures)
    today = day_numbers(near.at, patient.time_zone) == day
    for measure_id in measures:
        value = near.value[today & (near.measure_id == measure_id)]
        kept = session.get(ObservationDay, (patient.key, day, measure_id))
        if not value.size:
            if kept is not None:
                session.delete(kept)
            continue
        row = kept or ObservationDay(
            patient_key=patient.key, day=day, measure_id=measure_id, n=0, total=0, total_squares=0, low=0, high=0
        )
        row.n, row.total, row.total_squares = int(value.size), float(value.sum()), float((value * value).sum())
        row.low, row.high = float(value.min()), float(value.max())
        session.add(row)
    session.flush()


def store_prompts(session: Session, *, patient: Patient, source_id: int, prompts: Iterable[PromptSent]) -> Stored:
    """Store prompts of one reached patient; a prompt stored as unanswered takes an answer that comes later."""
    asked = list(prompts)
    if not asked:
        return Stored(0, 0)
    sent = [_seconds(row.sent_at) for row in asked]
    columns = PromptColumns.of(
        patient_key=patient.key,
        sent_at=sent,
        kind=np.asarray([row.kind.value for row in asked]),
        expires_at=[_seconds(row.expires_at) for row in asked],
        opened_at=[_seconds(row.opened_at) for row in asked],
        answered_at=[_seconds(row.answered_at) for row in asked],
        source_id=source_id,
        day=day_numbers(sent, patient.time_zone),
    )
    done = merge(session, None, columns)
    return Stored(done.new_prompts, done.duplicate_prompts)


def source_of(session: Session, *, code: str, kind: str, name: str, now: datetime) -> int:
    """The number of the source with this code; made where there is none."""
    known = rows(session, _NUMBER, code=code)
    if known:
        return int(known[0].id)
    made = Source(code=code, kind=kind, name=name, created_at=now)
    session.add(made)
    session.flush()
    if made.id is None:  # pragma: no cover - the flush has numbered it
        raise RuntimeError("a source without a number")
    return made.id


def check_value(measure_id: int, value: float) -> None:
    """Raise ``InvalidInput`` unless the value lies on the scale of a known measure."""
    measure = by_id().get(measure_id)
    if measure is None:
        raise InvalidInput(_("There is no measure number {number}.").format(number=measure_id))
    low = -np.inf if measure.low is None else measure.low
    high = np.inf if measure.high is None else measure.high
    if not (np.isfinite(value) and low <= value <= high):
        words = _("{measure}: {value} lies outside the scale from {low} to {high}.")
        raise InvalidInput(words.format(measure=measure.label, value=value, low=measure.low, high=measure.high))


def _seconds(at: Moment | None) -> int:
    if at is None:
        return NEVER
    return seconds(at) if isinstance(at, datetime) else at
