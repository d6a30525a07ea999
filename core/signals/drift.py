"""The nightly look at the models themselves: have the people in treatment moved away from those a model learned from,
and did its older estimates come true. A sample of people is enough for the first and keeps the night flat."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import delete
from sqlmodel import Session, col, select

from core.clock import day_number, seconds
from core.errors import ModelUnavailable
from core.signals import registry
from core.signals.abstain import speakable
from core.signals.build import build, partitions
from core.signals.features import LONGEST_LOOK_BACK, feature_codes
from core.signals.judge import Real
from core.signals.model import Model
from core.signals.night import treated
from core.signals.questions import QUESTIONS
from core.signals.read import Person, Span, people_of, streams_of
from core.signals.streams import points_of
from core.signals.targets import PROGNOSIS_FIRST, PROGNOSIS_LAST
from core.start import Installation
from models import ClinicalEvent, QuestionnaireResponse, Signal, SignalDrift, SignalScore

SAMPLE = 1000  # people whose features are looked at; chance alone then moves the index by no more than 0.02
MATURED = 20_000  # estimates at most whose outcome is looked up
FEWEST = 20  # people below which nothing is said about a shift
QOL_SLACK = timedelta(days=7)
_GROUP = 250


def watch_drift(installation: Installation, now: datetime, as_of: datetime) -> dict[str, dict[str, Any]]:
    """Look at the four models as of a night and keep what was seen (a repeated night replaces its rows); by signal the
    features that moved and what came of older estimates."""
    with installation.calls().transaction() as session:
        people = _sample(session, as_of)
    built = _features(installation, people, as_of)
    seen = {}
    for signal in Signal:
        try:
            model = registry.load(
                installation.settings.models_folder, signal, key=installation.keys.audit, now=now
            )  # fmt: skip
        except ModelUnavailable:
            continue
        values = _asked(signal, built)
        with installation.calls().transaction() as session:
            shifts, matured = _shifts(model, values), came_true(session, signal, model.version, as_of)
            _keep(session, SignalDrift(
                signal=signal, as_of=as_of, model_version=model.version, people=len(values), shifts=shifts,
                matured=matured,
            ))  # fmt: skip
        seen[signal.value] = {"people": len(values), **shifts, "matured": matured}
    return seen


def _sample(session: Session, as_of: datetime) -> list[Person]:
    """At most ``SAMPLE`` people in treatment, the same ones from night to night, in order of key."""
    chosen = nsmallest(SAMPLE, treated(session, as_of), key=lambda one: hashlib.sha256(one[1].bytes).digest())
    day = as_of.date()
    people = people_of(session, [key for key, _identity in chosen])
    return [p for p in people if p.enrolled_on <= day and (p.left_on is None or p.left_on > day)]


def _features(installation: Installation, people: Sequence[Person], as_of: datetime) -> pl.DataFrame:
    """The features of each as of the night, with ``age``, the days in treatment."""
    of_key = {person.key: person for person in people}
    last = day_number(as_of, "UTC") + 1
    parts = []
    for keys in partitions(sorted(of_key), _GROUP):
        span = Span(tuple(keys), last - LONGEST_LOOK_BACK - 2, last)
        with installation.calls().transaction() as session:
            streams = streams_of(session, span)
        asked = points_of([(key, seconds(as_of), day_number(as_of, of_key[key].time_zone)) for key in keys])
        enrolled = streams.patients.select("patient_key", "enrolled")
        built = build(streams, asked).join(enrolled, on="patient_key", how="left")
        parts.append(built.with_columns(age=pl.col("day") - pl.col("enrolled")))
    return pl.concat(parts) if parts else pl.DataFrame()


def _asked(signal: Signal, built: pl.DataFrame) -> Real:
    """The features of those of whom the model speaks: it is watched on what it is asked."""
    if built.height == 0:
        return np.zeros((0, len(feature_codes())))
    rows = speakable(signal, built)
    if signal is Signal.PROGNOSIS:
        rows = rows.filter(pl.col("age").is_between(PROGNOSIS_FIRST, PROGNOSIS_LAST))
    return rows.select(feature_codes()).to_numpy().astype(np.float64)


def _shifts(model: Model, values: Real) -> dict[str, Any]:
    """The stability index of the features that moved (largest first on the card), and from where one counts."""
    if len(values) < FEWEST:
        return {"moved": {}, "limit": None}
    limit = model.reference.shift_limit(len(values))
    found = model.reference.shifts(values)
    moved = {code: round(float(index), 3) for code, index in zip(model.features, found, strict=True) if index > limit}
    return {"moved": moved, "limit": round(limit, 3)}


def came_true(session: Session, signal: Signal, version: str, as_of: datetime) -> dict[str, Any]:
    """Of the newest estimates of this model whose time has come: how many, how many events they expected (or the mean
    WHO-5) and what came: calibration in the large. Empty for the expected course, whose answer is its own card."""
    horizon = QUESTIONS[signal].horizon_days
    if horizon is None:
        return {}
    slack = timedelta(0) if QUESTIONS[signal].probability else QOL_SLACK
    s = SignalScore
    wanted = (
        select(s.patient_id, s.as_of, s.estimate)
        .where(col(s.signal) == signal, col(s.model_version) == version, col(s.abstained).is_(False))
        .where(col(s.as_of) <= as_of - timedelta(days=horizon) - slack)
        .order_by(col(s.as_of).desc())
        .limit(MATURED)
    )
    given = [(patient, at, estimate) for patient, at, estimate in session.exec(wanted) if estimate is not None]
    if not given:
        return {"n": 0}
    if QUESTIONS[signal].probability:
        return _events_came(session, signal, given, timedelta(days=horizon))
    return _points_came(session, given, timedelta(days=horizon))


Given = tuple[uuid.UUID, datetime, float]


def _events_came(session: Session, signal: Signal, given: list[Given], horizon: timedelta) -> dict[str, Any]:
    e = ClinicalEvent
    since = min(at for _patient, at, _estimate in given)
    wanted = select(e.patient_id, e.happened_at).where(
        col(e.kind) == QUESTIONS[signal].event, col(e.happened_at) >= since
    )
    happened: dict[uuid.UUID, list[datetime]] = {}
    for some in _patients(given):
        for patient, at in session.exec(wanted.where(col(e.patient_id).in_(some))):
            happened.setdefault(patient, []).append(at)
    observed = sum(
        any(at <= event < at + horizon for event in happened.get(patient, ())) for patient, at, _estimate in given
    )
    return {"n": len(given), "expected": round(sum(row[2] for row in given), 2), "observed": observed}


def _patients(given: list[Given]) -> Iterator[list[uuid.UUID]]:
    """Whose estimates they are, some at a time: of a country's answers only theirs are read."""
    everyone = sorted({patient for patient, _at, _estimate in given})
    for start in range(0, len(everyone), _GROUP):
        yield everyone[start : start + _GROUP]


