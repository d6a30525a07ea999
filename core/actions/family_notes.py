"""Notes of the family: a relative writes one within the patient's consent, somebody of the team reads and answers it,
and the relative sees both. Each in one transaction; words are encrypted and stand in no log."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select, update

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.clock import day_date, day_number
from core.errors import AccessRefused, InvalidInput, NotFound
from core.families.asked import CHANGES, DAYS, DOMAINS, HOW, LONGEST
from core.language import N_, _, say_number
from core.queries.consents import NOTES, scope_of
from core.queries.family_notes import consenting
from core.rules.evaluate import on_words
from core.rules.owners import first_owner
from core.rules.words import ABOUT_SELF, FAMILY_NOTE, Written
from core.vault import vault
from models import FamilyAnswer, FamilyNote, Outbox, Patient, Relative, new_id

CLOSED = N_("At the moment nothing can be written here: it needs the consent of the person you take part with.")


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a relative says: of the last ``days`` days, ``how`` they were, ``changes`` by domain, what they noticed and
    how they are themselves, in words. Everything but the days may be left out, not all of it."""

    days: int = 1
    how: str | None = None
    changes: dict[str, str] = field(default_factory=dict)
    body: str = ""
    about_self: str = ""


def write_family_note(session: Session, *, by: Actor, now: datetime, key: str, noticed: Noticed) -> uuid.UUID | None:
    """A relative writes to the team; who leads the treatment is told. Raises ``AccessRefused`` where the patient's
    consent does not hold now, ``InvalidInput`` for an empty or too long note. ``None`` on a second press."""
    check(by, Permission.WRITE_FAMILY_NOTES)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if by.relative_id is None or NOTES not in scope_of(session, patient_id=patient.id, relative_id=by.relative_id):
        raise AccessRefused(_(CLOSED))
    if already_done(session, key=key, by=by.user_id, action="write_family_note"):
        return None
    body, about_self = _words(noticed.body), _words(noticed.about_self)
    _refuse_unsaid(noticed, body, about_self)
    note = _kept(session, patient, by.relative_id, noticed, (body, about_self), now)
    log.record(session, at=now, action="write_family_note", actor_id=by.user_id, patient_id=patient.id, target=note.id)
    _tell(session, first_owner(session, patient, now)[1].id, note.id, now)
    for place, words in ((FAMILY_NOTE, body), (ABOUT_SELF, about_self)):
        on_words(session, patient=patient, written=Written(place, note.id, now, words), now=now)
    give_receipt(session, key=key, by=by.user_id, action="write_family_note", now=now, target=note.id)
    return note.id


def mark_read(session: Session, *, by: Actor, now: datetime, key: str, note_id: uuid.UUID) -> None:
    """Mark one note as read; who read it first stays. Raises ``NotFound`` out of reach or without consent."""
    check(by, Permission.READ_FAMILY_NOTES)
    log.take_turn(session)
    note, patient = _note_in_reach(session, by, note_id, now)
    if already_done(session, key=key, by=by.user_id, action="read_family_note"):
        return
    _mark(note, by, now)
    log.record(session, at=now, action="read_family_note", actor_id=by.user_id, patient_id=patient.id, target=note.id)
    give_receipt(session, key=key, by=by.user_id, action="read_family_note", now=now, target=note.id)


def answer_family_note(
    session: Session, *, by: Actor, now: datetime, key: str, note_id: uuid.UUID, body: str
) -> uuid.UUID | None:
    """Answer a note; it counts as read, the relative is told without any words. Raises ``NotFound`` out of reach or
    without consent, ``InvalidInput`` for an empty or too long text. ``None`` on a second press."""
    check(by, Permission.ANSWER_FAMILY_NOTES)
    log.take_turn(session)
    note, patient = _note_in_reach(session, by, note_id, now)
    if already_done(session, key=key, by=by.user_id, action="answer_family_note"):
        return None
    words, row = _words(body), new_id()
    if not words:
        raise InvalidInput(_("Write something first."))
    sealed = vault(session).close(session, patient.id, "family_answer", row, words)
    session.add(
        FamilyAnswer(
            id=row, patient_id=patient.id, note_id=note.id, written_at=now, written_by=by.user_id, body=sealed
        )
    )  # fmt: skip
    _mark(note, by, now)
    session.flush()
    log.record(session, at=now, action="answer_family_note", actor_id=by.user_id, patient_id=patient.id, target=note.id)
    relative = session.get_one(Relative, note.relative_id)
    if relative.user_id is not None:
        _tell(session, relative.user_id, note.id, now)
    give_receipt(session, key=key, by=by.user_id, action="answer_family_note", now=now, target=row)
    return row


