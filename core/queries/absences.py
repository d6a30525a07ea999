"""Who of one's team is away when, and who stands in."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.audit import log
from core.rules.absences import service_day
from models import Absence, Role, Staff, User


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """One absence; ``cover`` is ``None`` where the head of the team stands in; ``mine`` may be ended by the reader."""

    id: uuid.UUID
    staff: str
    cover: str | None
    from_on: date
    until_on: date
    runs: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class AbsencesView:
    """Absences that run or come, by their beginning. ``people`` are those for whom the reader may enter one (staff id,
    name; the reader first), ``covers`` the colleagues of the team."""

    today: date
    absences: tuple[AbsenceView, ...]
    people: tuple[tuple[uuid.UUID, str], ...]
    covers: tuple[tuple[uuid.UUID, str], ...]


def absences_of_team(session: Session, *, by: Actor, now: datetime) -> AbsencesView:
    """The absences of the reader's team (without a team: their own)."""
    check(by, Permission.HANDLE_ALERTS)
    today = service_day(session, by.service_id, now)
    team = _team(session, by)
    names = dict(team)
    arranges = can(by, Permission.ARRANGE_COVER)
    a = Absence
    rows = session.exec(
        select(a).where(col(a.staff_id).in_(list(names)), col(a.until_on) > today).order_by(col(a.from_on), col(a.id))
    )
    absences = tuple(
        AbsenceView(
            id=row.id, staff=names[row.staff_id], cover=names.get(row.cover_id) if row.cover_id else None,
            from_on=row.from_on, until_on=row.until_on, runs=row.from_on <= today,
            mine=row.staff_id == by.staff_id or arranges,
        )
        for row in rows
    )  # fmt: skip
    log.record(session, at=now, action="read_absences", actor_id=by.user_id, detail={"absences": len(absences)})
    people = [one for one in team if arranges or one[0] == by.staff_id]
    return AbsencesView(today, absences, tuple(sorted(people, key=lambda one: one[0] != by.staff_id)), tuple(team))


def _team(session: Session, by: Actor) -> list[tuple[uuid.UUID, str]]:
    own = col(Staff.id) == by.staff_id
    rows = session.execute(
        select(Staff.id, Staff.name)
        .join(User, col(User.id) == col(Staff.user_id))
        .where(
            own if by.team_id is None else col(Staff.team_id) == by.team_id, col(User.disabled_at).is_(None),
            col(User.role).in_((Role.THERAPIST, Role.TEAM_LEAD)),
        )
        .order_by(col(Staff.name))
    ).all()  # fmt: skip
    return [(row[0], row[1]) for row in rows]
