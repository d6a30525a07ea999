"""The clock of one patient's response: the service's hours, and the patient's own next session."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.rules.due import due_at
from models import Appointment, AppointmentState, Patient, Response, Service


def deadline(session: Session, *, patient: Patient, response: Response, now: datetime) -> datetime:
    """When ``response`` is due for this patient if it is asked for at ``now`` (``core.rules.due``)."""
    service = session.get_one(Service, patient.service_id)
    return due_at(response, now, service, next_session=_next_session(session, patient, now))


def _next_session(session: Session, patient: Patient, now: datetime) -> datetime | None:
    a = Appointment
    planned = (
        select(a.starts_at)
        .where(
            col(a.patient_id) == patient.id, col(a.starts_at) > now, col(a.state) == AppointmentState.PLANNED
        )
        .order_by(col(a.starts_at))
    )  # fmt: skip
    return session.exec(planned.limit(1)).first()
