"""When a group meets next: on the service's clock, through the change of the clock, not on a public holiday."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.errors import SettingsError
from core.exercises.groups import meetings_of, next_meetings
from core.rules.due import WorkingHours

HOURS = WorkingHours(ZoneInfo("Europe/Madrid"), frozenset(range(5)), time(8), time(18), "ES", "CT")
PROGRAMME = "eating-disorder-day-care"


def meeting(**more: Any) -> dict[str, Any]:
    return {
        "code": "circle", "kind": "group", "steps": [2], "weekday": 3, "at": "17:00", "minutes": 60,
        "first_on": "2026-01-08", "title": {"en": "Circle"}, "where": {"en": "Room 1"},
    } | more  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEXT: list[tuple[str, dict[str, Any], str, str]] = [
    ("the same week", {}, "2026-03-02T10:00", "2026-03-05T16:00"),
    ("before the first one", {}, "2025-12-20T10:00", "2026-01-08T16:00"),
    ("while it runs", {}, "2026-03-05T16:30", "2026-03-05T16:00"),
    ("when it is over", {}, "2026-03-05T17:00", "2026-03-12T16:00"),
    ("in summer time", {}, "2026-04-06T10:00", "2026-04-09T15:00"),
    ("not on a public holiday", {"weekday": 4, "first_on": "2026-01-09"}, "2026-12-24T10:00", "2027-01-08T16:00"),
    ("every other week", {"every_weeks": 2}, "2026-01-09T10:00", "2026-01-22T16:00"),
]


@pytest.mark.parametrize(("more", "now", "expected"), [n[1:] for n in NEXT], ids=[n[0] for n in NEXT])
def test_the_next_meeting(more: dict[str, Any], now: str, expected: str) -> None:
    own = meetings_of(PROGRAMME, {"groups": [meeting(**more)]})
    (found,) = next_meetings(own, step=2, hours=HOURS, now=moment(now))
    assert found.at == moment(expected)
    assert not own.example
    assert list(next_meetings(own, step=3, hours=HOURS, now=moment(now))) == []
    assert list(next_meetings(own, step=None, hours=HOURS, now=moment(now))) == []


def test_a_service_that_set_none_has_none_and_one_that_said_nothing_the_examples() -> None:
    assert meetings_of(PROGRAMME, {"groups": []}).meetings == ()
    assert meetings_of(PROGRAMME, {}).example
    assert meetings_of("another", {}).meetings == ()


FAULTS = [
    (meeting(weekday=2), "not the weekday"),
    (meeting(steps=[9]), "no step 9"),
    (meeting(title={"es": "Círculo"}), "needs English"),
    (meeting(at="25:00"), "at"),
    (meeting(link="x"), "link"),
]


@pytest.mark.parametrize(("said", "named"), FAULTS, ids=[named for _said, named in FAULTS])
def test_a_meeting_with_a_fault_is_refused_by_name(said: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refused:
        meetings_of(PROGRAMME, {"groups": [said]})
    assert PROGRAMME in str(refused.value)
