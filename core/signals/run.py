"""The nightly job: score every patient, partition by partition, written in short transactions, so that the application
keeps running beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.audit import log
from core.clock import day_number
from core.errors import ModelUnavailable
from core.signals import registry
from core.signals.build import partitions
from core.signals.drift import watch_drift
from core.signals.features import LONGEST_LOOK_BACK
from core.signals.read import Person, Span, people_of, streams_of
from core.signals.score import USUAL_POINTS, score
from core.signals.standing import SCORED, as_of_moment
from core.signals.store import store
from core.start import Installation
from models import Signal

Progress = Callable[[int, int], None]
PARTITION = 250


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
        span = Span(tuple(person.key for person in group), last_day - back, last_day)
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
    watch_drift(installation, now, moment)
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
