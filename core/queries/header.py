"""The head of a case: who it is, where in treatment, who else is on it, what was consented to, and how fresh each
stream is. Silence is data: a stream that stopped says so, one that never spoke is not a stream that is well."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.clock import day_date, moment, seconds
from core.measures import by_id
from core.queries.course import Course, SessionMark
from core.queries.observations import newest_days, values_of
from core.queries.prepared import rows
from models import (
    AppointmentState,
    CareKind,
    CareRelationship,
    Consent,
    Domain,
    Patient,
    Programme,
    Relative,
    Staff,
)

RECENT = timedelta(days=3)  # within these a stream's age is said in hours


class Stream(StrEnum):
    """What flows in."""

    ENTRIES = "entries"
    MEALS = "meals"
    SLEEP = "sleep"
    ACTIVITY = "activity"
    MESSAGES = "messages"
    QUESTIONNAIRES = "questionnaires"


QUIET_AFTER = {  # (d) days after which silence is marked; messages come when they come
    Stream.ENTRIES: 2, Stream.MEALS: 2, Stream.SLEEP: 3, Stream.ACTIVITY: 3, Stream.QUESTIONNAIRES: 28,
}  # fmt: skip
_DOMAINS = {
    Domain.POSITIVE_AFFECT: Stream.ENTRIES, Domain.NEGATIVE_AFFECT: Stream.ENTRIES, Domain.AROUSAL: Stream.ENTRIES,
    Domain.URGES: Stream.ENTRIES, Domain.MEALS: Stream.MEALS, Domain.SLEEP: Stream.SLEEP,
    Domain.ACTIVITY: Stream.ACTIVITY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a stream last spoke: ``at`` within three days, ``day`` always; both ``None`` for a stream that never did.

    ``silent_days`` counts days since; ``quiet`` is whether that is longer than the stream should be silent.
    """

    stream: Stream
    at: datetime | None
    day: date | None
    silent_days: int | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class Carer:
    """Somebody on the case now, and as what."""

    staff_id: uuid.UUID
    name: str
    profession: str
    kind: CareKind


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent: for the service (``relative`` empty) or for a relative; what it covers, since when, until when."""

    relative: str
    relationship: str
    scope: tuple[str, ...]
    granted_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeaderView:
    """The head of the case. ``step`` of ``steps`` and ``week`` of ``weeks`` are ``None`` outside a programme's frame.

    ``imported_from`` names the source of a person who came by import: they have no week, nobody treats them here.
    ``first_data`` and ``last_data`` are the first day with an entry and the last day any stream spoke.
    """

    patient_id: uuid.UUID
    name: str
    given_name: str
    age: int | None
    time_zone: str
    programme: str
    step: int | None
    step_name: str
    steps: int
    week: int | None
    weeks: int
    last_session: SessionMark | None
    next_session: SessionMark | None
    carers: tuple[Carer, ...]
    consents: tuple[ConsentView, ...]
    freshness: tuple[Freshness, ...]
    simulated: bool
    imported_from: str | None
    closed: bool
    first_data: date | None
    last_data: date | None
    enrolled_on: date
    left_on: date | None


def header_of(session: Session, *, by: Actor, now: datetime, patient: Patient, course: Course) -> HeaderView:
    """The head of the case of a patient already in reach, from their ``course``."""
    programme = session.get_one(Programme, patient.programme_id)
    today = day_date(course.today)
    step = course.steps[-1].step if course.steps and course.steps[-1].ended_on is None else None
    held = [s for s in course.sessions if s.state is AppointmentState.HELD and s.starts_at <= now]
    planned = [s for s in course.sessions if s.state is AppointmentState.PLANNED and s.starts_at > now]
    fresh = _freshness(session, course)
    known = [f.day for f in fresh if f.day is not None]
    return HeaderView(
        patient_id=patient.id, name=patient.name, given_name=patient.given_name or patient.name,
        age=_age(patient.birth_date, today), time_zone=patient.time_zone, programme=programme.name, step=step,
        step_name=next((str(s["name"]) for s in programme.steps if s.get("step") == step), ""),
        steps=len(programme.steps), week=_week(patient, today), weeks=programme.weeks,
        last_session=held[-1] if held else None, next_session=planned[0] if planned else None,
        carers=_carers(session, patient, by, today), consents=_consents(session, patient), freshness=fresh,
        simulated=patient.simulated, imported_from=patient.source if patient.source != "vincle" else None,
        closed=course.closed, first_data=day_date(course.began) if course.began is not None else None,
        last_data=max(known, default=None),
        enrolled_on=patient.enrolled_on, left_on=patient.left_on,
    )  # fmt: skip


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _week(patient: Patient, today: date) -> int | None:
    ended = patient.left_on is not None and patient.left_on <= today
    if ended or patient.source != "vincle":
        return None
    return (today - patient.enrolled_on).days // 7 + 1


def _carers(session: Session, patient: Patient, by: Actor, today: date) -> tuple[Carer, ...]:
    found = rows(session, _CARERS, patient=patient.id, today=today)
    return tuple(Carer(*row) for row in found if row[0] != by.staff_id)


def _consents(session: Session, patient: Patient) -> tuple[ConsentView, ...]:
    """What holds towards the service and each relative; of who has nothing any more, what was withdrawn last."""
    held: list[ConsentView] = []
    gone: dict[tuple[str, str], ConsentView] = {}
    for name, relationship, scope, granted, withdrawn in rows(session, _CONSENTS, patient=patient.id):
        view = ConsentView(name or "", relationship or "", tuple(scope), granted, withdrawn)
        if withdrawn is None:
            held.append(view)
        else:
            gone[view.relative, view.relationship] = view
    standing = {(view.relative, view.relationship) for view in held}
    return (*held, *(view for who, view in gone.items() if who not in standing))


def _freshness(session: Session, course: Course) -> tuple[Freshness, ...]:
    days = _last_days(session, course)
    moments = {} if course.closed else _last_moments(session, course)
    if course.messages:
        written = [m.sent_at for m in course.messages if m.from_patient]
        if written:
            moments[Stream.MESSAGES], days[Stream.MESSAGES] = written[-1], course.day_of(written[-1])
    if course.scores:
        moments[Stream.QUESTIONNAIRES] = course.scores[-1].answered_at
        days[Stream.QUESTIONNAIRES] = course.day_of(course.scores[-1].answered_at)
    return tuple(_fresh(stream, moments.get(stream), days.get(stream), course) for stream in Stream)


def _fresh(stream: Stream, at: datetime | None, day: int | None, course: Course) -> Freshness:
    if day is None:
        return Freshness(stream, None, None, None, quiet=False)
    silent = max(course.today - day, 0)
    recent = at if at is not None and course.now - at < RECENT else None
    quiet = silent > QUIET_AFTER.get(stream, silent) and not course.closed
    return Freshness(stream, recent, day_date(day), silent, quiet)


def _last_days(session: Session, course: Course) -> dict[Stream, int]:
    newest: dict[Stream, int] = {}
    for number in np.unique(course.days.measure_id):
        stream = _stream(int(number))
        if stream is not None:
            last = int(course.days.day[course.days.measure_id == number][-1])
            newest[stream] = max(last, newest.get(stream, last))
    if course.began is None or course.began >= course.first or set(_DOMAINS.values()) <= set(newest):
        return newest
    before: dict[Stream, int] = {}
    for measure, day in newest_days(session, patient_keys=[course.patient.key], since=0)[course.patient.key].items():
        stream = _stream(measure)
        if stream is not None:
            before[stream] = max(day, before.get(stream, day))
    return before | newest


def _last_moments(session: Session, course: Course) -> dict[Stream, datetime]:
    since, until = seconds(course.now - RECENT), seconds(course.now) + 1
    values = values_of(session, patient=course.patient, since=since, until=until)
    newest: dict[Stream, datetime] = {}
    for at, number in zip(values.at.tolist(), values.measure_id.tolist(), strict=True):
        stream = _stream(number)
        if stream is not None:
            newest[stream] = moment(at)  # in order of time: the last one stays
    return newest


def _stream(measure: int) -> Stream | None:
    found = by_id().get(measure)
    return _DOMAINS.get(found.domain) if found else None


_CARERS = (
    select(col(Staff.id), col(Staff.name), col(Staff.profession), col(CareRelationship.kind))
    .join(CareRelationship, col(CareRelationship.staff_id) == col(Staff.id))
    .where(
        col(CareRelationship.patient_id) == bindparam("patient"),
        col(CareRelationship.starts_on) <= bindparam("today"),
        col(CareRelationship.ends_on).is_(None) | (col(CareRelationship.ends_on) > bindparam("today")),
    )
    .order_by(col(CareRelationship.starts_on), col(Staff.name))
)
_CONSENTS = (
    select(
        col(Relative.name), col(Relative.relationship), col(Consent.scope), col(Consent.granted_at),
        col(Consent.withdrawn_at),
    )
    .select_from(Consent)
    .outerjoin(Relative, col(Relative.id) == col(Consent.relative_id))
    .where(col(Consent.patient_id) == bindparam("patient"))
    .order_by(col(Consent.granted_at))
)  # fmt: skip
