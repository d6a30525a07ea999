"""The streams: what is measured, each value, its daily roll-up, and the prompts that asked.

The narrow tables are clustered by (patient, time, measure): ``WITHOUT ROWID`` on SQLite, a covering primary key on
PostgreSQL, from which a patient's rows are read in order without the table (once vacuum has been there; what was
written since is looked up). With 4.4 M days that came interleaved, a year of one patient took no longer than with
0.1 M: 49 pages. Times in them are whole seconds since 1970-01-01 UTC; days are days since 1970-01-01 on the patient's
own calendar. Integers keep a year of ten thousand patients small and a patient's read one range scan.
"""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Column, Integer, PrimaryKeyConstraint, SmallInteger, String
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id


class Domain(StrEnum):
    """The clinical domain of a measure; panels and explanations are grouped by it."""

    POSITIVE_AFFECT = "positive_affect"
    NEGATIVE_AFFECT = "negative_affect"
    AROUSAL = "arousal"
    CONTEXT = "context"
    URGES = "urges"
    SAFETY = "safety"
    MEALS = "meals"
    SLEEP = "sleep"
    ACTIVITY = "activity"
    PHYSIOLOGY = "physiology"
    ENGAGEMENT = "engagement"


class Scale(StrEnum):
    """What kind of number a measure gives."""

    RATING = "rating"
    COUNT = "count"
    AMOUNT = "amount"
    CATEGORY = "category"
    YES_NO = "yes_no"
    CLOCK = "clock"


class Measure(Base, table=True):
    """The catalogue. ``id`` is fixed by ``core.measures`` and never reused; ``better`` is +1, -1 or 0."""

    id: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    code: str = Field(max_length=60, unique=True)
    label: str = Field(max_length=120)
    domain: Domain = Field(sa_type=EnumText(Domain))
    scale: Scale = Field(sa_type=EnumText(Scale))
    unit: str = Field(default="", max_length=40)
    low: float | None = None
    high: float | None = None
    better: int = 0
    categories: dict[str, str] | None = Field(default=None, sa_type=JSON)


class Source(Base, table=True):
    """Where values come from: the patient's own check-in, an import, a device. One row for each import run's file."""

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    public_id: uuid.UUID = Field(default_factory=new_id, unique=True)
    code: str = Field(max_length=60, unique=True)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Observation(Base, table=True):
    """One value of one measure at one moment, from one source. The key makes a repeated import a no-op."""

    __table_args__ = (
        PrimaryKeyConstraint("patient_key", "at", "measure_id", "source_id", postgresql_include=["value"]),
        {"sqlite_with_rowid": False},
    )

    patient_key: int = Field(sa_column=Column(Integer, nullable=False, autoincrement=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False, autoincrement=False))
    measure_id: int = Field(sa_column=Column(SmallInteger, nullable=False, autoincrement=False))
    source_id: int = Field(sa_column=Column(Integer, nullable=False, autoincrement=False))
    value: float


class ObservationDay(Base, table=True):
    """A day's roll-up of one measure, maintained in the transaction that writes the values.

    Prompts are rolled up here as measure ``prompts_answered`` (n = prompts sent, total = answered).
    """

    __tablename__ = "observation_day"
    __table_args__ = (
        PrimaryKeyConstraint(
            "patient_key", "day", "measure_id", postgresql_include=["n", "total", "total_squares", "low", "high"]
        ),
        {"sqlite_with_rowid": False},
    )

    patient_key: int = Field(sa_column=Column(Integer, nullable=False, autoincrement=False))
    day: int = Field(sa_column=Column(Integer, nullable=False, autoincrement=False))
    measure_id: int = Field(sa_column=Column(SmallInteger, nullable=False, autoincrement=False))
    n: int
    total: float
    total_squares: float
    low: float
    high: float


class PromptKind(StrEnum):
    """Which block a prompt asked for."""

    MOMENTARY = "momentary"
    MORNING = "morning"
    EVENING = "evening"
    SAFETY = "safety"
    STUDY = "study"


class Prompt(Base, table=True):
    """A request for an entry. Unanswered ones are kept: silence is data.

    ``answered_at`` later than ``expires_at`` is a late answer; ``reminded_at``: the person was asked again. All times
    are seconds since 1970-01-01 UTC.
    """

    __table_args__ = (
        PrimaryKeyConstraint("patient_key", "sent_at", "kind"),
        {"sqlite_with_rowid": False},
    )

    patient_key: int = Field(sa_column=Column(Integer, nullable=False, autoincrement=False))
    sent_at: int = Field(sa_column=Column(BigInteger, nullable=False, autoincrement=False))
    kind: str = Field(sa_column=Column(String(20), nullable=False))
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    opened_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    answered_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    source_id: int = Field(sa_column=Column(Integer, nullable=False))
    reminded_at: int | None = Field(default=None, sa_column=Column(BigInteger))
