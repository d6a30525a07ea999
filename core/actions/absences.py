"""Being away: from when to when, and who stands in. New alerts go to the cover, who sees the open ones too, and has the
people of the absent in their own caseload meanwhile."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, or_, select

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.reach import NOT_FOUND
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import AccessRefused, InvalidInput, NotFound, NotPossible
from core.language import _
from core.rules.absences import service_day
from core.rules.owners import account_of
from models import Absence, CareKind, CareRelationship, Outbox, Role, Staff, User

LONGEST = timedelta(days=366)  # (d) further ahead it is a slip of the hand
_TREATING = (Role.THERAPIST, Role.TEAM_LEAD)


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away (``None``: oneself), from a day until before another, and who covers (``None``: the head of the
    team)."""

    from_on: date
    until_on: date
    cover_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None


def enter_absence(session: Session, *, by: Actor, now: datetime, key: str, absence: Away) -> None:
    """Enter an absence of one's own, or as head of the team of somebody in it; the cover is told.

    Raises ``InvalidInput`` for days that do not run forward or have passed, ``NotPossible`` where the cover is not a
    colleague of the team or there is an absence in these days already, ``AccessRefused`` for somebody else's.
    """
    check(by, Permission.HANDLE_ALERTS)
    log.take_turn(session)
    if already_done(session, key=key, by=by.user_id, action="enter_absence"):
        return
    staff = _whose(session, by, absence.staff_id)
    _check_days(session, by, staff, absence, now)
    if absence.cover_id is not None:
        _check_cover(session, staff, absence.cover_id)
        _share_caseload(session, staff.id, absence, absence.cover_id)
    row = Absence(
        staff_id=staff.id, from_on=absence.from_on, until_on=absence.until_on, cover_id=absence.cover_id,
        entered_at=now, entered_by=by.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, by, now, row)
    give_receipt(session, key=key, by=by.user_id, action="enter_absence", now=now, target=row.id)
    detail = {"staff": str(staff.id), "from": absence.from_on.isoformat(), "until": absence.until_on.isoformat()}
    log.record(session, at=now, action="enter_absence", actor_id=by.user_id, target=row.id, detail=detail)


def end_absence(session: Session, *, by: Actor, now: datetime, key: str, absence_id: uuid.UUID) -> None:
    """Take an absence back, or end one that runs as of today. Raises ``NotFound``, ``AccessRefused``, and
    ``NotPossible`` for one that is over."""
    check(by, Permission.HANDLE_ALERTS)
    log.take_turn(session)
    if already_done(session, key=key, by=by.user_id, action="end_absence"):
        return
    row = session.get(Absence, absence_id)
    if row is None:
        raise NotFound(_(NOT_FOUND))
    _whose(session, by, row.staff_id)
    today = service_day(session, by.service_id, now)
    if row.until_on <= today:
        raise NotPossible(_("This absence is over."))
    for shared in _shared(session, row):
        _stop(session, shared, today)
    if row.from_on < today:
        row.until_on = today
    else:
        session.delete(row)
    give_receipt(session, key=key, by=by.user_id, action="end_absence", now=now, target=absence_id)
    log.record(session, at=now, action="end_absence", actor_id=by.user_id, target=absence_id)


def _whose(session: Session, by: Actor, staff_id: uuid.UUID | None) -> Staff:
    wanted = staff_id or by.staff_id
    staff = session.get(Staff, wanted) if wanted else None
    if staff is None:
        raise NotFound(_(NOT_FOUND))
    heads = can(by, Permission.ARRANGE_COVER) and staff.team_id is not None and staff.team_id == by.team_id
    if staff.id != by.staff_id and not heads:
        raise AccessRefused(_("Only they themselves or the head of their team can enter this."))
    return staff


def _check_days(session: Session, by: Actor, staff: Staff, absence: Away, now: datetime) -> None:
    today = service_day(session, by.service_id, now)
    if absence.until_on <= absence.from_on:
        raise InvalidInput(_("The first day back must come after the first day away."))
    if absence.until_on <= today or absence.until_on > today + LONGEST:
        raise InvalidInput(_("The absence must end between tomorrow and a year from now."))
    a = Absence
    same = select(a.id).where(
        col(a.staff_id) == staff.id, col(a.from_on) < absence.until_on, col(a.until_on) > absence.from_on
    )
    if session.exec(same.limit(1)).first():
        raise NotPossible(_("An absence in these days is entered already. Take it back first."))


def _check_cover(session: Session, staff: Staff, cover_id: uuid.UUID) -> None:
    row = session.execute(
        select(Staff, User)
        .join(User, col(User.id) == col(Staff.user_id))
        .where(col(Staff.id) == cover_id, col(User.disabled_at).is_(None), col(User.role).in_(_TREATING))
    ).first()
    if row is None or cover_id == staff.id or row[0].team_id is None or row[0].team_id != staff.team_id:
        raise NotPossible(_("Choose a colleague of the same team to stand in."))


def _share_caseload(session: Session, staff_id: uuid.UUID, absence: Away, cover_id: uuid.UUID) -> None:
    c = CareRelationship
    own = select(c.patient_id).where(
        col(c.staff_id) == staff_id, col(c.kind) == CareKind.LEAD,
        or_(col(c.ends_on).is_(None), col(c.ends_on) > absence.from_on),
    )  # fmt: skip
    session.add_all(
        CareRelationship(
            patient_id=patient_id, staff_id=cover_id, kind=CareKind.COVER, starts_on=absence.from_on,
            ends_on=absence.until_on,
        )
        for patient_id in sorted(set(session.exec(own)))
    )  # fmt: skip


def _shared(session: Session, absence: Absence) -> list[CareRelationship]:
    c = CareRelationship
    if absence.cover_id is None:
        return []
    own = select(c.patient_id).where(col(c.staff_id) == absence.staff_id, col(c.kind) == CareKind.LEAD)
    shared = select(c).where(
        col(c.staff_id) == absence.cover_id, col(c.kind) == CareKind.COVER, col(c.starts_on) == absence.from_on,
        col(c.ends_on) == absence.until_on, col(c.patient_id).in_(own),
    )  # fmt: skip
    return list(session.exec(shared))


def _stop(session: Session, shared: CareRelationship, today: date) -> None:
    if shared.starts_on < today:
        shared.ends_on = today
    else:
        session.delete(shared)


def _tell(session: Session, by: Actor, now: datetime, row: Absence) -> None:
    accounts = {account_of(session, one) for one in (row.staff_id, row.cover_id) if one is not None}
    session.add_all(
        Outbox(made_at=now, kind="cover_arranged", recipient_id=one, payload={"absence": str(row.id)})
        for one in sorted(one for one in accounts if one is not None and one != by.user_id)
    )
