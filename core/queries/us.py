"""The pair as the patient sees it: what can be rated, own ratings over time, the goals and tasks of both, the step and
what was asked for. The therapist's ratings are no part of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.instruments.calendar import RATING_LAPSES_AFTER
from core.queries.alliance import Change, RatingView, changes_of, measurement_error, ratings_of
from core.queries.goals import GoalsView, goals_of
from core.queries.ratings_due import patient_ratings_due
from core.queries.steps import OwnStepView, own_step_of
from core.queries.therapist import therapist_of
from models import Appointment, AppointmentState, Patient, Side


@dataclass(frozen=True, slots=True)
class RateOffer:
    """What the patient can rate now: the session that is ``due``, else the newest held one of the last two weeks that
    they have not rated, else (no session) how it is today."""

    appointment_id: uuid.UUID | None
    number: int | None
    held_at: datetime | None
    due: bool


@dataclass(frozen=True, slots=True)
class UsView:
    """The pair of the signed-in patient at ``now``. ``offer`` is ``None`` where there is nobody to rate, or where today
    was rated already; ``ratings`` are the patient's own, oldest first, ``changes`` where the newest differs from the
    one before by more than measurement error."""

    patient_id: uuid.UUID
    time_zone: str
    now: datetime
    therapist: str | None
    offer: RateOffer | None
    ratings: tuple[RatingView, ...]
    changes: tuple[Change, ...]
    goals: GoalsView
    step: OwnStepView


def us(session: Session, *, by: Actor, now: datetime) -> UsView:
    """The signed-in patient's side of the pair. Raises ``AccessRefused`` for every other role."""
    check(by, Permission.RATE_AS_PATIENT)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    log.record(session, at=now, action="read_us", actor_id=by.user_id, patient_id=patient.id)
    rated = ratings_of(session, patient_ids=[patient.id]).get(patient.id, [])
    own = tuple(rating for rating in rated if rating.side is Side.PATIENT)
    therapist = therapist_of(session, patient, now)
    return UsView(
        patient_id=patient.id, time_zone=patient.time_zone, now=now, therapist=therapist,
        offer=_offer(session, patient, own, therapist, now), ratings=own,
        changes=tuple(changes_of(own, measurement_error().value)),
        goals=goals_of(session, by=by, now=now, patient=patient), step=own_step_of(session, patient=patient),
    )  # fmt: skip


def _offer(
    session: Session, patient: Patient, own: tuple[RatingView, ...], therapist: str | None, now: datetime
) -> RateOffer | None:
    due = patient_ratings_due(session, patient_ids=[patient.id], now=now).get(patient.id)
    if due is not None:
        return RateOffer(due.appointment_id, due.number, due.held_at, due=True)
    held = _newest_session(session, patient, now)
    if held is not None and held.id not in {rating.appointment_id for rating in own}:
        return RateOffer(held.id, held.number, held.starts_at, due=False)
    zone = ZoneInfo(patient.time_zone)
    said = [rating.rated_at.astimezone(zone).date() for rating in own if rating.appointment_id is None]
    if therapist is None or now.astimezone(zone).date() in said:
        return None
    return RateOffer(None, None, None, due=False)


def _newest_session(session: Session, patient: Patient, now: datetime) -> Appointment | None:
    a = Appointment
    held = (
        select(a)
        .where(col(a.patient_id) == patient.id, col(a.state) == AppointmentState.HELD)
        .where(col(a.starts_at) <= now, col(a.starts_at) >= now - RATING_LAPSES_AFTER)
        .order_by(col(a.starts_at).desc())
        .limit(1)
    )
    return session.exec(held).first()
