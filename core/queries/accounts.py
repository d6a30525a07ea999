"""Who has an account in the service."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.passwords import NO_SIGN_IN
from core.access.permissions import Permission, check
from core.audit import log
from core.errors import NotFound
from core.language import _
from models import Role, Staff, Team, User


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account: user name, shown name, role, team of a member of staff, and whether it can sign in."""

    username: str
    name: str
    role: Role
    team: str | None
    enabled: bool
    signs_in: bool


def accounts_of(session: Session, *, by: Actor, now: datetime, role: Role | None = None) -> tuple[AccountView, ...]:
    """All accounts of the service (of one ``role``), by user name."""
    check(by, Permission.MANAGE_USERS)
    query = (
        select(User, Team.name)
        .outerjoin(Staff, col(Staff.user_id) == col(User.id))
        .outerjoin(Team, col(Team.id) == col(Staff.team_id))
        .where(col(User.service_id) == by.service_id)
        .order_by(col(User.username))
    )
    if role is not None:
        query = query.where(col(User.role) == role)
    log.record(session, at=now, action="read_accounts", actor_id=by.user_id)
    return tuple(
        AccountView(
            user.username, user.name, user.role, team, user.disabled_at is None, user.password_hash != NO_SIGN_IN
        )
        for user, team in session.exec(query)
    )


def teams_of(session: Session, *, by: Actor, now: datetime) -> dict[uuid.UUID, str]:  # noqa: ARG001
    """The service's teams by name: where a clinician's account belongs."""
    check(by, Permission.MANAGE_USERS)
    teams = session.exec(select(Team).where(col(Team.service_id) == by.service_id).order_by(col(Team.name)))
    return {team.id: team.name for team in teams}


def team_named(session: Session, *, by: Actor, now: datetime, name: str) -> uuid.UUID:
    """The id of the service's team called ``name`` (capitals do not matter); ``NotFound`` naming those there are."""
    teams = teams_of(session, by=by, now=now)
    for team_id, called in teams.items():
        if called.lower() == name.strip().lower():
            return team_id
    raise NotFound(_("There is no team of this name. Teams: {names}.").format(names=", ".join(teams.values())))
