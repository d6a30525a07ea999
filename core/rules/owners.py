"""Who an alert belongs to: who leads the treatment, else the head of the team; and whom it can be handed to."""

import uuid
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from core.access.permissions import ROLE_PERMISSIONS, Permission
from core.errors import NotPossible
from core.language import _
from models import CareKind, CareRelationship, Patient, Role, Staff, User

_HANDLING = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.HANDLE_ALERTS in allowed]


def those_who_reach(patient: Patient, now: datetime) -> Select[Staff, User]:
    """Rows of ``(Staff, User)`` with a care relationship that holds today or on the patient's team, whose account is
    enabled and whose role handles alerts (the reach of ``core.access.reach`` without broken glass)."""
    c, today = CareRelationship, now.date()
    holds = and_(col(c.starts_on) <= today, or_(col(c.ends_on).is_(None), col(c.ends_on) > today))
    treating = select(c.staff_id).where(col(c.patient_id) == patient.id, holds)
    return (
        _staff()
        .where(or_(col(Staff.team_id) == patient.team_id, col(Staff.id).in_(treating)))
        .where(col(User.service_id) == patient.service_id)
    )


def team_leads(session: Session, patient: Patient) -> list[tuple[Staff, User]]:
    """The heads of the patient's team, by name."""
    rows = session.execute(
        _staff()
        .where(col(Staff.team_id) == patient.team_id, col(User.role) == Role.TEAM_LEAD)
        .order_by(col(Staff.name), col(Staff.id))
    ).all()
    return [(staff, user) for staff, user in rows]


def first_owner(session: Session, patient: Patient, now: datetime) -> tuple[Staff, User]:
    """Who leads the treatment today, else the head of the team, else whoever reaches the patient.

    Raises ``NotPossible`` where nobody does: an alert without an owner would be seen by no one.
    """
    c, today = CareRelationship, now.date()
    leading = select(c.staff_id).where(
        col(c.patient_id) == patient.id, col(c.kind) == CareKind.LEAD, col(c.starts_on) <= today,
        or_(col(c.ends_on).is_(None), col(c.ends_on) > today),
    )  # fmt: skip
    reaching = those_who_reach(patient, now).order_by(col(Staff.name), col(Staff.id))
    for wanted in (
        reaching.where(col(Staff.id).in_(leading)),
        reaching.where(col(User.role) == Role.TEAM_LEAD),
        reaching,
    ):
        row = session.execute(wanted).first()
        if row is not None:
            return row[0], row[1]
    raise NotPossible(_("Nobody on the team can take this alert. Tell your administrator."))


def account_of(session: Session, staff_id: uuid.UUID) -> uuid.UUID | None:
    """The account of a member of staff."""
    return session.exec(select(Staff.user_id).where(col(Staff.id) == staff_id)).one_or_none()


def _staff() -> Select[Staff, User]:
    joined = select(Staff, User).join(User, col(User.id) == col(Staff.user_id))
    return joined.where(col(User.disabled_at).is_(None), col(User.role).in_(_HANDLING))
