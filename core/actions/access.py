"""Glass broken in an emergency: a clinician opens one record outside their own care, for a reason, for four hours;
the lead of the case and the team leads are told, and somebody else reviews it (threat 24)."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, reachable
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.language import _
from models import BreakGlass, CareKind, CareRelationship, Outbox, Patient, Role, Staff, User

LASTS = timedelta(hours=4)
SHORTEST_REASON, LONGEST_TEXT = 15, 1000


def break_glass(
    session: Session, *, by: Actor, now: datetime, key: str, name: str, proof: str, reason: str
) -> uuid.UUID | None:
    """Open the record of the person called ``name`` for four hours; returns the patient's id.

    ``proof`` is the date of birth (ISO) or the record number, so that nobody browses by name. Raises
    ``InvalidInput`` without a reason, ``NotFound`` where name and proof do not belong to one person of the service,
    ``NotPossible`` where the record is open to ``by`` anyway. ``None`` on a second press of the same form.
    """
    check(by, Permission.BREAK_GLASS)
    if already_done(session, key=key, by=by.user_id, action="break_glass"):
        return None
    if by.staff_id is None or len(reason.strip()) < SHORTEST_REASON or len(reason) > LONGEST_TEXT:
        raise InvalidInput(_("Say why in a sentence; the reason is reviewed by someone else."))
    patient = _identified(session, by, name, proof)
    if session.exec(
        select(Patient.id).where(col(Patient.id) == patient.id, col(Patient.id).in_(reachable(by, now=now)))
    ).first():
        raise NotPossible(_("This record is open to you already; there is no need to break the glass."))
    glass = BreakGlass(
        patient_id=patient.id, staff_id=by.staff_id, reason=reason.strip(), started_at=now, ends_at=now + LASTS
    )
    session.add(glass)
    session.flush()
    _tell(session, by, now, glass)
    give_receipt(session, key=key, by=by.user_id, action="break_glass", now=now, target=patient.id)
    log.record(
        session, at=now, action="break_glass", actor_id=by.user_id, patient_id=patient.id, target=glass.id,
        detail={"until": glass.ends_at.isoformat()},
    )  # fmt: skip
    return patient.id


def _identified(session: Session, by: Actor, name: str, proof: str) -> Patient:
    full = func.lower(col(Patient.given_name) + " " + col(Patient.family_name))
    called = " ".join(name.split()).lower()
    same = session.exec(select(Patient).where(col(Patient.service_id) == by.service_id, full == called)).all()
    found = [patient for patient in same if _proves(patient, proof.strip())]
    if len(found) != 1:
        raise NotFound(_(NOT_FOUND))
    return found[0]


def _proves(patient: Patient, proof: str) -> bool:
    try:
        born = date.fromisoformat(proof)
    except ValueError:
        return bool(proof) and patient.source_ref == proof
    return patient.birth_date == born


def _tell(session: Session, by: Actor, now: datetime, glass: BreakGlass) -> None:
    leads = select(Staff.user_id).join(CareRelationship, col(CareRelationship.staff_id) == col(Staff.id)).where(
        col(CareRelationship.patient_id) == glass.patient_id, col(CareRelationship.kind) == CareKind.LEAD,
        col(CareRelationship.starts_on) <= now.date(),
        col(CareRelationship.ends_on).is_(None) | (col(CareRelationship.ends_on) > now.date()),
    )  # fmt: skip
    heads = select(User.id).where(col(User.service_id) == by.service_id, col(User.role) == Role.TEAM_LEAD)
    told = {*session.exec(leads), *session.exec(heads)} - {by.user_id}
    session.add_all(
        Outbox(made_at=now, kind="glass_broken", recipient_id=user_id, payload={"glass": str(glass.id)})
        for user_id in sorted(told)
    )


def review_glass(session: Session, *, by: Actor, now: datetime, key: str, glass_id: uuid.UUID, review: str) -> None:
    """Record what a review found; only somebody else than who broke the glass reviews, and once.

    Raises ``NotFound`` outside the service, ``NotPossible`` for one's own, ``ChangedMeanwhile`` where a colleague was
    faster, ``InvalidInput`` without words.
    """
    check(by, Permission.REVIEW_ACCESS)
    if already_done(session, key=key, by=by.user_id, action="review_glass"):
        return
    glass = session.exec(select(BreakGlass).where(col(BreakGlass.id) == glass_id).with_for_update()).one_or_none()
    patient = session.get(Patient, glass.patient_id) if glass else None
    if glass is None or patient is None or patient.service_id != by.service_id:
        raise NotFound(_(NOT_FOUND))
    _reviewable(session, by, glass, review)
    glass.reviewed_at, glass.reviewed_by, glass.review = now, by.user_id, review.strip()
    give_receipt(session, key=key, by=by.user_id, action="review_glass", now=now, target=glass_id)
    log.record(
        session, at=now, action="review_glass", actor_id=by.user_id, patient_id=glass.patient_id, target=glass_id
    )


def _reviewable(session: Session, by: Actor, glass: BreakGlass, review: str) -> None:
    if glass.staff_id == by.staff_id:
        raise NotPossible(_("Someone else reviews this: you opened the record yourself."))
    if glass.reviewed_at is not None:
        reviewer = session.get(User, glass.reviewed_by)
        raise ChangedMeanwhile(_("{name} has reviewed this already.").format(name=reviewer.name if reviewer else "?"))
    if not review.strip() or len(review) > LONGEST_TEXT:
        raise InvalidInput(_("Write what the review found, in a sentence."))
