"""Saying that a family's note was read, so that the family sees who read it and when."""

import uuid
from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import NotFound
from core.language import _
from core.queries.family_notes import consenting
from models import FamilyNote


def mark_read(session: Session, *, by: Actor, now: datetime, key: str, note_id: uuid.UUID) -> None:
    """Mark one note as read; who read it first stays. Raises ``NotFound`` out of reach or without consent."""
    check(by, Permission.READ_FAMILY_NOTES)
    log.take_turn(session)
    note = session.get(FamilyNote, note_id)
    if note is None:
        raise NotFound(_(NOT_FOUND))
    patient = patient_in_reach(session, by=by, patient_id=note.patient_id, now=now)
    if note.relative_id not in consenting(session, patient):
        raise NotFound(_(NOT_FOUND))
    if already_done(session, key=key, by=by.user_id, action="read_family_note"):
        return
    if note.read_at is None:
        note.read_at, note.read_by = now, by.user_id
    log.record(session, at=now, action="read_family_note", actor_id=by.user_id, patient_id=patient.id, target=note.id)
    give_receipt(session, key=key, by=by.user_id, action="read_family_note", now=now, target=note.id)
