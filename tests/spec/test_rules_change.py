"""Numbers in, findings out: deterioration beyond error, days unlike one's own, the two sides of the alliance."""

from datetime import UTC, datetime
from math import sqrt

import pytest

from core.rules.alliance import Rating, possible_strain, two_views
from core.rules.change import reliable_deterioration, unlike_usual

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instrument", "better", "totals", "against"),
    [
        ("core-10", -1, [12, 18], 12),
        ("core-10", -1, [12, 17.9], None),
        ("core-10", -1, [20, 10, 16], 10),  # better than at the start, but worse than the last time
        ("core-10", -1, [10, 13, 16], 10),  # step by step: held against the start
        ("core-10", -1, [18, 12], None),
        ("ors", 1, [8.2, 3.2], 8.2),  # exactly five, whatever a computer makes of tenths
        ("ors", 1, [8.2, 3.3], None),
        ("phq-9", -1, [4, 10], 4),
        ("phq-9", -1, [4, 9], None),
        ("gad-7", -1, [4, 8], 4),
        ("who-5", 1, [60, 50], 60),
        ("who-5", 1, [60, 52], None),
        ("who-5", 1, [50, 60], None),
        ("core-10", -1, [30], None),
        ("core-10", -1, [], None),
        ("sus", 1, [80, 20], None),  # no figure, no rule
    ],
)
def test_deterioration_is_a_change_for_the_worse_by_the_instruments_own_error(
    instrument: str, better: int, totals: list[float], against: float | None
) -> None:
    found = reliable_deterioration(instrument, totals, better=better, at=AT, informant="patient")
    assert (found and found.facts[0].usual) == against


BASELINE = [3.0, 4.0] * 7


def test_the_limits_are_those_of_the_chart() -> None:
    days = [(100, 7.0), (101, 7.0), (102, 7.0), (103, 7.0)]
    found = unlike_usual("sad", BASELINE, days, better=-1, at=AT)
    assert found is not None
    (fact,) = found.facts
    spread = sqrt(14 * 0.25 / 13)
    smoothed = 3.5 * 0.9**4 + 7.0 * (1 - 0.9**4)
    limit = 3.5 + 2.55 * spread * sqrt(0.1 / 1.9 * (1 - 0.9**8))
    assert (fact.value, fact.usual) == pytest.approx((smoothed, 3.5))
    assert fact.threshold == pytest.approx(limit)


def far(*days: int, value: float = 7.0) -> list[tuple[int, float]]:
    return [(day, value) for day in days]


@pytest.mark.parametrize(
    ("baseline", "days", "better", "found"),
    [
        (BASELINE, far(100, 101), -1, True),
        (BASELINE, far(100), -1, False),  # one day is not two
        (BASELINE, far(100, 102), -1, False),  # a day without entries lies between
        (BASELINE, far(100, 101, 103, 104), -1, True),
        (BASELINE, [*far(100, 101), *far(102, value=-60.0)], -1, False),  # back on the last day
        (BASELINE[:13], far(100, 101), -1, False),  # too little to know the usual
        ([3.0] * 14, far(100, 101), -1, False),  # never moved: no limits
        (BASELINE, far(100, 101, value=0.0), -1, False),  # better than usual
        (BASELINE, far(100, 101, value=0.0), 1, True),
        (BASELINE, far(100, 101, value=0.0), 0, True),
        (BASELINE, far(*range(100, 130), value=3.5), -1, False),
        (BASELINE, [], -1, False),
    ],
)
def test_days_are_unlike_usual_when_two_in_a_row_leave_the_persons_own_limits(
    baseline: list[float], days: list[tuple[int, float]], better: int, found: bool
) -> None:
    assert (unlike_usual("sad", baseline, days, better=better, at=AT) is not None) == found


def rating(goal: float | None, task: float | None = 4.0, bond: float | None = 4.0, side: str = "patient") -> Rating:
    return Rating(AT, f"wai-sr-{side}", side, {"goal": goal, "task": task, "bond": bond})


@pytest.mark.parametrize(
    ("goals", "against"),
    [
        ([4.0, 3.3], (4.0, 0.7)),
        ([4.0, 3.31], None),
        ([4.0], None),
        ([], None),
        ([4.0, None, 3.0], (4.0, 0.7)),  # held against the newest that is known
        ([None, 3.0], None),
        ([4.0, None], None),
        ([3.0, 4.0, 3.6, 3.5, 3.4, 3.3, 3.2, 3.0], None),  # slow, within the own spread of many
        ([4.0, 4.1, 4.0, 4.1, 4.0, 3.8], (4.04, 0.0822)),  # beyond 1.5 SD of five that hardly moved
        ([4.0, 4.1, 4.0, 4.1, 3.8], None),  # four are too few for an own spread
        ([4.0, 4.0, 4.0, 4.0, 4.0, 3.75], None),  # never moved: no spread of their own
        ([3.3, 4.0], None),
    ],
)
def test_a_strain_is_a_fall_by_the_measurement_error_or_below_what_is_usual_for_the_person(
    goals: list[float | None], against: tuple[float, float] | None
) -> None:
    found = possible_strain([rating(goal) for goal in goals])
    if against is None:
        assert found is None
        return
    assert found is not None
    (fact,) = found.facts
    assert fact.subscale == "goal"
    assert (fact.usual, fact.threshold) == pytest.approx(against, abs=1e-4)


@pytest.mark.parametrize(
    ("patient", "therapist", "found"),
    [
        ((5.0, 5.0, 5.0), (4.0, 4.0, 4.0), True),
        ((5.0, 5.0, 4.9), (4.0, 4.0, 4.0), False),
        ((3.0, 3.0, 3.0), (4.0, 4.0, 4.0), True),
        ((5.0, 3.0, 4.0), (4.0, 4.0, 4.0), False),  # apart in parts, together on the whole
        ((5.0, None, 5.0), (3.0, 3.0, 3.0), False),
    ],
)
def test_two_views_lie_apart_from_one_point_of_item_mean(
    patient: tuple[float | None, ...], therapist: tuple[float | None, ...], found: bool
) -> None:
    gap = two_views(rating(*patient), rating(*therapist, side="therapist"))
    assert (gap is not None) == found
    if gap is not None:
        assert [fact.informant for fact in gap.facts] == ["patient", "therapist"]
