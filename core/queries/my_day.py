"""What is next for a patient today, on the first screen they see: a check-in that waits, words that came, a rating, a
questionnaire, the next session. An offer, never a list of duties: nothing here is demanded or counted against them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.queries.prompts import OpenPrompt, open_prompts
from core.queries.questionnaires_due import forms_due
from core.queries.ratings_due import patient_ratings_due
from core.queries.therapist import therapist_of
from models import (
    Appointment,
    AppointmentState,
    CheckIn,
    Message,
    Patient,
    SafetyPlan,
    Service,
    User,
)


@dataclass(frozen=True, slots=True)
class MyDayView:
    """The patient's day at ``now``; times are to be said on the clock of ``time_zone``. ``rating_session``: the number
    of the session whose rating is due. ``forms``: instruments that are asked now. ``read_by``/``read_at``: who of the
    team last read what the patient wrote, ``None`` where nobody has or nothing was written."""

    patient_id: uuid.UUID
    given_name: str
    service: str
    time_zone: str
    now: datetime
    therapist: str | None
    check_ins: tuple[OpenPrompt, ...]
    unread: int
    read_by: str | None
    read_at: datetime | None
    rating_session: int | None
    forms: tuple[str, ...]
    next_session: datetime | None
    has_safety_plan: bool

    @property
    def nothing_waits(self) -> bool:
        """Whether there is nothing at all to offer."""
        return not (self.check_ins or self.unread or self.rating_session or self.forms)


def my_day(session: Session, *, by: Actor, now: datetime) -> MyDayView:
    """What waits for the signed-in patient. Raises ``AccessRefused`` for every other role."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    log.record(session, at=now, action="read_my_day", actor_id=by.user_id, patient_id=patient.id)
    to_rate = patient_ratings_due(session, patient_ids=[patient.id], now=now).get(patient.id)
    due = forms_due(session, patient_ids=[patient.id], now=now).get(patient.id)
    read_by, read_at = _last_reader(session, patient)
    return MyDayView(
        patient_id=patient.id, given_name=patient.given_name, time_zone=patient.time_zone, now=now,
        service=session.get_one(Service, patient.service_id).name, therapist=therapist_of(session, patient, now),
        check_ins=open_prompts(session, patient=patient, now=now), unread=_unread(session, patient, now),
        read_by=read_by, read_at=read_at, rating_session=to_rate.number if to_rate else None,
        forms=tuple(form.instrument for form in due.patient if form.appointment_id is None) if due else (),
        next_session=_next_session(session, patient, now),
        has_safety_plan=session.get(SafetyPlan, patient.id) is not None,
    )  # fmt: skip


def _unread(session: Session, patient: Patient, now: datetime) -> int:
    waiting = select(func.count()).where(
        col(Message.patient_id) == patient.id, col(Message.from_patient).is_(False), col(Message.read_at).is_(None),
        col(Message.sent_at) <= now,
    )  # fmt: skip
    return int(session.execute(waiting).scalar_one())


def _last_reader(session: Session, patient: Patient) -> tuple[str | None, datetime | None]:
    """Who of the team read a message or a check-in last."""
    letters = select(User.name, Message.read_at).join(User, col(User.id) == col(Message.read_by))
    letters = letters.where(col(Message.patient_id) == patient.id, col(Message.from_patient))
    entries = select(User.name, CheckIn.read_at).join(User, col(User.id) == col(CheckIn.read_by))
    entries = entries.where(col(CheckIn.patient_id) == patient.id)
    found = [
        (at, name)
        for newest, column in ((letters, Message.read_at), (entries, CheckIn.read_at))
        for name, at in session.exec(newest.order_by(col(column).desc()).limit(1))
        if at is not None
    ]
    at, name = max(found, default=(None, None))
    return name, at


def _next_session(session: Session, patient: Patient, now: datetime) -> datetime | None:
    a = Appointment
    coming = (
        select(a.starts_at)
        .where(col(a.patient_id) == patient.id, col(a.state) == AppointmentState.PLANNED, col(a.starts_at) > now)
        .order_by(col(a.starts_at))
        .limit(1)
    )
    return session.exec(coming).first()
