"""Who an alert belongs to: who leads the treatment or covers for them, else the head of the team; and whom it can be
handed to."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from core.access.permissions import ROLE_PERMISSIONS, Permission
from core.errors import NotPossible
from core.language import _
from core.queries.prepared import rows
from core.rules.absences import away, service_day, stand_in
from models import CareKind, CareRelationship, Patient, Role, Staff, User

_HANDLING = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.HANDLE_ALERTS in allowed]


def those_who_reach(patient: Patient, now: datetime) -> Select[Staff, User]:
    """Rows of ``(Staff, User)`` with a care relationship that holds today or on the patient's team, whose account is
    enabled and whose role handles alerts (the reach of ``core.access.reach`` without broken glass)."""
    return reaching(patient=patient.id, team=patient.team_id, service=patient.service_id, today=now.date())


def reaching(*, patient: Any, team: Any, service: Any, today: Any) -> Select[Staff, User]:
    """The same from the ids of the patient, their team and their service; each a value or a bound parameter."""
    c = CareRelationship
    holds = and_(col(c.starts_on) <= today, or_(col(c.ends_on).is_(None), col(c.ends_on) > today))
    treating = select(c.staff_id).where(col(c.patient_id) == patient, holds)
    return (
        _staff()
        .where(or_(col(Staff.team_id) == team, col(Staff.id).in_(treating)))
        .where(col(User.service_id) == service)
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
    """Who leads the treatment today, else who covers for them, else the head of the team, else whoever reaches the
    patient; somebody who is away only where everyone is.

    Raises ``NotPossible`` where nobody does: an alert without an owner would be seen by no one.
    """
    known = {"patient": patient.id, "team": patient.team_id, "service": patient.service_id, "today": now.date()}
    team = {staff.id: (staff, user) for staff, user in session.execute(_TEAM, known)}
    if not team:
        raise NotPossible(_("Nobody on the team can take this alert. Tell your administrator."))
    leading = _leading(session, patient, now)
    absent = away(session, patient.service_id, service_day(session, patient.service_id, now))
    heads = [one for one, (_staff, user) in team.items() if user.role is Role.TEAM_LEAD]
    covers = [stand_in(one, absent) for one in leading]
    wanted = [*covers, *(one for one in (*heads, *team) if one not in absent), *leading, *heads, *team]
    return next(team[one] for one in wanted if one in team)


def _leading(session: Session, patient: Patient, now: datetime) -> list[uuid.UUID]:
    return [one.staff_id for one in rows(session, _LEADING, patient=patient.id, today=now.date())]


def told_about(session: Session, staff_id: uuid.UUID, patient: Patient, now: datetime) -> tuple[uuid.UUID, ...]:
    """The accounts that are told of something about an alert of ``staff_id``: theirs, and while they are away that of
    who stands in, else of the head of the team."""
    absent = away(session, patient.service_id, service_day(session, patient.service_id, now))
    own = account_of(session, staff_id)
    if staff_id not in absent:
        return (own,) if own else ()
    cover = stand_in(staff_id, absent)
    others = [account_of(session, cover)] if cover else [user.id for _staff, user in team_leads(session, patient)[:1]]
    return tuple(dict.fromkeys(one for one in (own, *others) if one))


def account_of(session: Session, staff_id: uuid.UUID) -> uuid.UUID | None:
    """The account of a member of staff."""
    return session.exec(select(Staff.user_id).where(col(Staff.id) == staff_id)).one_or_none()


def _staff() -> Select[Staff, User]:
    joined = select(Staff, User).join(User, col(User.id) == col(Staff.user_id))
    return joined.where(col(User.disabled_at).is_(None), col(User.role).in_(_HANDLING))


_TEAM = reaching(
    patient=bindparam("patient"), team=bindparam("team"), service=bindparam("service"), today=bindparam("today")
).order_by(col(Staff.name), col(Staff.id))  # fmt: skip
_C = CareRelationship
_LEADING = (
    select(_C.staff_id)
    .where(
        col(_C.patient_id) == bindparam("patient"), col(_C.kind) == CareKind.LEAD,
        col(_C.starts_on) <= bindparam("today"), or_(col(_C.ends_on).is_(None), col(_C.ends_on) > bindparam("today")),
    )
    .order_by(col(_C.starts_on), col(_C.staff_id))
)  # fmt: skip
