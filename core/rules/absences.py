"""Who is away and who stands in: an alert never waits for somebody who is not there."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.queries.prepared import rows
from models import Absence, Service, Staff, User


def service_day(session: Session, service_id: uuid.UUID, now: datetime) -> date:
    """Today on the calendar of the service."""
    return now.astimezone(ZoneInfo(session.get_one(Service, service_id).time_zone)).date()


def away(session: Session, service_id: uuid.UUID, day: date) -> dict[uuid.UUID, uuid.UUID | None]:
    """Everyone of the service who is away on ``day``, with who covers (``None``: the head of the team)."""
    return {one.staff_id: one.cover_id for one in rows(session, _AWAY, service=service_id, day=day)}


def stand_in(staff_id: uuid.UUID, absent: Mapping[uuid.UUID, uuid.UUID | None]) -> uuid.UUID | None:
    """``staff_id`` where they are there, else who covers for them (and for these in turn); ``None``: nobody does."""
    seen, found = {staff_id}, staff_id
    while found in absent:
        cover = absent[found]
        if cover is None or cover in seen:
            return None
        seen.add(cover)
        found = cover
    return found


def covered_by(staff_id: uuid.UUID, absent: Mapping[uuid.UUID, uuid.UUID | None]) -> frozenset[uuid.UUID]:
    """For whom ``staff_id`` stands in today."""
    return frozenset(one for one in absent if one != staff_id and stand_in(one, absent) == staff_id)


_AWAY = (
    select(col(Absence.staff_id), col(Absence.cover_id))
    .join(Staff, col(Staff.id) == col(Absence.staff_id))
    .join(User, col(User.id) == col(Staff.user_id))
    .where(
        col(User.service_id) == bindparam("service"), col(Absence.from_on) <= bindparam("day"),
        col(Absence.until_on) > bindparam("day"),
    )
    .order_by(col(Absence.entered_at))
)  # fmt: skip
