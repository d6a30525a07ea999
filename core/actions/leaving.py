"""Asking to leave: the patient's wish reaches who leads the treatment, can be taken back, and is answered in words.
Nothing is erased or stopped by it; that stays with people (``core.actions.erasure`` is the administrator's)."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.language import _, say_number
from core.rules.evaluate import on_words
from core.rules.owners import first_owner
from core.rules.words import LEAVING, Written
from core.vault import vault
from models import LeaveRequest, Outbox, Patient, new_id

LONGEST = 2000  # (d) characters


def ask_to_leave(session: Session, *, by: Actor, now: datetime, key: str, words: str = "") -> uuid.UUID | None:
    """The signed-in patient asks to leave, in words or without. Raises ``NotPossible`` while an earlier request waits.
    ``None`` on a second press of the same form."""
    check(by, Permission.READ_OWN_SPACE)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if already_done(session, key=key, by=by.user_id, action="ask_to_leave"):
        return None
    if open_request(session, patient) is not None:
        raise NotPossible(_("You asked already; your team has not answered yet."))
    said, row = _words(words), new_id()
    sealed = vault(session).close(session, patient.id, LEAVING, row, said) if said else None
    session.add(LeaveRequest(id=row, patient_id=patient.id, asked_at=now, words=sealed))
    session.flush()
    log.record(session, at=now, action="ask_to_leave", actor_id=by.user_id, patient_id=patient.id, target=row)
    _tell(session, first_owner(session, patient, now)[1].id, row, now)
    on_words(session, patient=patient, written=Written(LEAVING, row, now, said), now=now)
    give_receipt(session, key=key, by=by.user_id, action="ask_to_leave", now=now, target=row)
    return row


def take_back_leaving(session: Session, *, by: Actor, now: datetime, key: str) -> None:
    """The signed-in patient takes the request back. Raises ``NotPossible`` where none waits."""
    check(by, Permission.READ_OWN_SPACE)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if already_done(session, key=key, by=by.user_id, action="take_back_leaving"):
        return
    request = open_request(session, patient)
    if request is None:
        raise NotPossible(_("No request is waiting."))
    request.taken_back_at = now
    log.record(session, at=now, action="take_back_leaving", actor_id=by.user_id, patient_id=patient.id)
    give_receipt(session, key=key, by=by.user_id, action="take_back_leaving", now=now, target=request.id)


def answer_leaving(
    session: Session, *, by: Actor, now: datetime, key: str, request_id: uuid.UUID, answer: str
) -> None:  # fmt: skip
    """Somebody of the team answers a request; the patient is told that there is an answer. Raises ``NotFound`` out of
    reach, ``ChangedMeanwhile`` where it was answered or taken back, ``InvalidInput`` for an empty or too long text."""
    check(by, Permission.ANSWER_LEAVING)
    log.take_turn(session)
    request = session.get(LeaveRequest, request_id, populate_existing=True)
    if request is None:
        raise NotFound(_(NOT_FOUND))
    patient = patient_in_reach(session, by=by, patient_id=request.patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="answer_leaving"):
        return
    if request.answered_at is not None or request.taken_back_at is not None:
        raise ChangedMeanwhile(_("This request was answered or taken back meanwhile."))
    words = _words(answer)
    if not words:
        raise InvalidInput(_("Write something first."))
    sealed = vault(session).close(session, patient.id, f"{LEAVING}.answer", request.id, words)
    request.answered_at, request.answered_by, request.answer = now, by.user_id, sealed
    session.flush()
    log.record(session, at=now, action="answer_leaving", actor_id=by.user_id, patient_id=patient.id, target=request.id)
    if patient.user_id is not None:
        _tell(session, patient.user_id, request.id, now)
    give_receipt(session, key=key, by=by.user_id, action="answer_leaving", now=now, target=request.id)


def open_request(session: Session, patient: Patient) -> LeaveRequest | None:
    """The request of a patient that waits for an answer."""
    r = LeaveRequest
    waiting = select(r).where(
        col(r.patient_id) == patient.id, col(r.answered_at).is_(None), col(r.taken_back_at).is_(None)
    )
    return session.exec(waiting.execution_options(populate_existing=True)).first()


def _words(text: str) -> str:
    words = text.strip().replace("\x00", "")
    if len(words) > LONGEST:
        sentence = _("At most {most} characters fit here.")
        raise InvalidInput(sentence.format(most=say_number(LONGEST, 0)))
    return words


def _tell(session: Session, recipient: uuid.UUID, row: uuid.UUID, now: datetime) -> None:
    session.add(Outbox(made_at=now, kind="leave_request", recipient_id=recipient, payload={"request": str(row)}))
    session.flush()
