"""What is asked of whom now: each patient's and each therapist's questionnaires that are open, never one twice, never
more than the programme's items a week. Read for many people at once, so that a caseload costs what one person does."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.instruments import calendar, instrument, instruments
from core.instruments.calendar import Calendar, Slot
from core.queries.ratings_due import ToRate, patient_ratings_due
from models import (
    AllianceRating,
    CareKind,
    CareRelationship,
    Informant,
    Patient,
    Programme,
    QuestionnaireResponse,
    Side,
)


@dataclass(frozen=True, slots=True)
class OpenForm:
    """One questionnaire that is asked: of whom, how many items, since when and until before which day. For the
    alliance the held session (``appointment_id``, ``session_number``) that it is about."""

    instrument: str
    informant: Informant
    items: int
    opened_on: date
    lapses_on: date
    appointment_id: uuid.UUID | None = None
    session_number: int | None = None


@dataclass(frozen=True, slots=True)
class FormsDue:
    """What is open for one patient: ``patient`` is asked now, ``held_back`` waits for a week with room, ``therapist``
    is asked of who leads the treatment. ``items_this_week`` is what the patient answered in the last seven days;
    ``name`` is the patient's, where one alone was asked for."""

    patient_id: uuid.UUID
    patient: tuple[OpenForm, ...]
    held_back: tuple[OpenForm, ...]
    therapist: tuple[OpenForm, ...]
    items_this_week: int
    items_a_week: int
    name: str = ""


