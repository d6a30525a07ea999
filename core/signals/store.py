"""Writes scores: one row for each patient, signal and moment, however often a night is repeated. A score that the same
model made stays as it is; another model's is replaced, unless a clinician has said that they see it differently."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from core.clock import seconds
from core.ingest.bulk import write_rows
from core.signals.score import Score
from models import Signal, SignalContribution, SignalDisagreement, SignalScore

CHUNK = 250  # patients looked up at once
_SPACE = uuid.UUID("5e6c1a52-7a3c-5b86-9d53-6f0b2a5c9f10")
_PARTS = ("score_id", "feature", "domain", "value", "usual", "contribution")

_Of = tuple[uuid.UUID, Signal]  # whose score of which signal


def store(session: Session, scores: Sequence[Score], *, now: datetime) -> int:
    """Write what is new of the scores of one moment; how many were written."""
    if not scores:
        return 0
    wanted = {(score.person.id, score.signal): score for score in scores}
    there = _there(session, sorted({patient for patient, _signal in wanted}), scores[0].as_of)
    disputed = _disputed(session, there)
    kept = {of for of, (row, version) in there.items() if row in disputed or _same(version, wanted.get(of))}
    fresh = {of: score for of, score in wanted.items() if of not in kept}
    _forget(session, [there[of][0] for of in fresh if of in there])
    _write(session, list(fresh.values()), now)
    return len(fresh)


def _there(session: Session, patients: list[uuid.UUID], as_of: datetime) -> dict[_Of, tuple[uuid.UUID, str]]:
    """The stored scores of the moment: identifier and model version."""
    s = SignalScore
    found: dict[_Of, tuple[uuid.UUID, str]] = {}
    for start in range(0, len(patients), CHUNK):
        asked = col(s.patient_id).in_(patients[start : start + CHUNK])
        columns: Any = (s.patient_id, s.signal, s.id, s.model_version)
        rows = session.execute(sqlalchemy.select(*columns).where(asked, col(s.as_of) == as_of))
        found |= {(patient, signal): (row, version) for patient, signal, row, version in rows}
    return found


def _same(version: str, score: Score | None) -> bool:
    return score is not None and bool(version) and version == score.model_version


def _disputed(session: Session, there: Mapping[_Of, tuple[uuid.UUID, str]]) -> set[uuid.UUID]:
    rows = [row for row, _version in there.values()]
    found: set[uuid.UUID] = set()
    for start in range(0, len(rows), CHUNK):
        asked = col(SignalDisagreement.score_id).in_(rows[start : start + CHUNK])
        found |= set(session.exec(select(SignalDisagreement.score_id).where(asked)))
    return found


def _forget(session: Session, rows: list[uuid.UUID]) -> None:
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        session.execute(delete(SignalContribution).where(col(SignalContribution.score_id).in_(chunk)))
        session.execute(delete(SignalScore).where(col(SignalScore.id).in_(chunk)))


def _write(session: Session, scores: Sequence[Score], now: datetime) -> None:
    if not scores:
        return
    named = sorted(((_identity(score), score) for score in scores), key=lambda pair: pair[0])
    connection = session.connection()
    connection.execute(insert(SignalScore), [_row(identity, score, now) for identity, score in named])
    whole = ((identity.hex, score.contributions) for identity, score in named)
    parts = [(identity, *part) for identity, contributions in whole for part in contributions]
    write_rows(connection, "signal_contribution", _PARTS, [list(column) for column in zip(*parts, strict=True)] or [[]])


def _identity(score: Score) -> uuid.UUID:
    """The same for the same patient, signal and moment; the moment comes first, so that a night is written to one place
    of the index and not all over the nights before."""
    own = uuid.uuid5(_SPACE, f"{score.person.id}:{score.signal}:{score.as_of.isoformat()}")
    return uuid.UUID(bytes=seconds(score.as_of).to_bytes(4, "big") + own.bytes[4:])


def _row(identity: uuid.UUID, score: Score, now: datetime) -> dict[str, Any]:
    return {
        "id": identity,
        "patient_id": score.person.id,
        "signal": score.signal,
        "model_version": score.model_version,
        "as_of": score.as_of,
        "scored_at": now,
        "abstained": bool(score.reasons),
        "reasons": list(score.reasons),
        "estimate": score.estimate,
        "lower": score.lower,
        "upper": score.upper,
        "usual": score.usual,
        "margin": score.margin,
        "base_margin": score.base_margin,
        "coverage": score.coverage,
        "course": score.course,
    }
