"""When a response is due, on the service's own clock: hours, nights, weekends, public holidays, clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.rules.due import due_at
from models import Response, Service

ZONE = ZoneInfo("Europe/Madrid")
_R = Response


def service(**more: object) -> Service:
    fields: dict[str, object] = {"name": "Test", "time_zone": "Europe/Madrid", "country": "ES", "region": "CT"}
    return Service.model_validate(fields | more)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("response", "opened", "due"),
    [
        # 18 November 2026 is a Wednesday
        (_R.NOW, "2026-11-18T09:00", "2026-11-18T10:00"),
        (_R.NOW, "2026-11-22T03:00", "2026-11-22T04:00"),  # Sunday night
        (_R.SAME_DAY, "2026-11-18T09:00", "2026-11-18T18:00"),
        (_R.SAME_DAY, "2026-11-18T03:00", "2026-11-18T15:00"),  # before opening: 12 hours come first
        (_R.SAME_DAY, "2026-11-18T17:30", "2026-11-18T18:30"),  # at least an hour
        (_R.SAME_DAY, "2026-11-18T18:00", "2026-11-19T06:00"),  # closed
        (_R.SAME_DAY, "2026-11-21T10:00", "2026-11-21T22:00"),  # Saturday
        (_R.SAME_DAY, "2026-12-25T10:00", "2026-12-25T22:00"),  # holiday
        (_R.NEXT_WORKING_DAY, "2026-11-18T23:00", "2026-11-19T18:00"),
        (_R.NEXT_WORKING_DAY, "2026-11-20T09:00", "2026-11-23T18:00"),  # over the weekend
        (_R.NEXT_WORKING_DAY, "2026-12-24T09:00", "2026-12-28T18:00"),  # Christmas, Saint Stephen, Sunday
        (_R.TWO_WORKING_DAYS, "2026-11-19T09:00", "2026-11-23T18:00"),
        (_R.NEXT_SESSION, "2026-11-18T09:00", "2026-11-25T18:00"),
        (_R.SUPERVISION, "2026-11-18T09:00", "2026-12-02T18:00"),
        # Clocks go back in the night to 25 October 2026 and forward in the night to 28 March 2027
        (_R.SAME_DAY, "2026-10-24T20:00", "2026-10-25T07:00"),  # twelve hours pass, eleven on the wall
        (_R.NEXT_WORKING_DAY, "2026-10-23T09:00", "2026-10-26T18:00"),
        (_R.SAME_DAY, "2027-03-27T20:00", "2027-03-28T09:00"),
        (_R.NOW, "2027-03-28T01:30", "2027-03-28T03:30"),
    ],
)
def test_a_response_is_due_on_the_services_own_clock(response: Response, opened: str, due: str) -> None:
    found = due_at(response, local(opened), service())
    assert found.astimezone(ZONE).replace(tzinfo=None) == datetime.fromisoformat(due)
    assert found.tzinfo is UTC


def test_next_session_is_the_planned_one_where_there_is_one_to_come() -> None:
    opened, planned = local("2026-11-18T09:00"), local("2026-12-09T11:00")
    assert due_at(_R.NEXT_SESSION, opened, service(), next_session=planned) == planned
    past = local("2026-11-17T11:00")
    assert due_at(_R.NEXT_SESSION, opened, service(), next_session=past) == local("2026-11-25T18:00")


def test_a_holiday_of_another_region_is_a_working_day_here() -> None:
    opened = local("2026-09-10T09:00")  # the 11th is a holiday in Catalonia only
    assert due_at(_R.NEXT_WORKING_DAY, opened, service()) == local("2026-09-14T18:00")
    assert due_at(_R.NEXT_WORKING_DAY, opened, service(region="MD")) == local("2026-09-11T18:00")


def test_a_country_without_a_calendar_keeps_its_weekends() -> None:
    nowhere = service(country="XX", region=None)
    assert due_at(_R.NEXT_WORKING_DAY, local("2026-12-24T09:00"), nowhere) == local("2026-12-25T18:00")


def test_a_service_sets_its_own_week() -> None:
    weekend = service(settings={"working_hours": {"days": [5, 6], "from": "10:00", "to": "14:00"}})
    assert due_at(_R.NEXT_WORKING_DAY, local("2026-11-18T09:00"), weekend) == local("2026-11-21T14:00")
    assert due_at(_R.SAME_DAY, local("2026-11-21T11:00"), weekend) == local("2026-11-21T14:00")


def test_the_same_moment_in_another_zone_is_due_at_the_same_moment() -> None:
    here = local("2026-11-18T23:30")
    assert due_at(_R.NEXT_WORKING_DAY, here.astimezone(UTC), service()) == due_at(_R.NEXT_WORKING_DAY, here, service())


def test_a_region_without_a_calendar_keeps_the_holidays_of_its_country() -> None:
    found = due_at(_R.NEXT_WORKING_DAY, local("2026-12-24T09:00"), service(region="XX"))
    assert found == local("2026-12-28T18:00")


@pytest.mark.parametrize(
    "hours",
    [
        {"days": [], "from": "08:00", "to": "18:00"},  # a week without days would never come to one
        {"days": [7], "from": "08:00", "to": "18:00"},
        {"days": [0], "from": "eight", "to": "18:00"},
        {"days": [0], "from": "18:00", "to": "08:00"},
        {"from": "08:00"},
        [8, 18],
    ],
)
def test_hours_that_no_week_has_are_said_and_ours_hold(hours: object, caplog: pytest.LogCaptureFixture) -> None:
    found = due_at(_R.NEXT_WORKING_DAY, local("2026-11-20T09:00"), service(settings={"working_hours": hours}))
    assert found == local("2026-11-23T18:00")
    assert "working hours cannot be used" in caplog.text
