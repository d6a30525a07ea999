"""Who speaks for which side of a pair, and who is its therapist, for what only the two of them say: the rating of their
working alliance."""

import uuid
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.queries.prepared import rows
from models import CareKind, CareRelationship, Role, Side


def may_rate(session: Session, *, by: Actor, patient_id: uuid.UUID, staff_id: uuid.UUID | None, now: datetime) -> bool:
    """Whether ``by`` rates as the therapist of this patient: who held the session, or who treats the patient today."""
    if by.staff_id is None or not can(by, Permission.RATE_AS_THERAPIST):
        return False
    if by.staff_id == staff_id:
        return True
    asked = {"patient": patient_id, "staff": by.staff_id, "today": now.date()}
    return bool(rows(session, _TREATS, **asked)[0][0])


def side_of(by: Actor) -> Side:
    """Which side of the pair a person speaks for."""
    return Side.PATIENT if by.role is Role.PATIENT else Side.THERAPIST


_C = CareRelationship
_TREATS = select(
    exists().where(
        col(_C.patient_id) == bindparam("patient"), col(_C.staff_id) == bindparam("staff"),
        col(_C.kind) != CareKind.COVER, col(_C.starts_on) <= bindparam("today"),
        col(_C.ends_on).is_(None) | (col(_C.ends_on) > bindparam("today")),
    )
)  # fmt: skip
