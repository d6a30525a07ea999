"""What happened to whose record, by whom: the hash-chained log, its head, receipts of actions, and the outbox."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id


class AuditEntry(Base, table=True):
    """One line of the log; ``mac`` is keyed over the line and the one before. No foreign keys: it
    outlives its subjects.

    ``detail`` holds codes and identifiers, never a patient's words.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_patient", "patient_id", "at"),
        Index("ix_audit_actor", "actor_id", "at"),
    )

    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: uuid.UUID | None = None
    action: str = Field(max_length=80)
    patient_id: uuid.UUID | None = None
    target: str | None = Field(default=None, max_length=120)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    mac: str = Field(max_length=64)


class AuditHead(Base, table=True):
    """The end of the chain (one row, id 1), keyed itself, so that a cut tail shows."""

    __tablename__ = "audit_head"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    seq: int
    mac: str = Field(max_length=64)
    seal: str = Field(max_length=64)


class ActionReceipt(Base, table=True):
    """Proof that an action with this key was done: the second press of a button finds it and does nothing."""

    __tablename__ = "action_receipt"

    key: str = Field(primary_key=True, max_length=120)
    action: str = Field(max_length=80)
    by: uuid.UUID
    at: datetime = Field(sa_type=UtcDateTime)
    target: str | None = Field(default=None, max_length=120)


class Outbox(Base, table=True):
    """A notification to be delivered, written in the transaction that caused it. ``reached`` are the channels that took
    it; ``next_try_at`` the moment of the next try; one that was given up stands in the list of ``failed_at`` with
    ``trouble`` (a code) until an administrator sends it again."""

    __table_args__ = (Index("ix_outbox_kind_made", "kind", "made_at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(max_length=40)
    recipient_id: uuid.UUID | None = None
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    tries: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    trouble: str | None = Field(default=None, max_length=40)
    reached: list[str] = Field(default_factory=list, sa_type=JSON)
