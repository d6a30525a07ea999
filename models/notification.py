"""How people are told: where each wants to be reached, who stands in for whom, and which chore of the application ran
when."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class NotificationChannel(Base, table=True):
    """One way to reach one person. ``address`` is an Apprise address, encrypted: it holds tokens and passwords.
    Between ``quiet_from`` and ``quiet_until`` (``"22:00"``, the service's clock) only what is due now goes out."""

    __tablename__ = "notification_channel"
    __table_args__ = (CheckConstraint(together("quiet_from", "quiet_until"), name="quiet_pair"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="account.id", index=True)
    label: str = Field(max_length=80)
    kind: str = Field(max_length=20)
    address: bytes
    quiet_from: str | None = Field(default=None, max_length=5)
    quiet_until: str | None = Field(default=None, max_length=5)
    added_at: datetime = Field(sa_type=UtcDateTime)
    tested_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    trouble: str | None = Field(default=None, max_length=40)


class Absence(Base, table=True):
    """Somebody is away from ``from_on`` until before ``until_on``. New alerts go to ``cover_id``; without one to the
    head of the team."""

    __table_args__ = (CheckConstraint("until_on > from_on", name="some_days"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    staff_id: uuid.UUID = Field(foreign_key="staff.id", index=True)
    from_on: date
    until_on: date
    cover_id: uuid.UUID | None = Field(default=None, foreign_key="staff.id", index=True)
    entered_at: datetime = Field(sa_type=UtcDateTime)
    entered_by: uuid.UUID


class Chore(Base, table=True):
    """What the application does by itself (rules, notifications): the process that holds the lease does it."""

    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=60)
    held_until: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class RuleChange(Base, table=True):
    """Somebody set a rule for the service or one of its programmes, with their name: its thresholds, and whether it
    runs. What is in force stands in the settings; this is how it came about."""

    __tablename__ = "rule_change"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    programme_id: uuid.UUID | None = Field(default=None, foreign_key="programme.id")
    rule: str = Field(max_length=60)
    runs: bool
    thresholds: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    rehearsed: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: uuid.UUID
