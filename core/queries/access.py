"""Who opened what in an emergency, and what a person finds who has no space of their own here yet."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.audit import log
from core.errors import NotPossible
from core.language import _
from models import BreakGlass, Patient, Role, Service, Staff, User


@dataclass(frozen=True, slots=True)
class GlassView:
    """One emergency access: to whose record (``patient`` is initials for reviewers), by whom, why, until when."""

    id: uuid.UUID
    patient_id: uuid.UUID
    patient: str
    by: str
    own: bool
    reason: str
    started_at: datetime
    ends_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None
    review: str | None


@dataclass(frozen=True, slots=True)
class AccessView:
    """The person's own open emergency accesses, and (for reviewers) those of the service, newest first."""

    may_break: bool
    may_review: bool
    time_zone: str
    open_now: tuple[GlassView, ...]
    to_review: tuple[GlassView, ...]
    reviewed: tuple[GlassView, ...]


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """What a person without a space of their own finds: the service, and for patients and families whom to call."""

    service: str
    role: Role
    crisis_contacts: tuple[tuple[str, str, str], ...]


def access_of(session: Session, *, by: Actor, now: datetime) -> AccessView:
    """Emergency accesses that concern ``by``: one's own that still run, and for reviewers the last hundred."""
    may_break, may_review = can(by, Permission.BREAK_GLASS), can(by, Permission.REVIEW_ACCESS)
    if not may_break:
        check(by, Permission.REVIEW_ACCESS)
    rows = [row for row in _glasses(session, by) if may_review or row.own]
    if may_review and rows:
        log.record(session, at=now, action="read_access_reviews", actor_id=by.user_id, detail={"rows": len(rows)})
    return AccessView(
        may_break=may_break,
        may_review=may_review,
        time_zone=session.get_one(Service, by.service_id).time_zone,
        open_now=tuple(row for row in rows if row.own and row.ends_at > now),
        to_review=tuple(row for row in rows if may_review and not row.own and row.reviewed_at is None),
        reviewed=tuple(row for row in rows if may_review and row.reviewed_at is not None),
    )


def _glasses(session: Session, by: Actor) -> list[GlassView]:
    reviewer = select(User.id, User.name).subquery()
    rows = session.execute(
        select(BreakGlass, Patient, Staff.name, reviewer.c.name)
        .join(Patient, col(Patient.id) == col(BreakGlass.patient_id))
        .join(Staff, col(Staff.id) == col(BreakGlass.staff_id))
        .outerjoin(reviewer, reviewer.c.id == col(BreakGlass.reviewed_by))
        .where(col(Patient.service_id) == by.service_id)
        .order_by(col(BreakGlass.started_at).desc())
        .limit(100)
    ).all()
    return [_view(glass, patient, who, reviewed_by, by) for glass, patient, who, reviewed_by in rows]


def _view(glass: BreakGlass, patient: Patient, who: str, reviewed_by: str | None, by: Actor) -> GlassView:
    own = glass.staff_id == by.staff_id
    return GlassView(
        id=glass.id,
        patient_id=glass.patient_id,
        patient=patient.name if own else f"{patient.given_name[:1]}. {patient.family_name[:1]}.",
        by=who,
        own=own,
        reason=glass.reason,
        started_at=glass.started_at,
        ends_at=glass.ends_at,
        reviewed_at=glass.reviewed_at,
        reviewed_by=reviewed_by,
        review=glass.review,
    )


def welcome_of(session: Session, *, by: Actor, now: datetime) -> WelcomeView:  # noqa: ARG001
    """The service's name and crisis contacts for ``by``.

    Raises ``NotPossible`` for a patient while the service has named nobody to call: the space stays closed until it
    has, because a person in distress must find a number here.
    """
    service = session.get_one(Service, by.service_id)
    contacts = tuple((c.get("name", ""), c.get("phone", ""), c.get("hours", "")) for c in service.crisis_contacts)
    if by.role is Role.PATIENT and not contacts:
        raise NotPossible(
            _(
                "Your space is not open yet: your service has still to say whom you can call in a crisis. "
                "In an emergency, call the emergency number of your country."
            )
        )
    return WelcomeView(service=service.name, role=by.role, crisis_contacts=contacts)
