"""The demonstration's sign-ins: a random password of this installation for every member of staff and a few patients
and relatives. Hashing is slow on purpose, so nobody else gets one."""

import json
import os
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col, select

from core.access.passwords import generate_password, hash_password
from models import Patient, Relative, Role, Service, User

FILE = "demo-logins.json"
FEW = 3


def give_sign_ins(session: Session, home: Path, service: Service) -> int:
    """Set passwords and write them to ``home/demo-logins.json`` (0600); returns how many."""
    logins = []
    for user in _chosen(session, service):
        password = generate_password()
        session.execute(update(User).where(col(User.id) == user.id).values(password_hash=hash_password(password)))
        logins.append(
            {"username": user.username, "password": password, "role": user.role.value, "name": user.name}
        )  # fmt: skip
    _write(home / FILE, logins)
    return len(logins)


def _chosen(session: Session, service: Service) -> list[User]:
    staff = (Role.THERAPIST, Role.TEAM_LEAD, Role.DIRECTOR, Role.ADMINISTRATOR)
    here = select(User).where(col(User.service_id) == service.id)
    made = session.exec(here.where(col(User.role).in_(staff))).all()
    by_role = sorted(made, key=lambda user: (staff.index(user.role), user.username != "laia", user.username))
    patients = here.join(Patient, col(Patient.user_id) == User.id).where(col(Patient.left_on).is_(None))
    relatives = (
        here.join(Relative, col(Relative.user_id) == User.id)
        .join(Patient, col(Patient.id) == Relative.patient_id)
        .where(col(Patient.left_on).is_(None))
    )
    few = [*session.exec(patients.order_by(col(Patient.key)).limit(FEW))]
    few += session.exec(relatives.order_by(col(Patient.key)).limit(FEW))
    therapists = [user for user in by_role if user.role is Role.THERAPIST]
    return [*therapists[:12], *(user for user in by_role if user.role is not Role.THERAPIST)][:20] + few


def _write(path: Path, logins: list[dict[str, str]]) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(logins, out, ensure_ascii=False, indent=1)
    part.replace(path)
