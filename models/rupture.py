"""A conversation about the working alliance: what made somebody ask, what was said, whether it mended. Strain is
ordinary; what matters is that it is talked about."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together


class Mended(StrEnum):
    """How a strain stands after it was talked about, as the therapist sees it."""

    MENDED = "mended"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NO_STRAIN = "no_strain"


class AllianceTalk(Base, table=True):
    """One conversation of a pair about working together.

    ``about`` are codes of what it was about (goal, task, bond, replies …), ``seen`` the components of the rupture
    watch as they stood when it was recorded, ``words`` what was said and ``mended_words`` what came of it (encrypted).
    """

    __tablename__ = "alliance_talk"
    __table_args__ = (
        Index("ix_alliance_talk_patient_time", "patient_id", "talked_at"),
        CheckConstraint(together("mended_at", "mended_by"), name="mended_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    staff_id: uuid.UUID = Field(foreign_key="staff.id")
    talked_at: datetime = Field(sa_type=UtcDateTime)
    about: list[str] = Field(default_factory=list, sa_type=JSON)
    seen: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    words: bytes | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: uuid.UUID
    mended: Mended | None = Field(default=None, sa_type=EnumText(Mended))
    mended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mended_by: uuid.UUID | None = None
    mended_words: bytes | None = None
    version: int = 1
