"""The clock of one patient's response: the service's hours, and the patient's own next session."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.queries.prepared import rows
from core.rules.due import due_at
from models import Appointment, AppointmentState, Patient, Response, Service


def deadline(session: Session, *, patient: Patient, response: Response, now: datetime) -> datetime:
    """When ``response`` is due for this patient if it is asked for at ``now`` (``core.rules.due``)."""
    service = session.get_one(Service, patient.service_id)
    return due_at(response, now, service, next_session=_next_session(session, patient, now))


def _next_session(session: Session, patient: Patient, now: datetime) -> datetime | None:
    found = rows(session, _NEXT, patient=patient.id, now=now)
    return found[0].starts_at if found else None


_NEXT = (
    select(Appointment.starts_at)
    .where(
        col(Appointment.patient_id) == bindparam("patient"), col(Appointment.starts_at) > bindparam("now"),
        col(Appointment.state) == AppointmentState.PLANNED,
    )
    .order_by(col(Appointment.starts_at))
    .limit(1)
)  # fmt: skip
