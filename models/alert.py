"""Alerts: a fact that asks for a response by a time, its owner, and everything done about it."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together


class Response(StrEnum):
    """The response time a rule asks for. Never a level of risk."""

    NOW = "now"
    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"
    TWO_WORKING_DAYS = "two_working_days"
    NEXT_SESSION = "next_session"
    SUPERVISION = "supervision"


class AlertState(StrEnum):
    """Where an alert stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class AlertVerb(StrEnum):
    """What a person (or a rule) did to an alert."""

    OPEN = "open"
    ADD_EVIDENCE = "add_evidence"
    ACKNOWLEDGE = "acknowledge"
    ACT = "act"
    SNOOZE = "snooze"
    WAKE = "wake"
    HAND_OVER = "hand_over"
    ESCALATE = "escalate"
    CLOSE = "close"
    REOPEN = "reopen"
    BATCH = "batch"


class Alert(Base, table=True):
    """One alert for one patient and rule. ``evidence`` is a list of facts, newest last:
    ``{"at": ISO time, "measure" | "instrument" | "message_id", "value", "usual", "threshold", "informant", "window"}``
    — codes and numbers; sentences are made by ``dashboard.wording``. ``batched_on``: over the workload budget, it waits
    in the weekly list since that day.
    """

    __table_args__ = (
        Index(  # a list of work is counted and cut to its first lines without a look at the rows
            "ix_alert_work",
            "owner_id",
            "state",
            "due_at",
            "opened_at",
            "patient_id",
            "rule",
            "snoozed_until",
            "batched_on",
            "id",
        ),
        Index("ix_alert_patient_state", "patient_id", "state"),
        Index("ix_alert_response_state", "response", "state"),
        CheckConstraint(together("closed_at", "closed_by"), name="closed_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    rule: str = Field(max_length=60)
    response: Response = Field(sa_type=EnumText(Response))
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: AlertState = Field(default=AlertState.NEW, sa_type=EnumText(AlertState))
    owner_id: uuid.UUID = Field(foreign_key="staff.id")
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: uuid.UUID | None = None
    batched_on: date | None = None
    version: int = 1


class AlertEvent(Base, table=True):
    """One line of an alert's history. ``by`` is ``None`` when a rule did it. ``text`` is encrypted."""

    __tablename__ = "alert_event"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    alert_id: uuid.UUID = Field(foreign_key="alert.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: uuid.UUID | None = None
    verb: AlertVerb = Field(sa_type=EnumText(AlertVerb))
    from_state: AlertState | None = Field(default=None, sa_type=EnumText(AlertState))
    to_state: AlertState = Field(sa_type=EnumText(AlertState))
    action: str | None = Field(default=None, max_length=60)
    text: bytes | None = None
    next_review: date | None = None
    useful: bool | None = None
