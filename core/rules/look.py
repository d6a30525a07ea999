"""What the round over everyone needs to know, read for many people at once and past the ORM: who is looked at, whose
rules keep quiet, what waits in their threads; the days of each come one by one. Reads only, so that no writer waits."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from core.clock import day_date, day_number, seconds
from core.measures import catalogue
from core.queries.observations import DaysView, days_of
from core.queries.prepared import rows
from core.rules.due import WorkingHours
from core.rules.in_force import in_force
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import (
    Alert,
    AlertEvent,
    AlertState,
    AlertVerb,
    Message,
    MessageThread,
    Observation,
    Patient,
    Programme,
    Prompt,
    Service,
)

AFFECT = ("irritated", "anxious", "sad", "insecure")


class Waiting(NamedTuple):
    """Since when the patient's oldest unread message, and the thread's question, wait."""

    unread: datetime | None = None
    unanswered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One person as the rules see them: whose days are looked at, when, with what in force; ``quiet`` rules have an
    open alert, or are to keep still until a next review."""

    session: Session
    patient: Patient
    now: datetime
    today: int
    settings: dict[str, Any]
    hours: WorkingHours
    quiet: frozenset[str]
    waiting: Waiting
    every_day: DaysView

    def days(self, first: int, last: int, *codes: str) -> DaysView:
        """The roll-ups of these measures from day ``first`` to ``last`` (at most ten weeks back)."""
        view, wanted = self.every_day, [catalogue()[code].id for code in codes]
        kept = (view.day >= first) & (view.day <= last)
        some = kept & (view.measure_id == wanted[0])
        for number in wanted[1:]:
            some |= kept & (view.measure_id == number)
        return DaysView(*(column[some] for column in _columns(view)))


def looks(
    session: Session, *, patients: Sequence[Patient], now: datetime, measures: Sequence[str]
) -> Sequence[Look]:  # fmt: skip
    """A look at each of ``patients``, with the roll-ups of ``measures`` of the last ten weeks."""
    ids = [patient.id for patient in patients]
    services = {row.id: row for row in session.execute(select(Service)).scalars()}
    programmes = {row.id: row for row in session.execute(select(Programme)).scalars()}
    open_rules, reviews, waiting = _open_rules(session, ids), _reviews(session, ids), _waiting(session, ids)
    hours = {service.id: WorkingHours.of(service) for service in services.values()}
    forces: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]] = {}
    numbers, found = [catalogue()[code].id for code in measures], []
    for patient in patients:
        place, today = (patient.service_id, patient.programme_id), day_number(now, patient.time_zone)
        if place not in forces:
            forces[place] = in_force(services[place[0]].settings, programmes[place[1]].settings)
        awaited = {rule for rule, day in reviews.get(patient.id, {}).items() if day > day_date(today)}
        found.append(
            Look(
                session, patient, now, today, forces[place], hours[patient.service_id],
                frozenset(open_rules.get(patient.id, set()) | awaited), waiting.get(patient.id, Waiting()),
                days_of(session, patient=patient, first=today - SPAN, last=today, measures=numbers),
            )
        )  # fmt: skip
    return found


def rests(session: Session, patient: Patient, rule: str, now: datetime) -> bool:
    """Whether the rule has no open alert for this patient and its last was closed with a next review that is still to
    come on the patient's calendar."""
    review = _reviews(session, [patient.id]).get(patient.id, {}).get(rule)
    awaited = review is not None and review > day_date(day_number(now, patient.time_zone))
    return awaited and rule not in _open_rules(session, [patient.id]).get(patient.id, set())


SPAN = REVIEW_DAYS + WINDOW_DAYS


def last_entry(session: Session, patient: Patient, *, since: datetime, until: datetime) -> int | None:
    """The moment (seconds) of the newest value with ``since <= at <= until``; one look at the end of the key."""
    found = rows(session, _LAST, key=patient.key, since=seconds(since), until=seconds(until))
    last: int | None = found[0][0]
    return last


def asked_and_unanswered(session: Session, patient: Patient, *, after: int, until: datetime) -> bool:
    """Whether a prompt that went out after ``after`` (seconds) had run out by ``until``."""
    return bool(rows(session, _PROMPT, key=patient.key, after=after, until=seconds(until)))


def _columns(view: DaysView) -> tuple[Any, ...]:
    return view.day, view.measure_id, view.n, view.total, view.low, view.high


def _open_rules(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = {}
    for patient, rule in rows(session, _OPEN, ids=list(ids)):
        found.setdefault(patient, set()).add(rule)
    return found


def _reviews(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, date]]:
    """The next review that the last closing of each rule's alerts named."""
    found: dict[uuid.UUID, dict[str, date]] = {}
    for patient, rule, review in rows(session, _CLOSINGS, ids=list(ids)):
        if review is None:
            found.get(patient, {}).pop(rule, None)
        else:
            found.setdefault(patient, {})[rule] = review  # in order of time: the last one stays
    return found


def _waiting(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Waiting]:
    unread: Mapping[uuid.UUID, datetime] = {row[0]: row[1] for row in rows(session, _UNREAD, ids=list(ids))}
    asked: Mapping[uuid.UUID, datetime] = {row[0]: row[1] for row in rows(session, _ASKED, ids=list(ids))}
    return {one: Waiting(unread.get(one), asked.get(one)) for one in {*unread, *asked}}


_O, _P = Observation, Prompt
_LAST = select(func.max(col(_O.at))).where(
    col(_O.patient_key) == bindparam("key"), col(_O.at) >= bindparam("since"), col(_O.at) <= bindparam("until")
)
_PROMPT = (
    select(col(_P.sent_at))
    .where(
        col(_P.patient_key) == bindparam("key"), col(_P.sent_at) > bindparam("after"),
        col(_P.sent_at) <= bindparam("until"), col(_P.expires_at) < bindparam("until"),
    )
    .limit(1)
)  # fmt: skip
_AMONG: Any = bindparam("ids", expanding=True)
_OPEN = select(col(Alert.patient_id), col(Alert.rule)).where(
    col(Alert.patient_id).in_(_AMONG), col(Alert.state) != AlertState.CLOSED
)
_CLOSINGS = (
    select(col(Alert.patient_id), col(Alert.rule), col(AlertEvent.next_review))
    .join(AlertEvent, col(AlertEvent.alert_id) == col(Alert.id))
    .where(col(Alert.patient_id).in_(_AMONG), col(AlertEvent.verb) == AlertVerb.CLOSE)
    .order_by(col(AlertEvent.at))
)
_UNREAD = (
    select(col(Message.patient_id), func.min(col(Message.sent_at)))
    .where(col(Message.patient_id).in_(_AMONG), col(Message.from_patient), col(Message.read_at).is_(None))
    .group_by(col(Message.patient_id))
)
_ASKED = select(col(MessageThread.patient_id), col(MessageThread.needs_reply_since)).where(
    col(MessageThread.patient_id).in_(_AMONG), col(MessageThread.needs_reply_since).is_not(None)
)
