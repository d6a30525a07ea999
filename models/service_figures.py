"""What the director's view is made of: the offers of a programme, and the figures of the service, worked out once a
night for each group that can be chosen, with small groups left out already."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id


class ProgrammeOffer(Base, table=True):
    """That a programme was offered to somebody. Who declined has no record here and no name; who accepted is the
    patient that ``patient_id`` names. ``answered_on`` is empty while there is no answer."""

    __tablename__ = "programme_offer"
    __table_args__ = (Index("ix_programme_offer_service_day", "service_id", "offered_on"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id")
    programme_id: uuid.UUID = Field(foreign_key="programme.id")
    team_id: uuid.UUID = Field(foreign_key="team.id")
    patient_id: uuid.UUID | None = Field(default=None, foreign_key="patient.id", index=True)
    offered_on: date
    answered_on: date | None = None
    accepted: bool = False


class ServiceFigures(Base, table=True):
    """The figures of one group (``group_key``: ``all``, a programme, or a team within a programme) for the weeks that
    end with ``last_day``. ``figures`` holds no group of fewer than eight people (``core.analysis.small_cells``)."""

    __tablename__ = "service_figures"

    service_id: uuid.UUID = Field(foreign_key="service.id", primary_key=True)
    group_key: str = Field(primary_key=True, max_length=80)
    programme_id: uuid.UUID | None = Field(default=None, foreign_key="programme.id")
    team_id: uuid.UUID | None = Field(default=None, foreign_key="team.id")
    last_day: date
    made_at: datetime = Field(sa_type=UtcDateTime)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