def see_answers(session: Session, *, by: Actor, now: datetime, key: str) -> int:
    """The relative has seen what was answered; how many answers were new. Raises ``AccessRefused`` without consent."""
    check(by, Permission.WRITE_FAMILY_NOTES)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if NOTES not in scope_of(session, patient_id=patient.id, relative_id=by.relative_id):
        raise AccessRefused(_(CLOSED))
    if already_done(session, key=key, by=by.user_id, action="see_family_answers"):
        return 0
    mine = select(FamilyNote.id).where(col(FamilyNote.relative_id) == by.relative_id)
    a = FamilyAnswer
    new = update(a).where(col(a.note_id).in_(mine), col(a.read_at).is_(None)).values(read_at=now)
    count = int(session.execute(new).rowcount)  # type: ignore[attr-defined]
    log.record(
        session, at=now, action="see_family_answers", actor_id=by.user_id, patient_id=patient.id,
        detail={"answers": count},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="see_family_answers", now=now, target=patient.id)
    return count


def _note_in_reach(session: Session, by: Actor, note_id: uuid.UUID, now: datetime) -> tuple[FamilyNote, Patient]:
    note = session.get(FamilyNote, note_id)
    if note is None:
        raise NotFound(_(NOT_FOUND))
    patient = patient_in_reach(session, by=by, patient_id=note.patient_id, now=now)
    if note.relative_id not in consenting(session, patient):
        raise NotFound(_(NOT_FOUND))
    return note, patient


def _mark(note: FamilyNote, by: Actor, now: datetime) -> None:
    if note.read_at is None:
        note.read_at, note.read_by = now, by.user_id


def _words(text: str) -> str:
    words = text.strip().replace("\x00", "")
    if len(words) > LONGEST:
        sentence = _("This text has {n} characters; at most {most} fit. Shorten it or send it in two.")
        raise InvalidInput(sentence.format(n=say_number(len(words), 0), most=say_number(LONGEST, 0)))
    return words


def _refuse_unsaid(noticed: Noticed, body: str, about_self: str) -> None:
    known = noticed.days in DAYS and noticed.how in (None, *HOW)
    if not known or not set(noticed.changes) <= set(DOMAINS) or not set(noticed.changes.values()) <= set(CHANGES):
        raise InvalidInput(_("Choose one of the answers shown."))
    if not (body or about_self or noticed.how):
        raise InvalidInput(_("Write something first."))


def _kept(
    session: Session, patient: Patient, relative_id: uuid.UUID, noticed: Noticed, words: tuple[str, str], now: datetime
) -> FamilyNote:
    row, keep, (body, about_self) = new_id(), vault(session), words
    note = FamilyNote(
        id=row, patient_id=patient.id, relative_id=relative_id, written_at=now, days=noticed.days, how=noticed.how,
        about_day=day_date(day_number(now, patient.time_zone)), noticed=noticed.changes,
        body=keep.close(session, patient.id, FAMILY_NOTE, row, body),
        about_self=keep.close(session, patient.id, ABOUT_SELF, row, about_self) if about_self else None,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note


def _tell(session: Session, recipient: uuid.UUID, note_id: uuid.UUID, now: datetime) -> None:
    session.add(Outbox(made_at=now, kind="family_note", recipient_id=recipient, payload={"note": str(note_id)}))
    session.flush()
