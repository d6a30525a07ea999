"""What the family wrote and what was answered, as far as the patient's consent goes now. Part of the case review: the
caller checked reach and wrote the audit entry of the read."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Executable, bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _
from core.queries.consents import NOTES as SCOPE
from core.queries.prepared import AnyRow, rows
from core.rules.family_agreement import Agreement
from core.vault import vault
from models import Consent, FamilyAnswer, FamilyNote, Patient, Relative, User

NEWEST = 8  # (d) notes on screen


class Marked(Protocol):
    """A note as the course knows it, already compared with the patient's entries."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def agreement(self) -> Agreement | None: ...


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What somebody of the team answered; ``read_at``: when the relative first saw it."""

    id: uuid.UUID
    author: str
    written_at: datetime
    body: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class FamilyNoteView:
    """One note about the ``days`` days up to ``about_day``: ``how`` they were ("better", "usual", "harder"), what was
    ``noticed`` by domain ("worse", "same", "better"), in words (``body``), and how the relative is (``about_self``);
    words may be empty. ``read_at``/``read_by``: the first reader. ``agreement`` is ``None`` where it was not compared.
    """

    id: uuid.UUID
    relative: str
    relationship: str
    written_at: datetime
    about_day: date
    days: int
    how: str | None
    noticed: Mapping[str, str]
    body: str
    about_self: str
    read_at: datetime | None
    read_by: str | None
    answers: tuple[AnswerView, ...] = field(default=())
    agreement: Agreement | None = None

    @property
    def unread(self) -> bool:
        """Whether nobody of the team has read it."""
        return self.read_at is None


def family_notes_of(
    session: Session, *, by: Actor, now: datetime, patient: Patient, marks: Sequence[Marked] = ()
) -> tuple[FamilyNoteView, ...]:
    """The newest notes, newest first, of relatives whose consent holds; empty for who may not read any."""
    if not can(by, Permission.READ_FAMILY_NOTES):
        return ()
    relatives = consenting(session, patient)
    if not relatives:
        return ()
    compared = {mark.id: mark.agreement for mark in marks}
    found = rows(session, _NOTES, patient=patient.id, now=now, relatives=relatives)
    return opened(session, patient, found, compared)


def own_notes_of(
    session: Session, *, now: datetime, patient: Patient, relative_id: uuid.UUID
) -> tuple[FamilyNoteView, ...]:
    """The newest notes of one relative, as they see them: not compared with what the patient entered."""
    return opened(session, patient, rows(session, _NOTES, patient=patient.id, now=now, relatives=[relative_id]), {})


def opened(
    session: Session, patient: Patient, notes: Sequence[AnyRow], compared: Mapping[uuid.UUID, Agreement | None]
) -> tuple[FamilyNoteView, ...]:
    """Notes with their words and answers."""
    answers = _answers(session, patient, [note.id for note in notes])
    return tuple(_view(session, patient, note, answers.get(note.id, ()), compared.get(note.id)) for note in notes)


def consenting(session: Session, patient: Patient) -> list[uuid.UUID]:
    """The relatives whose notes the patient lets the team read now."""
    return [relative for relative, scope in rows(session, _HELD, patient=patient.id) if SCOPE in scope]


def _answers(session: Session, patient: Patient, notes: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[AnswerView, ...]]:
    words, found = vault(session), dict[uuid.UUID, tuple[AnswerView, ...]]()
    for row in rows(session, _ANSWERS, notes=list(notes)):
        body = words.open(session, patient.id, "family_answer", row.id, row.body)
        answer = AnswerView(row.id, row.author or _("Somebody"), row.written_at, body, row.read_at)
        found[row.note_id] = (*found.get(row.note_id, ()), answer)
    return found


def _view(
    session: Session, patient: Patient, note: AnyRow, answers: tuple[AnswerView, ...], agreement: Agreement | None
) -> FamilyNoteView:
    words, own = vault(session), note.about_self
    return FamilyNoteView(
        id=note.id, relative=note.relative, relationship=note.relationship, written_at=note.written_at,
        about_day=note.about_day, days=note.days, how=note.how, noticed=note.noticed,
        body=words.open(session, patient.id, "family_note", note.id, note.body),
        about_self=words.open(session, patient.id, "family_note.about_self", note.id, own) if own else "",
        read_at=note.read_at, read_by=None if note.read_by is None else note.reader or _("Somebody"),
        answers=answers, agreement=agreement,
    )  # fmt: skip


_N = FamilyNote
_NOTES: Executable = (
    select(
        col(_N.id), col(_N.written_at), col(_N.about_day), col(_N.days), col(_N.how), col(_N.noticed), col(_N.body),
        col(_N.about_self), col(_N.read_at), col(_N.read_by), col(Relative.name).label("relative"),
        col(Relative.relationship), col(User.name).label("reader"),
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
_A = FamilyAnswer
_ANSWERS: Executable = (
    select(
        col(_A.id), col(_A.note_id), col(_A.written_at), col(_A.body), col(_A.read_at), col(User.name).label("author")
    )
    .outerjoin(User, col(User.id) == col(_A.written_by))
    .where(col(_A.note_id).in_(bindparam("notes", expanding=True)))
    .order_by(col(_A.written_at), col(_A.id))
)
_HELD = select(col(Consent.relative_id), col(Consent.scope)).where(
    col(Consent.patient_id) == bindparam("patient"), col(Consent.relative_id).is_not(None),
    col(Consent.withdrawn_at).is_(None),
)  # fmt: skip
