"""Writing to each other and saying that one has read: message, state of the thread, audit entry and notification in
one transaction. Words are encrypted and stand in no log."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select, update

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotPossible
from core.language import _, say_number
from core.rules.evaluate import on_words
from core.rules.owners import first_owner
from core.rules.words import MESSAGE, Written
from core.vault import vault
from models import Message, MessageThread, Outbox, Patient, Role, new_id

LONGEST = 20_000  # (d) characters of one message


def reply(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, body: str
) -> uuid.UUID | None:
    """Write to the patient. What they wrote counts as read and answered; they are told, without any words.

    Raises ``InvalidInput`` for an empty or too long text. ``None`` on a second press of the same form.
    """
    _refuse_patient(by)
    return _write(session, by=by, now=now, key=key, patient_id=patient_id, body=body)


def write_as_patient(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, body: str
) -> uuid.UUID | None:
    """The patient writes to the team: the thread waits for an answer from now on, and who leads the treatment is told.

    Raises ``InvalidInput`` for an empty or too long text. ``None`` on a second press of the same form.
    """
    check(by, Permission.READ_OWN_SPACE)
    return _write(session, by=by, now=now, key=key, patient_id=patient_id, body=body)


def mark_read(session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID) -> int:
    """Say that one has read what the other side wrote; returns how many were unread. The first reader stays."""
    check(by, Permission.WRITE_MESSAGES)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="read_messages"):
        return 0
    count = _mark_read(session, patient, by, now)
    log.record(
        session, at=now, action="read_messages", actor_id=by.user_id, patient_id=patient.id, detail={"messages": count}
    )
    give_receipt(session, key=key, by=by.user_id, action="read_messages", now=now, target=patient.id)
    return count


def _refuse_patient(by: Actor) -> None:
    check(by, Permission.WRITE_MESSAGES)
    check(by, Permission.READ_RECORD)


def _write(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, body: str
) -> uuid.UUID | None:
    check(by, Permission.WRITE_MESSAGES)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="write_message"):
        return None
    thread, words = _thread(session, patient), _words(body)
    message = _message(session, thread, patient, by, now, words)
    _mark_read(session, patient, by, now)
    thread.last_at = now
    thread.needs_reply_since = (thread.needs_reply_since or now) if message.from_patient else None
    log.record(session, at=now, action="write_message", actor_id=by.user_id, patient_id=patient.id, target=message.id)
    _tell(session, patient, message, now)
    if message.from_patient:
        on_words(session, patient=patient, written=Written(MESSAGE, message.id, now, words), now=now)
    give_receipt(session, key=key, by=by.user_id, action="write_message", now=now, target=message.id)
    return message.id


def _words(body: str) -> str:
    words = body.strip()
    if not words:
        raise InvalidInput(_("Write something first."))
    if len(words) > LONGEST:
        sentence = _("This message has {n} characters; at most {most} fit. Shorten it or send it in two.")
        raise InvalidInput(sentence.format(n=say_number(len(words), 0), most=say_number(LONGEST, 0)))
    return words.replace("\x00", "")


def _thread(session: Session, patient: Patient) -> MessageThread:
    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).one_or_none()
    if thread is None:
        raise NotPossible(_("This person does not take part in messages."))
    return thread


def _message(
    session: Session, thread: MessageThread, patient: Patient, by: Actor, now: datetime, words: str
) -> Message:
    row = new_id()
    message = Message(
        id=row,
        thread_id=thread.id,
        patient_id=patient.id,
        author_id=by.user_id,
        from_patient=by.role is Role.PATIENT,
        sent_at=now,
        body=vault(session).close(session, patient.id, "message", row, words),
    )
    session.add(message)
    session.flush()
    return message


def _mark_read(session: Session, patient: Patient, by: Actor, now: datetime) -> int:
    m = Message
    unread = (
        update(m)
        .where(col(m.patient_id) == patient.id, col(m.read_at).is_(None), col(m.sent_at) <= now)
        .where(col(m.from_patient).is_(by.role is not Role.PATIENT), col(m.author_id) != by.user_id)
        .values(read_at=now, read_by=by.user_id)
    )
    return int(session.execute(unread).rowcount)  # type: ignore[attr-defined]


def _tell(session: Session, patient: Patient, message: Message, now: datetime) -> None:
    if message.from_patient:
        recipient: uuid.UUID | None = first_owner(session, patient, now)[1].id
    else:
        recipient = patient.user_id
    if recipient is not None:
        session.add(Outbox(made_at=now, kind="message", recipient_id=recipient, payload={"message": str(message.id)}))
        session.flush()
