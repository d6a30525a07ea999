"""The time line: the streams of one patient on one axis with the alliance of both sides on top, the gaps in them, and
what happened, each as something one can point at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from core.clock import day_number
from core.queries.course import Course, RatingMark
from core.queries.exercise_marks import DoingMark
from core.queries.streams import Series, entry_days, runs_without
from core.rules.family_agreement import Agreement
from models import AppointmentState, Domain, Side

PANELS: tuple[tuple[str, tuple[Domain, ...]], ...] = (
    ("affect", (Domain.POSITIVE_AFFECT, Domain.NEGATIVE_AFFECT)),
    ("urges", (Domain.URGES,)),
    ("meals", (Domain.MEALS,)),
    ("activity", (Domain.ACTIVITY,)),
    ("sleep", (Domain.SLEEP,)),
)
LEAST_DAYS = 14  # the shortest axis that is drawn


class MarkKind(StrEnum):
    """What happened."""

    SESSION = "session"
    MISSED_SESSION = "missed_session"
    MESSAGE_IN = "message_in"
    MESSAGE_OUT = "message_out"
    FAMILY_NOTE = "family_note"
    ALERT = "alert"
    STEP = "step"
    EXERCISE = "exercise"


@dataclass(frozen=True, slots=True)
class Mark:
    """One event. ``number`` is a session's or a step's, or how much an exercise helped (0–4); ``code`` a rule, an
    exercise, or a relative's relationship; ``noticed`` what the family saw and ``agreement`` how that stands to the
    patient's own entries; ``done`` whether an alert was closed, a message read, or an exercise done."""

    kind: MarkKind
    at: datetime
    number: int | None = None
    code: str = ""
    noticed: tuple[tuple[str, str], ...] = ()
    done: bool = False
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One row of the figure: its series share the axis."""

    code: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class TimelineView:
    """Day numbers ``first`` to ``last`` (days since 1970-01-01 on the patient's calendar) with what lies in them.

    ``panels`` have at least one value in the range; ``quiet`` names panels with values only before it, ``never`` those
    without any value read. ``gaps`` are stretches of at least two days without an entry, as (first, last).
    ``withheld`` is whether a rating of the patient waits for the therapist's own, ``own`` whether the reader is the
    therapist who rates.
    """

    time_zone: str
    given_name: str
    days: int | None
    first: int
    last: int
    closed: bool
    today: int
    ratings: tuple[RatingMark, ...]
    panels: tuple[Panel, ...]
    quiet: tuple[str, ...]
    never: tuple[str, ...]
    gaps: tuple[tuple[int, int], ...]
    marks: tuple[Mark, ...]
    withheld: bool
    own: bool

    def side(self, side: Side) -> tuple[RatingMark, ...]:
        """The ratings of one side, oldest first."""
        return tuple(r for r in self.ratings if r.side is side)


def timeline_of(course: Course, *, days: int | None, doings: Sequence[DoingMark] = ()) -> TimelineView:
    """The time line of the last ``days`` days (``None``: all there is), with the exercises that were begun."""
    last = course.last
    first = _first(course, days)
    known = course.series
    shown: list[Panel] = []
    quiet: list[str] = []
    never: list[str] = []
    for code, domains in PANELS:
        series = tuple(known[d].between(first, last) for d in domains if d in known)
        if any(len(s.day) for s in series):
            shown.append(Panel(code, tuple(s for s in series if len(s.day))))
        else:
            (quiet if series else never).append(code)
    began = max(first, course.began if course.began is not None else last + 1)
    zone = course.patient.time_zone
    return TimelineView(
        time_zone=zone, given_name=course.patient.given_name or course.patient.name, days=days, first=first, last=last,
        closed=course.closed, today=course.today,
        ratings=tuple(r for r in course.ratings if first <= day_number(r.rated_at, zone) <= last),
        panels=tuple(shown), quiet=tuple(quiet), never=tuple(never),
        gaps=runs_without(entry_days(course.days), first=began, last=last - 1) if began < last else (),
        marks=tuple(m for m in _marks(course, doings) if first <= day_number(m.at, zone) <= last),
        withheld=course.withheld, own=course.own,
    )  # fmt: skip


def _first(course: Course, days: int | None) -> int:
    """The first day of the range: not before anything happened, but two weeks at least."""
    moments = [s.starts_at for s in course.sessions[:1]] + [m.sent_at for m in course.messages[:1]]
    happened = [course.day_of(moment) for moment in (*moments, *(r.rated_at for r in course.ratings[:1]))]
    start = min([*happened, course.last if course.began is None else course.began])
    asked = course.last - days + 1 if days else start
    return min(max(asked, start), course.last - LEAST_DAYS + 1)


def _marks(course: Course, doings: Sequence[DoingMark]) -> list[Mark]:
    exercises = [Mark(MarkKind.EXERCISE, d.at, number=d.helped, code=d.exercise, done=d.done) for d in doings]
    return [*_session_marks(course), *_message_marks(course), *_other_marks(course), *exercises]


def _session_marks(course: Course) -> list[Mark]:
    kinds = {AppointmentState.HELD: MarkKind.SESSION, AppointmentState.MISSED: MarkKind.MISSED_SESSION}
    return [
        Mark(kinds[s.state], s.starts_at, number=s.number)
        for s in course.sessions
        if s.state in kinds and s.starts_at <= course.now
    ]


def _message_marks(course: Course) -> list[Mark]:
    return [
        Mark(MarkKind.MESSAGE_IN if m.from_patient else MarkKind.MESSAGE_OUT, m.sent_at, done=m.read)
        for m in course.messages
    ]


def _other_marks(course: Course) -> list[Mark]:
    notes = [
        Mark(
            MarkKind.FAMILY_NOTE, n.written_at, code=n.relationship, noticed=tuple(sorted(n.noticed.items())),
            agreement=n.agreement,
        )
        for n in course.notes
    ]  # fmt: skip
    alerts = [Mark(MarkKind.ALERT, a.opened_at, code=a.rule, done=a.closed_at is not None) for a in course.alerts]
    steps = [Mark(MarkKind.STEP, _noon(s.started_on), number=s.step, code=s.reason) for s in course.steps[1:]]
    return [*notes, *alerts, *steps]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
