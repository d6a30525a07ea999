"""Who speaks for which side of a pair, and who is its therapist, for what only the two of them say: the rating of their
working alliance."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can
from models import CareKind, CareRelationship, Role, Side


def may_rate(session: Session, *, by: Actor, patient_id: uuid.UUID, staff_id: uuid.UUID | None, now: datetime) -> bool:
    """Whether ``by`` rates as the therapist of this patient: who held the session, or who treats the patient today."""
    if by.staff_id is None or not can(by, Permission.RATE_AS_THERAPIST):
        return False
    if by.staff_id == staff_id:
        return True
    c, today = CareRelationship, now.date()
    treats = select(c.id).where(
        col(c.patient_id) == patient_id,
        col(c.staff_id) == by.staff_id,
        col(c.kind) != CareKind.COVER,
        col(c.starts_on) <= today,
        col(c.ends_on).is_(None) | (col(c.ends_on) > today),
    )
    return session.exec(treats).first() is not None


def side_of(by: Actor) -> Side:
    """Which side of the pair a person speaks for."""
    return Side.PATIENT if by.role is Role.PATIENT else Side.THERAPIST
