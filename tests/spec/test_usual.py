"""A person's own usual: day values in, band out."""

import numpy as np
import pytest

from core.rules.usual import Basis, Usual, percentiles, usual_of

LAST = 100


def usual(days: list[int], values: list[float]):  # type: ignore[no-untyped-def]
    return usual_of(np.array(days, np.int64), np.array(values, np.float64), last=LAST)


def test_the_usual_is_median_and_tenth_to_ninetieth_percentile_of_the_eight_weeks_before_the_last_two() -> None:
    days = list(range(LAST - 69, LAST + 1))
    values = [float(day % 11) for day in days[:56]] + [99.0] * 14
    found = usual(days, values)
    assert (found.median, found.days, found.basis) == (5.0, 56, Basis.EIGHT_WEEKS)
    assert found.high < 11, "the two weeks under review are not part of the usual"


@pytest.mark.parametrize(
    ("days", "basis"),
    [
        (range(LAST - 40, LAST - 26), Basis.EIGHT_WEEKS),  # fourteen days are enough
        (range(LAST - 39, LAST - 26), Basis.ALL_DAYS),  # thirteen are not, but ten in all are
        (range(LAST - 9, LAST + 1), Basis.ALL_DAYS),  # a short study
        (range(LAST - 8, LAST + 1), None),  # nine days: no usual
        (range(LAST + 1, LAST + 30), None),  # days to come do not count
        ([], None),
    ],
)
def test_too_few_days_make_no_usual(days: range, basis: Basis | None) -> None:
    found = usual(list(days), [3.0] * len(days))
    assert (found.basis if found else None) == basis


@pytest.mark.parametrize(("value", "side"), [(1.9, -1), (2.0, 0), (4.0, 0), (4.1, 1)])
def test_a_value_is_unlike_the_usual_only_outside_the_band(value: float, side: int) -> None:
    assert Usual(3.0, 2.0, 4.0, 20, Basis.ALL_DAYS).unlike(value) == side


@pytest.mark.parametrize("values", [[3.0], [2.0, 1.0], [1.0, 4.0, 2.0, 2.0, 9.5], list(range(57, 0, -1))])
def test_the_percentiles_are_those_of_numpy(values: list[float]) -> None:
    shares = (0.0, 10.0, 33.3, 50.0, 90.0, 100.0)
    assert percentiles(np.array(values, np.float64), shares) == pytest.approx(np.percentile(values, shares))
