"""Exercises as the case review shows them: what is assigned, what was done when, and what helped, from one statement.
Nobody's words are opened here; whoever wants them opens the list (``core.queries.exercises``)."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Executable, Integer, Uuid, and_, bindparam, cast, literal, null, or_, select
from sqlmodel import Session, col

from core.queries.prepared import rows
from models import ExerciseAssignment, ExerciseDoing, Patient

LATELY = timedelta(days=28)  # (d) what counts as lately in the short list


@dataclass(frozen=True, slots=True)
class DoingMark:
    """That an exercise (its code) was begun, whether it was done, and how much it helped (0–4, ``None``: not said)."""

    id: uuid.UUID
    exercise: str
    assignment_id: uuid.UUID | None
    at: datetime
    done: bool
    helped: int | None


@dataclass(frozen=True, slots=True)
class AssignedMark:
    """An exercise that is assigned now: on which days (the patient's calendar), how often a week (``None``: whenever it
    helps), and how often it was done in the last 28 days."""

    id: uuid.UUID
    exercise: str
    starts_on: date
    ends_on: date | None
    times_a_week: int | None
    done_lately: int


@dataclass(frozen=True, slots=True)
class Use:
    """How one exercise was used in the last 28 days: times done, and how much it helped of 4 on the mean of ``said``
    answers (``None``: nobody said)."""

    exercise: str
    done: int
    helped: float | None
    said: int


@dataclass(frozen=True, slots=True)
class ExercisesView:
    """What the case review says about exercises. ``unread``: doings with words that nobody of the team has opened.
    ``use``: what was done lately, most helpful first; ``doings``: all there are, oldest first, for the time line."""

    patient_id: uuid.UUID
    given_name: str
    assigned: tuple[AssignedMark, ...]
    use: tuple[Use, ...]
    unread: int
    doings: tuple[DoingMark, ...]

    @property
    def done_lately(self) -> int:
        """How many exercises were done in the last 28 days."""
        return sum(one.done for one in self.use)


def exercises_of(session: Session, *, now: datetime, patient: Patient) -> ExercisesView:
    """The exercises of a patient already reached and audited by the caller, as of ``now``."""
    found = rows(session, _EVERYTHING, patient=patient.id)
    doings = tuple(
        DoingMark(row.id, row.template, row.assignment_id, row.at, row.over is not None, row.helped)
        for row in found
        if row.doing and row.at <= now
    )
    lately = [one for one in doings if one.done and one.at > now - LATELY]
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    return ExercisesView(
        patient_id=patient.id, given_name=patient.given_name or patient.name,
        assigned=tuple(_assigned(row, lately) for row in found if not row.doing and _holds(row, today)),
        use=use_of(lately), unread=sum(bool(row.unread) for row in found), doings=doings,
    )  # fmt: skip


def use_of(doings: Sequence[DoingMark]) -> tuple[Use, ...]:
    """How each exercise was used, the most helpful first, those of which nobody said so last."""
    by_code: defaultdict[str, list[DoingMark]] = defaultdict(list)
    for one in doings:
        by_code[one.exercise].append(one)
    found = [_use(code, own) for code, own in by_code.items()]
    return tuple(sorted(found, key=lambda use: (-1.0 if use.helped is None else use.helped, use.done), reverse=True))


def _use(code: str, doings: Sequence[DoingMark]) -> Use:
    said = [one.helped for one in doings if one.helped is not None]
    return Use(code, len(doings), sum(said) / len(said) if said else None, len(said))


def _holds(row: Any, today: date) -> bool:
    return row.over is None and (row.ends_on is None or row.ends_on >= today)


def _assigned(row: Any, lately: Sequence[DoingMark]) -> AssignedMark:
    done = sum(one.assignment_id == row.id for one in lately)
    return AssignedMark(row.id, row.template, row.starts_on, row.ends_on, row.times_a_week, done)


_A, _D = ExerciseAssignment, ExerciseDoing
_OF = {table: col(table.patient_id) == bindparam("patient") for table in (_A, _D)}
_WRITTEN = and_(or_(col(_D.words).is_not(None), col(_D.answers).is_not(None)), col(_D.read_at).is_(None))
_EVERYTHING: Executable = (
    select(
        literal(1).label("doing"), col(_D.id), col(_D.template), col(_D.started_at).label("at"),
        col(_D.done_at).label("over"), col(_D.assignment_id), col(_D.helped), _WRITTEN.label("unread"),
        cast(null(), Date).label("starts_on"), cast(null(), Date).label("ends_on"),
        cast(null(), Integer).label("times_a_week"),
    )
    .where(_OF[_D])
    .union_all(
        select(
            literal(0), col(_A.id), col(_A.template), col(_A.assigned_at), col(_A.ended_at), cast(null(), Uuid),
            cast(null(), Integer), literal(False), col(_A.starts_on), col(_A.ends_on), col(_A.times_a_week),
        ).where(_OF[_A])
    )
    .order_by("at")
)  # fmt: skip
