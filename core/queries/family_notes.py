"""What the family wrote, as far as the patient's consent goes now. Part of the case review: the caller checked reach
and wrote the audit entry of the read."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Executable, bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _
from core.queries.prepared import AnyRow, rows
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
    relatives = consenting(session, patient)
    if not relatives:
        return ()
    found = rows(session, _NOTES, patient=patient.id, now=now, relatives=relatives)
    return tuple(_view(session, patient, note) for note in found)


def consenting(session: Session, patient: Patient) -> list[uuid.UUID]:
    """The relatives whose notes the patient lets the team read now."""
    return [relative for relative, scope in rows(session, _HELD, patient=patient.id) if SCOPE in scope]


def _view(session: Session, patient: Patient, note: AnyRow) -> FamilyNoteView:
    return FamilyNoteView(
        id=note.id,
        relative=note.relative,
        relationship=note.relationship,
        written_at=note.written_at,
        about_day=note.about_day,
        noticed=note.noticed,
        body=vault(session).open(session, patient.id, "family_note", note.id, note.body),
        read_at=note.read_at,
        read_by=None if note.read_by is None else note.reader or _("Somebody"),
    )


_N = FamilyNote
_NOTES: Executable = (
    select(
        col(_N.id), col(_N.written_at), col(_N.about_day), col(_N.noticed), col(_N.body), col(_N.read_at),
        col(_N.read_by), col(Relative.name).label("relative"), col(Relative.relationship),
        col(User.name).label("reader"),
    )
    .join(Relative, col(Relative.id) == col(_N.relative_id))
    .outerjoin(User, col(User.id) == col(_N.read_by))
    .where(
        col(_N.patient_id) == bindparam("patient"), col(_N.written_at) <= bindparam("now"),
        col(_N.relative_id).in_(bindparam("relatives", expanding=True)),
    )
    .order_by(col(_N.written_at).desc(), col(_N.id))
    .limit(NEWEST)
)  # fmt: skip
_HELD = select(col(Consent.relative_id), col(Consent.scope)).where(
    col(Consent.patient_id) == bindparam("patient"), col(Consent.relative_id).is_not(None),
    col(Consent.withdrawn_at).is_(None),
)  # fmt: skip
