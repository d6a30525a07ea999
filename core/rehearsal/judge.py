"""What a rehearsed rule would have been worth: how many alerts, how often something recorded followed, how early, and
what people said of the real ones."""

import statistics
import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.figures.estimates import wilson
from core.rehearsal.people import Past

QUIET_DAYS = 7  # (d) an alert keeps its rule quiet for a week: worked on, then until the next review
AHEAD_DAYS = 28  # (d) an event within four weeks counts as what the alert was about
NEAR_DAYS = 7  # (d) a real alert this close counts as the same
WEEK = 7


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n`` with the 95 % interval (Wilson); without any there is none."""

    k: int
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Low and high end as shares."""
        return wilson(self.k / self.n, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Judged:
    """Alerts of one setting. ``weeks`` are alerts for each therapist, by week; ``per_week`` their mean. ``followed``:
    of the alerts whose four weeks are over, those that a recorded event followed; ``lead_days`` the median from alert
    to event; ``preceded``: of the events, those with an alert in the four weeks before; ``useful``: of the alerts near
    a real one that somebody marked, those marked useful."""

    alerts: int
    people: int
    per_week: float
    weeks: tuple[float, ...]
    followed: Share
    lead_days: float | None
    preceded: Share
    useful: Share


def cooled(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """(key, day) of the alerts: the first finding of a person opens one, what comes within a week is added to it."""
    kept: list[tuple[int, int]] = []
    for key, day in sorted(set(found)):
        if not kept or kept[-1][0] != key or day >= kept[-1][1] + QUIET_DAYS:
            kept.append((key, day))
    return kept


def judge(alerts: Sequence[tuple[int, int]], past: Past, *, first: int, last: int) -> Judged:
    """The figures of these alerts (day numbers) over the days from ``first`` to ``last``."""
    count = (last - first + WEEK) // WEEK
    therapists = _therapists(past, first, count)
    raised = Counter(_week(day, first) for _key, day in alerts)
    weeks = tuple(raised[week] / therapists[week] if therapists[week] else 0.0 for week in range(count))
    led = sum(therapists)
    ahead = [(_next(past.events.get(key, ()), day), day) for key, day in alerts]
    over = [(event, day) for event, day in ahead if day + AHEAD_DAYS <= last]
    leads = [event - day for event, day in over if event is not None]
    marks = [mark for key, day in alerts if (mark := _mark(past.marks.get(key, ()), day)) is not None]
    return Judged(
        alerts=len(alerts), people=len({key for key, _day in alerts}),
        per_week=len(alerts) / led if led else 0.0, weeks=weeks,
        followed=Share(len(leads), len(over)), lead_days=statistics.median(leads) if leads else None,
        preceded=_preceded(alerts, past, first, last), useful=Share(sum(marks), len(marks)),
    )  # fmt: skip


def _week(day: int, first: int) -> int:
    return (day - first) // WEEK


def _therapists(past: Past, first: int, count: int) -> list[int]:
    """How many people led a treatment in each week."""
    found: list[set[uuid.UUID]] = [set() for _ in range(count)]
    for led in past.leads.values():
        for staff, began, ended in led:
            for week in range(max(0, _week(began, first)), min(count, _week(ended - 1, first) + 1)):
                found[week].add(staff)
    return [len(staff) for staff in found]


def _next(events: Sequence[int], day: int) -> int | None:
    """The first event after the day, within four weeks."""
    place = bisect_right(events, day)
    return events[place] if place < len(events) and events[place] <= day + AHEAD_DAYS else None


def _preceded(alerts: Sequence[tuple[int, int]], past: Past, first: int, last: int) -> Share:
    by_key: dict[int, list[int]] = {}
    for key, day in alerts:
        by_key.setdefault(key, []).append(day)
    known = [(key, day) for key, days in past.events.items() for day in days if first + AHEAD_DAYS <= day <= last]
    hit = 0
    for key, day in known:
        days = by_key.get(key, [])
        place = bisect_left(days, day) - 1
        hit += place >= 0 and days[place] >= day - AHEAD_DAYS
    return Share(hit, len(known))


def _mark(marks: Sequence[tuple[int, bool]], day: int) -> bool | None:
    near = [(abs(opened - day), useful) for opened, useful in marks if abs(opened - day) <= NEAR_DAYS]
    return min(near)[1] if near else None
