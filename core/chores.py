"""What the application does by itself, again and again: one process at a time (the lease in ``Chore``), each chore in a
thread of its own, so that a slow one holds up no other, and one that fails is tried again at its next turn."""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import col

from core.calls import Calls
from core.errors import DatabaseTrouble
from models import Chore as Lease

LEASE = timedelta(minutes=2)  # who died with it keeps the others waiting for so long
RENEW = timedelta(seconds=30)
BEAT = 5.0  # seconds between two looks at whether something is due
logger = logging.getLogger(__name__)


class Shift:
    """One turn at a chore: the service calls, when it began, and whether to go on."""

    def __init__(self, calls: Calls, name: str, holder: str, stopping: Callable[[], bool]) -> None:
        self.calls, self.began = calls, calls.clock()
        self._name, self._holder, self._stopping, self._renewed = name, holder, stopping, self.began

    def goes_on(self) -> bool:
        """Ask between two pieces of work (never within a transaction): renews the lease; ``False`` once the application
        stops or another process has taken over."""
        if self._stopping():
            return False
        now = self.calls.clock()
        if not timedelta(0) <= now - self._renewed < RENEW:
            self._renewed = now
            return self._hold(now + LEASE)
        return True

    def finish(self, outcome: Mapping[str, Any]) -> None:
        """Keep what came of it and give the lease back."""
        now = self.calls.clock()
        self._hold(now, finished_at=now, outcome=dict(outcome))

    def _hold(self, until: datetime, **columns: Any) -> bool:
        mine = update(Lease).where(col(Lease.name) == self._name, col(Lease.holder) == self._holder)
        with self.calls.transaction() as session:
            return bool(session.execute(mine.values(held_until=until, **columns)).rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Chore:
    """``work`` is done every ``interval``; it returns counts (codes and numbers, never anybody's words), commits piece
    by piece, and asks ``Shift.goes_on`` between the pieces. What it did not finish must be found by its next turn."""

    name: str
    interval: timedelta
    work: Callable[[Shift], Mapping[str, Any]]


def attempt(calls: Calls, chore: Chore, *, holder: str, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do the chore if it is due and no other process has it; whether it was done.

    A failure is logged by its kind (its words could be a patient's) and kept as ``{"failed": kind}``.
    """
    if not _take(calls, chore, holder):
        return False
    shift = Shift(calls, chore.name, holder, stopping)
    try:
        outcome = dict(chore.work(shift))
    except Exception as error:  # noqa: BLE001 whatever it is: the application lives on, and the next turn tries again
        logger.error("chore %s failed: %s", chore.name, type(error).__name__)
        outcome = {"failed": type(error).__name__}
    shift.finish(outcome)
    return True


def _take(calls: Calls, chore: Chore, holder: str) -> bool:
    """Take the lease where the chore is due. Times that lie further ahead than we ever write them mean that the clock
    went back: they hold nobody up."""
    now, row = calls.clock(), Lease
    free = or_(col(row.held_until) <= now, col(row.held_until) > now + LEASE)
    due = or_(
        col(row.finished_at).is_(None), col(row.finished_at) <= now - chore.interval, col(row.finished_at) > now
    )  # fmt: skip
    took = update(row).where(col(row.name) == chore.name, free, due).values(holder=holder, held_until=now + LEASE)
    with calls.transaction() as session:
        if session.execute(took).rowcount:  # type: ignore[attr-defined]
            return True
        if session.get(row, chore.name) is not None:
            return False
    return _first(calls, chore, holder, now)


def _first(calls: Calls, chore: Chore, holder: str, now: datetime) -> bool:
    try:
        with calls.transaction() as session:
            session.add(Lease(name=chore.name, holder=holder, held_until=now + LEASE))
    except DatabaseTrouble:
        return False  # another process was first; where it was something else, the next beat meets it again
    return True


class Caretaker:
    """Does the chores while the application runs; ``start`` and ``stop``, or ``with``."""

    def __init__(self, calls: Calls, chores: Sequence[Chore], *, beat: float = BEAT) -> None:
        self._calls, self._beat, self._stop = calls, beat, threading.Event()
        self.holder = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        self._threads = [
            threading.Thread(target=self._keep_doing, args=(chore,), name=f"chore-{chore.name}", daemon=True)
            for chore in chores
        ]

    def start(self) -> None:
        """Begin; the first look is at once."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, patience: float = 5.0) -> None:
        """Tell every chore to come to an end after the piece it is at; wait ``patience`` seconds for all together. What
        is cut off after that is undone by the database and found again at the next turn."""
        self._stop.set()
        until = time.monotonic() + patience
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _keep_doing(self, chore: Chore) -> None:
        while not self._stop.is_set():
            try:
                attempt(self._calls, chore, holder=self.holder, stopping=self._stop.is_set)
            except Exception as error:  # noqa: BLE001 the database is away: it is looked for again at the next beat
                logger.error("chore %s: %s", chore.name, type(error).__name__)
            self._stop.wait(self._beat)

    def __enter__(self) -> "Caretaker":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
