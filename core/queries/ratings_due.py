"""Which session a therapist has still to rate, and what that withholds: until the therapist's own rating is recorded
(or can no longer be asked for) the patient's rating of that session is in no view, so that each rating is its own.

These are parts of other queries, for patients that were reached by them: nothing here checks or audits.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, func, select
from sqlmodel import Session, col

from core.instruments.calendar import RATING_LAPSES_AFTER, Rhythm, alliance_asked, calendar_of
from core.queries.prepared import AnyRow, rows
from core.rules.due import due_at
from models import AllianceRating, Appointment, AppointmentState, Patient, Programme, Response, Service, Side


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


@dataclass(frozen=True, slots=True)
class ToRate:
    """A held session that the patient is asked about and has not rated."""

    appointment_id: uuid.UUID
    number: int
    held_at: datetime


def ratings_due(
    session: Session, *, patient_ids: Sequence[uuid.UUID], service: Service, now: datetime
) -> dict[uuid.UUID, DueRating]:
    """The newest session of each patient that the therapist has still to rate, if there is one.

    A rating is due after the sessions of the programme's calendar, and after one that the patient rated anyhow; within
    two working days, and no longer asked for after ``RATING_LAPSES_AFTER``.
    """
    held, rated = _held_lately(session, patient_ids, now)
    asked = _asked_about(session, held, now)
    found = {
        patient_id: unrated(sessions, rated, now, asked=lambda appointment: appointment.id in asked)
        for patient_id, sessions in held.items()
    }
    return {
        patient_id: _due(appointment, service, Side.PATIENT in rated.get(appointment.id, ()))
        for patient_id, appointment in found.items()
        if appointment is not None
    }


def patient_ratings_due(
    session: Session, *, patient_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, ToRate]:  # fmt: skip
    """The newest session of each patient that the patient is asked about, has not rated, and has not passed over by
    rating a later one."""
    held, rated = _held_lately(session, patient_ids, now)
    asked = _asked_about(session, held, now)
    found: dict[uuid.UUID, ToRate] = {}
    for patient_id, sessions in held.items():
        for appointment in sessions:
            if Side.PATIENT in rated.get(appointment.id, ()):
                found.pop(patient_id, None)
            elif appointment.id in asked:
                found[patient_id] = ToRate(appointment.id, appointment.number, appointment.starts_at)
    return found


class HeldSession(Protocol):
    """What the rule needs to know of a session that was held."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...


H = TypeVar("H", bound=HeldSession)


def unrated(
    held: Sequence[H], rated: Mapping[uuid.UUID, Collection[Side]], now: datetime, asked: Callable[[H], bool]
) -> H | None:
    """The rule itself, on the held sessions of one patient (oldest first) and the sides that ``rated`` each: the newest
    session that both are ``asked`` about, or that the patient rated, and that the therapist has neither rated nor
    passed over by rating a later one."""
    due: H | None = None
    for session in held:
        if not now - RATING_LAPSES_AFTER <= session.starts_at <= now:
            continue
        sides = rated.get(session.id, ())
        if Side.THERAPIST in sides:
            due = None
        elif Side.PATIENT in sides or asked(session):
            due = session
    return due


def _held_lately(
    session: Session, patient_ids: Sequence[uuid.UUID], now: datetime
) -> tuple[dict[uuid.UUID, list[AnyRow]], dict[uuid.UUID, set[Side]]]:
    """The sessions of each patient that can still be rated, oldest first; and the sides that rated each session."""
    held: defaultdict[uuid.UUID, dict[uuid.UUID, AnyRow]] = defaultdict(dict)
    rated: defaultdict[uuid.UUID, set[Side]] = defaultdict(set)
    since = now - RATING_LAPSES_AFTER
    for row in rows(session, _HELD, patients=patient_ids, since=since, now=now) if patient_ids else ():
        held[row.patient_id].setdefault(row.id, row)
        if row.side is not None:
            rated[row.id].add(row.side)
    return {patient_id: list(sessions.values()) for patient_id, sessions in held.items()}, rated


def _asked_about(
    session: Session, held: Mapping[uuid.UUID, Sequence[AnyRow]], now: datetime
) -> set[uuid.UUID]:  # fmt: skip
    """The sessions that the programme's calendar asks about, by number or as the first since a month's mark."""
    if not held:
        return set()
    rhythms = _rhythms(session, list(held))
    earlier = _last_before(session, list(held), now - RATING_LAPSES_AFTER)
    asked = set()
    for patient_id, sessions in held.items():
        enrolled_on, zone, rhythm = rhythms[patient_id]
        last = earlier.get(patient_id)
        before = last.astimezone(zone).date() if last is not None else None
        for appointment in sessions:
            held_on = appointment.starts_at.astimezone(zone).date()
            if alliance_asked(rhythm, appointment.number, held_on=held_on, before=before, enrolled_on=enrolled_on):
                asked.add(appointment.id)
            before = held_on
    return asked


def _rhythms(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[date, ZoneInfo, Rhythm]]:
    found: dict[uuid.UUID, tuple[date, ZoneInfo, Rhythm]] = {}
    rhythms: dict[uuid.UUID, Rhythm] = {}
    for row in rows(session, _PROGRAMMES, patients=ids):
        if row.programme not in rhythms:
            rhythms[row.programme] = calendar_of(row.code, row.outcome_instrument, row.settings).alliance
        found[row.id] = row.enrolled_on, ZoneInfo(row.time_zone), rhythms[row.programme]
    return found


def _last_before(session: Session, ids: Sequence[uuid.UUID], moment: datetime) -> dict[uuid.UUID, datetime]:
    return {row[0]: row[1] for row in rows(session, _BEFORE, patients=ids, moment=moment)}


def _due(appointment: AnyRow, service: Service, patient_rated: bool) -> DueRating:
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


_A = Appointment
_OF_PATIENTS: BindParameter[Any] = bindparam("patients", expanding=True)
_HELD = (
    select(
        col(_A.id), col(_A.patient_id), col(_A.staff_id), col(_A.number), col(_A.starts_at), col(_A.minutes),
        col(AllianceRating.side),
    )
    .outerjoin(AllianceRating, col(AllianceRating.appointment_id) == col(_A.id))
    .where(
        col(_A.patient_id).in_(_OF_PATIENTS), col(_A.starts_at) >= bindparam("since"),
        col(_A.starts_at) <= bindparam("now"), col(_A.state) == AppointmentState.HELD,
    )
    .order_by(col(_A.starts_at))
)  # fmt: skip
_PROGRAMMES = (
    select(
        col(Patient.id), col(Patient.enrolled_on), col(Patient.time_zone), col(Programme.id).label("programme"),
        col(Programme.code), col(Programme.outcome_instrument), col(Programme.settings),
    )
    .join(Programme, col(Programme.id) == col(Patient.programme_id))
    .where(col(Patient.id).in_(_OF_PATIENTS))
)  # fmt: skip
_BEFORE = (
    select(col(_A.patient_id), func.max(col(_A.starts_at)))
    .where(
        col(_A.patient_id).in_(_OF_PATIENTS), col(_A.state) == AppointmentState.HELD,
        col(_A.starts_at) < bindparam("moment"),
    )
    .group_by(col(_A.patient_id))
)  # fmt: skip
