"""The frame of treatment: sessions, steps of care, goals and tasks, the clinical events that happened. What people
decided about steps is in ``models.stepped``."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together
from models.questionnaire import Side


class AppointmentState(StrEnum):
    """What became of a session."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Appointment(Base, table=True):
    """A therapy session of one pair; ``number`` counts held and planned sessions of the treatment from 1."""

    __table_args__ = (
        UniqueConstraint("patient_id", "number"),
        Index("ix_appointment_patient_time", "patient_id", "starts_at"),
        Index("ix_appointment_staff_time", "staff_id", "starts_at"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    staff_id: uuid.UUID = Field(foreign_key="staff.id")
    number: int
    starts_at: datetime = Field(sa_type=UtcDateTime)
    minutes: int = 50
    state: AppointmentState = Field(sa_type=EnumText(AppointmentState))


class StepOfCare(Base, table=True):
    """A stretch on one step. ``ended_on`` is the first day on another; ``reason`` is a code or short label."""

    __tablename__ = "step_of_care"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    step: int
    started_on: date
    ended_on: date | None = None
    reason: str = Field(max_length=200)
    decided_by: uuid.UUID | None = None


class AgreementKind(StrEnum):
    """A goal (what for) or a task (what we do)."""

    GOAL = "goal"
    TASK = "task"


class SharedAim(Base, table=True):
    """A goal or task of the treatment that both sides see and agree to or not.

    ``words`` is its encrypted title (``label``: one from before titles were sealed). Of each side at most one of
    ``…_agreed_at`` and ``…_declined_at`` is filled: what the side said last; both empty: not said yet. ``step`` and
    ``exercise`` link it to a step of care and to an exercise by its code; ``outcome`` is how it ended.
    """

    __tablename__ = "shared_aim"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    kind: AgreementKind = Field(sa_type=EnumText(AgreementKind))
    label: str = Field(default="", max_length=300)
    words: bytes | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID | None = None
    patient_agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    patient_declined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    therapist_agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    therapist_declined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    step: int | None = None
    exercise: str | None = Field(default=None, max_length=60)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = Field(default=None, max_length=20)
    version: int = 1


class AimVerb(StrEnum):
    """What was done about a goal or task."""

    ADDED = "added"
    CHANGED = "changed"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    FINISHED = "finished"


class AimEvent(Base, table=True):
    """One line in the history of a goal or task: who (which side) did what, when, with encrypted words."""

    __tablename__ = "shared_aim_event"
    __table_args__ = (Index("ix_shared_aim_event_patient_time", "patient_id", "at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    aim_id: uuid.UUID = Field(foreign_key="shared_aim.id", index=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    at: datetime = Field(sa_type=UtcDateTime)
    by: uuid.UUID
    side: Side = Field(sa_type=EnumText(Side))
    verb: AimVerb = Field(sa_type=EnumText(AimVerb))
    words: bytes | None = None


class EventKind(StrEnum):
    """What the models are trained on and the time line marks."""

    CRISIS = "crisis"
    RELAPSE = "relapse"
    ADMISSION = "admission"
    DROP_OUT = "drop_out"


class ClinicalEvent(Base, table=True):
    """A recorded event, with who recorded it."""

    __tablename__ = "clinical_event"
    __table_args__ = (
        Index("ix_clinical_event_patient_time", "patient_id", "happened_at"),
        CheckConstraint(together("recorded_at", "recorded_by"), name="recorded_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    kind: EventKind = Field(sa_type=EnumText(EventKind))
    happened_at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: uuid.UUID