def _points_came(session: Session, given: list[Given], horizon: timedelta) -> dict[str, Any]:
    q = QuestionnaireResponse
    wanted = select(q.patient_id, q.answered_at, q.total).where(
        col(q.instrument) == "who-5", col(q.total).is_not(None),
        col(q.answered_at) >= min(at for _patient, at, _estimate in given),
    )  # fmt: skip
    answered: dict[uuid.UUID, list[tuple[datetime, float]]] = {}
    for some in _patients(given):
        for patient, at, total in session.exec(wanted.where(col(q.patient_id).in_(some))):
            answered.setdefault(patient, []).append((at, float(total or 0.0)))
    pairs = []
    for patient, at, estimate in given:
        due = at + horizon
        near = [(abs(when - due), total) for when, total in answered.get(patient, ()) if abs(when - due) <= QOL_SLACK]
        if near:
            pairs.append((estimate, min(near)[1]))
    if not pairs:
        return {"n": 0}
    said, came = (round(float(np.mean(column)), 2) for column in zip(*pairs, strict=True))
    return {"n": len(pairs), "expected": said, "observed": came}


def _keep(session: Session, row: SignalDrift) -> None:
    old = delete(SignalDrift).where(col(SignalDrift.signal) == row.signal, col(SignalDrift.as_of) == row.as_of)
    session.execute(old)
    session.add(row)
