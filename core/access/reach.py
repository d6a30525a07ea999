"""Whose records a person reaches: by a care relationship that holds today, the team's cover, or glass broken for a
reason."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.access.actor import Actor
from core.errors import NotFound
from core.language import N_, _
from models import BreakGlass, CareRelationship, Patient, PatientKey, Programme, Role, Service

NOT_FOUND = N_("There is no such record among those you can open.")


class Way(StrEnum):
    """How a role comes to records: its own one, by treating and by the team's cover, or not at all."""

    OWN = "own"
    TREATING = "treating"
    NONE = "none"


def reachable(by: Actor, *, now: datetime) -> SelectOfScalar[uuid.UUID]:
    """The ids of all patients whose record ``by`` may open at ``now``; empty for roles without clinical access.

    Therapists: own care relationships and the patients of their team (cover). Patients and relatives: one patient.
    """
    return _ids(_way(by), **_about(by, now))


def _way(by: Actor) -> Way:
    if by.role in (Role.PATIENT, Role.RELATIVE):
        return Way.OWN
    treats = by.role in (Role.THERAPIST, Role.TEAM_LEAD) and by.staff_id is not None
    return Way.TREATING if treats else Way.NONE


def _about(by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "service": by.service_id, "own": by.patient_id, "staff": by.staff_id, "team": by.team_id, "today": now.date(),
        "now": now,
    }  # fmt: skip


def _ids(way: Way, *, service: Any, own: Any, staff: Any, team: Any, today: Any, now: Any) -> SelectOfScalar[uuid.UUID]:
    """The statement; what it is about are values, or bound parameters."""
    ids = select(Patient.id).where(col(Patient.service_id) == service)
    if way is Way.OWN:
        return ids.where(col(Patient.id) == own)
    if way is Way.NONE:
        return ids.where(col(Patient.id).is_(None))
    treated = col(Patient.id).in_(_in_care(staff, today))
    glass = col(Patient.id).in_(_broken(staff, now))
    return ids.where(or_(treated, glass, col(Patient.team_id) == team))


def _in_care(staff: Any, today: Any) -> SelectOfScalar[uuid.UUID]:
    c = CareRelationship
    holds = and_(col(c.starts_on) <= today, or_(col(c.ends_on).is_(None), col(c.ends_on) > today))
    return select(c.patient_id).where(col(c.staff_id) == staff, holds)


def _broken(staff: Any, now: Any) -> SelectOfScalar[uuid.UUID]:
    b = BreakGlass
    return select(b.patient_id).where(col(b.staff_id) == staff, col(b.started_at) <= now, col(b.ends_at) > now)


_BOUND: dict[str, BindParameter[Any]] = {
    name: bindparam(name) for name in ("service", "own", "staff", "team", "today", "now")
}
_IN_REACH = {  # written once: every page asks this first, and goes on to programme, service and key
    way: select(Patient, Programme, Service, PatientKey)
    .join(Programme, col(Programme.id) == col(Patient.programme_id))
    .join(Service, col(Service.id) == col(Patient.service_id))
    .outerjoin(PatientKey, col(PatientKey.patient_id) == col(Patient.id))
    .where(col(Patient.id) == bindparam("patient"), col(Patient.id).in_(_ids(way, **_BOUND)))
    for way in Way
}


def patient_in_reach(session: Session, *, by: Actor, patient_id: uuid.UUID, now: datetime) -> Patient:
    """The patient, or ``NotFound``: the same sentence whether unknown or out of reach."""
    asked = {"patient": patient_id, **_about(by, now)}
    found = session.execute(_IN_REACH[_way(by)], asked).one_or_none()
    if found is None:
        raise NotFound(_(NOT_FOUND))
    session.info["in_reach"] = found  # held: whoever needs programme, service or key finds them in the session
    patient: Patient = found[0]
    return patient
