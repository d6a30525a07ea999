"""Writes scores: one row for each patient, signal and moment, however often a night is repeated. A score that the same
model made stays as it is; another model's is replaced, unless a clinician has said that they see it differently."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from core.signals.score import Score
from models import SignalContribution, SignalDisagreement, SignalScore

CHUNK = 400
_SPACE = uuid.UUID("5e6c1a52-7a3c-5b86-9d53-6f0b2a5c9f10")


def store(session: Session, scores: Sequence[Score], *, now: datetime) -> int:
    """Write what is new; how many were written."""
    written = 0
    for start in range(0, len(scores), CHUNK):
        chunk = {_identity(score): score for score in scores[start : start + CHUNK]}
        kept = _kept(session, chunk)
        fresh = {identity: score for identity, score in chunk.items() if identity not in kept}
        _replace(session, fresh, now)
        written += len(fresh)
    return written


def _identity(score: Score) -> uuid.UUID:
    """The same for the same patient, signal and moment, so that two runs meet."""
    return uuid.uuid5(_SPACE, f"{score.person.id}:{score.signal}:{score.as_of.isoformat()}")


def _kept(session: Session, chunk: dict[uuid.UUID, Score]) -> set[uuid.UUID]:
    ids = list(chunk)
    rows = session.exec(select(SignalScore.id, SignalScore.model_version).where(col(SignalScore.id).in_(ids)))
    same = {identity for identity, version in rows if version and version == chunk[identity].model_version}
    disputed = select(SignalDisagreement.score_id).where(col(SignalDisagreement.score_id).in_(ids))
    return same | set(session.exec(disputed))


def _replace(session: Session, fresh: dict[uuid.UUID, Score], now: datetime) -> None:
    if not fresh:
        return
    ids = list(fresh)
    session.execute(delete(SignalContribution).where(col(SignalContribution.score_id).in_(ids)))
    session.execute(delete(SignalScore).where(col(SignalScore.id).in_(ids)))
    session.execute(insert(SignalScore), [_row(identity, score, now) for identity, score in fresh.items()])
    parts = [
        {
            "score_id": identity,
            "feature": part.feature,
            "domain": part.domain,
            "value": part.value,
            "usual": part.usual,
            "contribution": part.contribution,
        }
        for identity, score in fresh.items()
        for part in score.contributions
    ]
    if parts:
        session.execute(insert(SignalContribution), parts)


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
