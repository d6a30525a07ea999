"""The session brief: what changed since the last contact, as facts with their evidence. Ranked by what a clinician
must not miss; sentences are made in ``dashboard.wording.brief``. Nothing here estimates anything."""

from dataclasses import dataclass
from datetime import datetime

from core.queries.course import Course
from core.queries.facts import (
    LONG_DAYS,
    Contact,
    ContactKind,
    Fact,
    FactKind,
    alliance_facts,
    family_facts,
    messages_facts,
    missed_facts,
    safety_facts,
    scores_facts,
    silence_facts,
    steps_facts,
    streams_facts,
)
from models import AppointmentState

MOST = 6
SHORT_DAYS = 7  # after a contact a day or two ago the streams are looked at over the last week
RANK = {kind: place for place, kind in enumerate(FactKind)}  # facts are read in this order


@dataclass(frozen=True, slots=True)
class BriefView:
    """The facts since ``contact``, at most six, ranked; ``first`` to ``last`` are the days of the streams looked at."""

    given_name: str
    name: str
    time_zone: str
    now: datetime
    contact: Contact
    first: int
    last: int
    closed: bool
    facts: tuple[Fact, ...]


def brief_of(course: Course) -> BriefView:
    """What changed in ``course`` since the last contact."""
    contact = last_contact(course)
    since = max(course.day_of(contact.at) + 1, course.last - LONG_DAYS + 1)
    first = min(since, course.last - SHORT_DAYS + 1)
    streams = streams_facts(course, first)
    facts = [
        *safety_facts(course, contact), *silence_facts(course), *alliance_facts(course, contact), *streams[:2],
        *messages_facts(course, contact), *family_facts(course, contact), *missed_facts(course, contact),
        *scores_facts(course, contact), *steps_facts(course, contact), *streams[2:],
    ]  # fmt: skip
    kept = sorted(facts[:MOST], key=lambda fact: RANK[fact.kind])
    return BriefView(
        given_name=course.patient.given_name or course.patient.name, name=course.patient.name,
        time_zone=course.patient.time_zone, now=course.now, contact=contact, first=first, last=course.last,
        closed=course.closed, facts=tuple(kept),
    )  # fmt: skip


def last_contact(course: Course) -> Contact:
    """The last held session or message of the team, whichever is later; before any, the start of treatment."""
    held = [s for s in course.sessions if s.state is AppointmentState.HELD and s.starts_at <= course.now]
    found: list[tuple[datetime, ContactKind, int | None]] = []
    found.extend((s.starts_at, ContactKind.SESSION, s.number) for s in held[-1:])
    found.extend((m.sent_at, ContactKind.MESSAGE, None) for m in course.messages if not m.from_patient)
    if not found:
        began = course.patient.enrolled_on
        start = datetime(began.year, began.month, began.day, tzinfo=course.now.tzinfo)
        return Contact(ContactKind.START, start, (course.now - start).days)
    at, kind, number = max(found, key=lambda f: f[0])
    return Contact(kind, at, course.today - course.day_of(at), number)
