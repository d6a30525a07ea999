"""The service's alliance without names, for the analysis of the whole service: ratings of both sides, the newest
session that both rated, and what may go with it. Nobody who reads it can tell who is who, and no page draws a person
from it."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import median

import numpy as np
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.analysis.alliance import AllianceData, Ratings
from core.analysis.estimate import Real
from core.audit import log
from models import (
    AllianceRating,
    Appointment,
    AppointmentState,
    Message,
    Patient,
    Programme,
    QuestionnaireResponse,
    Service,
    Side,
)

FORMS = ("wai-sr-patient", "wai-sr-therapist")  # item means from 1 to 5; other scales do not compare with them
TOTALS = {"sus": "sus", "vas-app": "vas_app", "vas-platform": "vas_platform", "watoci": "watoci"}
Places = Mapping[uuid.UUID, int]


def alliance_data(session: Session, *, by: Actor, now: datetime) -> AllianceData:
    """Everyone's alliance of the service of ``by``, by numbers instead of names.

    Raises ``AccessRefused`` for a role that does not read the analysis.
    """
    check(by, Permission.READ_ALLIANCE_ANALYSIS)
    service = session.get_one(Service, by.service_id)
    people = _people(session, by.service_id)
    places = {row[0]: place for place, row in enumerate(people)}
    enrolled = np.array([row[1].toordinal() for row in people], float)
    found = _ratings(session, places, by.service_id, now)
    ratings, pairs = _as_arrays(found, enrolled), _newest_pairs(found, len(people))
    counts = {"ratings": len(ratings.value), "pairs": int((~np.isnan(pairs[:, 0])).sum())}
    log.record(session, at=now, action="read_alliance_analysis", actor_id=by.user_id, detail=counts)
    columns = {
        **_alliance_of_each(ratings, len(people)),
        **_totals(session, places, by.service_id, now),
        **_talk(session, places, by.service_id, enrolled, now),
        "age": np.array([_age(row[2], now) for row in people], float),
    }
    return AllianceData(
        as_of=now.date(), service=service.name, simulated=service.simulated,
        programmes=tuple(row[3] for row in people), ratings=ratings, pairs=pairs, columns=columns,
    )  # fmt: skip


def _people(session: Session, service_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, date, date | None, str]]:
    p = Patient
    rows = session.execute(
        select(p.id, p.enrolled_on, p.birth_date, Programme.name)  # type: ignore[call-overload]
        .join(Programme, col(Programme.id) == col(p.programme_id))
        .where(col(p.service_id) == service_id)
        .order_by(col(p.id))
    ).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _age(born: date | None, now: datetime) -> float:
    return float("nan") if born is None else (now.date().toordinal() - born.toordinal()) / 365.25


Rated = tuple[int, int, float, float, uuid.UUID | None]


def _ratings(session: Session, places: Places, service_id: uuid.UUID, now: datetime) -> list[Rated]:
    """(person, side, day, mean, session) of every rating up to now, oldest first."""
    r = AllianceRating
    rows = session.execute(
        select(r.patient_id, r.side, r.rated_at, r.goal, r.task, r.bond, r.appointment_id)  # type: ignore[call-overload]
        .join(Patient, col(Patient.id) == col(r.patient_id))
        .where(col(Patient.service_id) == service_id, col(r.instrument).in_(FORMS), col(r.rated_at) <= now)
        .order_by(col(r.rated_at))
    ).all()
    found = []
    for patient_id, side, at, goal, task, bond, appointment in rows:
        if goal is not None and task is not None and bond is not None:
            day = at.date().toordinal() + at.hour / 24
            found.append((places[patient_id], int(side is Side.THERAPIST), day, (goal + task + bond) / 3, appointment))
    return found


def _as_arrays(found: Sequence[Rated], enrolled: Real) -> Ratings:
    person = np.array([row[0] for row in found], np.int64)
    day = np.array([row[2] for row in found], float)
    return Ratings(
        person, np.array([row[1] for row in found], np.int64), day - enrolled[person] if len(found) else day,
        np.array([row[3] for row in found], float),
    )  # fmt: skip


def _newest_pairs(found: Sequence[Rated], people: int) -> Real:
    """(patient, therapist) of the newest session that both rated, one row for each person."""
    sessions: dict[uuid.UUID, dict[int, float]] = defaultdict(dict)
    pairs = np.full((people, 2), np.nan)
    for person, side, _day, value, appointment in found:
        if appointment is None:
            continue
        both = sessions[appointment]
        both[side] = value
        if len(both) == 2:
            pairs[person] = both[0], both[1]
    return pairs


def _alliance_of_each(ratings: Ratings, people: int) -> dict[str, Real]:
    columns = {}
    for side, name in enumerate(("patient_alliance", "therapist_alliance")):
        mine = ratings.side == side
        counts = np.bincount(ratings.person[mine], minlength=people)
        sums = np.bincount(ratings.person[mine], ratings.value[mine], minlength=people)
        columns[name] = np.divide(sums, counts, out=np.full(people, np.nan), where=counts > 0)
    return columns


def _totals(session: Session, places: Places, service_id: uuid.UUID, now: datetime) -> dict[str, Real]:
    """The newest total of each person in what is asked about the tool, and WATOCI."""
    q = QuestionnaireResponse
    rows = session.execute(
        select(q.patient_id, q.instrument, q.total)
        .join(Patient, col(Patient.id) == col(q.patient_id))
        .where(
            col(Patient.service_id) == service_id, col(q.instrument).in_(TOTALS), col(q.total).is_not(None),
            col(q.answered_at) <= now,
        )
        .order_by(col(q.answered_at))
    ).all()  # fmt: skip
    columns = {name: np.full(len(places), np.nan) for name in TOTALS.values()}
    for patient_id, instrument, total in rows:
        columns[TOTALS[instrument]][places[patient_id]] = total
    return columns


def _talk(
    session: Session, places: Places, service_id: uuid.UUID, enrolled: Real, now: datetime
) -> dict[str, Real]:  # fmt: skip
    """Amount and kind of communication: messages a week each way, the share of contacts that are messages, and the
    median hours until each side is answered; and the weeks in treatment."""
    people = len(places)
    written, hours = np.zeros((people, 2)), np.full((people, 2), np.nan)
    for place, messages in _messages(session, places, service_id, now).items():
        written[place] = [sum(not mine for mine, _at in messages), sum(mine for mine, _at in messages)]
        hours[place] = [_reply_hours(messages, of_patient=False), _reply_hours(messages, of_patient=True)]
    sessions = _held(session, places, service_id, now)
    weeks = np.maximum((now.date().toordinal() - enrolled) / 7, 1.0)
    total = written.sum(axis=1)
    contacts = total + sessions
    return {
        "therapist_messages": written[:, 0] / weeks, "patient_messages": written[:, 1] / weeks, "weeks": weeks,
        "message_share": np.divide(total, contacts, out=np.full(people, np.nan), where=contacts > 0),
        "therapist_reply_hours": hours[:, 0], "patient_reply_hours": hours[:, 1],
    }  # fmt: skip


def _messages(
    session: Session, places: Places, service_id: uuid.UUID, now: datetime
) -> dict[int, list[tuple[bool, datetime]]]:
    """(from the patient?, when) of every message of each person, oldest first."""
    m = Message
    rows = session.execute(
        select(m.patient_id, m.from_patient, m.sent_at)
        .join(Patient, col(Patient.id) == col(m.patient_id))
        .where(col(Patient.service_id) == service_id, col(m.sent_at) <= now)
        .order_by(col(m.patient_id), col(m.sent_at))
    ).all()
    found: dict[int, list[tuple[bool, datetime]]] = {}
    for patient_id, mine, at in rows:
        found.setdefault(places[patient_id], []).append((mine, at))
    return found


def _reply_hours(messages: Sequence[tuple[bool, datetime]], *, of_patient: bool) -> float:
    """The median hours from the other side's first unanswered message to this side's answer."""
    waits: list[float] = []
    since: datetime | None = None
    for mine, at in messages:
        if mine is not of_patient:
            since = since or at
        elif since is not None:
            waits.append((at - since).total_seconds() / 3600)
            since = None
    return median(waits) if waits else float("nan")


def _held(session: Session, places: Places, service_id: uuid.UUID, now: datetime) -> Real:
    a = Appointment
    rows = session.execute(
        select(a.patient_id, func.count())
        .join(Patient, col(Patient.id) == col(a.patient_id))
        .where(
            col(Patient.service_id) == service_id, col(a.state) == AppointmentState.HELD, col(a.starts_at) <= now
        )
        .group_by(col(a.patient_id))
    ).all()  # fmt: skip
    held = np.zeros(len(places))
    for patient_id, count in rows:
        held[places[patient_id]] = count
    return held
