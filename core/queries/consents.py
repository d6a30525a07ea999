"""What a patient lets each relative see and do now."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.language import _
from core.queries.prepared import AnyRow, rows
from models import Consent, Patient, Relative, Role, User

NOTES, MOOD, MEALS, SLEEP = "family_notes", "mood", "meals", "sleep"
STREAMS = (NOTES, MOOD, MEALS, SLEEP)  # what a patient can share with a relative, each by itself


@dataclass(frozen=True, slots=True)
class DecidedView:
    """The newest decision about one relative: when it was made here, by whom (``own``: by the patient), and the day on
    which the patient said it to a clinician who recorded it."""

    at: datetime
    by: str
    own: bool
    given: bool
    on: date | None


@dataclass(frozen=True, slots=True)
class RelativeView:
    """A relative who takes part, what they may see now, and the newest decision about that."""

    id: uuid.UUID
    name: str
    relationship: str
    scope: tuple[str, ...]
    decided: DecidedView | None


@dataclass(frozen=True, slots=True)
class FamilyConsentView:
    """The relatives of one patient with what they may see now; ``today`` on the patient's calendar."""

    patient_id: uuid.UUID
    name: str
    time_zone: str
    today: date
    relatives: tuple[RelativeView, ...]


def family_consent(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> FamilyConsentView:
    """The family consent of a patient in reach. Raises ``AccessRefused`` or ``NotFound``."""
    check(by, Permission.DECIDE_CONSENT)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    log.record(session, at=now, action="read_consent", actor_id=by.user_id, patient_id=patient.id)
    return FamilyConsentView(
        patient_id=patient.id, name=patient.given_name or patient.name, time_zone=patient.time_zone,
        today=now.astimezone(ZoneInfo(patient.time_zone)).date(), relatives=relatives_of(session, patient),
    )  # fmt: skip


def scope_of(session: Session, *, patient_id: uuid.UUID, relative_id: uuid.UUID | None) -> frozenset[str]:
    """The streams of one relative whose consent holds now; empty for who is no relative of this patient. A part of
    other queries: the caller checked reach."""
    found = rows(session, _STANDING, patient=patient_id, relative=relative_id)
    return frozenset(stream for (scope,) in found for stream in scope)


def relatives_of(session: Session, patient: Patient) -> tuple[RelativeView, ...]:
    """Everybody who takes part as a relative, by name, also those who may see nothing now. A part of other queries."""
    decisions: dict[uuid.UUID, list[AnyRow]] = {}
    for row in rows(session, _DECISIONS, patient=patient.id):
        decisions.setdefault(row.relative_id, []).append(row)
    return tuple(
        _relative(session, person, decisions.get(person.id, []))
        for person in rows(session, _PEOPLE, patient=patient.id)
    )


def _relative(session: Session, person: AnyRow, decisions: list[AnyRow]) -> RelativeView:
    held = {stream for row in decisions if row.withdrawn_at is None for stream in row.scope}
    scope = tuple(stream for stream in STREAMS if stream in held)
    return RelativeView(person.id, person.name, person.relationship, scope, _newest(session, decisions))


def _newest(session: Session, decisions: list[AnyRow]) -> DecidedView | None:
    given = [(row.granted_at, row.granted_by, row.granted_on, True) for row in decisions]
    taken = [(row.withdrawn_at, row.withdrawn_by, row.withdrawn_on, False) for row in decisions if row.withdrawn_at]
    if not given:
        return None
    at, by, on, held = max([*taken, *given], key=lambda one: (one[0], one[3]))
    who = session.get(User, by)
    own = who is not None and who.role is Role.PATIENT
    return DecidedView(at, who.name if who else _("Somebody"), own, held, on)


_C = Consent
_STANDING = select(col(_C.scope)).where(
    col(_C.patient_id) == bindparam("patient"), col(_C.relative_id) == bindparam("relative"),
    col(_C.withdrawn_at).is_(None),
)  # fmt: skip
_PEOPLE = (
    select(col(Relative.id), col(Relative.name), col(Relative.relationship))
    .where(col(Relative.patient_id) == bindparam("patient"))
    .order_by(col(Relative.name), col(Relative.id))
)
_DECISIONS = select(
    col(_C.relative_id), col(_C.scope), col(_C.granted_at), col(_C.granted_by), col(_C.granted_on),
    col(_C.withdrawn_at), col(_C.withdrawn_by), col(_C.withdrawn_on),
).where(col(_C.patient_id) == bindparam("patient"), col(_C.relative_id).is_not(None))  # fmt: skip
