"""Who leads somebody's treatment, as the person themselves is told. A part of other queries."""

from datetime import datetime

from sqlmodel import Session, col, select

from models import CareKind, CareRelationship, Patient, Staff


def therapist_of(session: Session, patient: Patient, now: datetime) -> str | None:
    """The name of who leads the treatment today; ``None`` where nobody does."""
    c, today = CareRelationship, now.date()
    leads = (
        select(Staff.name)
        .join(c, col(c.staff_id) == col(Staff.id))
        .where(col(c.patient_id) == patient.id, col(c.kind) == CareKind.LEAD, col(c.starts_on) <= today)
        .where(col(c.ends_on).is_(None) | (col(c.ends_on) > today))
        .order_by(col(c.starts_on).desc())
    )
    return session.exec(leads).first()
