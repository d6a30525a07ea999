"""Rupture watch: what between two people is unlike their own usual. Each component stands for itself, with its numbers;
there is no score of them together, because a sum would hide what to ask about. A component with too little behind it
says so and is never "as usual". All thresholds are our defaults (d) but the measurement error of the ratings."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules.alliance import SUBSCALES, Rating, possible_strain
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS

USUAL_NEEDS = 3  # (d) earlier ratings before one speaks of a side's usual
LONGEST_REPLY = timedelta(days=7)  # (d) what comes later begins a new conversation
FEW_REPLIES, USUAL_REPLIES = 2, 4  # (d) replies lately, and before, before they are compared
SLOWER, SLOWER_BY = 2.0, 12.0  # (d) at least twice the usual, and half a day
FEWER, LEAST_EXPECTED = 0.5, 2.0  # (d) at most half of at least two expected messages
FEWER_ENTRIES = 0.20  # (d) share of prompts answered, below the usual
FEW_PROMPTS = 14  # (d) prompts lately, and before
SESSION_DAYS, USUAL_SESSIONS = 28, 4  # (d)
_EXACT = 1e-9


class Part(StrEnum):
    """What is watched, in the order in which it is asked about."""

    GOAL = "goal"
    TASK = "task"
    BOND = "bond"
    PATIENT_REPLIES = "patient_replies"
    MESSAGES = "messages"
    ENTRIES = "entries"
    SESSIONS = "sessions"
    TEAM_REPLIES = "team_replies"


@dataclass(frozen=True, slots=True)
class Component:
    """One thing watched: ``value`` lately and ``usual`` before (points of item mean, hours, messages a week, share of
    prompts, share of sessions missed), each from ``n`` and ``n_usual`` observations. ``usual`` is ``None`` where there
    is too little to speak of one. ``at`` is the moment of the newest observation; ``side`` says whose rating it is.
    """

    part: Part
    value: float
    usual: float | None
    n: int
    n_usual: int
    unlike: bool
    at: datetime | None = None
    side: str | None = None

    @property
    def is_rating(self) -> bool:
        """Whether somebody said it, rather than something being counted."""
        return self.side is not None


@dataclass(frozen=True, slots=True)
class Word:
    """That somebody wrote, not what."""

    at: datetime
    from_patient: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session that should have been, and whether the patient missed it."""

    at: datetime
    missed: bool


def of_ratings(ratings: Sequence[Rating], side: str, *, error: float) -> list[Component]:
    """Goal, task and bond of one side's newest rating against the mean of its earlier ones. Unlike usual: below it by
    at least the measurement error, or a fall as the rule ``alliance_fall`` has it. ``ratings``: oldest first."""
    if not ratings:
        return []
    strain = possible_strain(ratings)
    fallen = {fact.subscale for fact in strain.facts} if strain else set()
    found = []
    for name in SUBSCALES:
        value = ratings[-1].parts.get(name)
        earlier = [part for part in (rating.parts.get(name) for rating in ratings[:-1]) if part is not None]
        if value is None:
            continue
        usual = statistics.fmean(earlier) if len(earlier) >= USUAL_NEEDS else None
        below = usual is not None and usual - value >= error - _EXACT
        found.append(
            Component(
                Part(name), value, usual if usual is not None else (earlier[-1] if earlier else None), 1, len(earlier),
                below or name in fallen, ratings[-1].at, side,
            )
        )  # fmt: skip
    return found


def of_replies(words: Sequence[Word], *, by_patient: bool, now: datetime) -> Component | None:
    """How long one side takes to answer the other: the median of the last two weeks against that of the eight weeks
    before, in hours. A wait still open counts with the time waited so far where that is longer than the usual."""
    waits, still_open = _waits(words, by_patient=by_patient, now=now)
    edge = now - timedelta(days=REVIEW_DAYS)
    recent = [hours for asked, hours in waits if asked > edge]
    before = [hours for asked, hours in waits if edge - timedelta(days=WINDOW_DAYS) < asked <= edge]
    usual = statistics.median(before) if len(before) >= USUAL_REPLIES else None
    if still_open is not None and still_open > (usual or 0.0) and now - timedelta(hours=still_open) > edge:
        recent.append(still_open)
    if not recent:
        return None
    value = statistics.median(recent)
    enough = usual is not None and len(recent) >= FEW_REPLIES
    slow = enough and usual is not None and value >= max(SLOWER * usual, usual + SLOWER_BY)
    part = Part.PATIENT_REPLIES if by_patient else Part.TEAM_REPLIES
    return Component(part, value, usual if enough else None, len(recent), len(before), slow, words[-1].at)


