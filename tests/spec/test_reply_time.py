"""When an answer can be expected: counted in the team's working hours, so that nights, weekends and holidays are said
as what they are."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.rules.due import WorkingHours
from core.rules.reply_time import add_working_time, expected, next_opening, waits_of, working_time
from models import Service

ZONE = ZoneInfo("Europe/Madrid")
HOURS = WorkingHours.of(Service(name="Test", time_zone="Europe/Madrid", country="ES", region="CT"))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-18T09:00", "2026-11-18T11:30", 2.5),  # within one day
        ("2026-11-18T17:00", "2026-11-19T09:00", 2),  # a night
        ("2026-11-20T17:00", "2026-11-23T09:00", 2),  # a weekend
        ("2026-12-24T16:00", "2026-12-28T10:00", 4),  # Christmas, Saint Stephen, a weekend
        ("2026-11-21T10:00", "2026-11-22T23:00", 0),  # answered on a Sunday: no working hour passed
        ("2026-10-23T17:00", "2026-10-26T09:00", 2),  # clocks go back on the Sunday
        ("2026-11-18T11:00", "2026-11-18T10:00", 0),
    ],
)
def test_only_working_hours_count_as_waiting(start: str, end: str, hours: float) -> None:
    assert working_time(HOURS, local(start), local(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-18T09:00", 2, "2026-11-18T11:00"),
        ("2026-11-18T17:00", 2, "2026-11-19T09:00"),
        ("2026-11-20T17:00", 2, "2026-11-23T09:00"),
        ("2026-11-21T10:00", 2, "2026-11-23T10:00"),  # Saturday
        ("2026-11-18T05:00", 0.5, "2026-11-18T08:30"),  # before opening
        ("2026-11-18T09:00", 25, "2026-11-20T14:00"),
        ("2026-12-24T17:00", 2, "2026-12-28T09:00"),
    ],
)
def test_a_wait_is_added_in_working_hours(start: str, hours: float, end: str) -> None:
    assert add_working_time(HOURS, local(start), timedelta(hours=hours)) == local(end)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-18T09:00", None),
        ("2026-11-18T07:59", "2026-11-18T08:00"),
        ("2026-11-18T18:00", "2026-11-19T08:00"),
        ("2026-11-20T20:00", "2026-11-23T08:00"),
        ("2026-12-25T10:00", "2026-12-28T08:00"),
    ],
)
def test_when_the_team_is_back(now: str, opens: str | None) -> None:
    assert next_opening(HOURS, local(now)) == (local(opens) if opens else None)


def waits(*hours: float) -> list[tuple[datetime, datetime]]:
    asked = local("2026-11-16T09:00")
    return [(asked, asked + timedelta(hours=wait)) for wait in hours]


def test_usual_is_what_four_of_five_answers_kept() -> None:
    answer = expected(HOURS, waits(1, 2, 3, 4, 8), now=local("2026-11-18T09:00"))
    assert answer.measured
    assert answer.by == local("2026-11-18T13:00")
    assert answer.opens is None


def test_usual_over_a_weekend_is_said_for_the_monday() -> None:
    answer = expected(HOURS, waits(1, 2, 3, 4, 8), now=local("2026-11-21T16:00"))
    assert (answer.by, answer.opens) == (local("2026-11-23T12:00"), local("2026-11-23T08:00"))


def test_too_few_answers_are_not_usual_and_the_second_working_day_is_meant() -> None:
    answer = expected(HOURS, waits(1, 1, 1, 1), now=local("2026-11-19T09:00"))
    assert not answer.measured
    assert answer.by == local("2026-11-23T18:00")


def test_no_minutes_are_promised_and_the_moment_is_a_round_one() -> None:
    answer = expected(HOURS, waits(0, 0, 0, 0.1, 0.1), now=local("2026-11-18T09:07"))
    assert answer.by == local("2026-11-18T10:30")


def test_only_the_newest_answers_count() -> None:
    answer = expected(HOURS, waits(*[8.0] * 40, *[2.0] * 30), now=local("2026-11-18T09:00"))
    assert answer.by == local("2026-11-18T11:00")


def test_a_wait_lasts_from_the_first_unanswered_message_to_the_answer() -> None:
    at = [local(f"2026-11-18T{hour:02}:00") for hour in range(8, 14)]
    sides = [True, True, False, False, True, False]
    assert waits_of(zip(sides, at, strict=True), to_patient=True) == [(at[0], at[2]), (at[4], at[5])]
    assert waits_of(zip(sides, at, strict=True), to_patient=False) == [(at[2], at[4])]
