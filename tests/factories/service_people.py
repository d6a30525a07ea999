"""More people in treatment, for lists: each with a care relationship, a thread, a session held and one planned."""

from datetime import datetime, timedelta

from sqlmodel import Session

from core.access.actor import Actor
from models import (
    Appointment,
    AppointmentState,
    CareKind,
    CareRelationship,
    MessageThread,
    Patient,
)
from tests.factories.cast import NOW, ZONE, Cast


def admit_people(session: Session, cast: Cast, therapist: Actor, names: list[str], *, first_key: int) -> list[Patient]:
    """Patients of ``therapist`` with these family names, on the therapist's team."""
    assert therapist.staff_id is not None
    assert therapist.team_id is not None
    patients = [
        Patient(
            key=first_key + number, service_id=cast.service.id, team_id=therapist.team_id,
            programme_id=cast.programme.id, given_name="Test", family_name=name, time_zone=ZONE,
            enrolled_on=NOW.date() - timedelta(days=60),
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    session.add_all(patients)
    session.flush()
    for patient in patients:
        session.add_all(
            [
                CareRelationship(
                    patient_id=patient.id, staff_id=therapist.staff_id, kind=CareKind.LEAD,
                    starts_on=NOW.date() - timedelta(days=60),
                ),
                MessageThread(patient_id=patient.id),
                _session(patient, therapist, 2, NOW - timedelta(days=4), AppointmentState.HELD),
                _session(patient, therapist, 3, NOW + timedelta(days=3), AppointmentState.PLANNED),
            ]
        )  # fmt: skip
    session.flush()
    return patients


def _session(patient: Patient, by: Actor, number: int, at: datetime, state: AppointmentState) -> Appointment:
    assert by.staff_id is not None
    return Appointment(patient_id=patient.id, staff_id=by.staff_id, number=number, starts_at=at, state=state)
