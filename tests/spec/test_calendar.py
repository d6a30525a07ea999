"""Table in, answer out: what the calendar asks, when, and when not."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.errors import SettingsError
from core.instruments import calendar
from core.instruments.calendar import (
    Asked,
    Rhythm,
    Slot,
    alliance_asked,
    calendar_of,
    month_mark,
    open_slot,
    open_slots,
    within_the_week,
)

ENROLLED = date(2026, 1, 31)


def day(after: int) -> date:
    return ENROLLED + timedelta(days=after)


@pytest.mark.parametrize(
    ("months", "mark"),
    [(1, date(2026, 2, 28)), (3, date(2026, 4, 30)), (6, date(2026, 7, 31)), (12, date(2027, 1, 31)),
     (11, date(2026, 12, 31))],
)  # fmt: skip
def test_a_month_that_is_too_short_ends_on_its_last_day(months: int, mark: date) -> None:
    assert month_mark(ENROLLED, months) == mark


@pytest.mark.parametrize(("number", "asked"), [(1, True), (2, False), (3, True), (4, True), (5, False), (7, False),
                                               (8, True), (12, True), (0, False)])  # fmt: skip
def test_both_sides_are_asked_after_sessions_one_three_and_each_fourth(number: int, asked: bool) -> None:
    held = {"held_on": day(7 * number), "before": day(7 * number - 7), "enrolled_on": ENROLLED}
    assert alliance_asked(Rhythm(months=()), number, **held) is asked
    assert calendar.asked_after(number) is asked


@pytest.mark.parametrize(
    ("before", "held", "asked"),
    [
        (date(2026, 4, 23), date(2026, 4, 29), False),  # three months are on 30 April
        (date(2026, 4, 23), date(2026, 4, 30), True),
        (date(2026, 4, 23), date(2026, 5, 20), True),  # a gap in the sessions: the first one after it
        (date(2026, 4, 30), date(2026, 5, 7), False),
        (None, date(2026, 5, 7), True),
        (date(2026, 7, 30), date(2026, 8, 6), True),
        (date(2027, 1, 28), date(2027, 2, 4), True),
    ],
)
def test_both_sides_are_asked_after_the_first_session_since_three_six_and_twelve_months(
    before: date | None, held: date, asked: bool
) -> None:
    assert alliance_asked(Rhythm(), 13, held_on=held, before=before, enrolled_on=ENROLLED) is asked


@pytest.mark.parametrize(
    ("asked", "after", "opens", "lapses"),
    [
        (Asked("who-5", every_days=14), 0, 0, 14),
        (Asked("who-5", every_days=14), 13, 0, 14),
        (Asked("who-5", every_days=14), 14, 14, 28),
        (Asked("who-5", every_days=14), -1, None, None),
        (Asked("sus", months=(1, 3)), 27, None, None),
        (Asked("sus", months=(1, 3)), 28, 28, 56),
        (Asked("sus", months=(1, 3)), 55, 28, 56),
        (Asked("sus", months=(1, 3)), 56, None, None),  # not asked any more
        (Asked("sus", months=(1, 3)), 89, 89, 117),
        (Asked("nps", every_months=6), 180, None, None),
        (Asked("nps", every_months=6), 181, 181, 209),
        (Asked("nps", every_months=6), 365, 365, 393),
    ],
)
def test_a_questionnaire_is_open_from_its_day_until_it_lapses(
    asked: Asked, after: int, opens: int | None, lapses: int | None
) -> None:
    slot = open_slot(asked, enrolled_on=ENROLLED, today=day(after))
    if opens is None or lapses is None:
        assert slot is None
    else:
        assert slot is not None
        assert (slot.opens_on, slot.lapses_on) == (day(opens), day(lapses))


@pytest.mark.parametrize(
    ("answered", "asked"),
    [((), True), ((14,), False), ((20,), False), ((11,), False), ((10,), True), ((0,), True), ((28,), True)],
)
def test_what_was_answered_in_its_time_or_shortly_before_is_not_asked_twice(
    answered: tuple[int, ...], asked: bool
) -> None:
    plan = calendar.Calendar(Rhythm(), (Asked("who-5", every_days=14),), 50)
    found = open_slots(
        plan, informant="patient", enrolled_on=ENROLLED, today=day(21), answered={"who-5": [day(n) for n in answered]}
    )
    assert bool(found) is asked


def test_the_outcome_measure_comes_first_and_then_what_lapses_first() -> None:
    plan = calendar_of("eating-disorder-day-care", "core-10", {})
    asked = open_slots(plan, informant="patient", enrolled_on=ENROLLED, today=day(28), answered={})
    codes = [slot.instrument for slot in asked]
    assert codes[0] == "core-10"
    assert set(codes) == {"core-10", "who-5", "ede-qs", "phq-9", "gad-7", "sus", "vas-app", "watoci"}
    assert [slot.lapses_on for slot in asked[1:]] == sorted(slot.lapses_on for slot in asked[1:])
    therapist = open_slots(plan, informant="therapist", enrolled_on=ENROLLED, today=day(28), answered={})
    assert [slot.instrument for slot in therapist] == ["vas-platform"]


def slots(*items: int) -> list[Slot]:
    return [Slot(f"i{n}", count, ENROLLED, day(14)) for n, count in enumerate(items)]


@pytest.mark.parametrize(
    ("items", "answered", "now", "later"),
    [
        ((10, 5, 9), 0, ["i0", "i1", "i2"], []),
        ((10, 5, 9), 30, ["i0"], ["i1", "i2"]),
        ((10, 17, 9), 16, ["i0", "i2"], ["i1"]),  # what still fits is asked
        ((60, 5), 0, ["i0"], ["i1"]),  # longer than a week's allowance: in a week by itself
        ((60, 5), 1, ["i1"], ["i0"]),
        ((5,), 40, [], ["i0"]),
    ],
)
def test_no_more_items_are_asked_in_a_week_than_stated(
    items: tuple[int, ...], answered: int, now: list[str], later: list[str]
) -> None:
    asked, held_back = within_the_week(slots(*items), items_a_week=40, answered_items=answered)
    assert ([slot.instrument for slot in asked], [slot.instrument for slot in held_back]) == (now, later)


def test_a_programme_changes_what_is_asked() -> None:
    own = {
        "alliance": {"sessions": [2], "every_sessions": 0, "months": [6]}, "items_a_week": 20,
        "who-5": None, "ors": {"every_days": 7}, "sus": {"months": [2]}, "wai-sr-patient": None,
    }  # fmt: skip
    plan = calendar_of("day-hospital", "reqol-10", {"calendar": own})
    assert (plan.alliance.sessions, plan.alliance.every, plan.alliance.months) == (frozenset({2}), 0, (6,))
    assert plan.items_a_week == 20
    asked = {entry.instrument: entry for entry in plan.asked}
    assert "who-5" not in asked
    assert asked["ors"].every_days == 7
    assert asked["sus"].months == (2,)
    assert asked["reqol-10"].every_days == 28  # the outcome measure is asked in any case


@pytest.mark.parametrize(
    "own",
    [{"ors": {"weekly": True}}, {"ors": {"every_days": 0}}, {"ors": {"every_days": -7}}, {"sus": {"months": [0]}},
     {"items_a_week": "many"}, {"alliance": {"sessions": 3}}, {"ors": 7}, {"alliance": [1]},
     {"items_a_week": 0}, {"items_a_week": -5}, {"items_a_week": 2.7}, {"items_a_week": float("inf")},
     {"items_a_week": True}, {"alliance": {"sessions": "13"}}, {"alliance": {"months": "36"}},
     {"alliance": {"sessions": [1.5]}}, {"alliance": {"every_sessions": -4}}, {"ors": {"every_days": 10**9}},
     {"ors": {"months": [10**9]}}, {"ors": {"every_days": 7, "months": [3]}}, {"ors": {"months": []}},
     {"mood-99": {"every_days": 7}}, {"wai-sr-patient": {"every_days": 7}}, "weekly", [1]],
)  # fmt: skip
def test_a_calendar_that_cannot_be_used_is_refused_with_the_programmes_name(own: Any) -> None:
    with pytest.raises(SettingsError, match="day-hospital"):
        calendar_of("day-hospital", "core-10", {"calendar": own})
