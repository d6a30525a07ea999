"""A patient's own page about who may see what: those who treat them, the team that covers, an emergency access, each
relative by stream, what was consented to, and whether they asked to leave."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.queries.consents import RelativeView, relatives_of
from core.queries.leaving import LeaveView, leaving_of
from core.rules.owners import those_who_reach
from models import BreakGlass, CareKind, CareRelationship, Consent, Patient, Service, Staff, Team

GLASSES = 10  # (d) newest emergency accesses on the page


@dataclass(frozen=True, slots=True)
class CarerView:
    """Somebody who sees the record now: ``kind`` of the care relationship, ``None`` for who covers on the team."""

    name: str
    profession: str
    kind: CareKind | None


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """The record was opened in an emergency, with a reason, for some hours; ``reviewed``: another looked at why."""

    by: str
    started_at: datetime
    ends_at: datetime
    reviewed: bool


@dataclass(frozen=True, slots=True)
class PrivacyView:
    """Everything of the page but the log. ``agreed``: what the patient consented to towards the service, and since
    when; ``country``/``region`` decide which law on keeping records is named."""

    patient_id: uuid.UUID
    time_zone: str
    now: datetime
    service: str
    country: str
    region: str | None
    team: str
    carers: tuple[CarerView, ...]
    emergencies: tuple[EmergencyView, ...]
    relatives: tuple[RelativeView, ...]
    agreed: tuple[str, ...]
    agreed_at: datetime | None
    leaving: LeaveView | None


def privacy(session: Session, *, by: Actor, now: datetime) -> PrivacyView:
    """The page of the signed-in patient. Raises ``AccessRefused`` for every other role."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    log.record(session, at=now, action="read_privacy", actor_id=by.user_id, patient_id=patient.id)
    service = session.get_one(Service, patient.service_id)
    agreed, since = _agreed(session, patient)
    return PrivacyView(
        patient_id=patient.id, time_zone=patient.time_zone, now=now, service=service.name, country=service.country,
        region=service.region, team=session.get_one(Team, patient.team_id).name,
        carers=_carers(session, patient, now), emergencies=_emergencies(session, patient),
        relatives=relatives_of(session, patient), agreed=agreed, agreed_at=since,
        leaving=leaving_of(session, patient),
    )  # fmt: skip


def _carers(session: Session, patient: Patient, now: datetime) -> tuple[CarerView, ...]:
    """Those with a care relationship first, then the rest of the team by name."""
    c, today = CareRelationship, now.date()
    holding = select(c.staff_id, c.kind).where(
        col(c.patient_id) == patient.id, col(c.starts_on) <= today,
        col(c.ends_on).is_(None) | (col(c.ends_on) > today),
    )  # fmt: skip
    treating = {staff: CareKind(kind) for staff, kind in session.exec(holding.order_by(col(c.starts_on).desc()))}
    found = session.execute(those_who_reach(patient, now).order_by(col(Staff.name), col(Staff.id))).all()
    seen = [CarerView(staff.name, staff.profession, treating.get(staff.id)) for staff, _user in found]
    return tuple(sorted(seen, key=lambda one: (one.kind is None, one.kind is not CareKind.LEAD)))


def _emergencies(session: Session, patient: Patient) -> tuple[EmergencyView, ...]:
    g = BreakGlass
    found = session.exec(
        select(Staff.name, g.started_at, g.ends_at, g.reviewed_at)
        .join(g, col(g.staff_id) == col(Staff.id))
        .where(col(g.patient_id) == patient.id)
        .order_by(col(g.started_at).desc())
        .limit(GLASSES)
    )
    return tuple(EmergencyView(who, began, ends, looked is not None) for who, began, ends, looked in found)


def _agreed(session: Session, patient: Patient) -> tuple[tuple[str, ...], datetime | None]:
    found = session.exec(
        select(Consent)
        .where(
            col(Consent.patient_id) == patient.id, col(Consent.relative_id).is_(None),
            col(Consent.withdrawn_at).is_(None),
        )
        .order_by(col(Consent.granted_at))
    ).all()  # fmt: skip
    scope = tuple(dict.fromkeys(stream for row in found for stream in row.scope))
    return scope, (found[-1].granted_at if found else None)
