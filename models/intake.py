"""The ways in and out: each run of an import with what it added (so that it can be undone), the tokens of devices and
partner applications, and one-time links to a person's own data."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Integer
from sqlmodel import Field

from models.base import Base, UtcDateTime, new_id, together


class ImportRun(Base, table=True):
    """One import of one file or batch: what it counted, and whether it was undone."""

    __tablename__ = "import_run"
    __table_args__ = (CheckConstraint(together("undone_at", "undone_by"), name="undone_pair"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    file: str = Field(default="", max_length=200)
    sha256: str = Field(default="", max_length=64)
    started_at: datetime = Field(sa_type=UtcDateTime)
    started_by: uuid.UUID
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: uuid.UUID | None = None


class ImportPiece(Base, table=True):
    """The keys of the values that one write of a run added: whole numbers (patient key, at, measure), compressed."""

    __tablename__ = "import_piece"

    run_id: uuid.UUID = Field(foreign_key="import_run.id", primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    keys: bytes


class ApiToken(Base, table=True):
    """What a device or partner application shows instead of a password; only the SHA-256 of it is kept."""

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint(together("revoked_at", "revoked_by"), name="revoked_pair"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    name: str = Field(max_length=120)
    token_hash: str = Field(max_length=64, unique=True)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: uuid.UUID | None = None
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExportLink(Base, table=True):
    """A link to everything about one person, good once and not for long; only the SHA-256 of its token is kept."""

    __tablename__ = "export_link"

    token_hash: str = Field(max_length=64, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id", index=True)
    form: str = Field(max_length=20)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
