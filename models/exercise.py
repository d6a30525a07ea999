"""Exercises: what was assigned to a patient and why, and each time one was done. What an exercise consists of stands in
the library (``core.exercises``), here is only its code and the version that was seen."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, SmallInteger
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class ExerciseAssignment(Base, table=True):
    """An exercise agreed on for a patient: with which ``parameters``, why (words, encrypted), from when to when, how
    often a week (``None``: whenever it helps), and the goal or task it serves. ``ended_at``: taken back or finished
    before its last day. ``changed_at``/``changed_by`` belong to the newest ``version``."""

    __tablename__ = "exercise_assignment"
    __table_args__ = (
        Index("ix_exercise_assignment_patient_time", "patient_id", "assigned_at"),
        CheckConstraint("times_a_week BETWEEN 1 AND 21", name="times_1_21"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="days_in_order"),
        CheckConstraint(together("ended_at", "ended_by"), name="ended_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    template: str = Field(max_length=60)
    template_version: int
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    why: bytes | None = None
    aim_id: uuid.UUID | None = Field(default=None, foreign_key="shared_aim.id", index=True)
    starts_on: date
    ends_on: date | None = None
    times_a_week: int | None = Field(default=None, sa_type=SmallInteger)
    assigned_at: datetime = Field(sa_type=UtcDateTime)
    assigned_by: uuid.UUID
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: uuid.UUID
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: uuid.UUID | None = None
    version: int = 1


class ExerciseDoing(Base, table=True):
    """One time an exercise was begun, assigned or found in the library (``assignment_id`` is ``None``). ``helped`` is
    0 (not at all) to 4 (very much); ``answers`` are those of its form, ``words`` what the patient says about it, both
    encrypted and only where something was written. ``read_at``/``read_by``: first reader of the team."""

    __tablename__ = "exercise_doing"
    __table_args__ = (
        Index("ix_exercise_doing_patient_time", "patient_id", "started_at"),
        CheckConstraint("helped BETWEEN 0 AND 4", name="helped_0_4"),
        CheckConstraint("helped IS NULL OR done_at IS NOT NULL", name="helped_when_done"),
        CheckConstraint(together("read_at", "read_by"), name="read_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    assignment_id: uuid.UUID | None = Field(default=None, foreign_key="exercise_assignment.id", index=True)
    template: str = Field(max_length=60)
    template_version: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    helped: int | None = Field(default=None, sa_type=SmallInteger)
    words: bytes | None = None
    answers: bytes | None = None
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_by: uuid.UUID | None = None
