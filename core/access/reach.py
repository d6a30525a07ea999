"""Whose records a person reaches: by a care relationship that holds today, the team's cover, or glass broken for a
reason."""

import uuid
from datetime import date, datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.access.actor import Actor
from core.errors import NotFound
from core.language import N_, _
from models import BreakGlass, CareRelationship, Patient, Role

NOT_FOUND = N_("There is no such record among those you can open.")


def reachable(by: Actor, *, now: datetime) -> SelectOfScalar[uuid.UUID]:
    """The ids of all patients whose record ``by`` may open at ``now``; empty for roles without clinical access.

    Therapists: own care relationships and the patients of their team (cover). Patients and relatives: one patient.
    """
    ids = select(Patient.id).where(col(Patient.service_id) == by.service_id)
    if by.role in (Role.PATIENT, Role.RELATIVE):
        return ids.where(col(Patient.id) == by.patient_id)
    if by.role not in (Role.THERAPIST, Role.TEAM_LEAD) or by.staff_id is None:
        return ids.where(col(Patient.id).is_(None))
    own = col(Patient.id).in_(_in_care(by.staff_id, now.date()))
    glass = col(Patient.id).in_(_broken(by.staff_id, now))
    return ids.where(or_(own, glass, col(Patient.team_id) == by.team_id))


def _in_care(staff_id: uuid.UUID, today: date) -> SelectOfScalar[uuid.UUID]:
    c = CareRelationship
    holds = and_(col(c.starts_on) <= today, or_(col(c.ends_on).is_(None), col(c.ends_on) > today))
    return select(c.patient_id).where(col(c.staff_id) == staff_id, holds)


def _broken(staff_id: uuid.UUID, now: datetime) -> SelectOfScalar[uuid.UUID]:
    b = BreakGlass
    return select(b.patient_id).where(col(b.staff_id) == staff_id, col(b.started_at) <= now, col(b.ends_at) > now)


def patient_in_reach(session: Session, *, by: Actor, patient_id: uuid.UUID, now: datetime) -> Patient:
    """The patient, or ``NotFound``: the same sentence whether unknown or out of reach."""
    found = session.exec(
        select(Patient).where(col(Patient.id) == patient_id, col(Patient.id).in_(reachable(by, now=now)))
    ).one_or_none()
    if found is None:
        raise NotFound(_(NOT_FOUND))
    return found
