"""Which session a therapist has still to rate, and what that withholds: until the therapist's own rating is recorded
(or can no longer be asked for) the patient's rating of that session is in no view, so that each rating is its own.

These are parts of other queries, for patients that were reached by them: nothing here checks or audits.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlmodel import Session, col, select

from core.instruments.calendar import RATING_LAPSES_AFTER, asked_after
from core.rules.due import due_at
from models import AllianceRating, Appointment, AppointmentState, Response, Service, Side


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

    @property
    def session(self) -> tuple[uuid.UUID, datetime]:
        """The session's id and start."""
        return self.appointment_id, self.held_at


def ratings_due(
    session: Session, *, patient_ids: Sequence[uuid.UUID], service: Service, now: datetime
) -> dict[uuid.UUID, DueRating]:
    """The newest session of each patient that the therapist has still to rate, if there is one.

    A rating is due after the sessions of ``core.instruments.calendar``, and after one that the patient rated anyhow;
    within two working days, and no longer asked for after ``RATING_LAPSES_AFTER``.
    """
    held: defaultdict[uuid.UUID, list[Appointment]] = defaultdict(list)
    for appointment in _recently_held(session, patient_ids, now):
        held[appointment.patient_id].append(appointment)
    rated = _sides_that_rated(session, [appointment.id for own in held.values() for appointment in own])
    found = {patient_id: unrated(sessions, rated, now) for patient_id, sessions in held.items()}
    return {
        patient_id: _due(appointment, service, Side.PATIENT in rated.get(appointment.id, ()))
        for patient_id, appointment in found.items()
        if appointment is not None
    }


class HeldSession(Protocol):
    """What the rule needs to know of a session that was held."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...


H = TypeVar("H", bound=HeldSession)


def unrated(held: Sequence[H], rated: Mapping[uuid.UUID, Collection[Side]], now: datetime) -> H | None:
    """The rule itself, on the held sessions of one patient (oldest first) and the sides that ``rated`` each: the newest
    session that both are asked about, or that the patient rated, and that the therapist has neither rated nor passed
    over by rating a later one."""
    due: H | None = None
    for session in held:
        if not now - RATING_LAPSES_AFTER <= session.starts_at <= now:
            continue
        sides = rated.get(session.id, ())
        if Side.THERAPIST in sides:
            due = None
        elif asked_after(session.number) or Side.PATIENT in sides:
            due = session
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


def _due(appointment: Appointment, service: Service, patient_rated: bool) -> DueRating:
    ended = appointment.starts_at + timedelta(minutes=appointment.minutes)
    return DueRating(
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        staff_id=appointment.staff_id,
        number=appointment.number,
        held_at=appointment.starts_at,
        due_at=due_at(Response.TWO_WORKING_DAYS, ended, service),
        patient_rated=patient_rated,
    )


def is_withheld(
    side: Side, appointment_id: uuid.UUID | None, rated_at: datetime, due: tuple[uuid.UUID, datetime] | None
) -> bool:
    """Whether a rating stays out of every view while ``due`` (a session's id and start) is open: the patient's, of that
    session or since."""
    if due is None or side is Side.THERAPIST:
        return False
    return appointment_id == due[0] or rated_at >= due[1]
