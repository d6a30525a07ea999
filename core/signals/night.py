"""The record of a night's job: into how many parts it is divided, which part a patient belongs to, which are done.
A part's scores and its mark "done" are one transaction, so a job that stops anywhere is carried on by doing what is
left, and a part that two workers did is counted and kept once.

A run is carried on with the models that it began with; with other models it is another run.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import sqlalchemy
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.audit import log
from core.errors import NotPossible
from core.language import _
from core.signals.standing import SCORED
from models import Patient, ScoringRun, ScoringShard, Service

SHARD = 250  # patients in treatment in one part: some seconds of work, some megabytes of memory
ABANDONED = timedelta(days=7)  # an unfinished run older than this is nobody's any more


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to know in order to do one part; neither a key nor an address nor a name is in it."""

    run_id: uuid.UUID
    number: int
    keys: tuple[int, ...]
    as_of: datetime
    now: datetime
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a part, or of all: patients in treatment, scores, those written anew, abstentions by reason."""

    patients: int = 0
    scores: int = 0
    written: int = 0
    abstained: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Done") -> "Done":
        together = Counter(self.abstained) + Counter(other.abstained)
        return Done(
            self.patients + other.patients, self.scores + other.scores, self.written + other.written,
            dict(sorted(together.items())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Night:
    """An opened run: its number of parts, what is left, how many patients it has, and for how many it was done before
    this start."""

    run_id: uuid.UUID
    parts: int
    left: tuple[Task, ...]
    patients: int
    before: int


def begin(session: Session, *, now: datetime, as_of: datetime, models: Mapping[str, str]) -> Night:
    """Carry on the unfinished run of this moment and these models, or begin one.

    Two that begin at once get the same run (row lock on the service).
    """
    session.exec(select(Service).order_by(col(Service.id)).with_for_update(key_share=True)).all()
    _drop(session, col(ScoringRun.started_at) < now - ABANDONED)
    people = treated(session, as_of)
    run = _unfinished(session, as_of, models)
    if run is None:
        parts = max(1, ceil(len(people) / SHARD))
        run = ScoringRun(as_of=as_of, models=dict(models), shards=parts, started_at=now)
        session.add(run)
        session.flush()
    of_part: dict[int, list[int]] = {number: [] for number in range(run.shards)}
    for key, identity in people:
        of_part[part_of(identity, run.shards)].append(key)
    done = set(session.exec(select(ScoringShard.number).where(col(ScoringShard.run_id) == run.id)))
    left = tuple(
        Task(run.id, number, tuple(keys), as_of, now, dict(models))
        for number, keys in of_part.items()
        if number not in done
    )
    return Night(run.id, run.shards, left, len(people), len(people) - sum(len(task.keys) for task in left))


def part_of(patient: uuid.UUID, parts: int) -> int:
    """Which of ``parts`` parts a patient belongs to: the same on every machine and every day."""
    return int.from_bytes(hashlib.sha256(patient.bytes).digest()[:8], "big") % parts


def treated(session: Session, as_of: datetime) -> list[tuple[int, uuid.UUID]]:
    """Key and identifier of everyone in treatment on any calendar at the moment, in order of key."""
    p, day = Patient, timedelta(days=1)
    wanted = (
        sqlalchemy.select(col(p.key), col(p.id))
        .where(col(p.enrolled_on) <= (as_of + day).date())
        .where(col(p.left_on).is_(None) | (col(p.left_on) >= (as_of - day).date()))
        .order_by(col(p.key))
    )
    return [(key, identity) for key, identity in session.execute(wanted)]


def _unfinished(session: Session, as_of: datetime, models: Mapping[str, str]) -> ScoringRun | None:
    wanted = select(ScoringRun).where(col(ScoringRun.as_of) == as_of, col(ScoringRun.finished_at).is_(None))
    return next((run for run in session.exec(wanted) if run.models == dict(models)), None)


def _drop(session: Session, which: Any) -> None:
    """Forget unfinished runs, and what was marked of them."""
    runs = select(ScoringRun.id).where(which, col(ScoringRun.finished_at).is_(None))
    session.execute(delete(ScoringShard).where(col(ScoringShard.run_id).in_(runs)))
    session.execute(delete(ScoringRun).where(which, col(ScoringRun.finished_at).is_(None)))


def claim(session: Session, task: Task) -> Done | None:
    """Mark a part as done, before its scores are written in the same transaction; whoever comes second waits for the
    first and is told what came of it. ``None``: the part is the caller's.

    Raises ``NotPossible`` where the run is not in this database or is over.
    """
    run = session.exec(select(ScoringRun).where(col(ScoringRun.id) == task.run_id).with_for_update(read=True)).first()
    if run is None or run.finished_at is not None:
        raise NotPossible(_("This scoring run is over, or it belongs to another database than the worker's."))
    mark = ScoringShard(run_id=run.id, number=task.number, done_at=task.now, patients=0, scores=0, written=0)
    try:
        with session.begin_nested():
            session.add(mark)
    except IntegrityError:
        other = session.exec(select(ScoringShard).where(*_this(task))).one()
        return Done(other.patients, other.scores, other.written, other.abstained)
    return None


def note(session: Session, task: Task, done: Done) -> None:
    """What came of a claimed part, kept beside its mark."""
    mark = session.exec(select(ScoringShard).where(*_this(task))).one()
    mark.patients, mark.scores, mark.written = done.patients, done.scores, done.written
    mark.abstained = dict(done.abstained)


def _this(task: Task) -> tuple[Any, Any]:
    return col(ScoringShard.run_id) == task.run_id, col(ScoringShard.number) == task.number


def finish(session: Session, run_id: uuid.UUID, *, now: datetime) -> Done:
    """Close a run all of whose parts are done, and say so in the audit log; what came of all of it.

    Raises ``NotPossible`` where parts are left. A run that is closed already stays as it is.
    """
    run = session.exec(select(ScoringRun).where(col(ScoringRun.id) == run_id).with_for_update()).one()
    if run.finished_at is not None:
        return Done(run.patients, run.scores, run.written, run.abstained)
    marks = session.exec(select(ScoringShard).where(col(ScoringShard.run_id) == run.id)).all()
    if len(marks) < run.shards:
        raise NotPossible(
            _("{left} of {parts} parts are not scored yet; start again to do what is left.").format(
                left=run.shards - len(marks), parts=run.shards
            )
        )
    done = sum_of(Done(mark.patients, mark.scores, mark.written, mark.abstained) for mark in marks)
    run.finished_at, run.patients, run.scores, run.written = now, done.patients, done.scores, done.written
    run.abstained = dict(done.abstained)
    session.execute(delete(ScoringShard).where(col(ScoringShard.run_id) == run.id))
    detail = {"as_of": run.as_of.isoformat(), "written": done.written}
    log.record(session, at=now, action=SCORED, actor_id=None, detail=detail)
    return done


def sum_of(parts: Iterable[Done]) -> Done:
    """All of them together."""
    return sum(parts, Done())