def _waits(
    words: Sequence[Word], *, by_patient: bool, now: datetime
) -> tuple[list[tuple[datetime, float]], float | None]:  # fmt: skip
    """(Asked at, hours until the side answered) and the hours of a wait that is still open."""
    asked: datetime | None = None
    waits = []
    for word in words:
        if word.from_patient is not by_patient:
            asked = asked or word.at
        elif asked is not None:
            if word.at - asked <= LONGEST_REPLY:
                waits.append((asked, (word.at - asked) / timedelta(hours=1)))
            asked = None
    waiting = asked is not None and now - asked <= LONGEST_REPLY
    return waits, (now - asked) / timedelta(hours=1) if waiting and asked is not None else None


def of_messages(words: Sequence[Word], *, began: datetime, now: datetime) -> Component | None:
    """Messages of the patient a week: the last two weeks against the eight before, or what there was of them."""
    edge = now - timedelta(days=REVIEW_DAYS)
    start = max(began, edge - timedelta(days=WINDOW_DAYS))
    weeks = (edge - start) / timedelta(weeks=1)
    written = [word.at for word in words if word.from_patient]
    if weeks < 2 or not written:
        return None
    recent = sum(at > edge for at in written)
    before = sum(start < at <= edge for at in written)
    usual, lately = before / weeks, recent / (REVIEW_DAYS / 7)
    fewer = usual * REVIEW_DAYS / 7 >= LEAST_EXPECTED - _EXACT and lately <= FEWER * usual + _EXACT
    return Component(Part.MESSAGES, lately, usual, recent, before, fewer, written[-1])


def of_entries(days: Sequence[tuple[int, int, int]], *, today: int) -> Component | None:
    """Share of prompts that were answered, over the last two weeks against the eight before. ``days``: (day number,
    prompts sent, of these answered); a day without prompts is absent, because who is not asked misses nothing."""
    edge = today - REVIEW_DAYS
    recent = [(sent, answered) for day, sent, answered in days if day > edge]
    before = [(sent, answered) for day, sent, answered in days if edge - WINDOW_DAYS < day <= edge]
    n, n_usual = sum(sent for sent, _a in recent), sum(sent for sent, _a in before)
    if not n:
        return None
    value = sum(answered for _s, answered in recent) / n
    usual = sum(answered for _s, answered in before) / n_usual if n_usual >= FEW_PROMPTS else None
    fewer = usual is not None and n >= FEW_PROMPTS and value <= usual - FEWER_ENTRIES + _EXACT
    return Component(Part.ENTRIES, value, usual, n, n_usual, fewer)


def of_sessions(meetings: Sequence[Meeting], *, now: datetime) -> Component | None:
    """Share of sessions that were missed in the last four weeks against all before."""
    edge = now - timedelta(days=SESSION_DAYS)
    recent = [meeting.missed for meeting in meetings if edge < meeting.at <= now]
    before = [meeting.missed for meeting in meetings if meeting.at <= edge]
    if not recent:
        return None
    value = statistics.fmean(recent)
    usual = statistics.fmean(before) if len(before) >= USUAL_SESSIONS else None
    more = usual is not None and sum(recent) > 0 and value >= 2 * usual
    newest = max(meeting.at for meeting in meetings if meeting.at <= now)
    return Component(Part.SESSIONS, value, usual, len(recent), len(before), more, newest)


def worth_asking(components: Sequence[Component]) -> Component | None:
    """What to ask about: the first rating unlike usual (the patient's before the therapist's); without one, the first
    counted component where at least two are unlike usual (one alone is ordinary)."""
    ratings = [c for c in components if c.is_rating and c.unlike]
    counted = [c for c in components if not c.is_rating and c.unlike]
    order = list(Part)
    if ratings:
        return min(ratings, key=lambda c: (c.side != "patient", order.index(c.part)))
    return min(counted, key=lambda c: order.index(c.part)) if len(counted) >= 2 else None
