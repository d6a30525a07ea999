"""Exercises are agreed on with a reason, changed and taken back by the team. What the patient does with them is in
``core.actions.exercise_doings``."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.exercises.definition import Exercise
from core.exercises.library import exercise as exercise_of
from core.language import _, say_number, say_time
from core.vault import vault
from models import ExerciseAssignment, ExerciseDoing, Outbox, Patient, Programme, SharedAim, User, new_id

LONGEST = 1000  # (d) characters of the reason
MOST = 6  # (d) assigned at once: more than anybody can keep up
LONGEST_TIME = timedelta(days=366)  # (d)
TIMES = range(1, 22)  # a week


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed about an exercise: its parameters (the others have their defaults), why, on which days (the
    patient's calendar), how often a week (``None``: whenever it helps), and the goal or task it serves."""

    why: str = ""
    parameters: Mapping[str, int] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None
    times_a_week: int | None = None
    aim_id: uuid.UUID | None = None


def assign_exercise(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, exercise: str, agreed: Agreed
) -> uuid.UUID | None:
    """Give a patient an exercise of their programme's library (``exercise`` is its code); they are told that there is
    something new, without its name. ``None`` on a second press.

    Raises ``NotFound`` out of reach, ``InvalidInput`` for what the exercise or its days do not allow, ``NotPossible``
    where the same exercise is open already or six are.
    """
    check(by, Permission.ASSIGN_EXERCISES)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="assign_exercise"):
        return None
    template = offered_to(session, patient, exercise)
    _refuse_too_many(session, patient, template)
    row = new_id()
    session.add(
        ExerciseAssignment(
            id=row, patient_id=patient.id, template=template.code, assigned_at=now, assigned_by=by.user_id,
            changed_at=now, changed_by=by.user_id, **_checked(session, patient, template, row, agreed, now),
        )
    )  # fmt: skip
    session.flush()
    log_it(session, by=by, now=now, action="assign_exercise", patient=patient, row=row, code=template.code)
    if patient.user_id is not None:
        session.add(
            Outbox(made_at=now, kind="exercise_assigned", recipient_id=patient.user_id, payload={"id": str(row)})
        )
    give_receipt(session, key=key, by=by.user_id, action="assign_exercise", now=now, target=row)
    return row


def change_exercise(
    session: Session, *, by: Actor, now: datetime, key: str, assignment_id: uuid.UUID, version: int, agreed: Agreed
) -> None:
    """Agree on it otherwise. ``version`` is the one that was seen; raises ``ChangedMeanwhile`` where somebody changed
    it since, ``NotPossible`` once it has ended, else as ``assign_exercise``. A second press does nothing."""
    found = _assignment(session, by, now, key, "change_exercise", assignment_id)
    if found is None:
        return
    patient, row = found
    values = _checked(session, patient, exercise_of(row.template), row.id, agreed, now, since=row.starts_on)
    _take(session, by, now, patient, row, version, values)
    log_it(session, by=by, now=now, action="change_exercise", patient=patient, row=row.id, code=row.template)
    give_receipt(session, key=key, by=by.user_id, action="change_exercise", now=now, target=row.id)


def end_exercise(
    session: Session, *, by: Actor, now: datetime, key: str, assignment_id: uuid.UUID, version: int
) -> None:  # fmt: skip
    """Say that it is done with; what was done stays. Raises as ``change_exercise``."""
    found = _assignment(session, by, now, key, "end_exercise", assignment_id)
    if found is None:
        return
    patient, row = found
    _take(session, by, now, patient, row, version, {"ended_at": now, "ended_by": by.user_id})
    log_it(session, by=by, now=now, action="end_exercise", patient=patient, row=row.id, code=row.template)
    give_receipt(session, key=key, by=by.user_id, action="end_exercise", now=now, target=row.id)


def mark_doings_read(session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID) -> int:
    """Say that one has read what the patient wrote with their exercises; they see who and when. Returns how many."""
    check(by, Permission.ASSIGN_EXERCISES)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="read_exercises"):
        return 0
    d = ExerciseDoing
    written = col(d.words).is_not(None) | col(d.answers).is_not(None)
    waiting = session.exec(select(d).where(col(d.patient_id) == patient.id, col(d.read_at).is_(None), written)).all()
    for row in waiting:
        row.read_at, row.read_by = now, by.user_id
    detail = {"doings": len(waiting)}
    log.record(
        session, at=now, action="read_exercises", actor_id=by.user_id, patient_id=patient.id, detail=detail
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="read_exercises", now=now, target=patient.id)
    return len(waiting)


