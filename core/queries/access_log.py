"""Who did what with a patient's record, for the patient: from the log itself, newest first, what one person did of one
kind on one day in one line. Of people who are no staff only the patient and their own relatives have a name here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.audit.kinds import kind_of
from models import AuditEntry, Patient, Relative, Role, User

LINES, READ = 20, 400  # (d) lines of a page; entries read for one at most


@dataclass(frozen=True, slots=True)
class AccessLine:
    """What one person did of one kind (``core.audit.kinds``) on ``day``, ``times`` times from ``first`` to ``last``.
    ``who`` is ``None`` for Vincle itself (``role`` too) and for somebody who is not named."""

    day: date
    first: datetime
    last: datetime
    who: str | None
    role: Role | None
    relationship: str | None
    own: bool
    kind: str
    times: int


@dataclass(frozen=True, slots=True)
class AccessLogView:
    """One page of the log; ``older`` is what to ask for next (``None``: that was all)."""

    time_zone: str
    today: date
    lines: tuple[AccessLine, ...]
    older: int | None


def access_log(
    session: Session, *, by: Actor, now: datetime, before: int | None = None, own_too: bool = False
) -> AccessLogView:
    """A page of the signed-in patient's log, from before entry number ``before``; ``own_too``: also what they did
    themselves. Raises ``AccessRefused`` for every other role."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    found = _entries(session, patient, by, before=before, own_too=own_too)
    log.record(session, at=now, action="read_access_log", actor_id=by.user_id, patient_id=patient.id)
    people = _people(session, patient, {entry.actor_id for entry in found if entry.actor_id})
    lines, last = _lines(found, patient, people)
    more = bool(found) and (last > found[-1].seq or len(found) == READ)
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    return AccessLogView(patient.time_zone, today, lines, last if more else None)


def _entries(
    session: Session, patient: Patient, by: Actor, *, before: int | None, own_too: bool
) -> Sequence[AuditEntry]:
    e = AuditEntry
    wanted = select(e).where(col(e.patient_id) == patient.id)
    if before is not None:
        mark = session.get(e, before)
        wanted = wanted.where(col(e.seq) < before)
        wanted = wanted.where(col(e.at) <= mark.at) if mark is not None else wanted
    if not own_too:
        wanted = wanted.where(or_(col(e.actor_id).is_(None), col(e.actor_id) != by.user_id))
    return session.exec(wanted.order_by(col(e.at).desc(), col(e.seq).desc()).limit(READ)).all()


@dataclass(frozen=True, slots=True)
class _Person:
    name: str | None
    role: Role
    relationship: str | None


def _people(session: Session, patient: Patient, ids: set[uuid.UUID]) -> dict[uuid.UUID, _Person]:
    """Names of those who acted: staff, the patient, and the patient's own relatives; other people have none here."""
    kin = select(Relative.user_id, Relative.relationship).where(col(Relative.patient_id) == patient.id)
    family = dict(session.exec(kin).all())
    found: dict[uuid.UUID, _Person] = {}
    for number, name, role in session.exec(select(User.id, User.name, User.role).where(col(User.id).in_(ids))):
        stranger = role in (Role.PATIENT, Role.RELATIVE) and number not in (patient.user_id, *family)
        found[number] = _Person(None if stranger else name, Role(role), family.get(number))
    return found


def _lines(
    entries: Sequence[AuditEntry], patient: Patient, people: dict[uuid.UUID, _Person]
) -> tuple[tuple[AccessLine, ...], int]:
    """The lines of a page and the number of the last entry in them (0: none)."""
    zone, last = ZoneInfo(patient.time_zone), 0
    lines: dict[tuple[date, uuid.UUID | None, str], AccessLine] = {}
    for entry in entries:
        key = entry.at.astimezone(zone).date(), entry.actor_id, kind_of(entry.action)
        if key not in lines and len(lines) == LINES:
            break
        known = lines.get(key)
        lines[key] = _line(entry, key[0], patient, people) if known is None else _added(known, entry.at)
        last = entry.seq
    return tuple(lines.values()), last


def _line(entry: AuditEntry, day: date, patient: Patient, people: dict[uuid.UUID, _Person]) -> AccessLine:
    person = people.get(entry.actor_id) if entry.actor_id else None
    return AccessLine(
        day=day, first=entry.at, last=entry.at, who=person.name if person else None,
        role=person.role if person else None, relationship=person.relationship if person else None,
        own=entry.actor_id is not None and entry.actor_id == patient.user_id, kind=kind_of(entry.action), times=1,
    )  # fmt: skip


def _added(line: AccessLine, at: datetime) -> AccessLine:
    return replace(line, times=line.times + 1, first=min(line.first, at))
