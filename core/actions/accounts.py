"""What is done to accounts: made, switched off and on, given another role or password. Each acts at once: sessions are
read on every run, and those that must not go on are ended in the same transaction."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from core.access import passwords
from core.access.accounts import end_everything, plain_username, store_password
from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.audit import log
from core.errors import InvalidInput, NotFound, NotPossible
from core.language import _
from models import Role, Staff, Team, User


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
    session.flush()
    end_everything(session, user_id=user.id, now=now, reason="disabled")
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
    store_password(session, user, password, now)
    _note(session, by, now, "password_set", user)
    return user


def _managed(session: Session, by: Actor, username: str) -> User:
    check(by, Permission.MANAGE_USERS)
    user = session.exec(
        select(User).where(col(User.username) == plain_username(username), col(User.service_id) == by.service_id)
    ).one_or_none()
    if user is None:
        raise NotFound(_("There is no account with this user name."))
    return user


def _note(session: Session, by: Actor, now: datetime, action: str, user: User, **detail: str) -> None:
    log.record(session, at=now, action=action, actor_id=by.user_id, target=user.id, detail=dict(detail))
