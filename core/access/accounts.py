"""Proving who one is: from user name and password to a one-time ticket. Several short transactions around the slow
password check, so that no lock is held meanwhile; unknown users get the same answer after the same work."""

import uuid
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from core.access import attempts, passwords, sessions, tickets
from core.access.actor import Actor
from core.audit import log
from core.calls import Calls
from core.db import named
from core.errors import SignInRefused
from core.language import _, ngettext
from models import Role, User

OPERATOR = uuid.UUID(int=0)


def plain_username(username: str) -> str:
    """A user name as it is kept: without surrounding spaces, in lower case (no database takes a NUL in a text)."""
    return username.strip().lower().replace("\x00", "\ufffd")


def operator(service_id: uuid.UUID) -> Actor:
    """The person at the command line of the server, in the log as the nil identifier."""
    return Actor(user_id=OPERATOR, service_id=service_id, role=Role.ADMINISTRATOR, name="command line")


def prove(calls: Calls, *, username: str, password: str, address: str) -> str:
    """A one-time ticket for whoever knows the password.

    Raises ``SignInRefused`` with one sentence for unknown users, wrong passwords and disabled accounts, and another
    while the user name or the address must wait; each is counted and logged.
    """
    name = plain_username(username)
    _count_attempt(calls, name, address)
    user_id = _known(calls, name, password)
    with calls.transaction() as session:
        ticket = _let_in(session, user_id, name, address, calls.clock())
    if ticket is None:
        raise SignInRefused(_("User name or password is not right."))
    return ticket


def _count_attempt(calls: Calls, name: str, address: str) -> None:
    now = calls.clock()
    with calls.transaction() as session:
        wait = attempts.count(session, username=name, address=address, now=now)
        if wait is not None:
            log.record(session, at=now, action="sign_in_paused", actor_id=None, detail={"until": wait.isoformat()})
    if wait is not None:
        minutes = max(1, round((wait - now).total_seconds() / 60))
        said = ngettext(
            "Too many attempts. Please wait {n} minute and try again.",
            "Too many attempts. Please wait {n} minutes and try again.",
            minutes,
        )
        raise SignInRefused(said.format(n=minutes))


def _known(calls: Calls, username: str, password: str) -> uuid.UUID | None:
    nobody = passwords.nobody(passwords.ROUNDS).decode()
    with calls.transaction() as session:
        user = session.exec(select(User).where(col(User.username) == username)).one_or_none()
    right = passwords.verify_password(password, user.password_hash if user else nobody)
    return user.id if user is not None and right and user.disabled_at is None else None


def _let_in(session: Session, user_id: uuid.UUID | None, name: str, address: str, now: datetime) -> str | None:
    if user_id is None:
        log.record(session, at=now, action="sign_in_failed", actor_id=None)
        return None
    attempts.forgive(session, username=name, address=address)
    return tickets.issue(session, user_id=user_id, now=now)


def renew_password(calls: Calls, *, by: Actor, old: str, new: str, keep: str | None, address: str) -> None:
    """Change one's own password, proving the present one; every session but the one with token ``keep`` ends.

    Wrong present passwords count like failed sign-ins. Raises ``SignInRefused`` where it is not right and
    ``InvalidInput`` where the policy refuses the new one.
    """
    with calls.transaction() as session:
        name = session.get_one(User, by.user_id).username
    _count_attempt(calls, name, address)
    if _known(calls, name, old) is None:
        raise SignInRefused(_("The present password is not right."))
    now = calls.clock()
    with calls.transaction() as session:
        user = session.get_one(User, by.user_id)
        store_password(session, user, new, now, keep=sessions.digest(keep) if keep else None)
        attempts.forgive(session, username=name, address=address)
        log.record(session, at=now, action="password_changed", actor_id=by.user_id, target=by.user_id)


def store_password(session: Session, user: User, password: str, now: datetime, *, keep: str | None = None) -> None:
    """Keep a new password if the policy takes it; every session of the user but ``keep`` (a token's hash) ends."""
    passwords.check_policy(password, username=user.username)
    user.password_hash, user.password_set_at = passwords.hash_password(password), now
    session.flush()
    end_everything(session, user_id=user.id, now=now, reason="password_changed", keep=keep)


def end_everything(
    session: Session, *, user_id: uuid.UUID, now: datetime, reason: str, keep: str | None = None
) -> None:
    """End a person's sessions (but ``keep``) and take back tickets that are still on their way."""
    sessions.end_all(session, user_id=user_id, now=now, reason=reason, keep=keep)
    tickets.withdraw(session, user_id=user_id)


def exchange(calls: Calls, *, ticket: str, replaces: str | None) -> str | None:
    """A new session's token for a ticket (``None`` if it was used or ran out); the session that the browser had
    before ends, so that a cookie fixed beforehand is worth nothing (threat 8)."""
    now = calls.clock()
    with calls.transaction() as session:
        user_id = tickets.redeem(session, ticket=ticket, now=now)
        if user_id is None:
            return None
        if replaces:
            sessions.end(session, token=replaces, now=now, reason="replaced")
        for kept in (tickets, attempts, sessions):
            kept.sweep(session, now=now)
        log.record(session, at=now, action="signed_in", actor_id=user_id)
        return sessions.start(session, user_id=user_id, now=now)


def sign_out(calls: Calls, *, token: str) -> None:
    """End the session of this token at once, wherever its cookie was copied to."""
    now = calls.clock()
    with calls.transaction() as session:
        user_id = sessions.end(session, token=token, now=now, reason="signed_out")
        if user_id is not None:
            log.record(session, at=now, action="signed_out", actor_id=user_id)


def present(calls: Calls, *, token: str, active: bool) -> sessions.SignedIn | None:
    """Who is behind ``token`` now. ``active`` says that a person acted (not a page that polls by itself)."""
    now = calls.clock()
    try:
        with calls.engine.connect().execution_options(vincle_one_look=True) as connection:
            found = sessions.signed_in(connection, token=token, now=now)
    except DBAPIError as error:
        raise named(error) from error
    if found is not None and found.touch_due and active:
        with calls.transaction() as session:
            sessions.touch(session, token_hash=found.token_hash, now=now)
    return found
