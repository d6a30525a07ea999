"""Exercises in full: for the patient what is assigned and why, the library and the meetings of their step; for the team
what was agreed on, what was done, and the patient's own words about it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.reach import patient_in_reach
from core.audit.log import record
from core.exercises.answers import of_text
from core.exercises.definition import Exercise
from core.exercises.groups import NextMeeting, meetings_of, next_meetings
from core.exercises.library import exercises, offered
from core.queries.goals import AimView, goals_of
from core.queries.therapist import therapist_of
from core.rules.due import WorkingHours
from core.vault import vault
from models import ExerciseAssignment, ExerciseDoing, Patient, Programme, Service, StepOfCare, User

MOST_DOINGS = 60  # (d) the newest that are shown


@dataclass(frozen=True, slots=True)
class DoingView:
    """One time an exercise (its code) was begun: what was answered in its form by field, words about it, how much it
    helped (0–4), and who of the team read it first."""

    id: uuid.UUID
    exercise: str
    assignment_id: uuid.UUID | None
    started_at: datetime
    done_at: datetime | None
    helped: int | None
    answers: Mapping[str, str | int]
    words: str
    read_at: datetime | None
    read_by: str | None


@dataclass(frozen=True, slots=True)
class AssignedView:
    """An exercise agreed on. ``template`` is ``None`` where the library has it no more; ``parameters`` are complete;
    ``aim`` is the title of the goal it serves (empty: none). ``done_today`` and ``done_this_week`` count on the
    patient's calendar, weeks from Monday."""

    id: uuid.UUID
    exercise: str
    template: Exercise | None
    parameters: Mapping[str, int]
    why: str
    by: str
    assigned_at: datetime
    starts_on: date
    ends_on: date | None
    times_a_week: int | None
    aim_id: uuid.UUID | None
    aim: str
    done_today: int
    done_this_week: int
    version: int

    @property
    def enough(self) -> bool:
        """Whether it was done today, or as often this week as agreed."""
        return self.done_today > 0 or (self.times_a_week is not None and self.done_this_week >= self.times_a_week)


@dataclass(frozen=True, slots=True)
class ExercisesPage:
    """A patient's exercises at ``now``, which is ``today`` on their calendar. ``assigned`` are those that hold, what
    comes next first; ``library`` is what their programme offers, ``here`` the codes that belong to their present
    ``step``. ``example``: the meetings are shipped examples that nobody has set. ``aims`` are open goals and tasks."""

    patient_id: uuid.UUID
    given_name: str
    time_zone: str
    service_zone: str
    now: datetime
    today: date
    therapist: str | None
    step: int | None
    assigned: tuple[AssignedView, ...]
    library: tuple[Exercise, ...]
    here: frozenset[str]
    meetings: tuple[NextMeeting, ...]
    example: bool
    aims: tuple[AimView, ...]
    doings: tuple[DoingView, ...]
    may_assign: bool


