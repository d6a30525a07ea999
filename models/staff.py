"""The people who treat, and who treats whom from when to when."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together


class CareKind(StrEnum):
    """Why a clinician may open a record."""

    LEAD = "lead"
    CO_THERAPIST = "co_therapist"
    COVER = "cover"


class Staff(Base, table=True):
    """A member of staff, with the account that signs in."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="account.id", unique=True)
    team_id: uuid.UUID | None = Field(default=None, foreign_key="team.id", index=True)
    name: str = Field(max_length=200)
    profession: str = Field(max_length=80)


class CareRelationship(Base, table=True):
    """Who treats whom. ``ends_on`` is the first day it no longer holds."""

    __tablename__ = "care_relationship"
    __table_args__ = (Index("ix_care_staff_patient", "staff_id", "patient_id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    staff_id: uuid.UUID = Field(foreign_key="staff.id")
    kind: CareKind = Field(sa_type=EnumText(CareKind))
    starts_on: date
    ends_on: date | None = None


class BreakGlass(Base, table=True):
    """Access in an emergency without a care relationship: a reason, an end, and a review by someone else."""

    __tablename__ = "break_glass"
    __table_args__ = (CheckConstraint(together("reviewed_at", "reviewed_by"), name="reviewed_pair"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    staff_id: uuid.UUID = Field(foreign_key="staff.id", index=True)
    reason: str = Field(max_length=1000)
    started_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_by: uuid.UUID | None = None
    review: str | None = Field(default=None, max_length=1000)
