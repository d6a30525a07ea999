"""Failed sign-ins, counted in the database so that neither more connections nor a restart help a guesser: for the
user name, for the address, and for the pair of both. Counting is one atomic statement (threats 11, 12, 15)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from models import AttemptCounter

WINDOW = timedelta(minutes=15)
PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """After ``failures`` within a window the scope pauses."""

    scope: str
    failures: int


LIMITS = (Limit("pair", 5), Limit("user", 20), Limit("address", 60))


def _subjects(username: str, address: str) -> dict[str, str]:
    texts = {"pair": f"{username}\0{address}", "user": username, "address": address}
    return {scope: hashlib.sha256(f"{scope}\0{text}".encode()).hexdigest() for scope, text in texts.items()}


def count(session: Session, *, username: str, address: str, now: datetime) -> datetime | None:
    """Count one attempt as failed before it is tried; returns until when it must wait, ``None`` if it may be tried.

    Counted first and forgiven on success (``forgive``), so that guesses sent at once cannot all slip through.
    """
    subjects = _subjects(username, address)
    waits = [_count_one(session, limit, subjects[limit.scope], now) for limit in LIMITS]
    return max((wait for wait in waits if wait is not None), default=None)


def _count_one(session: Session, limit: Limit, subject: str, now: datetime) -> datetime | None:
    a = AttemptCounter
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    fresh = {
        "scope": limit.scope, "subject_hash": subject, "failures": 1, "window_started_at": now, "blocked_until": None,
    }  # fmt: skip
    statement = insert(a).values(fresh)
    counted = session.execute(
        statement.on_conflict_do_update(index_elements=["scope", "subject_hash"], set_=_one_more(limit, now))
        .returning(col(a.failures), col(a.blocked_until))
    ).one()  # fmt: skip
    if counted.failures <= limit.failures:
        return None
    until: datetime | None = counted.blocked_until
    return until if until is not None and until > now else None


def _one_more(limit: Limit, now: datetime) -> Mapping[str, Any]:
    """New values of a counter: a window that ran out starts again, and the pause begins once, at the limit."""
    a = AttemptCounter
    over = col(a.window_started_at) <= now - WINDOW
    paused = col(a.blocked_until) > now
    return {
        "failures": case((over & ~_true(paused), 1), else_=col(a.failures) + 1),
        "window_started_at": case((over & ~_true(paused), now), else_=col(a.window_started_at)),
        "blocked_until": case(
            (_true(paused), col(a.blocked_until)),
            (~over & (col(a.failures) + 1 >= limit.failures), now + PAUSE),
            else_=None,
        ),
    }


def _true(condition: Any) -> Any:
    """The condition with SQL's unknown (a pause that never was) taken as no."""
    return case((condition, 1), else_=0) == 1


def forgive(session: Session, *, username: str, address: str) -> None:
    """After a right password: forget the failures of the user and the pair, and take this attempt off the address."""
    subjects = _subjects(username, address)
    for scope in ("pair", "user"):
        session.execute(
            delete(AttemptCounter).where(
                col(AttemptCounter.scope) == scope, col(AttemptCounter.subject_hash) == subjects[scope]
            )
        )
    row = session.exec(
        select(AttemptCounter)
        .where(col(AttemptCounter.scope) == "address", col(AttemptCounter.subject_hash) == subjects["address"])
        .with_for_update()
    ).one_or_none()
    if row is not None:
        row.failures = max(0, row.failures - 1)
        row.blocked_until = None


def failures(session: Session, *, scope: str, username: str = "", address: str = "") -> int:
    """How many failures stand against a ``user``, an ``address`` or a ``pair``."""
    row = session.get(AttemptCounter, (scope, _subjects(username, address)[scope]))
    return row.failures if row else 0


def sweep(session: Session, *, now: datetime) -> None:
    """Remove counters that nobody added to for a day; no pause lasts that long."""
    session.execute(delete(AttemptCounter).where(col(AttemptCounter.window_started_at) < now - timedelta(days=1)))
