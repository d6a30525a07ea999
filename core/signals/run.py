"""The two long jobs: train the models on what this installation's database holds, and score every patient. Both read
partition by partition and write in short transactions, so that the application keeps running beside them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from core.audit import log
from core.clock import day_number, seconds
from core.errors import ModelUnavailable, NotPossible
from core.ingest.columns import day_number_of
from core.language import _
from core.signals import registry
from core.signals.abstain import DAYS_NEEDED, REQUIRED
from core.signals.build import build, partitions
from core.signals.features import LONGEST_LOOK_BACK
from core.signals.read import Person, Span, events_of, people_of, streams_of
from core.signals.score import USUAL_POINTS, score
from core.signals.standing import SCORED, TRAINED, as_of_moment, midnight
from core.signals.store import store
from core.signals.streams import points_of
from core.signals.targets import targets
from core.start import Installation
from models import Signal

Progress = Callable[[int, int], None]
PARTITION = 250
TRAINING_STEP, TRAINING_FIRST = 7, 14  # days between the points of one patient, and before the first
DAY = 86_400


def silent(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """What a scoring run did: patients in treatment, scores written anew, and abstentions by reason."""

    as_of: datetime
    patients: int
    scores: int
    written: int
    abstained: dict[str, int]


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


def score_all(
    installation: Installation, now: datetime, as_of: date | None = None, progress: Progress = silent
) -> ScoreSummary:
    """Score every patient in treatment as of the start of a day (default: today) on the service's calendar."""
    people, moment = _people(installation), as_of_moment(installation, now, as_of)
    models = _models(installation, now)
    scores = written = 0
    abstained: dict[str, int] = {}
    back = LONGEST_LOOK_BACK + USUAL_POINTS[-1].days + 2
    for done, group in enumerate(_groups(people)):
        progress(done * PARTITION, len(people))
        last_day = day_number(moment, "UTC") + 1
        span = Span(group[0].key, group[-1].key, last_day - back, last_day)
        with installation.calls().transaction() as session:
            streams = streams_of(session, span)
        found = score(group, streams, models, as_of=moment)
        with installation.calls().transaction() as session:
            written += store(session, found, now=now)
        scores += len(found)
        for one in found:
            for reason in one.reasons[:1]:
                abstained[reason["code"]] = abstained.get(reason["code"], 0) + 1
    with installation.calls().transaction() as session:
        detail = {"as_of": moment.isoformat(), "written": written}
        log.record(session, at=now, action=SCORED, actor_id=None, detail=detail)
    progress(len(people), len(people))
    return ScoreSummary(moment, scores // len(Signal), scores, written, abstained)


def _models(installation: Installation, now: datetime) -> dict[Signal, Any]:
    found: dict[Signal, Any] = {}
    for signal in Signal:
        try:
            found[signal] = registry.load(
                installation.settings.models_folder, signal, key=installation.keys.audit, now=now
            )
        except ModelUnavailable as why:
            found[signal] = why
    return found


def _people(installation: Installation) -> list[Person]:
    with installation.calls().transaction() as session:
        return people_of(session)


def _groups(people: Sequence[Person]) -> Iterator[list[Person]]:
    of_key = {person.key: person for person in people}
    for keys in partitions(sorted(of_key), PARTITION):
        yield [of_key[key] for key in keys]
