"""What a patient does with an exercise: begins it, finishes it with the answers of its form, says if it helped. What
they write is encrypted, and held to the rules on words before anything else comes of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.exercises import log_it, offered_to, text_of
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotFound, NotPossible
from core.exercises.answers import as_text, words_among
from core.exercises.library import exercise as exercise_of
from core.language import _
from core.rules.evaluate import on_words
from core.rules.words import EXERCISE, EXERCISE_FORM, Written
from core.vault import vault
from models import ExerciseAssignment, ExerciseDoing, Patient

LONGEST = 2000  # (d) characters of what is said about a doing
HELPED = range(5)  # 0 not at all … 4 very much


def start_exercise(
    session: Session, *, by: Actor, now: datetime, key: str, doing_id: uuid.UUID, exercise: str,
    assignment_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """The patient begins an exercise, assigned or from the library; the page chooses the number ``doing_id``.

    Raises ``InvalidInput`` for one that the programme does not offer, ``NotFound`` for another's assignment.
    """
    patient = _me(session, by, now)
    if already_done(session, key=key, by=by.user_id, action="start_exercise"):
        return
    _begin(session, patient, doing_id, exercise, assignment_id, now)
    log_it(session, by=by, now=now, action="start_exercise", patient=patient, row=doing_id, code=exercise)
    give_receipt(session, key=key, by=by.user_id, action="start_exercise", now=now, target=doing_id)


def finish_exercise(
    session: Session, *, by: Actor, now: datetime, key: str, doing_id: uuid.UUID, exercise: str,
    assignment_id: uuid.UUID | None = None, answers: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """The patient says that it is done, with the answers of its form; also where its beginning was lost on the way.

    Raises ``InvalidInput`` naming the field that cannot be kept, else as ``start_exercise``.
    """
    patient = _me(session, by, now)
    if already_done(session, key=key, by=by.user_id, action="finish_exercise"):
        return
    row = _begin(session, patient, doing_id, exercise, assignment_id, now)
    given = exercise_of(row.template).answered(answers or {})
    row.done_at = row.done_at or now
    if given:
        text = as_text(given)
        row.answers = vault(session).close(session, patient.id, EXERCISE_FORM, row.id, text)
        row.read_at = row.read_by = None
        session.flush()
        _hold_to_rules(session, patient, EXERCISE_FORM, row.id, words_among(text), now)
    log_it(session, by=by, now=now, action="finish_exercise", patient=patient, row=row.id, code=row.template)
    give_receipt(session, key=key, by=by.user_id, action="finish_exercise", now=now, target=row.id)


def say_helped(
    session: Session, *, by: Actor, now: datetime, key: str, doing_id: uuid.UUID, helped: int | None, words: str = ""
) -> None:
    """How much a doing helped, 0 (not at all) to 4 (very much), and words about it; either may be left open, the last
    word counts. Raises ``NotFound`` for another's, ``NotPossible`` before it is done, ``InvalidInput``."""
    patient = _me(session, by, now)
    if already_done(session, key=key, by=by.user_id, action="say_helped"):
        return
    row = _own(session, patient, doing_id)
    if row is None or row.done_at is None:
        raise NotPossible(_("Say first that you have done it."))
    if helped is not None and helped not in HELPED:
        raise InvalidInput(_("How much it helped can be 0 to 4."))
    said = text_of(words, LONGEST)
    row.helped = row.helped if helped is None else helped
    if said:
        row.words = vault(session).close(session, patient.id, EXERCISE, row.id, said)
        row.read_at = row.read_by = None
        session.flush()
        _hold_to_rules(session, patient, EXERCISE, row.id, said, now)
    log_it(session, by=by, now=now, action="say_helped", patient=patient, row=row.id, code=row.template)
    give_receipt(session, key=key, by=by.user_id, action="say_helped", now=now, target=row.id)


def _me(session: Session, by: Actor, now: datetime) -> Patient:
    check(by, Permission.READ_OWN_SPACE)
    log.take_turn(session)
    return patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)


def _own(session: Session, patient: Patient, doing_id: uuid.UUID) -> ExerciseDoing | None:
    row = session.get(ExerciseDoing, doing_id)
    if row is not None and row.patient_id != patient.id:
        raise NotFound(_(NOT_FOUND))
    return row


def _begin(
    session: Session, patient: Patient, number: uuid.UUID, code: str, assignment_id: uuid.UUID | None, now: datetime
) -> ExerciseDoing:
    """The doing of this number, made where it is not there yet."""
    row = _own(session, patient, number)
    if row is not None:
        return row
    if assignment_id is None:
        template = offered_to(session, patient, code)
    else:
        assigned = session.get(ExerciseAssignment, assignment_id)
        if assigned is None or assigned.patient_id != patient.id or assigned.template != code:
            raise NotFound(_(NOT_FOUND))
        template = exercise_of(code)
    row = ExerciseDoing(
        id=number, patient_id=patient.id, assignment_id=assignment_id, template=template.code,
        template_version=template.version, started_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _hold_to_rules(
    session: Session, patient: Patient, place: str, row: uuid.UUID, words: str, now: datetime
) -> None:  # fmt: skip
    on_words(session, patient=patient, written=Written(place, row, now, words), now=now)
