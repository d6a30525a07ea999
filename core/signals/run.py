"""The nightly job: score everybody in treatment, part by part, written in short transactions, so that the application
keeps running beside it. In this process, or on a Dask cluster; interrupted, it is carried on by starting it again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.signals import night
from core.signals.build import partitions
from core.signals.drift import watch_drift
from core.signals.night import Done, Task
from core.signals.place import Place, do, open_place
from core.signals.read import Person, people_of
from core.signals.standing import as_of_moment
from core.start import Installation

Progress = Callable[[int, int], None]
PARTITION = 250


def silent(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """What a scoring run did: patients in treatment, scores written anew, abstentions by reason, into how many parts it
    was divided and how many of them an earlier start had done."""

    as_of: datetime
    patients: int
    scores: int
    written: int
    abstained: dict[str, int]
    parts: int
    done_before: int


@dataclass(frozen=True, slots=True)
class Engine:
    """Where the parts are done: here (``workers`` and ``scheduler`` empty), by so many processes of this machine, or by
    the workers of a Dask scheduler."""

    workers: int = 0
    scheduler: str = ""


HERE = Engine()


def score_all(
    installation: Installation, now: datetime, as_of: date | None = None, progress: Progress = silent,
    engine: Engine = HERE,
) -> ScoreSummary:  # fmt: skip
    """Score every patient in treatment as of the start of a day (default: today) on the service's calendar.

    Raises ``NotPossible`` or ``DatabaseTrouble`` where a part could not be done; the parts done before are kept, and
    the next start carries on from there.
    """
    moment = as_of_moment(installation, now, as_of)
    place = open_place(installation, now)
    with installation.calls().transaction() as session:
        opened = night.begin(session, now=now, as_of=moment, models=place.versions)
    done = opened.before
    progress(done, opened.patients)
    with _doing(engine, place, opened.left, now) as results:
        for task, _came in results:
            done += len(task.keys)
            progress(done, opened.patients)
    watch_drift(installation, now, moment)
    with installation.calls().transaction() as session:
        came = night.finish(session, opened.run_id, now=now)
    progress(opened.patients, opened.patients)
    before = opened.parts - len(opened.left)
    return ScoreSummary(moment, came.patients, came.scores, came.written, dict(came.abstained), opened.parts, before)


@contextmanager
def _doing(
    engine: Engine, place: Place, tasks: Sequence[Task], now: datetime
) -> Iterator[Iterator[tuple[Task, Done]]]:  # fmt: skip
    """Each part and what came of it, where the engine says."""
    if engine == HERE:
        yield ((task, do(place, task)) for task in tasks)
        return
    from core.signals import cluster  # brings Dask, which a night in this process does without

    opened: Any = cluster.cluster_at(engine.scheduler) if engine.scheduler else cluster.local_cluster(engine.workers)
    with opened as client:
        yield cluster.done_by_cluster(client, tasks, now)


def _people(installation: Installation) -> list[Person]:
    with installation.calls().transaction() as session:
        return people_of(session)


def _groups(people: Sequence[Person]) -> Iterator[list[Person]]:
    of_key = {person.key: person for person in people}
    for keys in partitions(sorted(of_key), PARTITION):
        yield [of_key[key] for key in keys]
