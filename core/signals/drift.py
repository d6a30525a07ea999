"""The nightly look at the models themselves: have the people in treatment moved away from those a model learned from,
and did its older estimates come true. A sample of people is enough for the first and keeps the night flat."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import delete
from sqlmodel import Session, col

from core.clock import day_number, seconds
from core.errors import ModelUnavailable
from core.signals import registry
from core.signals.abstain import speakable
from core.signals.build import build, partitions
from core.signals.features import LONGEST_LOOK_BACK, feature_codes
from core.signals.judge import Real
from core.signals.matured import came_true
from core.signals.model import Model
from core.signals.night import treated
from core.signals.read import Person, Span, people_of, streams_of
from core.signals.streams import points_of
from core.signals.targets import PROGNOSIS_FIRST, PROGNOSIS_LAST
from core.start import Installation
from models import Signal, SignalDrift

SAMPLE = 1000  # people whose features are looked at; chance alone then moves the index by no more than 0.02
FEWEST = 20  # people below which nothing is said about a shift
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


def _keep(session: Session, row: SignalDrift) -> None:
    old = delete(SignalDrift).where(col(SignalDrift.signal) == row.signal, col(SignalDrift.as_of) == row.as_of)
    session.execute(old)
    session.add(row)
