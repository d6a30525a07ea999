"""Which session a therapist has still to rate, and what that withholds: until the therapist's own rating is recorded
(or can no longer be asked for) the patient's rating of that session is in no view, so that each rating is its own.

These are parts of other queries, for patients that were reached by them: nothing here checks or audits.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from core.instruments.calendar import RATING_DUE_AFTER, RATING_LAPSES_AFTER, asked_after
from models import AllianceRating, Appointment, AppointmentState, Service, Side


@dataclass(frozen=True, slots=True)
class DueRating:
    """A held session whose rating by the therapist is due. ``patient_rated``: the other side has done theirs."""

    appointment_id: uuid.UUID
    patient_id: uuid.UUID
    staff_id: uuid.UUID
    number: int
    held_at: datetime
    due_at: datetime
    patient_rated: bool


def ratings_due(
    session: Session, *, patient_ids: Sequence[uuid.UUID], service: Service, now: datetime
) -> dict[uuid.UUID, DueRating]:
    """The newest session of each patient that the therapist has still to rate, if there is one.

    A rating is due after the sessions of ``core.instruments.calendar``, and after one that the patient rated anyhow;
    within two working days, and no longer asked for after ``RATING_LAPSES_AFTER``.
    """
    held = _recently_held(session, patient_ids, now)
    rated = _sides_that_rated(session, [appointment.id for appointment in held])
    due: dict[uuid.UUID, DueRating] = {}
    for appointment in held:
        if Side.THERAPIST in rated[appointment.id]:
            due.pop(appointment.patient_id, None)
        elif asked_after(appointment.number) or Side.PATIENT in rated[appointment.id]:
            due[appointment.patient_id] = _due(appointment, service, Side.PATIENT in rated[appointment.id])
    return due


def _recently_held(session: Session, patient_ids: Sequence[uuid.UUID], now: datetime) -> Sequence[Appointment]:
    a = Appointment
    return session.exec(
        select(a)
        .where(
            col(a.patient_id).in_(patient_ids),
            col(a.starts_at) >= now - RATING_LAPSES_AFTER,
            col(a.starts_at) <= now,
            col(a.state) == AppointmentState.HELD,
        )
        .order_by(col(a.starts_at))
    ).all()


def _sides_that_rated(session: Session, appointments: Iterable[uuid.UUID]) -> defaultdict[uuid.UUID, set[Side]]:
    rows = session.execute(
        select(AllianceRating.appointment_id, AllianceRating.side).where(
            col(AllianceRating.appointment_id).in_(list(appointments))
        )
    ).all()
    sides: defaultdict[uuid.UUID, set[Side]] = defaultdict(set)
    for appointment_id, side in rows:
        sides[appointment_id].add(side)
    return sides


def _due(appointment: Appointment, service: Service, patient_rated: bool) -> DueRating:  # noqa: ARG001
    ended = appointment.starts_at + timedelta(minutes=appointment.minutes)
    return DueRating(
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        staff_id=appointment.staff_id,
        number=appointment.number,
        held_at=appointment.starts_at,
        due_at=ended + RATING_DUE_AFTER,
        patient_rated=patient_rated,
    )


def is_withheld(side: Side, appointment_id: uuid.UUID | None, rated_at: datetime, due: DueRating | None) -> bool:
    """Whether a rating stays out of every view while ``due`` is open: the patient's, of that session or since."""
    if due is None or side is Side.THERAPIST:
        return False
    return appointment_id == due.appointment_id or rated_at >= due.held_at
