"""The facts of a session brief, one function for each thing that can have changed. Each counts what was entered, said
or rated and names its evidence; none estimates anything."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from core.measures import PROMPTS_ANSWERED, by_id
from core.queries.course import Course, RatingMark, ScoreMark
from core.queries.streams import Series, entry_days
from core.rules.usual import Usual
from models import AppointmentState, Domain, Side

LONG_DAYS = 60  # a contact longer ago is named, but only the last weeks are looked at
UNLIKE_SHARE = 0.5  # (d) a stream changed when at least half of its days, and two, lie outside the own usual
UNLIKE_DAYS = 2
RELIABLE_ALLIANCE = 0.70  # WAI-SR item mean, clinical reference, table of instruments (v)


class ContactKind(StrEnum):
    """What the last contact was."""

    SESSION = "session"
    MESSAGE = "message"
    START = "start"


class FactKind(StrEnum):
    """What a sentence of the brief is about, in the order of rank."""

    SAFETY_ANSWER = "safety_answer"
    SILENCE = "silence"
    UNLIKE_USUAL = "unlike_usual"
    ALLIANCE = "alliance"
    MISSED_SESSION = "missed_session"
    MESSAGES = "messages"
    FAMILY = "family"
    SCORE = "score"
    STEP = "step"
    AS_USUAL = "as_usual"
    NO_USUAL = "no_usual"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Contact:
    """When and how patient and team last spoke; ``number`` of a session."""

    kind: ContactKind
    at: datetime
    days_ago: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that changed. ``codes`` name what (domains, measure, instrument, sub-scale, relationship); ``n`` of
    ``of`` count days, entries or messages; ``value`` now, ``before`` or ``usual`` to compare with, ``top`` the end of
    its scale; ``first``/``last`` are day numbers of the evidence, ``at`` its moment, ``refs`` its record ids.
    """

    kind: FactKind
    codes: tuple[str, ...] = ()
    n: int = 0
    of: int = 0
    value: float | None = None
    before: float | None = None
    usual: Usual | None = None
    top: float | None = None
    direction: int = 0
    unit: str = ""
    first: int | None = None
    last: int | None = None
    at: datetime | None = None
    other: float | None = None
    refs: tuple[str, ...] = ()


def safety_facts(course: Course, contact: Contact) -> list[Fact]:
    """Safety answers above nothing since the contact, newest value each."""
    days, since = course.days, course.day_of(contact.at)
    safety = [m for m in by_id().values() if m.domain is Domain.SAFETY]
    facts = []
    for measure in safety:
        rows = (days.measure_id == measure.id) & (days.high > 0) & (days.day >= since)
        if rows.any():
            facts.append(
                Fact(
                    FactKind.SAFETY_ANSWER, (measure.code,), n=int(rows.sum()), value=float(days.high[rows][-1]),
                    top=measure.high, last=int(days.day[rows][-1]), first=int(days.day[rows][0]),
                )
            )  # fmt: skip
    return facts[:2]


def silence_facts(course: Course) -> list[Fact]:
    """That nothing was entered for two days or more, or ever."""
    present = entry_days(course.days)
    if not len(present):
        return [Fact(FactKind.NO_DATA)]
    silent = course.last - int(present[-1])
    if course.closed or silent < 2:
        return []
    return [Fact(FactKind.SILENCE, n=silent, first=int(present[-1]) + 1, last=course.last, of=_asked(course, silent))]


def _asked(course: Course, days: int) -> int:
    rows = (course.days.measure_id == PROMPTS_ANSWERED) & (course.days.day > course.last - days)
    return int(course.days.n[rows].sum())


def streams_facts(course: Course, first: int) -> list[Fact]:
    """Streams with at least half of their days since ``first`` outside the own usual; else that all are as usual."""
    known = course.series
    usual, unlike, steady = False, [], []
    for domain, series in known.items():
        recent = series.settled(course.today).between(first, course.last)
        if series.usual is None or not len(recent.day):
            continue
        usual = True
        fact = _unlike(domain, recent, series.usual)
        if fact is None:
            steady.append(domain.value)
        else:
            unlike.append(fact)
    if known and not usual:
        return [Fact(FactKind.NO_USUAL, n=len(np.unique(np.concatenate([s.day for s in known.values()]))))]
    unlike.sort(key=_distance, reverse=True)
    if unlike or not steady:
        return unlike[:3]
    return [Fact(FactKind.AS_USUAL, tuple(steady), first=first, last=course.last)]


def _unlike(domain: Domain, recent: Series, usual: Usual) -> Fact | None:
    sides = np.array([usual.unlike(v) for v in recent.value.tolist()])
    direction = 1 if (sides > 0).sum() >= (sides < 0).sum() else -1
    n, of = int((sides == direction).sum()), len(sides)
    if n < UNLIKE_DAYS or n < math.ceil(of * UNLIKE_SHARE):
        return None
    outside = recent.day[sides == direction]
    return Fact(
        FactKind.UNLIKE_USUAL, (domain.value,), n=n, of=of, value=float(np.median(recent.value)), usual=usual,
        top=recent.high, direction=direction, unit=recent.unit.value, first=int(outside[0]), last=int(outside[-1]),
    )  # fmt: skip


