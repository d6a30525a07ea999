"""Clocks and the one sentence at the top."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.queries.caseload import Scope
from core.queries.header import Freshness, Stream
from core.queries.today import Kind, TodayView, WorkItem
from core.queries.waiting_alerts import Due, Span
from dashboard.wording import today as words
from tests.factories.cast import NOW, ZONE

NOBODY = TodayView(NOW, ZONE, "Service", False, "Blue", Scope.MINE, (), (), 8, (), 0, 0, ())


def item(due: timedelta, *, kind: Kind = Kind.ALERT) -> WorkItem:
    at = NOW + due
    return WorkItem(kind, uuid.uuid4(), "Laia Puig", ZONE, NOW - timedelta(hours=3), at, at < NOW, rule="sleep_short")


def morning(*dues: timedelta) -> TodayView:
    return replace(NOBODY, work=tuple(item(due) for due in dues))


H, D = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("dues", "said"),
    [
        ((), "Nothing is due today."),
        ((2 * H,), "1 answer is due today, by 12:30."),
        ((H, 2 * H, 2 * D), "2 answers are due today, the first by 11:30; 1 is due later, by Fri 10:30."),
        ((-16 * H,), "1 answer is overdue since Tue 18:30; nothing else is due today."),
        (
            (-16 * H, -H, 5 * H, 20 * D, 21 * D),
            "2 answers are overdue, the first since Tue 18:30; 1 answer is due today, by 15:30; "
            "2 are due later, the first by 8 Dec.",
        ),
    ],
)
def test_one_sentence_says_what_needs_an_answer_today(dues: tuple[timedelta, ...], said: str) -> None:
    assert words.needs_sentence(morning(*dues)) == said


def test_the_sentence_counts_what_is_not_listed_and_says_when_the_first_of_it_is_due() -> None:
    unlisted = {Span.OVERDUE: Due(30, NOW - H), Span.TODAY: Due(4, NOW + H), Span.LATER: Due(1000, NOW + 2 * D)}
    view = replace(morning(-16 * H), unlisted=unlisted)
    assert words.needs_sentence(view) == (
        "31 answers are overdue, the first since Tue 18:30; 4 answers are due today, the first by 11:30; "
        "1,000 are due later, the first by Fri 10:30."
    )
    assert words.beyond(view) == "1,034 more are due after these; they come up as these are dealt with."
    assert words.beyond(NOBODY) == ""


@pytest.mark.parametrize(
    ("due", "clock", "group"),
    [
        (-16 * H, "overdue since Tue", "Overdue"),
        (-10 * D, "overdue since 8 Nov", "Overdue"),
        (timedelta(minutes=25), "due in 25 min", "Today"),
        (timedelta(seconds=10), "due in 1 min", "Today"),
        (2.5 * H, "due in 2 h", "Today"),
        (D, "by Thu 10:30", "Tomorrow"),
        (3 * D, "by Sat 10:30", "This week"),
        (9 * D, "by 27 Nov", "Later"),
    ],
)
def test_each_item_has_its_clock_and_its_heading(due: timedelta, clock: str, group: str) -> None:
    assert words.clock(item(due), NOBODY) == clock
    assert words.group_of(item(due), NOBODY) == group


@pytest.mark.parametrize(
    ("hour", "said"), [(7, "Good morning, Alice"), (13, "Good afternoon, Alice"), (21, "Good evening, Alice")]
)
def test_the_greeting_follows_the_clock_of_the_service(hour: int, said: str) -> None:
    at = datetime(2026, 11, 18, hour - 1, tzinfo=NOW.tzinfo)  # Barcelona is an hour ahead of UTC in winter
    assert words.greeting("Alice Example", replace(NOBODY, now=at)) == said


@pytest.mark.parametrize(("days", "said"), [(0, ""), (1, ""), (2, "2 d"), (9, "9 d"), (None, "–")])
def test_only_silence_is_written_beside_a_stream(days: int | None, said: str) -> None:
    assert words.age(Freshness(Stream.SLEEP, None, None, days, quiet=False)) == said


def test_an_empty_list_is_warm_and_says_who_is_silent() -> None:
    assert "Nothing waits" in words.nothing_waits(NOBODY)
    assert "nobody in your care" in words.no_people(NOBODY)
    assert "Nobody matches" in words.no_people(replace(NOBODY, total=5))
