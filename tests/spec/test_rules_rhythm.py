"""Days and nights in, findings out: silence, missed meals, short nights; what is not known counts for nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from core.rules.rhythm import Night, compensation_rise, meals_missed, short_nights, silence

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "asked", "after_safety", "found"),
    [
        (72, True, False, True),
        (71.9, True, False, False),
        (24, True, True, True),
        (23.9, True, True, False),
        (200, False, False, False),
        (200, False, True, False),
    ],
)
def test_silence_begins_after_three_days_or_one_after_a_safety_answer_while_entries_are_asked_for(
    hours: float, asked: bool, after_safety: bool, found: bool
) -> None:
    last = NOW - timedelta(hours=hours)
    quiet = silence(last, asked_since=asked, after_safety=after_safety, now=NOW)
    assert (quiet is not None) == found
    if quiet is not None:
        assert (quiet.facts[0].at, quiet.facts[0].value) == (last, hours)


@pytest.mark.parametrize(
    ("skipped", "found"),
    [
        ({9: 2, 10: 2}, True),
        ({9: 3, 10: 2}, True),
        ({9: 2, 10: 1}, False),
        ({10: 4}, False),  # nothing is known of the day before
        ({8: 2, 9: 2}, False),  # today is not known
        ({}, False),
    ],
)
def test_meals_are_missed_when_two_are_skipped_on_each_of_two_days(skipped: dict[int, int], found: bool) -> None:
    assert (meals_missed(skipped, 10, at=NOW) is not None) == found


@pytest.mark.parametrize(
    ("usual", "newest", "found"), [(0.2, 0.3, True), (0.2, 0.29, False), (0.0, 0.5, False), (0.4, 0.2, False)]
)
def test_compensation_counts_from_half_above_its_own_usual(usual: float, newest: float, found: bool) -> None:
    assert (compensation_rise(usual, newest, at=NOW) is not None) == found


def nights(hours: list[float | None], efficiency: list[float | None] | None = None) -> list[Night]:
    shares = efficiency or [None] * len(hours)
    return [
        Night(NOW - timedelta(days=len(hours) - n), h, e)
        for n, (h, e) in enumerate(zip(hours, shares, strict=True))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("diary", "measures"),
    [
        (nights([4.9, 4.9, 4.9, 8, 8, 8, 8]), ["sleep_hours"]),
        (nights([4.9, 4.9, 5.0, 8, 8, 8, 8]), None),
        (nights([4.9, 4.9, 4.9, 8, 8, 8, 8, 8]), None),  # the first lies eight nights back
        (nights([4, 4, 4]), ["sleep_hours"]),
        (nights([4, None, 4, None]), None),
        (nights([8] * 7, [84.9] * 4 + [85.0] * 3), ["sleep_efficiency"]),
        (nights([8] * 7, [84.9] * 3 + [85.0] * 4), None),
        (nights([4] * 7, [80.0] * 7), ["sleep_hours", "sleep_efficiency"]),
        ([], None),
    ],
)
def test_nights_are_short_by_hours_on_three_or_by_efficiency_on_four_of_seven(
    diary: list[Night], measures: list[str] | None
) -> None:
    found = short_nights(diary)
    assert (found and [fact.measure for fact in found.facts]) == measures
