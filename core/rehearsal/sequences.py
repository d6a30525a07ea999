"""The rules that look at what came in one by one (questionnaires, ratings, messages), replayed with the very functions
that run live: each is given what was there by then and nothing later."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, null, select
from sqlmodel import col

from core.clock import day_number
from core.instruments.library import instruments
from core.rehearsal.people import Person
from core.rules import alliance, change, said
from core.rules.catalogue import RULES
from core.rules.due import WorkingHours, working_days_on
from models import AllianceRating, Message, QuestionnaireResponse, Service, Side

Settings = Mapping[str, Any]
Alerts = list[tuple[int, int]]
Row = tuple[Any, ...]
_ITEMS = {"phq9_item9": "phq-9", "core10_item6": "core-10"}


class Material:
    """What came in from some people, oldest first, as rows; ``about`` is whose."""

    def __init__(self, people: Sequence[Person], rows: Sequence[Row], service: Service) -> None:
        self.about = {person.id: person for person in people}
        self.rows, self.service = rows, service

    def found(self, one: uuid.UUID, at: datetime) -> tuple[int, int]:
        """(key, day) of a finding about this person."""
        person = self.about[one]
        return person.key, day_number(at, person.time_zone)


def _read(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[Row]:
    return [tuple(row) for row in connection.execute(statement)]


def responses(connection: Connection, people: Sequence[Person], rule: str) -> list[Row]:
    """patient, instrument, informant, answered at, total, answers (only where a rule reads single answers)."""
    q = QuestionnaireResponse
    answers: ColumnElement[Any]
    if rule == "reliable_deterioration":
        wanted, answers = tuple(RULES[rule].thresholds), null()
    else:
        wanted, answers = ("srs",) if rule == "srs_low" else (_ITEMS[rule],), cast("ColumnElement[Any]", col(q.answers))
    return _read(
        connection,
        select(
            col(q.patient_id), col(q.instrument), col(q.informant), col(q.answered_at), col(q.total), answers
        )
        .where(col(q.instrument).in_(wanted), col(q.patient_id).in_([person.id for person in people]))
        .order_by(col(q.patient_id), col(q.instrument), col(q.informant), col(q.answered_at)),
    )  # fmt: skip


def ratings(connection: Connection, people: Sequence[Person], _rule: str) -> list[Row]:
    """patient, staff, appointment, side, instrument, rated at, goal, task, bond."""
    r = AllianceRating
    return _read(
        connection,
        select(
            col(r.patient_id), col(r.staff_id), col(r.appointment_id), col(r.side), col(r.instrument),
            col(r.rated_at), col(r.goal), col(r.task), col(r.bond),
        )
        .where(col(r.patient_id).in_([person.id for person in people]))
        .order_by(col(r.patient_id), col(r.staff_id), col(r.rated_at), col(r.id)),
    )  # fmt: skip


def messages(connection: Connection, people: Sequence[Person], _rule: str) -> list[Row]:
    """patient, sent at, from the patient, read at."""
    m = Message
    return _read(
        connection,
        select(col(m.patient_id), col(m.sent_at), col(m.from_patient), col(m.read_at))
        .where(col(m.patient_id).in_([person.id for person in people]))
        .order_by(col(m.patient_id), col(m.sent_at)),
    )


def deterioration(material: Material, settings: Settings) -> Alerts:
    """``reliable_deterioration`` at each total after the first."""
    found = []
    for (one, code, informant), rows in groupby(material.rows, key=itemgetter(0, 1, 2)):
        totals: list[float] = []
        for _one, _code, _who, at, total, _answers in rows:
            if total is None or code not in instruments():
                continue
            totals = [*totals[:1], *totals[-1:], total] if len(totals) > 1 else [*totals, total]
            if change.reliable_deterioration(
                code, totals, better=instruments()[code].better, at=at, informant=str(informant), settings=settings
            ):
                found.append(material.found(one, at))
    return found


def safety_items(material: Material, settings: Settings) -> Alerts:
    """``phq9_item9`` and ``core10_item6``."""
    return [
        material.found(one, at)
        for one, code, informant, at, _total, answers in material.rows
        if said.safety_item(code, answers, at=at, informant=str(informant), settings=settings)
    ]


def session_ratings(material: Material, settings: Settings) -> Alerts:
    """``srs_low``."""
    return [
        material.found(one, at)
        for one, _code, _informant, at, total, answers in material.rows
        if said.low_session_rating(answers, total, at=at, settings=settings)
    ]


def _rating(row: Row) -> alliance.Rating:
    return alliance.Rating(row[5], row[4], str(row[3]), {"goal": row[6], "task": row[7], "bond": row[8]})


def strain(material: Material, settings: Settings) -> Alerts:
    """``alliance_fall`` at each of the patient's ratings of one therapist; live it is not looked at before the
    therapist has rated the session too, which comes at most days later."""
    found = []
    for (one, _staff), rows in groupby(material.rows, key=itemgetter(0, 1)):
        theirs = [_rating(row) for row in rows if row[3] is Side.PATIENT]
        found += [
            material.found(one, theirs[count - 1].at)
            for count in range(2, len(theirs) + 1)
            if alliance.possible_strain(theirs[:count], settings=settings)
        ]
    return found


def gap(material: Material, settings: Settings) -> Alerts:
    """``alliance_gap`` of each session that both sides rated, when the second had."""
    found = []
    for (one, _staff), rows in groupby(material.rows, key=itemgetter(0, 1)):
        sessions: dict[uuid.UUID, dict[Side, alliance.Rating]] = {}
        for row in rows:
            if row[2] is None:
                continue
            sides = sessions.setdefault(row[2], {})
            sides[row[3]] = _rating(row)
            if len(sides) == 2 and alliance.two_views(sides[Side.PATIENT], sides[Side.THERAPIST], settings=settings):
                found.append(material.found(one, row[5]))
    return found


def waiting(material: Material, settings: Settings) -> Alerts:
    """``message_unanswered``: unread, or without an answer, when its working days had passed."""
    rule, hours = RULES["message_unanswered"], WorkingHours.of(material.service)

    @lru_cache(maxsize=4096)
    def until(at: datetime, days: int) -> datetime:
        return working_days_on(hours, at, days)

    unread, unanswered = (int(rule.threshold(name, settings)) for name in ("unread_days", "unanswered_days"))
    found = []
    for one, rows in groupby(material.rows, key=itemgetter(0)):
        for asked, read, answered in _asked(list(rows)):
            ends = [until(asked, unread)] if read is None or read > until(asked, unread) else []
            ends += [until(asked, unanswered)] if answered is None or answered > until(asked, unanswered) else []
            found += [material.found(one, min(ends))] if ends else []
    return found


def _asked(rows: list[Row]) -> Iterator[tuple[datetime, datetime | None, datetime | None]]:
    """Each first message of the patient since the last answer: sent, read, answered (``None``: not yet)."""
    since: Row | None = None
    for row in rows:
        if row[2]:
            since = since or row
        elif since is not None:
            yield since[1], since[3], row[1]
            since = None
    if since is not None:
        yield since[1], since[3], None


Load = Callable[[Connection, Sequence[Person], str], list[Row]]
Look = Callable[[Material, Settings], Alerts]
ONE_BY_ONE: Mapping[str, tuple[Load, Look]] = {
    "reliable_deterioration": (responses, deterioration), "phq9_item9": (responses, safety_items),
    "core10_item6": (responses, safety_items), "srs_low": (responses, session_ratings),
    "alliance_fall": (ratings, strain), "alliance_gap": (ratings, gap), "message_unanswered": (messages, waiting),
}  # fmt: skip
