"""Sessions of Alice and her patient, and ratings of both sides."""

from datetime import timedelta

from sqlmodel import Session

from models import AllianceRating, Appointment, AppointmentState, Side
from tests.factories.cast import NOW, Cast


def hold_session(
    session: Session, cast: Cast, *, number: int, days_ago: float, state: AppointmentState = AppointmentState.HELD
) -> Appointment:
    """A session of Alice's patient, ``days_ago`` before ``NOW``."""
    assert cast.alice.staff_id is not None
    appointment = Appointment(
        patient_id=cast.patient.id, staff_id=cast.alice.staff_id, number=number,
        starts_at=NOW - timedelta(days=days_ago), state=state,
    )  # fmt: skip
    session.add(appointment)
    session.flush()
    return appointment


def patient_rates(session: Session, cast: Cast, at: Appointment, *, goal: float, task: float, bond: float) -> None:
    """The patient's rating, two hours after the session."""
    assert cast.patient.user_id is not None
    session.add(
        AllianceRating(
            patient_id=at.patient_id, staff_id=at.staff_id, appointment_id=at.id, side=Side.PATIENT,
            instrument="wai-sr-patient", rated_at=at.starts_at + timedelta(hours=2), rated_by=cast.patient.user_id,
            goal=goal, task=task, bond=bond,
        )
    )  # fmt: skip
    session.flush()


def therapist_rates(session: Session, cast: Cast, at: Appointment, *, goal: float, task: float, bond: float) -> None:
    """Alice's rating, three hours after the session."""
    session.add(
        AllianceRating(
            patient_id=at.patient_id, staff_id=at.staff_id, appointment_id=at.id, side=Side.THERAPIST,
            instrument="wai-sr-therapist", rated_at=at.starts_at + timedelta(hours=3), rated_by=cast.alice.user_id,
            goal=goal, task=task, bond=bond,
        )
    )  # fmt: skip
    session.flush()
