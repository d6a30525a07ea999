"""Where a part of the night is done: this process or a worker of a cluster, each with its own connection, keys and
models from its own environment. The work itself is the same function."""

import gc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import day_number
from core.db import transaction
from core.errors import DatabaseBusy, ModelUnavailable, NotPossible
from core.language import _
from core.signals import night, registry
from core.signals.features import LONGEST_LOOK_BACK
from core.signals.night import Done, Task
from core.signals.read import Person, Span, people_of, streams_of
from core.signals.score import USUAL_POINTS, Score, score
from core.signals.store import store
from core.signals.streams import Streams
from core.start import Installation
from models import Signal

LOOK_BACK = LONGEST_LOOK_BACK + USUAL_POINTS[-1].days + 2  # days of roll-ups that a score may look at
TRIES = 5  # how often a part is written where someone else holds the database (each waits five seconds)


@dataclass(frozen=True, slots=True)
class Place:
    """An opened installation and its models."""

    installation: Installation
    models: Mapping[Signal, Any]

    @property
    def versions(self) -> dict[str, str]:
        """For each signal the version that answers, or the code of why none does."""
        return {
            signal.value: f"({model.code})" if isinstance(model, ModelUnavailable) else str(model.version)
            for signal, model in self.models.items()
        }


def open_place(installation: Installation, now: datetime) -> Place:
    """Load the models of an installation, each with every check."""
    found: dict[Signal, Any] = {}
    for signal in Signal:
        try:
            found[signal] = registry.load(
                installation.settings.models_folder, signal, key=installation.keys.audit, now=now
            )
        except ModelUnavailable as why:
            found[signal] = why
    gc.freeze()  # programs and models stay: nobody need walk over them again and again while scores come and go
    return Place(installation, found)


def do(place: Place, task: Task) -> Done:
    """Read, score and write one part; done twice, it is written and counted once.

    Raises ``NotPossible`` where the models here are not those of the run, or the run is not in this database.
    """
    if place.versions != dict(task.models):
        raise NotPossible(_("The models of this worker are not those that the run began with."))
    people, streams = read(place, task)
    return write(place, task, score(people, streams, place.models, as_of=task.as_of))


def read(place: Place, task: Task) -> tuple[list[Person], Streams]:
    """The people of a part and what the models may look at, without holding anybody up who writes."""
    last = day_number(task.as_of, "UTC") + 1
    with transaction(place.installation.engine.execution_options(vincle_read_only=True)) as session:
        return people_of(session, task.keys), streams_of(session, Span(task.keys, last - LOOK_BACK, last))


def write(place: Place, task: Task, found: Sequence[Score]) -> Done:
    """Keep the scores of a part and its mark in one transaction; tried again where somebody else is writing."""
    for _again in range(TRIES - 1):
        try:
            return _write(place, task, found)
        except DatabaseBusy:
            continue
    return _write(place, task, found)


def _write(place: Place, task: Task, found: Sequence[Score]) -> Done:
    with place.installation.calls().transaction() as session:
        other = night.claim(session, task)
        if other is not None:
            return other
        reasons = Counter(one.reasons[0]["code"] for one in found if one.reasons)
        done = Done(len(found) // len(Signal), len(found), store(session, found, now=task.now), dict(reasons))
        night.note(session, task, done)
        return done
