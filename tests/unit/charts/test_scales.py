"""Axes and names at line ends."""

from itertools import pairwise

import pytest

from dashboard.charts.scales import day_ticks, spread, value_axis


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([4.0, 4.0], 1.0, 5.0),
        ([1.0, 7.0], 1.0, 7.0),
        ([3.2, 3.9], 1.0, 5.0),
        ([0.0, 9000.0], 0.0, None),
        ([5.0], 1.0, 5.0),
    ],
)
def test_an_axis_holds_its_values_and_has_one_to_four_ticks_on_the_scale(
    values: list[float], low: float, high: float | None
) -> None:
    axis = value_axis(values, low=low, high=high, least=1.5)
    bottom, top = axis["range"]
    assert bottom <= min(values) <= max(values) <= top
    assert 1 <= len(axis["tickvals"]) <= 4
    assert all(bottom <= tick <= top for tick in axis["tickvals"])
    assert high is None or max(axis["tickvals"]) <= high


def test_names_at_line_ends_stand_a_line_of_text_apart_and_inside() -> None:
    places = spread([4.9, 5.0, 4.95], [1.0, 5.0], 100)
    apart = sorted(places)
    assert min(b - a for a, b in pairwise(apart)) >= 14 * 4 / 100 - 1e-9
    assert max(places) <= 5.0
    assert places[1] == max(places), "their order is kept"


@pytest.mark.parametrize("span", [14, 30, 90, 365, 900])
def test_about_five_days_are_named_in_order_and_within_the_range(span: int) -> None:
    ticks = day_ticks(20000 - span + 1, 20000)
    assert 3 <= len(ticks) <= 9
    assert ticks == sorted(set(ticks))
    assert 20000 - span < ticks[0]
    assert ticks[-1] <= 20000
