"""What is done to accounts: made, switched off and on, given another role or password. Each acts at once: sessions are
read on every run, and those that must not go on are ended in the same transaction."""

import uuid
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from core.access import attempts, passwords, sessions
from core.access.accounts import plain_username
from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotFound, NotPossible
from core.language import _
from models import Role, SignInTicket, Staff, Team, User


def add_account(
    session: Session, *, by: Actor, now: datetime, username: str, name: str, role: Role, password: str,
    team_id: uuid.UUID | None = None,
) -> User:  # fmt: skip
    """Make an account in the service of ``by``; clinicians also become staff (``team_id`` says of which team).

    Raises ``InvalidInput`` for an unusable or taken user name, or a password that the policy refuses.
    """
    check(by, Permission.MANAGE_USERS)
    plain = plain_username(username)
    if not plain or len(plain) > 120 or any(c.isspace() or not c.isprintable() for c in plain):
        raise InvalidInput(_("A user name has no spaces and at most 120 characters."))
    if session.exec(select(User.id).where(col(User.username) == plain)).first() is not None:
        raise InvalidInput(_("This user name is taken."))
    passwords.check_policy(password, username=plain)
    user = User(
        service_id=by.service_id, username=plain, name=name.strip() or plain, role=role,
        password_hash=passwords.hash_password(password), password_set_at=now,
    )  # fmt: skip
    session.add(user)
    session.flush()
    if role in (Role.THERAPIST, Role.TEAM_LEAD):
        _make_staff(session, user, team_id, by)
    _note(session, by, now, "account_added", user, role=role.value)
    return user


def _make_staff(session: Session, user: User, team_id: uuid.UUID | None, by: Actor) -> None:
    team = session.get(Team, team_id) if team_id else None
    if team is None or team.service_id != by.service_id:
        raise InvalidInput(_("A clinician belongs to a team of this service; name it."))
    session.add(Staff(user_id=user.id, team_id=team.id, name=user.name, profession=_("Therapist")))


def disable_account(session: Session, *, by: Actor, now: datetime, username: str) -> User:
    """Switch an account off: its sessions end now, and nobody signs in with it until it is enabled."""
    user = _managed(session, by, username)
    if user.id == by.user_id:
        raise NotPossible(_("You cannot switch off your own account."))
    if user.disabled_at is None:
        user.disabled_at, user.disabled_by = now, by.user_id
    _end_everything(session, user, now, "disabled")
    _note(session, by, now, "account_disabled", user)
    return user


def enable_account(session: Session, *, by: Actor, now: datetime, username: str) -> User:
    """Let an account sign in again, with the password it had."""
    user = _managed(session, by, username)
    user.disabled_at = user.disabled_by = None
    _note(session, by, now, "account_enabled", user)
    return user


def change_role(session: Session, *, by: Actor, now: datetime, username: str, role: Role) -> User:
    """Give an account another role. It acts at the person's next click; signing in again is not needed.

    Raises ``NotPossible`` where the role needs what the account is not linked to: clinicians are staff, patients and
    relatives stay what they are.
    """
    user = _managed(session, by, username)
    own = {Role.PATIENT, Role.RELATIVE}
    if role != user.role and (role in own or user.role in own):
        raise NotPossible(_("Patients and relatives keep their role; make a separate account for other work."))
    staff = session.exec(select(Staff.id).where(col(Staff.user_id) == user.id)).first()
    if role in (Role.THERAPIST, Role.TEAM_LEAD) and staff is None:
        raise NotPossible(_("This account is not a member of staff of any team; add a new account for a clinician."))
    before, user.role = user.role, role
    _note(session, by, now, "role_changed", user, before=before.value, after=role.value)
    return user


def set_password(session: Session, *, by: Actor, now: datetime, username: str, password: str) -> User:
    """Give an account a new password; all its sessions end."""
    user = _managed(session, by, username)
    _store_password(session, user, password, now)
    _end_everything(session, user, now, "password_changed")
    _note(session, by, now, "password_set", user)
    return user


def change_own_password(
    session: Session, *, by: Actor, now: datetime, key: str, old: str, new: str, kept_token: str | None, address: str
) -> None:
    """Change one's own password, proving the old one; every session but the one of ``kept_token`` ends.

    Wrong old passwords count like failed sign-ins. Raises ``InvalidInput`` where the old one is not right or the new
    one is refused.
    """
    if already_done(session, key=key, by=by.user_id, action="change_own_password"):
        return
    user = session.get_one(User, by.user_id)
    if not passwords.verify_password(old, user.password_hash):
        raise InvalidInput(_("The present password is not right."))
    _store_password(session, user, new, now)
    attempts.forgive(session, username=user.username, address=address)
    keep = sessions.digest(kept_token) if kept_token else None
    sessions.end_all(session, user_id=user.id, now=now, reason="password_changed", keep=keep)
    _drop_tickets(session, user)
    give_receipt(session, key=key, by=by.user_id, action="change_own_password", now=now)
    _note(session, by, now, "password_changed", user)


def _store_password(session: Session, user: User, password: str, now: datetime) -> None:
    passwords.check_policy(password, username=user.username)
    user.password_hash, user.password_set_at = passwords.hash_password(password), now
    session.flush()


def _managed(session: Session, by: Actor, username: str) -> User:
    check(by, Permission.MANAGE_USERS)
    user = session.exec(
        select(User).where(col(User.username) == plain_username(username), col(User.service_id) == by.service_id)
    ).one_or_none()
    if user is None:
        raise NotFound(_("There is no account with this user name."))
    return user


def _end_everything(session: Session, user: User, now: datetime, reason: str) -> None:
    session.flush()
    sessions.end_all(session, user_id=user.id, now=now, reason=reason)
    _drop_tickets(session, user)


def _drop_tickets(session: Session, user: User) -> None:
    session.execute(delete(SignInTicket).where(col(SignInTicket.user_id) == user.id))


def _note(session: Session, by: Actor, now: datetime, action: str, user: User, **detail: str) -> None:
    log.record(session, at=now, action=action, actor_id=by.user_id, target=user.id, detail=dict(detail))
