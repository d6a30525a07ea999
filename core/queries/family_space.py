"""What a relative sees: their own notes with who read them and what was answered, and of the patient what the patient
lets them see, each stream by itself. Without consent there is nothing here, and no word about the patient."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.clock import day_number
from core.measures import by_id
from core.queries.consents import MEALS, MOOD, NOTES, SLEEP, scope_of
from core.queries.family_notes import FamilyNoteView, own_notes_of
from core.queries.observations import days_of
from core.queries.streams import Series, all_series
from core.queries.therapist import therapist_of
from core.rules.family_agreement import direction
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import Domain, Patient, Programme, Relative, Service, Team

WEEK = 7  # (d) days that are told of
FEWEST = 3  # (d) days with an entry below which nothing is said of a week
_DOMAINS = {MOOD: Domain.NEGATIVE_AFFECT, MEALS: Domain.MEALS, SLEEP: Domain.SLEEP}


@dataclass(frozen=True, slots=True)
class WeekView:
    """One stream of the last seven days: how many have an entry, and how they were against the patient's own usual
    ("better", "usual", "harder"; ``None`` where that cannot be said)."""

    stream: str
    days_with: int
    days: int
    how: str | None


@dataclass(frozen=True, slots=True)
class FamilySpaceView:
    """A relative's page at ``now``. ``scope`` are the streams whose consent holds; where it is empty, everything about
    the patient is. ``reader``: who leads the treatment and reads first, ``team``: whose colleagues stand in."""

    name: str
    relationship: str
    service: str
    time_zone: str
    now: datetime
    scope: frozenset[str]
    patient: str | None
    programme: str
    reader: str | None
    team: str | None
    notes: tuple[FamilyNoteView, ...]
    weeks: tuple[WeekView, ...]

    @property
    def may_write(self) -> bool:
        """Whether the team may read notes of this relative now."""
        return NOTES in self.scope

    @property
    def new_answers(self) -> int:
        """How many answers the relative has not seen."""
        return sum(answer.read_at is None for note in self.notes for answer in note.answers)


def family_space(session: Session, *, by: Actor, now: datetime) -> FamilySpaceView:
    """The page of the signed-in relative. Raises ``AccessRefused`` for every other role."""
    check(by, Permission.READ_FAMILY_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    relative = session.exec(
        select(Relative).where(col(Relative.id) == by.relative_id, col(Relative.patient_id) == patient.id)
    ).one()
    scope = scope_of(session, patient_id=patient.id, relative_id=relative.id)
    log.record(
        session, at=now, action="read_family_space", actor_id=by.user_id, patient_id=patient.id,
        detail={"streams": sorted(scope)},
    )  # fmt: skip
    writes = NOTES in scope
    return FamilySpaceView(
        name=relative.name, relationship=relative.relationship, time_zone=patient.time_zone, now=now, scope=scope,
        service=session.get_one(Service, patient.service_id).name,
        patient=(patient.given_name or patient.name) if scope else None,
        programme=session.get_one(Programme, patient.programme_id).code if scope else "",
        reader=therapist_of(session, patient, now) if writes else None,
        team=session.get_one(Team, patient.team_id).name if writes else None,
        notes=own_notes_of(session, now=now, patient=patient, relative_id=relative.id) if writes else (),
        weeks=_weeks(session, patient, scope, now),
    )  # fmt: skip


def _weeks(session: Session, patient: Patient, scope: frozenset[str], now: datetime) -> tuple[WeekView, ...]:
    shared = {stream: domain for stream, domain in _DOMAINS.items() if stream in scope}
    if not shared:
        return ()
    last = day_number(now, patient.time_zone) - 1  # of today not everything is known yet
    measures = [measure.id for measure in by_id().values() if measure.domain in shared.values()]
    first = last - REVIEW_DAYS - WINDOW_DAYS
    series = all_series(days_of(session, patient=patient, first=first, last=last, measures=measures), last=last)
    return tuple(_week(stream, series.get(domain), last) for stream, domain in shared.items())


def _week(stream: str, series: Series | None, last: int) -> WeekView:
    recent = series.between(last - WEEK + 1, last) if series is not None else None
    days_with = len(recent.day) if recent is not None else 0
    if recent is None or recent.usual is None or days_with < FEWEST:
        return WeekView(stream, days_with, WEEK, None)
    span = recent.high - recent.low
    wide = span if np.isfinite(span) else recent.usual.high - recent.usual.low
    how = direction(float(np.mean(recent.value)), recent.usual, wide)
    turned = {"harder": "better", "better": "harder", "usual": "usual"}
    return WeekView(stream, days_with, WEEK, turned[how] if recent.better > 0 else how)
