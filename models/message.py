"""Messages between patient and team, and notes from the family. Bodies are encrypted with the patient's key."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class MessageThread(Base, table=True):
    """The conversation of one patient with the team (one for each patient)."""

    __tablename__ = "message_thread"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", unique=True)
    needs_reply_since: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    last_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Message(Base, table=True):
    """One message. ``from_patient`` tells the side; ``read_at``/``read_by`` are the first reader of the other side."""

    __table_args__ = (
        Index("ix_message_thread_time", "thread_id", "sent_at"),
        Index("ux_message_source", "source", "source_ref", unique=True),
        CheckConstraint(together("read_at", "read_by"), name="read_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    thread_id: uuid.UUID = Field(foreign_key="message_thread.id")
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    author_id: uuid.UUID = Field(foreign_key="account.id")
    from_patient: bool
    sent_at: datetime = Field(sa_type=UtcDateTime)
    body: bytes
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_by: uuid.UUID | None = None
    source: str = Field(default="vincle", max_length=60)
    source_ref: str | None = Field(default=None, max_length=120)


class FamilyNote(Base, table=True):
    """What a relative noticed in the ``days`` days up to ``about_day``: ``noticed`` maps a domain (meals, sleep,
    mood) to "worse", "same" or "better", ``how`` says of the days as a whole "better", "usual" or "harder". ``body`` is
    what they noticed in words, ``about_self`` how they are themselves."""

    __tablename__ = "family_note"
    __table_args__ = (
        Index("ix_family_note_patient_time", "patient_id", "written_at"),
        CheckConstraint(together("read_at", "read_by"), name="read_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    relative_id: uuid.UUID = Field(foreign_key="relative.id")
    written_at: datetime = Field(sa_type=UtcDateTime)
    about_day: date
    days: int = 1
    how: str | None = Field(default=None, max_length=20)
    noticed: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    body: bytes
    about_self: bytes | None = None
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_by: uuid.UUID | None = None


class FamilyAnswer(Base, table=True):
    """What somebody of the team answered to a family's note; ``read_at`` is when the relative first saw it."""

    __tablename__ = "family_answer"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    note_id: uuid.UUID = Field(foreign_key="family_note.id", index=True)
    written_at: datetime = Field(sa_type=UtcDateTime)
    written_by: uuid.UUID
    body: bytes
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
