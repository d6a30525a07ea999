"""What the family wrote, as far as the patient's consent goes now. Part of the case review: the caller checked reach
and wrote the audit entry of the read."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _
from core.vault import vault
from models import Consent, FamilyNote, Patient, Relative, User

NEWEST = 8  # (d) notes on screen
SCOPE = "family_notes"


@dataclass(frozen=True, slots=True)
class FamilyNoteView:
    """One note. ``noticed`` maps a domain to "worse", "same" or "better"; ``read_at``/``read_by`` the first reader."""

    id: uuid.UUID
    relative: str
    relationship: str
    written_at: datetime
    about_day: date
    noticed: Mapping[str, str]
    body: str
    read_at: datetime | None
    read_by: str | None

    @property
    def unread(self) -> bool:
        """Whether nobody of the team has read it."""
        return self.read_at is None


def family_notes_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> tuple[FamilyNoteView, ...]:
    """The newest notes, newest first, of relatives whose consent holds; empty for who may not read any."""
    if not can(by, Permission.READ_FAMILY_NOTES):
        return ()
    n = FamilyNote
    rows = session.execute(
        select(n, Relative, User.name)
        .join(Relative, col(Relative.id) == col(n.relative_id))
        .outerjoin(User, col(User.id) == col(n.read_by))
        .where(col(n.patient_id) == patient.id, col(n.written_at) <= now)
        .where(col(n.relative_id).in_(consenting(session, patient)))
        .order_by(col(n.written_at).desc(), col(n.id))
        .limit(NEWEST)
    ).all()
    return tuple(_view(session, patient, *row) for row in rows)


def consenting(session: Session, patient: Patient) -> list[uuid.UUID]:
    """The relatives whose notes the patient lets the team read now."""
    held = select(Consent).where(
        col(Consent.patient_id) == patient.id,
        col(Consent.relative_id).is_not(None),
        col(Consent.withdrawn_at).is_(None),
    )
    return [consent.relative_id for consent in session.exec(held) if consent.relative_id and SCOPE in consent.scope]


def _view(
    session: Session, patient: Patient, note: FamilyNote, relative: Relative, reader: str | None
) -> FamilyNoteView:
    return FamilyNoteView(
        id=note.id,
        relative=relative.name,
        relationship=relative.relationship,
        written_at=note.written_at,
        about_day=note.about_day,
        noticed=note.noticed,
        body=vault(session).open(session, patient.id, "family_note", note.id, note.body),
        read_at=note.read_at,
        read_by=None if note.read_by is None else reader or _("Somebody"),
    )
