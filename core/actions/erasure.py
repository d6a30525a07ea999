"""Forgetting a person (GDPR article 17): the key to their words and every row about them go; what stays is a stub
without a name, so that the log of who did what still has somebody to point at.

Whether a clinic may erase is the law's question, not ours: records of treatment must be kept for years in most places
(``docs/erasure.md``). Backups made before still hold the wrapped key, so the number of who was erased is also written
beside the database, and whoever is on that list is erased again when a backup is restored.
"""

import uuid
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core.access.accounts import end_everything
from core.access.actor import Actor
from core.access.passwords import NO_SIGN_IN
from core.access.permissions import Permission, check
from core.audit import log
from core.errors import InvalidInput, NotFound
from core.export.everything import about, owned_tables
from core.language import _
from models import ExportLink, Idea, NotificationChannel, Patient, PatientKey, Relative, User

LIST = "erased.txt"


def erase(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID, reason: str) -> Patient:
    """Erase one person of the service; returns the stub. Raises ``NotFound``, ``InvalidInput`` without a reason."""
    check(by, Permission.ERASE_PATIENTS)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("Say on what ground this person is erased."))
    patient = session.get(Patient, patient_id)
    if patient is None or patient.service_id != by.service_id:
        raise NotFound(_("There is no such person in this service."))
    forget(session, patient, now)
    log.record(
        session, at=now, action="patient_erased", actor_id=by.user_id, patient_id=patient.id,
        detail={"characters_of_reason": len(reason.strip())},
    )  # fmt: skip
    return patient


def erase_again(session: Session, *, home: Path, now: datetime) -> int:
    """Erase whoever stands on the list beside the database and is in it (after a restore); how many."""
    file = home / LIST
    numbers = [uuid.UUID(line) for line in file.read_text().split()] if file.exists() else []
    found = [session.get(Patient, number) for number in numbers]
    again = [one for one in found if one is not None and session.get(PatientKey, one.id) is not None]
    for patient in again:
        forget(session, patient, now)
        log.record(session, at=now, action="patient_erased_again", actor_id=None, patient_id=patient.id)
    return len(again)


def note_erased(home: Path, patient_id: uuid.UUID) -> None:
    """Write the number of who was erased beside the database (0600)."""
    file = home / LIST
    file.touch(mode=0o600)
    with file.open("a") as out:
        out.write(f"{patient_id}\n")


def forget(session: Session, patient: Patient, now: datetime) -> None:
    """Delete a person's key and everything about them; the caller checked that this may be, and writes the log."""
    relatives = session.exec(select(col(Relative.user_id)).where(col(Relative.patient_id) == patient.id)).all()
    accounts = [number for number in (patient.user_id, *relatives) if number is not None]
    session.execute(delete(ExportLink).where(col(ExportLink.patient_id) == patient.id))
    session.execute(delete(PatientKey).where(col(PatientKey.patient_id) == patient.id))
    _bare(session, patient)
    owned = owned_tables(log=False)
    for table in reversed([one for one in owned if one.name != "patient"]):
        session.execute(delete(table).where(about(table, patient, owned)))
    for number in accounts:
        _close(session, number, now)


def _bare(session: Session, patient: Patient) -> None:
    patient.given_name, patient.family_name = _("Erased"), ""
    patient.birth_date = patient.sex = patient.source_ref = patient.user_id = None
    patient.source = "erased"
    session.flush()


def _close(session: Session, number: uuid.UUID, now: datetime) -> None:
    end_everything(session, user_id=number, now=now, reason="erased")
    session.execute(delete(NotificationChannel).where(col(NotificationChannel.user_id) == number))
    session.execute(update(Idea).where(col(Idea.made_by) == number).values(named=False))  # it stays, as a group's
    session.execute(
        update(User)
        .where(col(User.id) == number)
        .values(name="–", username=f"erased-{number.hex}", password_hash=NO_SIGN_IN)
    )
