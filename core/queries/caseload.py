"""The caseload as rows: who is in it, how fresh each stream is, the last contact, and the alliance of both sides.

Read in two steps, so that its cost follows what is shown and not the size of the service: first the people of the
scope with nothing but names, then the details of those who are shown. Parts of ``core.queries.today``.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, case, func, or_, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.access.actor import Actor
from core.clock import day_date, day_number
from core.measures import PROMPTS_ANSWERED, by_id
from core.queries.alliance import RatingView, ratings_of, shown_ratings
from core.queries.header import QUIET_AFTER, Freshness, Stream
from core.queries.observations import newest_days
from core.queries.questionnaires_due import forms_due
from core.queries.ratings_due import DueRating
from core.queries.waiting_alerts import Due
from models import (
    Appointment,
    AppointmentState,
    CareKind,
    CareRelationship,
    Domain,
    MessageThread,
    Patient,
    Programme,
    Side,
    Staff,
)

LOOK_BACK_DAYS = 30  # further back a stream counts as not used
STREAMS = (Stream.ENTRIES, Stream.MEALS, Stream.SLEEP, Stream.ACTIVITY)
_DOMAINS = {
    Domain.POSITIVE_AFFECT: Stream.ENTRIES, Domain.NEGATIVE_AFFECT: Stream.ENTRIES, Domain.AROUSAL: Stream.ENTRIES,
    Domain.CONTEXT: Stream.ENTRIES, Domain.URGES: Stream.ENTRIES, Domain.SAFETY: Stream.ENTRIES,
    Domain.ENGAGEMENT: Stream.ENTRIES, Domain.MEALS: Stream.MEALS, Domain.SLEEP: Stream.SLEEP,
    Domain.ACTIVITY: Stream.ACTIVITY,
}  # fmt: skip
SPARK_POINTS = 12  # newest ratings of each side in the little line


class Scope(StrEnum):
    """Whose work is listed: one's own, or the whole team's."""

    MINE = "mine"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the scope, before anything of the record is read."""

    id: uuid.UUID
    key: int
    name: str
    programme: str
    time_zone: str
    simulated: bool


