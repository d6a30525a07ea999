"""From roll-ups to the series that are shown."""

import numpy as np
import pytest

from core.measures import catalogue
from core.queries.observations import DaysView
from core.queries.streams import Unit, all_series, entry_days, runs_without
from models import Domain


def days(*rows: tuple[int, str, int, float]) -> DaysView:
    """Rows of (day, measure, n, total); lowest and highest, which no series shows, are left unknown."""
    columns = list(zip(*((day, catalogue()[code].id, n, total) for day, code, n, total in rows), strict=True))
    day, measure, n = (np.array(c, np.int64) for c in columns[:3])
    unknown = np.full(len(day), np.nan)
    return DaysView(day, measure, n, np.array(columns[3], np.float64), unknown, unknown)


def test_affect_is_the_mean_of_its_items_day_means_on_their_own_scale() -> None:
    series = all_series(days((1, "sad", 2, 10.0), (1, "anxious", 1, 3.0)), last=1)[Domain.NEGATIVE_AFFECT]
    assert (series.value.tolist(), series.low, series.high, series.unit) == ([4.0], 1.0, 7.0, Unit.SCALE)


def test_an_imported_study_keeps_its_scale_of_five() -> None:
    series = all_series(days((1, "worry_5", 1, 4.0), (1, "nervous_5", 1, 2.0)), last=1)[Domain.NEGATIVE_AFFECT]
    assert (series.value.tolist(), series.high, series.unit) == ([3.0], 5.0, Unit.SCALE)


def test_items_of_different_scales_meet_as_percent_of_each() -> None:
    series = all_series(days((1, "sad", 1, 7.0), (1, "worry_5", 1, 3.0)), last=1)[Domain.NEGATIVE_AFFECT]
    assert (series.value.tolist(), series.high, series.unit) == ([75.0], 100.0, Unit.PERCENT_OF_SCALE)


def test_urges_show_the_strongest_of_the_day() -> None:
    series = all_series(days((1, "urge_binge", 1, 2.0), (1, "urge_purge", 2, 14.0)), last=1)[Domain.URGES]
    assert series.value.tolist() == [7.0]


def test_meals_count_what_was_eaten_and_partly_counts_half() -> None:
    series = all_series(days((1, "meal", 3, 5.0)), last=1)[Domain.MEALS]
    assert (series.value.tolist(), series.of.tolist()) == ([2.5], [3.0])


def test_today_is_not_a_low_day_where_values_are_counted_up() -> None:
    found = all_series(days((1, "meal", 5, 10.0), (2, "meal", 1, 2.0), (2, "sleep_hours", 1, 7.0)), last=2)
    assert found[Domain.MEALS].settled(2).day.tolist() == [1]
    assert found[Domain.SLEEP].settled(2).day.tolist() == [2]


def test_a_day_of_prompts_without_an_answer_is_no_entry() -> None:
    rows = days((1, "prompts_answered", 3, 0.0), (2, "prompts_answered", 3, 1.0), (3, "activity_minutes", 1, 9.0))
    assert entry_days(rows).tolist() == [2]


@pytest.mark.parametrize(
    ("present", "gaps"),
    [
        ([1, 2, 4, 5], ()),  # one missing day is no gap
        ([1, 4, 5], ((2, 3),)),
        ([3, 5], ((1, 2),)),  # also at the beginning
        ([1, 2], ((3, 5),)),  # and at the end
        ([], ((1, 5),)),
    ],
)
def test_two_days_without_an_entry_are_a_gap(present: list[int], gaps: tuple[tuple[int, int], ...]) -> None:
    assert runs_without(np.array(present, np.int64), first=1, last=5) == gaps
