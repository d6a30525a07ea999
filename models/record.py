"""The clinician's own words about a patient: notes and the safety plan made together. Encrypted."""

import uuid
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id


class Note(Base, table=True):
    """A clinical note; ``kind`` is a short code (contact, formulation, supervision)."""

    __table_args__ = (Index("ix_note_patient_time", "patient_id", "written_at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    kind: str = Field(max_length=40)
    written_at: datetime = Field(sa_type=UtcDateTime)
    written_by: uuid.UUID
    body: bytes


class SafetyPlan(Base, table=True):
    """The safety plan in seven parts, one row for each patient; ``parts`` is encrypted JSON."""

    __tablename__ = "safety_plan"

    patient_id: uuid.UUID = Field(foreign_key="patient.id", primary_key=True)
    parts: bytes
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: uuid.UUID
    version: int = 1
    id: uuid.UUID = Field(default_factory=new_id)


class SafetyPlanVersion(Base, table=True):
    """A safety plan as it stood after each change: nothing that was written in it is ever lost. Encrypted."""

    __tablename__ = "safety_plan_version"
    __table_args__ = (UniqueConstraint("patient_id", "version"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    version: int
    parts: bytes
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: uuid.UUID
