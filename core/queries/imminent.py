"""The one thing that interrupts: an answer asked for now that nobody has said they saw. Whether there is one is asked
with who is signed in (``core.access.sessions``), on every run of every page; it is read where that says yes."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.interrupting import PATIENT, waiting
from core.access.permissions import Permission, check
from core.audit import log
from models import Alert, Staff

_LOOKUP: Select[*tuple[Any, ...]] = (
    waiting(
        col(PATIENT.id), col(PATIENT.given_name), col(PATIENT.family_name), col(PATIENT.time_zone), col(Alert.due_at),
        col(Staff.name).label("owner"), staff=bindparam("staff"), team=bindparam("team"), service=bindparam("service"),
    )
    .join(Staff, col(Staff.id) == col(Alert.owner_id))
    .order_by(col(Alert.due_at), col(Alert.id))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imminent:
    """The alert that is due first, whose patient it is and whose alert; ``more`` others wait like it."""

    patient_id: uuid.UUID
    name: str
    time_zone: str
    due_at: datetime
    overdue: bool
    owner: str
    more: int


def imminent(session: Session, *, by: Actor, now: datetime) -> Imminent | None:
    """What interrupts ``by`` now, among the patients in their reach; ``None`` nearly always. Raises ``AccessRefused``
    for a role that does not handle alerts."""
    check(by, Permission.HANDLE_ALERTS)
    known = {"now": now, "today": now.date(), "staff": by.staff_id, "team": by.team_id, "service": by.service_id}
    rows = session.execute(_LOOKUP, known).all()
    first = rows[0] if rows else None
    log.record(
        session, at=now, action="read_imminent", actor_id=by.user_id, patient_id=first.id if first else None,
        detail={"alerts": len(rows)},
    )  # fmt: skip
    if first is None:
        return None
    return Imminent(
        patient_id=first.id, name=f"{first.given_name} {first.family_name}".strip(), time_zone=first.time_zone,
        due_at=first.due_at, overdue=first.due_at < now, owner=first.owner, more=len(rows) - 1,
    )  # fmt: skip
