"""A proven sign-in on its way from the form to the cookie: one use, half a minute, kept as a hash."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from core.access.sessions import digest
from models import SignInTicket

LASTS = timedelta(seconds=30)


def issue(session: Session, *, user_id: uuid.UUID, now: datetime) -> str:
    """A ticket for ``user_id``; its value is kept nowhere."""
    ticket = secrets.token_urlsafe(32)
    session.add(SignInTicket(ticket_hash=digest(ticket), user_id=user_id, expires_at=now + LASTS))
    session.flush()
    return ticket


def redeem(session: Session, *, ticket: str, now: datetime) -> uuid.UUID | None:
    """Whose ticket this is, once: the second use, one that ran out and an unknown one give ``None``."""
    unused = (
        col(SignInTicket.ticket_hash) == digest(ticket),
        col(SignInTicket.used_at).is_(None),
        col(SignInTicket.expires_at) > now,
    )
    taken = update(SignInTicket).where(*unused).values(used_at=now).returning(col(SignInTicket.user_id))
    return session.execute(taken).scalar_one_or_none()


def withdraw(session: Session, *, user_id: uuid.UUID) -> None:
    """Make every ticket of a person worthless."""
    session.execute(delete(SignInTicket).where(col(SignInTicket.user_id) == user_id))


def sweep(session: Session, *, now: datetime) -> None:
    """Remove tickets that ran out an hour ago or longer."""
    session.execute(delete(SignInTicket).where(col(SignInTicket.expires_at) < now - timedelta(hours=1)))