class ContactKind(StrEnum):
    """How the last contact was."""

    SESSION = "session"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the caseload. ``things`` counts what waits in the work list, ``due_at`` its first clock.

    ``patient_line`` and ``therapist_line`` are the shown ratings (time, mean of the item means 1–5), oldest first;
    ``rating_due`` the session that the therapist has still to rate (whose patient's rating is therefore not shown).
    ``asked`` is how many questionnaires wait for the patient's answers.
    """

    patient_id: uuid.UUID
    name: str
    programme: str
    time_zone: str
    therapist: str
    things: int
    due_at: datetime | None
    freshness: tuple[Freshness, ...]
    silent: bool
    last_contact: tuple[ContactKind, datetime] | None
    next_session: datetime | None
    patient_line: tuple[tuple[datetime, float], ...]
    therapist_line: tuple[tuple[datetime, float], ...]
    rating_due: int | None
    asked: int = 0


def people_in(session: Session, *, actor: Actor, scope: Scope, now: datetime) -> list[Person]:
    """Everyone in the scope who is in treatment on this day, by name: own care relationships, or the own team's."""
    today = now.date()
    p = Patient
    chosen = col(p.team_id) == actor.team_id if scope is Scope.TEAM else col(p.id).in_(_in_own_care(actor, today))
    rows = session.execute(
        select(p.id, p.key, p.given_name, p.family_name, Programme.name, p.time_zone, p.simulated, p.service_id)  # type: ignore[call-overload]
        .join(Programme, col(Programme.id) == col(p.programme_id))
        .where(chosen, or_(col(p.left_on).is_(None), col(p.left_on) > today))
        .order_by(col(p.family_name), col(p.given_name))
    ).all()
    return [
        Person(row.id, row.key, f"{row.given_name} {row.family_name}".strip(), row.name, row.time_zone, row.simulated)
        for row in rows
        if row.service_id == actor.service_id
    ]


def _in_own_care(actor: Actor, today: date) -> SelectOfScalar[uuid.UUID]:
    c = CareRelationship
    holds = and_(col(c.starts_on) <= today, or_(col(c.ends_on).is_(None), col(c.ends_on) > today))
    return select(c.patient_id).where(col(c.staff_id) == actor.staff_id, holds)


def silent_among(session: Session, people: Sequence[Person], now: datetime) -> set[uuid.UUID]:
    """Those without any entry for longer than entries should be silent; one look at the key's end for each."""
    if not people:
        return set()
    today = max(day_number(now, person.time_zone) for person in people)
    keys = ", ".join(str(int(person.key)) for person in people)
    heard = text(
        f"SELECT p.key FROM patient p WHERE p.key IN ({keys}) AND EXISTS (SELECT 1 FROM observation_day d "
        "WHERE d.patient_key = p.key AND d.day >= :since AND (d.measure_id <> :prompts OR d.total > 0))"
    )
    since = today - QUIET_AFTER[Stream.ENTRIES]
    found = {row[0] for row in session.execute(heard, {"since": since, "prompts": PROMPTS_ANSWERED})}
    return {person.id for person in people if person.key not in found}


def rows_of(
    session: Session, people: Sequence[Person], *, now: datetime, due: Mapping[uuid.UUID, DueRating],
    waiting: Mapping[uuid.UUID, Due],
) -> list[CaseRow]:  # fmt: skip
    """The rows of these people: ``due`` the ratings due, ``waiting`` how much waits for each, and the first of it."""
    ids = [person.id for person in people]
    fresh = _freshness(session, people, now)
    sessions, written = _sessions(session, ids, now), _last_messages(session, ids)
    ratings, leads = ratings_of(session, patient_ids=ids), _leads(session, ids, now.date())
    forms = forms_due(session, patient_ids=ids, now=now)
    rows = []
    for person in people:
        shown = shown_ratings(ratings.get(person.id, []), due.get(person.id))
        last, following = sessions.get(person.id, (None, None))
        work = waiting.get(person.id)
        open_rating = due.get(person.id)
        rows.append(
            CaseRow(
                patient_id=person.id, name=person.name, programme=person.programme, time_zone=person.time_zone,
                therapist=leads.get(person.id, ""), things=work.n if work else 0, due_at=work.first if work else None,
                freshness=fresh[person.id], silent=_is_silent(fresh[person.id]),
                last_contact=_contact(last, written.get(person.id)), next_session=following,
                patient_line=_line(shown, Side.PATIENT), therapist_line=_line(shown, Side.THERAPIST),
                rating_due=open_rating.number if open_rating else None,
                asked=len(forms[person.id].patient) if person.id in forms else 0,
            )
        )  # fmt: skip
    return rows


def _is_silent(freshness: Sequence[Freshness]) -> bool:
    entries = next(fresh for fresh in freshness if fresh.stream is Stream.ENTRIES)
    return entries.day is None or entries.quiet


def _line(ratings: Sequence[RatingView], side: Side) -> tuple[tuple[datetime, float], ...]:
    means = [(rating.rated_at, rating.mean) for rating in ratings if rating.side is side]
    return tuple((at, mean) for at, mean in means if mean is not None)[-SPARK_POINTS:]


def _contact(held: datetime | None, written: datetime | None) -> tuple[ContactKind, datetime] | None:
    found = [(ContactKind.SESSION, held), (ContactKind.MESSAGE, written)]
    dated = [(kind, at) for kind, at in found if at is not None]
    return max(dated, key=lambda contact: contact[1]) if dated else None


def _freshness(session: Session, people: Sequence[Person], now: datetime) -> dict[uuid.UUID, tuple[Freshness, ...]]:
    today = {person.id: day_number(now, person.time_zone) for person in people}
    since = min(today.values(), default=0) - LOOK_BACK_DAYS
    days = newest_days(session, patient_keys=[person.key for person in people], since=since)
    found = {}
    for person in people:
        newest: dict[Stream, int] = {}
        for measure_id, day in days.get(person.key, {}).items():
            measure = by_id().get(measure_id)
            stream = _DOMAINS.get(measure.domain) if measure else None
            if stream is not None:
                newest[stream] = max(day, newest.get(stream, day))
        found[person.id] = tuple(_fresh(stream, newest.get(stream), today[person.id]) for stream in STREAMS)
    return found


def _fresh(stream: Stream, day: int | None, today: int) -> Freshness:
    if day is None:
        return Freshness(stream, None, None, None, quiet=False)
    silent = max(today - day, 0)
    return Freshness(stream, None, day_date(day), silent, quiet=silent > QUIET_AFTER[stream])


def _sessions(
    session: Session, ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, tuple[datetime | None, datetime | None]]:
    a = Appointment
    held = and_(col(a.state) == AppointmentState.HELD, col(a.starts_at) <= now)
    planned = and_(col(a.state) == AppointmentState.PLANNED, col(a.starts_at) > now)
    rows = session.execute(
        select(a.patient_id, func.max(case((held, col(a.starts_at)))), func.min(case((planned, col(a.starts_at)))))
        .where(col(a.patient_id).in_(ids))
        .group_by(col(a.patient_id))
    ).all()
    return {row[0]: (row[1], row[2]) for row in rows}


def _last_messages(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    rows = session.execute(
        select(MessageThread.patient_id, MessageThread.last_at).where(col(MessageThread.patient_id).in_(ids))
    ).all()
    return {patient_id: last for patient_id, last in rows if last is not None}


def _leads(session: Session, ids: Sequence[uuid.UUID], today: date) -> dict[uuid.UUID, str]:
    c = CareRelationship
    rows = session.execute(
        select(c.patient_id, Staff.name)
        .join(Staff, col(Staff.id) == col(c.staff_id))
        .where(
            col(c.patient_id).in_(ids),
            col(c.kind) == CareKind.LEAD,
            col(c.starts_on) <= today,
            or_(col(c.ends_on).is_(None), col(c.ends_on) > today),
        )
        .order_by(col(c.starts_on))
    ).all()
    return {row[0]: row[1] for row in rows}
