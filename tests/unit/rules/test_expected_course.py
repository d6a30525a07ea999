"""Off the expected course: above the band, on a fresh answer, and never as a level."""

from datetime import UTC, datetime, timedelta

import pytest

from core.rules.expected_course import off_course

AT = datetime(2026, 11, 18, 9, tzinfo=UTC)
NEWEST = {"at": AT.isoformat(), "week": 8.0, "total": 24.0, "side": 1, "low": 7.2, "high": 19.8}


def course(**changed: object) -> dict:
    return {"instrument": "core-10", "newest": NEWEST | changed}


def test_an_answer_above_the_band_is_a_finding_with_its_facts() -> None:
    found = off_course(course(), now=AT + timedelta(days=2))
    assert found is not None
    assert found.rule == "off_course"
    (fact,) = found.facts
    assert (fact.at, fact.value, fact.threshold, fact.instrument) == (AT, 24.0, 19.8, "core-10")


@pytest.mark.parametrize("side", [0, -1])
def test_within_or_below_the_band_there_is_nothing_to_find(side: int) -> None:
    assert off_course(course(side=side), now=AT) is None


def test_without_a_course_an_answer_or_a_fresh_one_there_is_nothing_to_find() -> None:
    assert off_course(None, now=AT) is None
    assert off_course({"instrument": "core-10", "newest": None}, now=AT) is None
    assert off_course(course(), now=AT + timedelta(days=29)) is None