def log_it(
    session: Session, *, by: Actor, now: datetime, action: str, patient: Patient, row: uuid.UUID, code: str
) -> None:  # fmt: skip
    """An entry in the log that names the exercise, and nobody's words."""
    log.record(
        session, at=now, action=action, actor_id=by.user_id, patient_id=patient.id, target=row,
        detail={"exercise": code},
    )  # fmt: skip


def offered_to(session: Session, patient: Patient, code: str) -> Exercise:
    """The exercise of this code; raises ``InvalidInput`` where the patient's programme does not offer it."""
    template = exercise_of(code)
    if not template.on(session.get_one(Programme, patient.programme_id).code):
        raise InvalidInput(_("There is no exercise {code}.").format(code=code[:60]))
    return template


def _refuse_too_many(session: Session, patient: Patient, template: Exercise) -> None:
    a = ExerciseAssignment
    there = session.exec(select(a.template).where(col(a.patient_id) == patient.id, col(a.ended_at).is_(None))).all()
    if template.code in there:
        raise NotPossible(_("This exercise is assigned already. Change that one, or end it first."))
    if len(there) >= MOST:
        raise NotPossible(_("{n} exercises are assigned. End one before you add another.").format(n=len(there)))


def _checked(
    session: Session, patient: Patient, template: Exercise, row: uuid.UUID, agreed: Agreed, now: datetime,
    since: date | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The columns of what was agreed, each of them possible."""
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    starts = agreed.starts_on or since or today
    if starts != since and not today <= starts <= today + LONGEST_TIME:
        raise InvalidInput(_("It can begin today, or within a year."))
    if agreed.ends_on is not None and not max(starts, today) <= agreed.ends_on <= starts + LONGEST_TIME:
        raise InvalidInput(_("Its last day lies between its first day, or today, and a year later."))
    if agreed.times_a_week is not None and agreed.times_a_week not in TIMES:
        raise InvalidInput(_("It can be done 1 to 21 times a week."))
    if agreed.aim_id is not None:
        aim = session.get(SharedAim, agreed.aim_id)
        if aim is None or aim.patient_id != patient.id:
            raise NotFound(_(NOT_FOUND))
    why = text_of(agreed.why, LONGEST)
    sealed = vault(session).close(session, patient.id, "exercise_assignment", row, why) if why else None
    return {
        "template_version": template.version, "parameters": template.chosen(agreed.parameters), "why": sealed,
        "starts_on": starts, "ends_on": agreed.ends_on, "times_a_week": agreed.times_a_week, "aim_id": agreed.aim_id,
    }  # fmt: skip


def _assignment(
    session: Session, by: Actor, now: datetime, key: str, action: str, assignment_id: uuid.UUID
) -> tuple[Patient, ExerciseAssignment] | None:  # fmt: skip
    """The assignment with its patient in reach; ``None`` where this press was carried out before."""
    check(by, Permission.ASSIGN_EXERCISES)
    log.take_turn(session)
    row = session.get(ExerciseAssignment, assignment_id)
    if row is None:
        raise NotFound(_(NOT_FOUND))
    patient = patient_in_reach(session, by=by, patient_id=row.patient_id, now=now)
    return None if already_done(session, key=key, by=by.user_id, action=action) else (patient, row)


def _take(
    session: Session, by: Actor, now: datetime, patient: Patient, row: ExerciseAssignment, version: int,
    values: Mapping[str, object],
) -> None:  # fmt: skip
    """Write ``values`` if the row still has the version that was seen and has not ended."""
    a, common = ExerciseAssignment, {"version": version + 1, "changed_at": now, "changed_by": by.user_id}
    seen = update(a).where(col(a.id) == row.id, col(a.version) == version, col(a.ended_at).is_(None))
    done = session.connection().execute(seen.values(**values, **common))
    if done.rowcount:
        session.expire(row)
        return
    session.refresh(row)
    name = session.exec(select(User.name).where(col(User.id) == row.changed_by)).one_or_none() or _("Somebody")
    words = _("{name} ended this on {when}.") if row.ended_at else _("{name} changed this on {when}.")
    when = say_time(row.changed_at, patient.time_zone)
    raise ChangedMeanwhile(words.format(name=name, when=when) + " " + _("Nothing was changed."))


def text_of(words: str, most: int) -> str:
    """Words as they are kept; raises ``InvalidInput`` where there are too many."""
    text = words.replace("\x00", "").strip()
    if len(text) > most:
        raise InvalidInput(_("At most {most} characters fit here.").format(most=say_number(most, 0)))
    return text