def questionnaires_due(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> FormsDue:
    """What is asked now of one patient, and of their therapist (a patient sees their own part alone).

    Raises ``NotFound`` out of reach and ``AccessRefused`` for a role that answers no questionnaires.
    """
    check(by, Permission.ANSWER_QUESTIONNAIRES)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    due = forms_due(session, patient_ids=[patient.id], now=now).get(patient.id, nothing_due(patient.id))
    log.record(
        session, at=now, action="read_questionnaires_due", actor_id=by.user_id, patient_id=patient.id,
        detail={"due": len(due.patient), "held_back": len(due.held_back)},
    )  # fmt: skip
    return replace(due, name=patient.name, therapist=due.therapist if by.patient_id is None else ())


def nothing_due(patient_id: uuid.UUID) -> FormsDue:
    """For whom nothing is asked."""
    return FormsDue(patient_id, (), (), (), 0, calendar.ITEMS_A_WEEK)


def forms_due(session: Session, *, patient_ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, FormsDue]:
    """What is open for each of these patients (reached and audited by the caller); who has left is not in it."""
    people = people_of(session, patient_ids=patient_ids, now=now)
    answered = _answered(session, people, now)
    rated = _rated_lately(session, list(people), now)
    to_rate = patient_ratings_due(session, patient_ids=list(people), now=now)
    return {
        person.id: _due(person, answered.get(person.id, {}), rated.get(person.id, []), to_rate.get(person.id))
        for person in people.values()
    }


def therapist_forms_due(
    session: Session, *, patient_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, tuple[OpenForm, ...]]:
    """What is open for the therapists of these patients alone (reached and audited by the caller)."""
    people = people_of(session, patient_ids=patient_ids, now=now)
    codes = [code for code, definition in instruments().items() if definition.informant == Informant.THERAPIST]
    answered = _answered(session, people, now, codes)
    found = {person.id: _forms(person, Informant.THERAPIST, answered.get(person.id, {})) for person in people.values()}
    return {
        patient_id: tuple(_form(slot, Informant.THERAPIST) for slot in slots) for patient_id, slots in found.items()
    }


def leads_of(session: Session, *, patient_ids: Sequence[uuid.UUID], today: date) -> dict[uuid.UUID, uuid.UUID]:
    """Who leads the treatment of each of these patients on this day (staff id)."""
    c = CareRelationship
    holds = col(c.ends_on).is_(None) | (col(c.ends_on) > today)
    rows = session.execute(
        select(c.patient_id, c.staff_id)
        .where(col(c.patient_id).in_(patient_ids), col(c.kind) == CareKind.LEAD, col(c.starts_on) <= today, holds)
        .order_by(col(c.starts_on))
    ).all()
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class InTreatment:
    """Whom the calendar is about: enrolled when, what day it is where they live, and what their programme asks."""

    id: uuid.UUID
    enrolled_on: date
    zone: ZoneInfo
    today: date
    calendar: Calendar


def people_of(session: Session, *, patient_ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, InTreatment]:
    """Those of these patients who are in treatment now, with the calendar of their programme."""
    p = Patient
    rows = session.execute(
        select(p.id, p.enrolled_on, p.left_on, p.time_zone, p.programme_id).where(  # type: ignore[call-overload]
            col(p.id).in_(patient_ids)
        )
    ).all()
    programmes = session.exec(select(Programme).where(col(Programme.id).in_({row.programme_id for row in rows}))).all()
    calendars = {
        found.id: calendar.calendar_of(found.code, found.outcome_instrument, found.settings) for found in programmes
    }
    found = {}
    for row in rows:
        zone = ZoneInfo(row.time_zone)
        today = now.astimezone(zone).date()
        if row.left_on is None or row.left_on > today:
            found[row.id] = InTreatment(row.id, row.enrolled_on, zone, today, calendars[row.programme_id])
    return found


Answered = Mapping[str, Sequence[datetime]]


def _answered(
    session: Session, people: Mapping[uuid.UUID, InTreatment], now: datetime, codes: Sequence[str] | None = None
) -> dict[uuid.UUID, dict[str, list[datetime]]]:
    """When each instrument was answered, as far back as an answer can still count for an open slot."""
    q = QuestionnaireResponse
    since = now - max((person.calendar.looks_back for person in people.values()), default=calendar.WEEK)
    wanted = [col(q.patient_id).in_(list(people)), col(q.answered_at) >= since, col(q.answered_at) <= now]
    if codes is not None:
        wanted.append(col(q.instrument).in_(codes))
    found: dict[uuid.UUID, dict[str, list[datetime]]] = {}
    for patient_id, code, at in session.execute(select(q.patient_id, q.instrument, q.answered_at).where(*wanted)).all():
        found.setdefault(patient_id, defaultdict(list))[code].append(at)
    return found


def _rated_lately(session: Session, ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, list[str]]:
    r = AllianceRating
    rows = session.execute(
        select(r.patient_id, r.instrument).where(
            col(r.patient_id).in_(ids), col(r.side) == Side.PATIENT,
            col(r.rated_at) > now - calendar.WEEK, col(r.rated_at) <= now,
        )
    ).all()  # fmt: skip
    found: dict[uuid.UUID, list[str]] = {}
    for patient_id, code in rows:
        found.setdefault(patient_id, []).append(code)
    return found


def _due(person: InTreatment, answered: Answered, rated: Sequence[str], to_rate: ToRate | None) -> FormsDue:
    week = _items_this_week(person, answered, rated)
    alliance = [] if to_rate is None else [_to_rate(person, to_rate)]
    slots = _forms(person, Informant.PATIENT, answered)
    now, later = calendar.within_the_week(
        slots, items_a_week=person.calendar.items_a_week, answered_items=week + sum(form.items for form in alliance)
    )
    return FormsDue(
        patient_id=person.id, patient=(*alliance, *(_form(slot, Informant.PATIENT) for slot in now)),
        held_back=tuple(_form(slot, Informant.PATIENT) for slot in later),
        therapist=tuple(_form(slot, Informant.THERAPIST) for slot in _forms(person, Informant.THERAPIST, answered)),
        items_this_week=week, items_a_week=person.calendar.items_a_week,
    )  # fmt: skip


def _forms(person: InTreatment, informant: Informant, answered: Answered) -> list[Slot]:
    days = {code: [at.astimezone(person.zone).date() for at in moments] for code, moments in answered.items()}
    return calendar.open_slots(
        person.calendar, informant=informant.value, enrolled_on=person.enrolled_on, today=person.today, answered=days
    )


def _items_this_week(person: InTreatment, answered: Answered, rated: Sequence[str]) -> int:
    since = person.today - calendar.WEEK
    forms = [
        code
        for code, moments in answered.items()
        if code in instruments() and instrument(code).informant == Informant.PATIENT
        for at in moments
        if at.astimezone(person.zone).date() > since
    ]
    return sum(len(instrument(code).items) for code in (*forms, *rated) if code in instruments())


def _form(slot: Slot, informant: Informant) -> OpenForm:
    return OpenForm(slot.instrument, informant, slot.items, slot.opens_on, slot.lapses_on)


def _to_rate(person: InTreatment, to_rate: ToRate) -> OpenForm:
    held_on = to_rate.held_at.astimezone(person.zone).date()
    return OpenForm(
        "wai-sr-patient", Informant.PATIENT, len(instrument("wai-sr-patient").items), held_on,
        held_on + calendar.RATING_LAPSES_AFTER, to_rate.appointment_id, to_rate.number,
    )  # fmt: skip
