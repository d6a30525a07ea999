"""Admitting a patient: the record, the key to the patient's words, the therapist who may open it, the thread in which
they write, the step of care they start on."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.audit import log
from core.errors import NotFound
from core.language import _
from core.vault import vault
from models import (
    CareKind,
    CareRelationship,
    MessageThread,
    Patient,
    Programme,
    Staff,
    StepOfCare,
    Team,
)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is admitted, where to and to whom. ``source``/``source_ref`` name where an imported person comes from."""

    given_name: str
    family_name: str
    time_zone: str
    enrolled_on: date
    team_id: uuid.UUID
    programme_id: uuid.UUID
    therapist_id: uuid.UUID
    source: str = "vincle"
    source_ref: str | None = None
    sex: str | None = None
    birth_date: date | None = None


def admit(session: Session, *, by: Actor, now: datetime, admission: Admission) -> Patient:
    """Admit one person into the actor's service; raises ``AccessRefused`` or ``NotFound`` (team, programme, therapist).

    A person of the same source and reference is not admitted twice: the one who is there is returned unchanged.
    """
    check(by, Permission.ADMIT_PATIENTS)
    _check_place(session, by, admission)
    number = _next_key(session)
    known = _known(session, by, admission)
    if known is not None:
        return known
    patient = Patient(
        key=number,
        service_id=by.service_id,
        team_id=admission.team_id,
        programme_id=admission.programme_id,
        given_name=admission.given_name,
        family_name=admission.family_name,
        time_zone=admission.time_zone,
        enrolled_on=admission.enrolled_on,
        source=admission.source,
        source_ref=admission.source_ref,
        sex=admission.sex,
        birth_date=admission.birth_date,
    )
    session.add(patient)
    session.flush()
    session.add_all(
        [
            vault(session).new_key(patient.id, at=now),
            MessageThread(patient_id=patient.id),
            CareRelationship(
                patient_id=patient.id, staff_id=admission.therapist_id, kind=CareKind.LEAD, starts_on=now.date()
            ),
            StepOfCare(patient_id=patient.id, step=1, started_on=admission.enrolled_on, reason="admitted"),
        ]
    )
    log.record(
        session,
        at=now,
        action="patient_admitted",
        actor_id=by.user_id,
        patient_id=patient.id,
        detail={"source": admission.source, "therapist": str(admission.therapist_id)},
    )
    return patient


def _check_place(session: Session, by: Actor, admission: Admission) -> None:
    team = session.get(Team, admission.team_id)
    if team is None or team.service_id != by.service_id:
        raise NotFound(_("There is no such team in this service."))
    programme = session.get(Programme, admission.programme_id)
    if programme is None or programme.service_id != by.service_id:
        raise NotFound(_("There is no such programme in this service."))
    therapist = session.get(Staff, admission.therapist_id)
    if therapist is None or therapist.team_id != team.id:
        raise NotFound(_("There is no such therapist on this team."))


def _known(session: Session, by: Actor, admission: Admission) -> Patient | None:
    if admission.source_ref is None:
        return None
    same = select(Patient).where(
        col(Patient.source) == admission.source,
        col(Patient.source_ref) == admission.source_ref,
    )
    known = session.exec(same).one_or_none()
    if known is not None and known.service_id != by.service_id:
        raise NotFound(_("A person of this source and number is in another service of this installation."))
    return known


def _next_key(session: Session) -> int:
    """The next number for the narrow tables; on PostgreSQL whoever admits next waits for this one."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7317)"))
    return int(session.exec(select(func.coalesce(func.max(Patient.key), 0))).one()) + 1
