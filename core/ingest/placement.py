"""Where imported people are admitted: service, team and therapist by name, and the programme, made where it is new."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from core.errors import ImportRefused
from core.ingest.mapping import ProgrammeForm
from core.language import _
from models import Programme, Role, Service, Staff, Team, User


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person at the keyboard asked for by name; ``None`` takes the first."""

    team: str | None = None
    therapist: str | None = None
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where imported people are admitted to."""

    team_id: uuid.UUID
    programme_id: uuid.UUID
    therapist_id: uuid.UUID


def service_named(session: Session, name: str | None) -> uuid.UUID:
    """The service of this name, or the first one; ``ImportRefused`` where there is none."""
    services = session.exec(select(Service).order_by(col(Service.name))).all()
    if not services:
        raise ImportRefused(_("There is no service to import into yet. Start Vincle once (make run), or seed it."))
    found = [service for service in services if name is None or service.name == name]
    if not found:
        names = ", ".join(service.name for service in services)
        raise ImportRefused(_("There is no service {name}. There are: {names}.").format(name=name, names=names))
    return found[0].id


def find_place(session: Session, service_id: uuid.UUID, *, wish: Wish, programme: ProgrammeForm) -> Placement:
    """Team, therapist and programme of a service; raises ``ImportRefused`` naming those that there are. The caller
    checked that people may be admitted."""
    team = _team(session, service_id, wish)
    return Placement(
        team_id=team.id,
        programme_id=_programme(session, service_id, wish, programme).id,
        therapist_id=_therapist(session, team, wish).id,
    )


def _team(session: Session, service_id: uuid.UUID, wish: Wish) -> Team:
    teams = session.exec(select(Team).where(col(Team.service_id) == service_id).order_by(col(Team.name))).all()
    if wish.team is None and wish.therapist is not None:
        home = _staff_named(wish.therapist)
        at_home = session.exec(select(Staff.team_id).join(User, col(User.id) == Staff.user_id).where(home)).first()
        teams = [team for team in teams if team.id == at_home] or teams
    found = [team for team in teams if wish.team in (None, team.name)]
    if not found:
        names = ", ".join(team.name for team in teams) or "–"
        raise ImportRefused(_("There is no team {name}. There are: {names}.").format(name=wish.team, names=names))
    return found[0]


def _therapist(session: Session, team: Team, wish: Wish) -> Staff:
    members = (
        select(Staff)
        .join(User, col(User.id) == Staff.user_id)
        .where(
            col(Staff.team_id) == team.id,
            col(User.role).in_([Role.THERAPIST, Role.TEAM_LEAD]),
            col(User.disabled_at).is_(None),
        )
        .order_by(col(User.role).desc(), col(Staff.name))
    )
    found = session.exec(members if wish.therapist is None else members.where(_staff_named(wish.therapist))).first()
    if found is None:
        names = ", ".join(member.name for member in session.exec(members)) or "–"
        words = _("There is no therapist {name} on the team {team}. There are: {names}.")
        raise ImportRefused(words.format(name=wish.therapist or "", team=team.name, names=names))
    return found


def _staff_named(name: str) -> ColumnElement[bool]:
    return or_(col(User.username) == name.lower(), col(Staff.name) == name)


def _programme(session: Session, service_id: uuid.UUID, wish: Wish, form: ProgrammeForm) -> Programme:
    code = wish.programme or form.code
    known = session.exec(
        select(Programme).where(col(Programme.service_id) == service_id, col(Programme.code) == code)
    ).one_or_none()
    if known is not None:
        return known
    if code != form.code:
        raise ImportRefused(_("There is no programme {name} in this service.").format(name=code))
    made = Programme(
        service_id=service_id,
        code=form.code,
        name=form.name,
        outcome_instrument="core-10",
        steps=[{"step": 1, "name": _("Observation")}],
    )
    session.add(made)
    session.flush()
    return made
