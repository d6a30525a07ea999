"""Who signs in, and what keeps a sign-in safe: sessions, one-time tickets, attempt counters."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id, together


class Role(StrEnum):
    """What a person is to the service; permissions follow from it (``core.access.permissions``)."""

    THERAPIST = "therapist"
    TEAM_LEAD = "team_lead"
    DIRECTOR = "director"
    PATIENT = "patient"
    RELATIVE = "relative"
    ADMINISTRATOR = "administrator"


class User(Base, table=True):
    """An account. ``name`` is shown; ``username`` signs in (kept in lower case)."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("username"),
        CheckConstraint(together("disabled_at", "disabled_by"), name="disabled_pair"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    username: str = Field(max_length=120)
    password_hash: str = Field(max_length=200)
    password_set_at: datetime = Field(sa_type=UtcDateTime)
    name: str = Field(max_length=200)
    role: Role = Field(sa_type=EnumText(Role))
    locale: str = Field(default="en", max_length=10)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_by: uuid.UUID | None = None


class SignInSession(Base, table=True):
    """A signed-in browser. Only the SHA-256 of the cookie's value is kept."""

    __tablename__ = "sign_in_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: uuid.UUID = Field(foreign_key="account.id", index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: str | None = Field(default=None, max_length=40)


class SignInTicket(Base, table=True):
    """One use, a few seconds: carries a proven sign-in from the form to the cookie route."""

    __tablename__ = "sign_in_ticket"

    ticket_hash: str = Field(primary_key=True, max_length=64)
    user_id: uuid.UUID = Field(foreign_key="account.id")
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AttemptCounter(Base, table=True):
    """Failed sign-ins counted for a user name, an address or the pair (``scope`` names which)."""

    __tablename__ = "attempt_counter"

    scope: str = Field(primary_key=True, max_length=20)
    subject_hash: str = Field(primary_key=True, max_length=64)
    failures: int = 0
    window_started_at: datetime = Field(sa_type=UtcDateTime)
    blocked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
