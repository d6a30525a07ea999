"""Signed-in browsers, kept on the server: an opaque random token in the cookie, its hash in the table. Read on every
run, so that signing out, a new password, another role or a disabled account act at the next click."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Row, Select, bindparam, delete, select, update
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.interrupting import waiting
from core.access.permissions import Permission, can
from core.queries.prepared import look
from models import Alert, Patient, Relative, SignInSession, Staff, User

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a session that holds; ``touch_due`` says that activity should be noted, ``interrupted`` that an
    alert in their reach must not wait for the next look at the list (``core.queries.imminent`` reads it)."""

    actor: Actor
    token_hash: str
    touch_due: bool
    interrupted: bool


def digest(token: str) -> str:
    """What is kept of a random token (SHA-256, hexadecimal); it is long enough not to need salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(session: Session, *, user_id: uuid.UUID, now: datetime) -> str:
    """Begin a session for a person who proved who they are; returns the cookie's value, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(token_hash=digest(token), user_id=user_id, started_at=now, seen_at=now, expires_at=now + ABSOLUTE)
    )
    session.flush()
    return token


def signed_in(connection: Connection, *, token: str, now: datetime) -> SignedIn | None:
    """Who presents ``token`` at ``now``; ``None`` where it is unknown, ended, idle too long, too old or disabled."""
    asked = {"token_hash": digest(token), "now": now, "today": now.date(), "idle_since": now - IDLE}
    found = look(connection, _LOOKUP, asked)
    if not found:
        return None
    row = found[0]
    actor = _actor(row)
    return SignedIn(
        actor=actor, token_hash=row.token_hash, touch_due=now - row.seen_at >= TOUCH_EVERY,
        interrupted=bool(row.interrupted) and can(actor, Permission.HANDLE_ALERTS),
    )  # fmt: skip


def _lookup() -> Select[*tuple[Any, ...]]:
    s = SignInSession
    interrupted = waiting(col(Alert.id), staff=col(Staff.id), team=col(Staff.team_id), service=col(User.service_id))
    return (
        select(
            col(s.token_hash), col(s.seen_at), col(User.id), col(User.service_id), col(User.role), col(User.name),
            col(User.locale), col(Staff.id).label("staff_id"), col(Staff.team_id), col(Patient.id).label("own_id"),
            col(Relative.id).label("relative_id"), col(Relative.patient_id).label("relative_of"),
            interrupted.correlate(Staff, User).exists().label("interrupted"),
        )
        .join(User, col(User.id) == col(s.user_id))
        .outerjoin(Staff, col(Staff.user_id) == col(User.id))
        .outerjoin(Patient, col(Patient.user_id) == col(User.id))
        .outerjoin(Relative, col(Relative.user_id) == col(User.id))
        .where(
            col(s.token_hash) == bindparam("token_hash"), col(s.ended_at).is_(None),
            col(s.expires_at) > bindparam("now"), col(s.seen_at) > bindparam("idle_since"),
            col(User.disabled_at).is_(None),
        )
    )  # fmt: skip


_LOOKUP = _lookup()  # built once: this runs several times in each rerun of each page


def _actor(row: Row[Any]) -> Actor:
    return Actor(
        user_id=row.id, service_id=row.service_id, role=row.role, name=row.name, locale=row.locale,
        staff_id=row.staff_id, team_id=row.team_id, patient_id=row.own_id or row.relative_of,
        relative_id=row.relative_id,
    )  # fmt: skip


def touch(session: Session, *, token_hash: str, now: datetime) -> None:
    """Note that the person did something (never called for polling, which must not keep a session alive)."""
    held = col(SignInSession.token_hash) == token_hash, col(SignInSession.ended_at).is_(None)
    session.execute(update(SignInSession).where(*held).values(seen_at=now))


def end(session: Session, *, token: str, now: datetime, reason: str) -> uuid.UUID | None:
    """End one session; returns whose it was, or ``None`` where it was not running."""
    row = session.get(SignInSession, digest(token))
    if row is None or row.ended_at is not None:
        return None
    row.ended_at, row.end_reason = now, reason
    session.flush()
    return row.user_id


def end_all(session: Session, *, user_id: uuid.UUID, now: datetime, reason: str, keep: str | None = None) -> int:
    """End every running session of a person, except the one with token hash ``keep``; returns how many ended."""
    running = [col(SignInSession.user_id) == user_id, col(SignInSession.ended_at).is_(None)]
    if keep is not None:
        running.append(col(SignInSession.token_hash) != keep)
    done = session.execute(update(SignInSession).where(*running).values(ended_at=now, end_reason=reason))
    return cast("CursorResult[Any]", done).rowcount


def sweep(session: Session, *, now: datetime) -> None:
    """Remove sessions that are over since a month; the log keeps who signed in when."""
    session.execute(delete(SignInSession).where(col(SignInSession.expires_at) < now - timedelta(days=30)))
