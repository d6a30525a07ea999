"""When a person is asked: on their own clock, within the hours they are awake, the same times however often one looks;
and what a plan may be."""

import uuid
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from core.check_ins.blocks import Kind, crisis, kinds, questions, screens
from core.check_ins.plan import Agreed, Plan, with_settings
from core.check_ins.schedule import questions_a_week, slots
from core.check_ins.sleep import derive, from_clock, to_clock
from core.errors import InvalidInput
from models import PromptKind

WHO = uuid.UUID(int=11)
START = date(2026, 3, 16)
ZONES = ("Europe/Madrid", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca")


def of(plan: Plan, day: date = START, zone: str = "Europe/Madrid", who: uuid.UUID = WHO) -> list[tuple[str, datetime]]:
    found = slots(Agreed(plan, True, 1, START), patient_id=who, day=day, time_zone=zone)
    return [(slot.kind.value, slot.sent_at.astimezone(ZoneInfo(zone))) for slot in found]


def test_the_first_two_weeks_ask_five_times_a_day_then_twice() -> None:
    counts = [len(of(Plan(), START + timedelta(days=day))) for day in (0, 13, 14, 40)]
    assert counts == [5, 5, 2, 2]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4), START])
def test_threat_55_nobody_is_asked_outside_their_waking_hours_on_days_of_a_clock_change(zone: str, day: date) -> None:
    plan = Plan(wakes="07:30", sleeps="23:00", baseline_days=0, moments_a_day=5, safety=True)
    asked = of(plan, day, zone)
    assert len(asked) == 8
    assert all(at.date() == day for _kind, at in asked)
    assert all("07:30" <= at.strftime("%H:%M") <= "23:00" for _kind, at in asked)
    assert dict(asked)["morning"].strftime("%H:%M") == "07:30"
    assert dict(asked)["evening"].strftime("%H:%M") == "22:00"


def test_short_requests_never_follow_closely_and_differ_from_day_to_day() -> None:
    plan = Plan(baseline_a_day=5, morning=False, evening=False)
    gaps, first = [], set()
    for day in range(14):
        times = [at for _kind, at in of(plan, START + timedelta(days=day))]
        gaps += [later - earlier for earlier, later in pairwise(times)]
        first.add(times[0].time())
    assert min(gaps) >= timedelta(minutes=30)
    assert len(first) > 5


def test_the_same_day_always_gives_the_same_times_and_people_differ() -> None:
    assert of(Plan()) == of(Plan())
    assert of(Plan(baseline_a_day=3, morning=False)) != of(Plan(baseline_a_day=3, morning=False), who=uuid.UUID(int=12))


def test_a_pause_asks_nothing_until_its_day() -> None:
    plan = Plan(paused_until="2026-03-18")
    assert [bool(of(plan, START + timedelta(days=day))) for day in range(4)] == [False, False, True, True]


def test_safety_is_asked_only_where_somebody_opted_in() -> None:
    assert PromptKind.SAFETY.value not in dict(of(Plan()))
    assert PromptKind.SAFETY.value in dict(of(Plan(safety=True)))


@pytest.mark.parametrize(
    "settings",
    [
        {"wakes": "late"}, {"wakes": "20:00", "sleeps": "22:00"}, {"wakes": "12:00", "sleeps": "02:00"},
        {"baseline_a_day": 7}, {"moments_a_day": -1}, {"baseline_days": 60}, {"remind_after": 900},
        {"paused_until": "soon"}, {"every_minute": True},
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_kept_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        with_settings(Plan(), settings)


def test_the_load_is_said_in_questions_a_week() -> None:
    light, close = Plan(morning=False), Plan()
    assert questions_a_week(light, first_weeks=False) < questions_a_week(close, first_weeks=False)
    assert questions_a_week(close, first_weeks=False) < questions_a_week(close, first_weeks=True)
    assert questions_a_week(Plan(morning=False, evening=False), first_weeks=False) == 0


def test_a_night_on_the_clock() -> None:
    assert [from_clock(23, 30), from_clock(0, 15), from_clock(7, 0), from_clock(15, 0)] == [23.5, 24.25, 31.0, 15.0]
    assert [to_clock(23.5), to_clock(24.25), to_clock(31.0)] == [(23, 30), (0, 15), (7, 0)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"sleep_attempt": 23.5}, {}),
        ({"sleep_attempt": 23.5, "sleep_latency": 30}, {"sleep_onset": 24.0}),
        (
            {"bed_time": 23.0, "sleep_attempt": 23.5, "sleep_latency": 30, "awakenings": 0, "sleep_offset": 31.0,
             "out_of_bed": 31.0},
            {"sleep_onset": 24.0, "sleep_hours": 7.0, "sleep_efficiency": 87.5},
        ),
        ({"sleep_attempt": 31.0, "sleep_latency": 30, "awakenings": 0, "sleep_offset": 24.0}, {"sleep_onset": 31.5}),
    ],
)  # fmt: skip
def test_the_diary_says_only_what_its_answers_carry(given: dict[str, float], expected: dict[str, float]) -> None:
    assert derive(given) == expected


def test_urges_and_meals_are_for_programmes_about_eating() -> None:
    assert Kind.MEAL in kinds(eating=True)
    assert Kind.MEAL not in kinds(eating=False)
    assert "urge_binge" not in questions(Kind.EVENING, eating=False)
    assert "urge_binge" in questions(Kind.EVENING, eating=True)


@pytest.mark.parametrize(("thoughts", "asked"), [(None, False), (0.0, False), (1.0, True)])
def test_intent_and_plan_follow_thoughts_only(thoughts: float | None, asked: bool) -> None:
    given = {} if thoughts is None else {"suicidal_thoughts": thoughts}
    codes = [code for screen in screens(Kind.SAFETY, eating=False, given=given) for code in screen.questions]
    assert ("suicidal_plan" in codes) is asked


@pytest.mark.parametrize(
    ("given", "hard"),
    [
        ({}, False), ({"wish_not_alive": 0.0}, False), ({"sad": 7.0}, False), ({"wish_not_alive": 1.0}, True),
        ({"suicidal_plan": 1.0}, True),
    ],
)  # fmt: skip
def test_any_answer_about_safety_above_zero_is_a_hard_moment(given: dict[str, float], hard: bool) -> None:
    assert crisis(given) is hard
