"""A patient's check-ins: which prompt they answer, which questions were answered when, and the words written with them;
and the schedule by which a patient is asked, agreed between patient and therapist. Values are observations."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class CheckIn(Base, table=True):
    """One check-in, begun by the first answer. ``at`` is the moment its values carry; ``prompt_sent_at`` the prompt it
    answers (``None``: without being asked); ``late``: begun after the prompt's time. ``answered`` lists the codes of
    the questions answered so far, in order; ``words`` are encrypted. ``read_at``/``read_by``: first reader of the team.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        Index("ix_check_in_patient_time", "patient_id", "at"),
        CheckConstraint(together("read_at", "read_by"), name="read_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    kind: str = Field(max_length=20)
    at: datetime = Field(sa_type=UtcDateTime)
    prompt_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    late: bool = False
    answered: list[str] = Field(default_factory=list, sa_type=JSON)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    words: bytes | None = None
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_by: uuid.UUID | None = None


class PromptPlan(Base, table=True):
    """How one patient is asked, where it differs from the programme (``core.check_ins.plan`` says what ``settings``
    holds). ``baseline_from``: first day of the closer look at the start; ``version`` counts the agreements."""

    __tablename__ = "prompt_plan"

    patient_id: uuid.UUID = Field(foreign_key="patient.id", primary_key=True)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    baseline_from: date | None = None
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: uuid.UUID
    version: int = 1
    id: uuid.UUID = Field(default_factory=new_id)
