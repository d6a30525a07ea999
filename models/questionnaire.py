"""Answers to instruments, and the ratings of the alliance by either side."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together


class Informant(StrEnum):
    """Who answered."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    RELATIVE = "relative"


class QuestionnaireResponse(Base, table=True):
    """One answered instrument. ``answers`` maps item number (as text) to score; a missing item is absent.

    ``total`` is ``None`` where the instrument's missing rule forbids one.
    """

    __tablename__ = "questionnaire_response"
    __table_args__ = (
        Index("ix_questionnaire_patient_time", "patient_id", "instrument", "answered_at"),
        UniqueConstraint("source", "source_ref"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    instrument: str = Field(max_length=40)
    version: str = Field(default="1", max_length=20)
    informant: Informant = Field(sa_type=EnumText(Informant))
    answered_at: datetime = Field(sa_type=UtcDateTime)
    answers: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    total: float | None = None
    subscales: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    source: str = Field(default="vincle", max_length=60)
    source_ref: str | None = Field(default=None, max_length=120)


class Side(StrEnum):
    """Whose view of the relationship."""

    PATIENT = "patient"
    THERAPIST = "therapist"


class AllianceRating(Base, table=True):
    """One side's rating of the working alliance; ``goal``, ``task``, ``bond`` are item means, so forms compare."""

    __tablename__ = "alliance_rating"
    __table_args__ = (
        Index("ix_alliance_patient_time", "patient_id", "rated_at"),
        UniqueConstraint("appointment_id", "side", "staff_id"),
        CheckConstraint(together("rated_at", "rated_by"), name="rated_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    staff_id: uuid.UUID = Field(foreign_key="staff.id", index=True)
    appointment_id: uuid.UUID | None = Field(default=None, foreign_key="appointment.id")
    side: Side = Field(sa_type=EnumText(Side))
    instrument: str = Field(max_length=40)
    rated_at: datetime = Field(sa_type=UtcDateTime)
    rated_by: uuid.UUID
    answers: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    goal: float | None = None
    task: float | None = None
    bond: float | None = None

    @property
    def mean(self) -> float | None:
        """Mean of the three sub-scales, or ``None`` while one is missing."""
        parts = (self.goal, self.task, self.bond)
        return None if any(p is None for p in parts) else sum(p for p in parts if p is not None) / 3
