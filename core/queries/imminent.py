"""The one thing that interrupts: an answer asked for now that nobody has said they saw. Asked on every run of every
page: ``waits`` is one statement by an index, prepared once; ``imminent`` is read where it says yes."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.audit import log
from models import Alert, AlertState, BreakGlass, CareRelationship, Patient, Response, Staff

_a, _p, _c, _b = Alert, Patient, CareRelationship, BreakGlass
_IN_CARE = select(col(_c.patient_id)).where(
    col(_c.staff_id) == bindparam("staff"), col(_c.starts_on) <= bindparam("today"),
    or_(col(_c.ends_on).is_(None), col(_c.ends_on) > bindparam("today")),
)  # fmt: skip
_GLASS = select(col(_b.patient_id)).where(
    col(_b.staff_id) == bindparam("staff"), col(_b.started_at) <= bindparam("now"), col(_b.ends_at) > bindparam("now")
)
_LOOKUP: Select[*tuple[Any, ...]] = (
    select(
        col(_p.id), col(_p.given_name), col(_p.family_name), col(_p.time_zone), col(_a.due_at),
        col(Staff.name).label("owner"),
    )
    .join(_p, col(_p.id) == col(_a.patient_id))
    .join(Staff, col(Staff.id) == col(_a.owner_id))
    .where(
        col(_a.response) == Response.NOW, col(_a.state).in_((AlertState.NEW, AlertState.SNOOZED)),
        or_(col(_a.state) == AlertState.NEW, col(_a.snoozed_until) <= bindparam("now")),
        col(_p.service_id) == bindparam("service"),
        or_(col(_p.team_id) == bindparam("team"), col(_p.id).in_(_IN_CARE), col(_p.id).in_(_GLASS)),
    )
    .order_by(col(_a.due_at), col(_a.id))
)  # fmt: skip

_ANY = _LOOKUP.with_only_columns(col(_a.id)).limit(1)


@dataclass(frozen=True, slots=True)
class Imminent:
    """The alert that is due first, whose patient it is and whose alert; ``more`` others wait like it."""

    patient_id: uuid.UUID
    name: str
    time_zone: str
    due_at: datetime
    overdue: bool
    owner: str
    more: int


def waits(connection: Connection, *, now: datetime, actor: Actor) -> bool:
    """Whether something interrupts ``actor`` now; nothing of it is read. ``False`` for who handles no alerts."""
    if actor.staff_id is None or not can(actor, Permission.HANDLE_ALERTS):
        return False
    return connection.execute(_ANY, _known(actor, now)).first() is not None


def imminent(session: Session, *, by: Actor, now: datetime) -> Imminent | None:
    """What interrupts ``by`` now, among the patients in their reach; ``None`` nearly always. Raises ``AccessRefused``
    for a role that does not handle alerts."""
    check(by, Permission.HANDLE_ALERTS)
    rows = session.execute(_LOOKUP, _known(by, now)).all()
    first = rows[0] if rows else None
    log.record(
        session, at=now, action="read_imminent", actor_id=by.user_id, patient_id=first.id if first else None,
        detail={"alerts": len(rows)},
    )  # fmt: skip
    if first is None:
        return None
    return Imminent(
        patient_id=first.id, name=f"{first.given_name} {first.family_name}".strip(), time_zone=first.time_zone,
        due_at=first.due_at, overdue=first.due_at < now, owner=first.owner, more=len(rows) - 1,
    )  # fmt: skip


def _known(actor: Actor, now: datetime) -> dict[str, object]:
    return {
        "now": now, "today": now.date(), "staff": actor.staff_id, "team": actor.team_id, "service": actor.service_id
    }  # fmt: skip
