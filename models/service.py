"""The service, its teams and programmes: the frame that people, data and rules hang on."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from models.base import Base, new_id


class Service(Base, table=True):
    """A clinic. ``crisis_contacts`` is a list of ``{"name", "phone", "hours"}``; empty keeps patients out.

    ``settings`` holds what a service configures: working hours, thresholds of rules, alert budget.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=200)
    time_zone: str = Field(max_length=60)
    country: str = Field(max_length=2)
    region: str | None = Field(default=None, max_length=10)
    locale: str = Field(default="en", max_length=10)
    simulated: bool = False
    carried_on_to: date | None = None
    crisis_contacts: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Team(Base, table=True):
    """A clinical team; its members cover for one another."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    name: str = Field(max_length=200)


class Programme(Base, table=True):
    """A programme of treatment.

    ``steps`` is a list of ``{"step": int, "name": str}``; ``outcome_instrument`` is the code of the measure by
    which prognosis is judged; ``week_length`` of the programme in weeks; ``settings`` holds its own thresholds.
    """

    __table_args__ = (UniqueConstraint("service_id", "code"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    code: str = Field(max_length=60)
    name: str = Field(max_length=200)
    outcome_instrument: str = Field(max_length=40)
    weeks: int = 12
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
