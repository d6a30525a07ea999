"""What came of a model's older estimates: how many events they expected and how many came (or the mean WHO-5, said and
answered): calibration in the large. As in training, only who was followed to the end of the time asked about counts."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import sqlalchemy
from sqlmodel import Session, col, select

from core.clock import seconds
from core.ingest.columns import day_number_of
from core.signals.questions import QUESTIONS, RELIABLE_CHANGE
from core.signals.read import questionnaires_of
from core.signals.split import DAY, KNOWN_AFTER
from core.signals.targets import QOL_SLACK, outcome_by_week_12
from models import ClinicalEvent, Patient, QuestionnaireResponse, Signal, SignalScore

MOST = 20_000  # estimates whose outcome is looked up
_GROUP = 250


class _Given(NamedTuple):
    """One estimate whose time has come: whose, when, how much, and the end of treatment."""

    key: int
    patient: uuid.UUID
    at: datetime
    estimate: float
    left: date | None


def came_true(session: Session, signal: Signal, version: str, as_of: datetime) -> dict[str, Any]:
    """Of the newest estimates of this model whose answer was due by ``as_of``: ``n``, and where that is not 0 what they
    ``expected`` (events, reliable improvements; mean points) and what was ``observed``."""
    given = _given(session, signal, version, as_of)
    if not given:
        return {"n": 0}
    if signal is Signal.PROGNOSIS:
        pairs = _improvements(session, given, as_of)
    elif QUESTIONS[signal].probability:
        pairs = _events(session, signal, given)
    else:
        pairs = _points(session, given)
    if not pairs:
        return {"n": 0}
    whole: Any = np.sum if QUESTIONS[signal].probability else np.mean
    said, came = (round(float(whole(column)), 2) for column in zip(*pairs, strict=True))
    return {"n": len(pairs), "expected": said, "observed": came}


Pairs = list[tuple[float, float]]  # said, came


def _given(session: Session, signal: Signal, version: str, as_of: datetime) -> list[_Given]:
    s = SignalScore
    columns: Any = (Patient.key, s.patient_id, s.as_of, s.estimate, Patient.left_on)
    wanted = (
        sqlalchemy.select(*columns)
        .join(Patient, col(Patient.id) == col(s.patient_id))
        .where(col(s.signal) == signal, col(s.model_version) == version, col(s.estimate).is_not(None))
        .where(col(s.as_of) <= as_of - timedelta(days=KNOWN_AFTER[signal]))
        .order_by(col(s.as_of).desc())
        .limit(MOST)
    )
    return [_Given(*row) for row in session.execute(wanted)]


def _groups(given: Sequence[_Given]) -> Iterator[dict[int, uuid.UUID]]:
    """Whose estimates they are, some at a time: of a country's answers only theirs are read."""
    everyone = sorted({(one.key, one.patient) for one in given})
    for start in range(0, len(everyone), _GROUP):
        yield dict(everyone[start : start + _GROUP])


def _events(session: Session, signal: Signal, given: Sequence[_Given]) -> Pairs:
    horizon = timedelta(days=QUESTIONS[signal].horizon_days or 0)
    followed = [one for one in given if one.left is None or day_number_of(one.left) * DAY >= seconds(one.at + horizon)]
    e, happened = ClinicalEvent, dict[uuid.UUID, list[datetime]]()
    wanted = select(e.patient_id, e.happened_at).where(col(e.kind) == QUESTIONS[signal].event)
    for some in _groups(followed):
        for patient, at in session.exec(wanted.where(col(e.patient_id).in_(some.values()))):
            happened.setdefault(patient, []).append(at)
    return [
        (one.estimate, float(any(one.at <= at < one.at + horizon for at in happened.get(one.patient, ()))))
        for one in followed
    ]


def _improvements(session: Session, given: Sequence[_Given], as_of: datetime) -> Pairs:
    improved: dict[int, float] = {}
    for some in _groups(given):
        answered, people = questionnaires_of(session, some)
        found = outcome_by_week_12(answered.filter(pl.col("at") < seconds(as_of)), people)
        fallen = (pl.col("baseline") - pl.col("outcome") >= RELIABLE_CHANGE).cast(pl.Float64)
        improved |= dict(found.drop_nulls("outcome").select("patient_key", fallen).iter_rows())
    return [(one.estimate, improved[one.key]) for one in given if one.key in improved]


def _points(session: Session, given: Sequence[_Given]) -> Pairs:
    """With the WHO-5 nearest to four weeks after the estimate."""
    ahead, slack = timedelta(days=QUESTIONS[Signal.QUALITY_OF_LIFE].horizon_days or 0), timedelta(days=QOL_SLACK)
    q, answered = QuestionnaireResponse, dict[uuid.UUID, list[tuple[datetime, float]]]()
    since = min(one.at for one in given)
    wanted = select(q.patient_id, q.answered_at, q.total).where(
        col(q.instrument) == "who-5", col(q.total).is_not(None), col(q.answered_at) >= since
    )  # fmt: skip
    for some in _groups(given):
        for patient, at, total in session.exec(wanted.where(col(q.patient_id).in_(some.values()))):
            answered.setdefault(patient, []).append((at, float(total or 0.0)))
    pairs = []
    for one in given:
        due = one.at + ahead
        near = [(abs(at - due), total) for at, total in answered.get(one.patient, ()) if abs(at - due) <= slack]
        if near:
            pairs.append((one.estimate, min(near)[1]))
    return pairs
