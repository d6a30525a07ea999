"""Whom a rehearsal is about, who led their treatment when, and what happened to them: read once, in the order of their
keys."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlmodel import col

from core.clock import day_number
from core.ingest.columns import day_number_of
from models import (
    Alert,
    AlertEvent,
    AlertVerb,
    CareKind,
    CareRelationship,
    ClinicalEvent,
    EventKind,
    Patient,
)

EVENTS = (EventKind.CRISIS, EventKind.RELAPSE, EventKind.ADMISSION)  # what precision is held against
ALWAYS = 10**9


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the service; days count from 1970-01-01 on their own calendar, ``left`` is the first one after."""

    key: int
    id: uuid.UUID
    time_zone: str
    enrolled: int
    left: int


@dataclass(frozen=True, slots=True)
class Past:
    """What stands around the alerts of a rehearsal: by key the treatments led (staff, first day, day after), the days
    of recorded events, and of real alerts of the rule whether they were useful (day opened, yes or no)."""

    leads: dict[int, list[tuple[uuid.UUID, int, int]]]
    events: dict[int, list[int]]
    marks: dict[int, list[tuple[int, bool]]]


def people_of(
    connection: Connection, *, service_id: uuid.UUID, programme_id: uuid.UUID | None, first: int, last: int
) -> list[Person]:
    """Everyone of the service (or one of its programmes) in treatment on some of these days, by key."""
    p = Patient
    wanted = select(col(p.key), col(p.id), col(p.time_zone), col(p.enrolled_on), col(p.left_on)).where(
        col(p.service_id) == service_id
    )
    if programme_id is not None:
        wanted = wanted.where(col(p.programme_id) == programme_id)
    found = [
        Person(key, one, zone, day_number_of(began), day_number_of(left) if left else ALWAYS)
        for key, one, zone, began, left in connection.execute(wanted.order_by(col(p.key)))
    ]
    return [person for person in found if person.enrolled <= last and person.left > first]


def past_of(connection: Connection, people: Sequence[Person], *, service_id: uuid.UUID, rule: str) -> Past:
    """Leads, events and marks of these people."""
    known = {person.id: person for person in people}
    ours = select(col(Patient.id)).where(col(Patient.service_id) == service_id)
    c, e, a, v = CareRelationship, ClinicalEvent, Alert, AlertEvent
    leads: dict[int, list[tuple[uuid.UUID, int, int]]] = {}
    wanted = select(col(c.patient_id), col(c.staff_id), col(c.starts_on), col(c.ends_on)).where(
        col(c.kind) == CareKind.LEAD, col(c.patient_id).in_(ours)
    )
    for one, staff, began, ended in connection.execute(wanted.order_by(col(c.starts_on))):
        if one in known:
            leads.setdefault(known[one].key, []).append((staff, day_number_of(began), _end(ended)))
    events: dict[int, list[int]] = {}
    happened = select(col(e.patient_id), col(e.happened_at)).where(col(e.kind).in_(EVENTS), col(e.patient_id).in_(ours))
    for one, at in connection.execute(happened.order_by(col(e.happened_at))):
        if one in known:
            events.setdefault(known[one].key, []).append(day_number(at, known[one].time_zone))
    marks: dict[int, list[tuple[int, bool]]] = {}
    marked = (
        select(col(a.patient_id), col(a.opened_at), col(v.useful))
        .join(v, col(v.alert_id) == col(a.id))
        .where(
            col(a.rule) == rule, col(v.verb) == AlertVerb.CLOSE, col(v.useful).is_not(None), col(a.patient_id).in_(ours)
        )
    )
    for one, at, useful in connection.execute(marked):
        if one in known:
            marks.setdefault(known[one].key, []).append((day_number(at, known[one].time_zone), bool(useful)))
    return Past(leads, events, marks)


def _end(day: date | None) -> int:
    return day_number_of(day) if day else ALWAYS