def my_exercises(session: Session, *, by: Actor, now: datetime) -> ExercisesPage:
    """The exercises of the signed-in patient. Raises ``AccessRefused`` for every other role."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    record(session, at=now, action="read_my_exercises", actor_id=by.user_id, patient_id=patient.id)
    return _page(session, by, now, patient)


def patient_exercises(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> ExercisesPage:
    """The exercises of a patient in reach, with what they wrote. Raises ``AccessRefused`` or ``NotFound``."""
    check(by, Permission.READ_RECORD)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    record(session, at=now, action="read_patient_exercises", actor_id=by.user_id, patient_id=patient.id)
    return _page(session, by, now, patient)


def _page(session: Session, by: Actor, now: datetime, patient: Patient) -> ExercisesPage:
    programme = session.get_one(Programme, patient.programme_id)
    hours = WorkingHours.of(session.get_one(Service, patient.service_id))
    step, meetings = _step(session, patient), meetings_of(programme.code, programme.settings)
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    aims, doings = goals_of(session, by=by, now=now, patient=patient).aims, _doings(session, patient, now)
    return ExercisesPage(
        patient_id=patient.id, given_name=patient.given_name or patient.name, time_zone=patient.time_zone,
        service_zone=str(hours.zone), now=now, today=today, therapist=therapist_of(session, patient, now), step=step,
        assigned=_in_order(_assigned(session, patient, now, aims, doings)), library=offered(programme.code),
        here=frozenset(one.code for one in offered(programme.code, step)) if step else frozenset(),
        meetings=tuple(next_meetings(meetings, step=step, hours=hours, now=now)), example=meetings.example,
        aims=tuple(aim for aim in aims if aim.open), doings=doings[:MOST_DOINGS],
        may_assign=can(by, Permission.ASSIGN_EXERCISES),
    )  # fmt: skip


def _step(session: Session, patient: Patient) -> int | None:
    s = StepOfCare
    present = select(s.step).where(col(s.patient_id) == patient.id, col(s.ended_on).is_(None))
    return session.exec(present.order_by(col(s.started_on).desc())).first()


def _doings(session: Session, patient: Patient, now: datetime) -> tuple[DoingView, ...]:
    """All of them, the newest first; words of the newest are opened."""
    d = ExerciseDoing
    found = session.exec(
        select(d, User.name)
        .outerjoin(User, col(User.id) == col(d.read_by))
        .where(col(d.patient_id) == patient.id, col(d.started_at) <= now)
        .order_by(col(d.started_at).desc())
    ).all()
    return tuple(
        DoingView(
            row.id, row.template, row.assignment_id, row.started_at, row.done_at, row.helped,
            of_text(_open(session, patient, "exercise_doing.answers", row, row.answers)) if n < MOST_DOINGS else {},
            _open(session, patient, "exercise_doing", row, row.words) if n < MOST_DOINGS else "", row.read_at, name,
        )
        for n, (row, name) in enumerate(found)
    )  # fmt: skip


def _assigned(
    session: Session, patient: Patient, now: datetime, aims: Sequence[AimView], doings: Sequence[DoingView]
) -> list[AssignedView]:
    zone = ZoneInfo(patient.time_zone)
    today = now.astimezone(zone).date()
    monday, titles = today - timedelta(days=today.weekday()), {aim.id: aim.title for aim in aims}
    done = [(one.assignment_id, one.done_at.astimezone(zone).date()) for one in doings if one.done_at is not None]
    a = ExerciseAssignment
    found = session.exec(
        select(a, User.name)
        .outerjoin(User, col(User.id) == col(a.assigned_by))
        .where(col(a.patient_id) == patient.id, col(a.ended_at).is_(None))
        .where(col(a.ends_on).is_(None) | (col(a.ends_on) >= today))
        .order_by(col(a.assigned_at).desc())
    ).all()
    return [
        AssignedView(
            row.id, row.template, template := exercises().get(row.template),
            _parameters(template, row.parameters), _open(session, patient, "exercise_assignment", row, row.why),
            name or "", row.assigned_at, row.starts_on, row.ends_on, row.times_a_week, row.aim_id,
            titles.get(row.aim_id, "") if row.aim_id else "", sum(one == (row.id, today) for one in done),
            sum(number == row.id and day >= monday for number, day in done), row.version,
        )
        for row, name in found
    ]  # fmt: skip


def _parameters(template: Exercise | None, kept: Mapping[str, int]) -> dict[str, int]:
    """What was agreed, completed and held to what the library says today."""
    if template is None:
        return dict(kept)
    return {
        one.code: kept[one.code] if one.allows(kept.get(one.code, -1)) else one.default for one in template.parameters
    }


def _in_order(assigned: Sequence[AssignedView]) -> tuple[AssignedView, ...]:
    """What comes next first: what is still open for today, the ones with a number of times before the others, the
    least done this week first."""

    def rank(one: AssignedView) -> tuple[bool, bool, int, date]:
        return one.enough, one.times_a_week is None, one.done_this_week, one.starts_on

    return tuple(sorted(assigned, key=rank))


def _open(
    session: Session, patient: Patient, place: str, row: ExerciseAssignment | ExerciseDoing, sealed: bytes | None
) -> str:  # fmt: skip
    return "" if sealed is None else vault(session).open(session, patient.id, place, row.id, sealed)
