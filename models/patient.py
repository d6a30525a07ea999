"""The patient, the relatives who take part, what the patient consented to, and the key to the patient's words."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class Patient(Base, table=True):
    """A person in treatment.

    ``key`` is the small integer by which the narrow tables (observations, prompts) are clustered; it never
    leaves the database. ``source``/``source_ref`` name where an imported person comes from.
    """

    __table_args__ = (UniqueConstraint("source", "source_ref"), UniqueConstraint("key"))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: int
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    team_id: uuid.UUID = Field(foreign_key="team.id", index=True)
    programme_id: uuid.UUID = Field(foreign_key="programme.id", index=True)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="account.id", unique=True)
    given_name: str = Field(max_length=120)
    family_name: str = Field(max_length=120)
    birth_date: date | None = None
    sex: str | None = Field(default=None, max_length=20)
    pronoun: str = Field(default="they", max_length=10)
    time_zone: str = Field(max_length=60)
    locale: str = Field(default="en", max_length=10)
    enrolled_on: date
    left_on: date | None = None
    simulated: bool = False
    source: str = Field(default="vincle", max_length=60)
    source_ref: str | None = Field(default=None, max_length=120)

    @property
    def name(self) -> str:
        """Given and family name, as shown."""
        return f"{self.given_name} {self.family_name}".strip()


class PatientKey(Base, table=True):
    """The patient's data key, wrapped by the master key. Deleting the row erases the patient's words."""

    __tablename__ = "patient_key"

    patient_id: uuid.UUID = Field(foreign_key="patient.id", primary_key=True)
    wrapped: bytes
    made_at: datetime = Field(sa_type=UtcDateTime)


class Relative(Base, table=True):
    """A relative or friend who takes part; ``relationship`` as the family says it (mother, partner)."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    user_id: uuid.UUID | None = Field(default=None, foreign_key="account.id", unique=True)
    name: str = Field(max_length=200)
    relationship: str = Field(max_length=60)


class Consent(Base, table=True):
    """What the patient allows: for a relative (``relative_id``) or for the service (``None``).

    ``scope`` lists what may be shared or done, e.g. ``["family_notes", "mood"]``. Withdrawn acts at once.
    ``granted_on``/``withdrawn_on`` is the day on which the patient said so to a clinician who recorded it
    (``granted_by``/``withdrawn_by``); without one the patient did it themselves.
    """

    __table_args__ = (
        CheckConstraint(together("withdrawn_at", "withdrawn_by"), name="withdrawn_pair"),
        CheckConstraint(together("granted_at", "granted_by"), name="granted_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    relative_id: uuid.UUID | None = Field(default=None, foreign_key="relative.id")
    scope: list[str] = Field(default_factory=list, sa_type=JSON)
    granted_at: datetime = Field(sa_type=UtcDateTime)
    granted_by: uuid.UUID
    granted_on: date | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: uuid.UUID | None = None
    withdrawn_on: date | None = None


class LeaveRequest(Base, table=True):
    """That a patient asked to leave, in words of their own if they liked: open until they take it back or somebody of
    the team answers. Encrypted."""

    __tablename__ = "leave_request"
    __table_args__ = (
        Index("ix_leave_request_patient_time", "patient_id", "asked_at"),
        CheckConstraint(together("answered_at", "answered_by", "answer"), name="answered_together"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    words: bytes | None = None
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: uuid.UUID | None = None
    answer: bytes | None = None
