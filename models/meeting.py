"""The team's weekly meeting: whom it talked about and why, who was there, what was decided, and who does what by when.
What is said about a patient is encrypted with the patient's key."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class Need(StrEnum):
    """Why somebody is on the agenda, in the order in which the meeting takes them up."""

    RESPONSE_DUE = "response_due"
    ALLIANCE_STRAIN = "alliance_strain"
    OFF_COURSE = "off_course"
    SILENT = "silent"
    NEW = "new"
    STEP_DECISION = "step_decision"
    OPEN_ACTION = "open_action"
    ADDED = "added"


class Meeting(Base, table=True):
    """One meeting of one team, from its start to its end; ``minutes`` is its planned length."""

    __table_args__ = (
        Index("ix_meeting_team_time", "team_id", "started_at"),
        CheckConstraint(together("ended_at", "ended_by"), name="ended_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    team_id: uuid.UUID = Field(foreign_key="team.id")
    started_at: datetime = Field(sa_type=UtcDateTime)
    started_by: uuid.UUID
    minutes: int = 60
    current_id: uuid.UUID | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: uuid.UUID | None = None


class AgendaItem(Base, table=True):
    """One patient on the agenda. ``needs`` is a list of ``{"need": code, …}`` with days and rule codes;
    ``minutes`` the time box; ``opened_at`` when the meeting turned to it, ``seconds`` how long it stayed before."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "patient_id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    meeting_id: uuid.UUID = Field(foreign_key="meeting.id")
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    position: int
    minutes: int
    needs: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seconds: int = 0


class Presence(Base, table=True):
    """That a member of staff took part in a meeting."""

    meeting_id: uuid.UUID = Field(foreign_key="meeting.id", primary_key=True)
    staff_id: uuid.UUID = Field(foreign_key="staff.id", primary_key=True)


class MeetingDecision(Base, table=True):
    """What a meeting decided about a patient. ``text`` is encrypted."""

    __tablename__ = "meeting_decision"
    __table_args__ = (Index("ix_meeting_decision_patient_time", "patient_id", "decided_at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    meeting_id: uuid.UUID = Field(foreign_key="meeting.id", index=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    text: bytes
    decided_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: uuid.UUID


class TeamAction(Base, table=True):
    """Who does what for a patient by which day; open until somebody says it is done. ``text`` is encrypted."""

    __tablename__ = "team_action"
    __table_args__ = (
        Index("ix_team_action_owner", "owner_id", "done_at"),
        Index("ix_team_action_patient", "patient_id", "done_at"),
        CheckConstraint(together("done_at", "done_by"), name="done_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    meeting_id: uuid.UUID = Field(foreign_key="meeting.id", index=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    owner_id: uuid.UUID = Field(foreign_key="staff.id")
    text: bytes
    due_on: date
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: uuid.UUID | None = None
    version: int = 1