def _distance(fact: Fact) -> float:
    usual = fact.usual
    if usual is None or fact.value is None:
        return 0.0
    return abs(fact.value - usual.median) / max(usual.high - usual.low, 1e-9)


def alliance_facts(course: Course, contact: Contact) -> list[Fact]:
    """The patient's newest rating against the one before, on the sub-scale that moved most."""
    theirs = [r for r in course.ratings if r.side is Side.PATIENT]
    if len(theirs) < 2 or (theirs[-1].rated_at < contact.at and (course.now - theirs[-1].rated_at).days > LONG_DAYS):
        return []
    now, before = theirs[-1], theirs[-2]
    part = max(("goal", "task", "bond"), key=lambda p: abs(getattr(now, p) - getattr(before, p)))
    change = getattr(now, part) - getattr(before, part)
    if abs(change) < RELIABLE_ALLIANCE and now.rated_at < contact.at:
        return []
    own = [r for r in course.ratings if r.side is Side.THERAPIST]
    return [_alliance_fact(part, now, before, own[-1] if own else None)]


def _alliance_fact(part: str, now: RatingMark, before: RatingMark, own: RatingMark | None) -> Fact:
    change = getattr(now, part) - getattr(before, part)
    return Fact(
        FactKind.ALLIANCE, (part,), value=getattr(now, part), before=getattr(before, part),
        direction=0 if abs(change) < RELIABLE_ALLIANCE else int(math.copysign(1, change)), top=5.0, at=now.rated_at,
        other=getattr(own, part) if own else None, n=now.number or 0,
    )  # fmt: skip


def missed_facts(course: Course, contact: Contact) -> list[Fact]:
    """The last session that was missed since the contact."""
    missed = [
        s for s in course.sessions if s.state is AppointmentState.MISSED and contact.at < s.starts_at <= course.now
    ]
    return [Fact(FactKind.MISSED_SESSION, n=s.number, at=s.starts_at, refs=(str(s.id),)) for s in missed[-1:]]


def messages_facts(course: Course, contact: Contact) -> list[Fact]:
    """Messages since the contact, and how many wait for an answer."""
    theirs = [m for m in course.messages if m.from_patient]
    answered = [m.sent_at for m in course.messages if not m.from_patient]
    since = [m for m in theirs if m.sent_at > contact.at]
    waiting = [m for m in theirs if not answered or m.sent_at > answered[-1]]
    if not since and not waiting:
        return []
    newest = (since or waiting)[-1]
    return [
        Fact(FactKind.MESSAGES, n=len(since), of=len(waiting), at=newest.sent_at, refs=tuple(str(m.id) for m in since))
    ]


def family_facts(course: Course, contact: Contact) -> list[Fact]:
    """What the family noticed since the contact."""
    notes = [n for n in course.notes if n.written_at > contact.at]
    if not notes:
        return []
    worse = Counter(domain for note in notes for domain, seen in note.noticed.items() if seen == "worse")
    return [
        Fact(
            FactKind.FAMILY, (notes[-1].relationship, *(domain for domain, _n in worse.most_common(3))), n=len(notes),
            at=notes[-1].written_at, refs=tuple(str(n.id) for n in notes),
        )
    ]  # fmt: skip


def scores_facts(course: Course, contact: Contact) -> list[Fact]:
    """Instruments answered since the contact, against the time before; the two that moved most."""
    by_instrument: dict[str, list[ScoreMark]] = {}
    for score in course.scores:
        if score.total is not None:
            by_instrument.setdefault(score.instrument, []).append(score)
    facts = []
    for code, scores in by_instrument.items():
        newest = scores[-1]
        if newest.answered_at > contact.at and len(scores) > 1:
            change = (newest.total or 0.0) - (scores[-2].total or 0.0)
            refs = (str(newest.id), str(scores[-2].id))
            facts.append(
                Fact(
                    FactKind.SCORE, (code,), value=newest.total, before=scores[-2].total, at=newest.answered_at,
                    direction=int(np.sign(change)), refs=refs,
                )
            )  # fmt: skip
    return sorted(facts, key=lambda f: abs((f.value or 0) - (f.before or 0)), reverse=True)[:2]


def steps_facts(course: Course, contact: Contact) -> list[Fact]:
    """A change of the step of care since the contact."""
    since = course.day_of(contact.at)
    began = [s for s in course.steps[1:] if (s.started_on - contact.at.date()).days >= 0]
    return [Fact(FactKind.STEP, (s.reason,), n=s.step, first=since) for s in began[-1:]]
