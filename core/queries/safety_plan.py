"""The safety plan as both sides see it, with who changed it when; and what stands on the screen for a hard moment."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.safety_plan import parts_of
from core.audit import log
from core.language import _
from core.queries.access import welcome_of
from core.queries.therapist import therapist_of
from core.rules.catalogue import RULES, Ground
from models import Alert, AlertState, Patient, Response, Role, SafetyPlan, SafetyPlanVersion, Service, User

_SOON = (Response.NOW, Response.SAME_DAY)
OLDER = 10  # (d) earlier versions on screen


@dataclass(frozen=True, slots=True)
class VersionView:
    """The plan as it stood after one change."""

    version: int
    changed_at: datetime
    changed_by: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SafetyPlanView:
    """The plan of one patient: ``parts`` by code, empty texts where nothing stands; ``version`` 0 where there is none;
    ``earlier`` newest first; ``own``: the patient is reading."""

    patient_id: uuid.UUID
    name: str
    own: bool
    parts: Mapping[str, str]
    version: int
    changed_at: datetime | None
    changed_by: str | None
    earlier: tuple[VersionView, ...]
    time_zone: str
    contacts: tuple[tuple[str, str, str], ...]
    now: datetime

    @property
    def written(self) -> bool:
        """Whether anything stands in it."""
        return any(self.parts.values())


@dataclass(frozen=True, slots=True)
class HelpView:
    """A hard moment: whom to call, the person's own plan, and whether the team was told (``answer_by``: when a response
    to what was said about safety is due; ``None`` where nothing of the kind is open)."""

    contacts: tuple[tuple[str, str, str], ...]
    parts: Mapping[str, str]
    therapist: str | None
    answer_by: datetime | None
    time_zone: str


def safety_plan(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> SafetyPlanView:
    """The plan of a patient in reach, with its earlier versions. Raises ``NotFound`` out of reach."""
    check(by, Permission.SHARE_SAFETY_PLAN)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    log.record(session, at=now, action="read_safety_plan", actor_id=by.user_id, patient_id=patient.id)
    row = session.get(SafetyPlan, patient.id)
    return SafetyPlanView(
        patient_id=patient.id, name=patient.name, own=by.role is Role.PATIENT, parts=parts_of(session, patient, row),
        version=row.version if row else 0, changed_at=row.changed_at if row else None,
        changed_by=_name(session, row.changed_by) if row else None, time_zone=patient.time_zone, now=now,
        earlier=_earlier(session, patient, row), contacts=_contacts(session, patient),
    )  # fmt: skip


def help_now(session: Session, *, by: Actor, now: datetime) -> HelpView:
    """What stands on the patient's screen for a hard moment."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    log.record(session, at=now, action="read_help_now", actor_id=by.user_id, patient_id=patient.id)
    return HelpView(
        contacts=welcome_of(session, by=by, now=now).crisis_contacts, time_zone=patient.time_zone,
        parts=parts_of(session, patient, session.get(SafetyPlan, patient.id)),
        therapist=therapist_of(session, patient, now), answer_by=_answer_by(session, patient),
    )  # fmt: skip


def _answer_by(session: Session, patient: Patient) -> datetime | None:
    """When a response to the gravest thing that was said and is open is due."""
    a, said = Alert, [code for code, rule in RULES.items() if rule.ground is Ground.SAID and rule.response in _SOON]
    told = select(func.min(a.due_at)).where(
        col(a.patient_id) == patient.id, col(a.rule).in_(said), col(a.state) != AlertState.CLOSED
    )
    return session.exec(told).one()


def _earlier(session: Session, patient: Patient, row: SafetyPlan | None) -> tuple[VersionView, ...]:
    if row is None:
        return ()
    v = SafetyPlanVersion
    rows = session.exec(
        select(v)
        .where(col(v.patient_id) == patient.id, col(v.version) < row.version)
        .order_by(col(v.version).desc())
        .limit(OLDER)
    )
    return tuple(
        VersionView(one.version, one.changed_at, _name(session, one.changed_by), parts_of(session, patient, one))
        for one in rows
    )


def _contacts(session: Session, patient: Patient) -> tuple[tuple[str, str, str], ...]:
    service = session.get_one(Service, patient.service_id)
    return tuple((c.get("name", ""), c.get("phone", ""), c.get("hours", "")) for c in service.crisis_contacts)


def _name(session: Session, user_id: uuid.UUID) -> str:
    return session.exec(select(User.name).where(col(User.id) == user_id)).first() or _("Somebody")
