"""The long job of training: what this installation's database holds becomes one table for each signal, partition by
partition; then the models are trained, judged and kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from core.audit import log
from core.clock import day_number, seconds
from core.errors import NotPossible
from core.ingest.columns import day_number_of
from core.language import _
from core.signals import registry
from core.signals.abstain import DAYS_NEEDED, REQUIRED
from core.signals.build import build
from core.signals.read import Person, Span, events_of, streams_of
from core.signals.run import Progress, _groups, _people, silent
from core.signals.standing import TRAINED, midnight
from core.signals.streams import points_of
from core.signals.targets import targets
from core.start import Installation
from models import Signal

TRAINING_STEP, TRAINING_FIRST = 7, 14  # days between the points of one patient, and before the first


def train_all(installation: Installation, now: datetime, progress: Progress = silent) -> list[dict[str, Any]]:
    """Train, judge and save the four models; their manifests. Raises ``NotPossible`` where there are no patients."""
    from core.signals.train import train  # brings scikit-learn, which scoring does without

    people = _people(installation)
    if not people:
        raise NotPossible(_("There are no patients to train on. Seed a demonstration or import data first."))
    simulated = all(person.simulated for person in people)
    tables = _training_tables(installation, people, now)
    manifests = []
    for done, signal in enumerate(Signal):
        progress(done, len(Signal))
        trained = train(signal, tables[signal], now=now, simulated=simulated)
        folder = installation.settings.models_folder
        key = installation.keys.audit
        manifests.append(registry.save(folder, signal, trained.manifest, trained.boosters, key=key))
    with installation.calls().transaction() as session:
        versions = {manifest["signal"]: manifest["version"] for manifest in manifests}
        log.record(session, at=now, action=TRAINED, actor_id=None, detail=versions)
    progress(len(Signal), len(Signal))
    return manifests


def _training_tables(installation: Installation, people: Sequence[Person], now: datetime) -> dict[Signal, pl.DataFrame]:
    """For each signal the features and targets of all points whose follow-up was observed."""
    parts: dict[Signal, list[pl.DataFrame]] = {signal: [] for signal in Signal}
    for group in _groups(people):
        first_day = min(day_number_of(person.enrolled_on) for person in group)
        span = Span(group[0].key, group[-1].key, first_day, day_number(now, "UTC") + 1)
        with installation.calls().transaction() as session:
            streams, events = streams_of(session, span), events_of(session, span)
        points = points_of([point for person in group for point in _training_points(person, now)])
        built = build(streams, points)
        for signal in Signal:
            wanted = targets(signal, streams, events, points, until=seconds(now))
            parts[signal].append(_speakable(signal, built).join(wanted, on="point").drop("point"))
    return {signal: pl.concat(found) for signal, found in parts.items()}


def _speakable(signal: Signal, built: pl.DataFrame) -> pl.DataFrame:
    """Rows on which the model would speak at all; it learns from what it will be asked."""
    there = [pl.any_horizontal(pl.col(wanted).is_not_null()) for _code, wanted in REQUIRED[signal]]
    return built.filter(pl.col("days_14") >= DAYS_NEEDED, *there)


def _training_points(person: Person, now: datetime) -> Iterator[tuple[int, int, int]]:
    """Midnights of the patient's calendar every two weeks of treatment."""
    start = midnight(person.enrolled_on, person.time_zone) + timedelta(days=TRAINING_FIRST)
    last = now if person.left_on is None else min(now, midnight(person.left_on, person.time_zone))
    while start <= last:
        yield person.key, seconds(start), day_number(start, person.time_zone)
        start += timedelta(days=TRAINING_STEP)
