"""Stepped care: what a patient asked for, and what was decided by whom on which evidence. A suggestion is computed and
is no row; only what a person said or decided is kept."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together


class StepWish(StrEnum):
    """What a patient asks for."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


class PatientView(StrEnum):
    """What the patient thinks of a decision, as told to who decided."""

    AGREES = "agrees"
    UNSURE = "unsure"
    DISAGREES = "disagrees"
    NOT_ASKED = "not_asked"


class StepRequest(Base, table=True):
    """A patient asks for more, less or other support; answered by a decision."""

    __tablename__ = "step_request"
    __table_args__ = (
        Index("ix_step_request_patient_time", "patient_id", "asked_at"),
        CheckConstraint(together("answered_at", "answered_by"), name="answered_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    wish: StepWish = Field(sa_type=EnumText(StepWish))
    words: bytes | None = None
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: uuid.UUID
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: uuid.UUID | None = None


class StepDecision(Base, table=True):
    """A person's decision on the step of care: from which to which (the same: to stay), for which reasons (codes of
    criteria) on which evidence, with the patient's view, words of both, and the day it is looked at again."""

    __tablename__ = "step_decision"
    __table_args__ = (Index("ix_step_decision_patient_time", "patient_id", "decided_at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    decided_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: uuid.UUID
    from_step: int
    to_step: int
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    patient_view: PatientView = Field(sa_type=EnumText(PatientView))
    patient_words: bytes | None = None
    words: bytes | None = None
    review_on: date | None = None
