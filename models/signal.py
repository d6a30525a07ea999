"""What the four models said, why, and where a clinician sees it differently."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, UniqueConstraint
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id


class Signal(StrEnum):
    """The four questions."""

    SAFETY = "safety"
    RELAPSE = "relapse"
    PROGNOSIS = "prognosis"
    QUALITY_OF_LIFE = "quality_of_life"


class SignalScore(Base, table=True):
    """One answer of one model about one patient, or its abstention with reasons (codes with numbers).

    ``estimate``, ``lower``, ``upper``, ``usual`` are probabilities (0–1), or WHO-5 points for quality of life;
    ``base_margin`` is the explanation's baseline on the margin scale: it and the contributions add up to ``margin``.
    ``coverage`` maps a stream to the share of days with data in the window. ``course`` is the expected course of the
    outcome measure (prognosis only; also while the estimate itself is withheld), see ``core.signals.course``.
    """

    __tablename__ = "signal_score"
    __table_args__ = (
        UniqueConstraint("patient_id", "signal", "as_of"),
        Index("ix_signal_score_as_of", "as_of"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: uuid.UUID = Field(foreign_key="patient.id")
    signal: Signal = Field(sa_type=EnumText(Signal))
    model_version: str = Field(max_length=80)
    as_of: datetime = Field(sa_type=UtcDateTime)
    scored_at: datetime = Field(sa_type=UtcDateTime)
    abstained: bool = False
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    usual: float | None = None
    margin: float | None = None
    base_margin: float | None = None
    coverage: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    course: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class SignalContribution(Base, table=True):
    """One feature's part in a score, on the margin scale; ``value`` is missing when the feature was."""

    __tablename__ = "signal_contribution"

    score_id: uuid.UUID = Field(foreign_key="signal_score.id", primary_key=True)
    feature: str = Field(primary_key=True, max_length=80)
    domain: str = Field(max_length=40)
    value: float | None = None
    usual: float | None = None
    contribution: float


class SignalDisagreement(Base, table=True):
    """ "I see it differently": who, when and why (text encrypted with the patient's key)."""

    __tablename__ = "signal_disagreement"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    score_id: uuid.UUID = Field(foreign_key="signal_score.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: uuid.UUID
    reason: str = Field(max_length=60)
    text: bytes | None = None


class SignalDrift(Base, table=True):
    """One night's look at one model: how far the features of the people in treatment moved away from those it learned
    from (``shifts``: feature → PSI with its limit), and how many of its older estimates came true (``matured``)."""

    __tablename__ = "signal_drift"
    __table_args__ = (UniqueConstraint("signal", "as_of"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    signal: Signal = Field(sa_type=EnumText(Signal))
    as_of: datetime = Field(sa_type=UtcDateTime)
    model_version: str = Field(max_length=80)
    people: int
    shifts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    matured: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class ScoringRun(Base, table=True):
    """One night's job. ``models`` names the version that answers each signal (or why none does), so that an interrupted
    run is carried on only with the models that it began with; ``shards`` is into how many parts its patients are
    divided; the counts are those of the whole run and stand once it is finished."""

    __tablename__ = "scoring_run"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    as_of: datetime = Field(sa_type=UtcDateTime, index=True)
    models: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    shards: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    patients: int = 0
    scores: int = 0
    written: int = 0
    abstained: dict[str, int] = Field(default_factory=dict, sa_type=JSON)


class ScoringShard(Base, table=True):
    """A part of an unfinished run that is done: written in the transaction that writes its scores, so either both are
    there or neither."""

    __tablename__ = "scoring_shard"

    run_id: uuid.UUID = Field(foreign_key="scoring_run.id", primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    done_at: datetime = Field(sa_type=UtcDateTime)
    patients: int
    scores: int
    written: int
    abstained: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
