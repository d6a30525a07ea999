"""Agreement against published results, and what is said where nothing can be estimated."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.analysis.agreement import bland_altman, correlation, intraclass_correlation
from core.analysis.estimate import Why
from tests.factories.published import MINI, SHROUT_FLEISS, WRIGHT

SIX = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]


@pytest.mark.parametrize(
    ("form", "value"),
    # Shrout & Fleiss 1979, table 4 (.17 .29 .71 .44 .62 .91)
    list(zip(SIX, (0.17, 0.29, 0.71, 0.44, 0.62, 0.91), strict=True)),
)
def test_the_six_forms_are_those_of_shrout_and_fleiss(form: str, value: float) -> None:
    found = intraclass_correlation(SHROUT_FLEISS)
    assert list(found) == SIX
    estimate = found[form]
    assert estimate.value == pytest.approx(value, abs=0.005)
    assert estimate.n == 6


def test_the_table_of_variances_of_shrout_and_fleiss_gives_f_and_p() -> None:
    found = intraclass_correlation(SHROUT_FLEISS)
    # table 3: between targets 11.24, within 6.26, residual 1.02
    ratios = (found["ICC1"].F, found["ICC3"].F)
    assert ratios == pytest.approx((11.24 / 6.26, 11.24 / 1.02), abs=0.05)
    assert (found["ICC3"].df1, found["ICC3"].df2) == (5, 15)
    assert found["ICC1"].p == pytest.approx(0.1648, abs=0.0001)


def test_the_intervals_are_not_rounded_to_two_decimals() -> None:
    # psych::ICC (R) on the same table: ICC1 −.133 to .723, ICC2 .019 to .761, ICC3 .342 to .946
    found = intraclass_correlation(SHROUT_FLEISS)
    assert found["ICC1"].interval == pytest.approx((-0.133, 0.723), abs=0.001)
    assert found["ICC2"].interval == pytest.approx((0.019, 0.761), abs=0.001)
    assert found["ICC3"].interval == pytest.approx((0.342, 0.946), abs=0.001)


def test_a_target_with_a_gap_is_left_out() -> None:
    with_gap = [*SHROUT_FLEISS, (5, None, 4, 3), (math.nan, 1, 2, 3)]
    assert intraclass_correlation(with_gap) == intraclass_correlation(SHROUT_FLEISS)


@pytest.mark.parametrize(
    "made", [tuple, np.array, pd.DataFrame, lambda rows: pd.DataFrame(rows, columns=list("abcd"), dtype="Int64")]
)
def test_ratings_can_be_lists_tuples_arrays_or_frames(made: Callable[[object], object]) -> None:
    assert intraclass_correlation(made(list(SHROUT_FLEISS))) == intraclass_correlation(SHROUT_FLEISS)


def test_a_gap_of_a_frame_is_a_gap() -> None:
    frame = pd.DataFrame([*SHROUT_FLEISS, (5, 3, 4, 3)], dtype="Int64")
    frame.iloc[-1, 0] = pd.NA
    assert intraclass_correlation(frame) == intraclass_correlation(SHROUT_FLEISS)


@pytest.mark.parametrize(
    ("ratings", "fault"), [([[1, 2, 3], [1, 2]], "not of the same length"), ([["a", "b"]] * 3, "'a'")]
)
def test_what_is_no_table_of_numbers_is_named(ratings: object, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        intraclass_correlation(ratings)


def test_two_lists_of_different_lengths_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="3 and 2 values are no pairs"):
        bland_altman([1, 2, 3], [1, 2])


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        (np.full((20, 2), 4.0), Why.CONSTANT),
        (np.column_stack([np.arange(20.0), np.full(20, np.nan)]), Why.ONE_SIDE_MISSING),
        (np.arange(20.0)[:, None], Why.ONE_SIDE_MISSING),
        ([(4.0, 3.0), (5.0, 4.0)], Why.TOO_FEW),
        ([], Why.TOO_FEW),
        (np.full((20, 2), np.nan), Why.ONE_SIDE_MISSING),
    ],
)
def test_what_cannot_be_estimated_is_said_and_nothing_fails(ratings: object, reason: Why) -> None:
    found = intraclass_correlation(ratings)
    assert list(found) == SIX
    assert {(e.value, e.interval, e.p, e.reason) for e in found.values()} == {(None, None, None, reason)}


def test_perfect_agreement_is_one_and_does_not_fail() -> None:
    same = np.column_stack([np.arange(10.0)] * 2)
    assert intraclass_correlation(same)["ICC2"].value == pytest.approx(1)


def test_the_limits_of_agreement_are_those_of_bland_and_altman() -> None:
    found = bland_altman(WRIGHT, MINI)
    assert found.n == 17
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    # The paper takes 2 SD (−79.7 and 75.5); 1.96 gives −78.1 and 73.9
    assert found.lower == pytest.approx(-2.1 - 1.96 * 38.8, abs=0.1)
    assert found.upper == pytest.approx(-2.1 + 1.96 * 38.8, abs=0.1)
    # Its intervals: bias −22.0 to 17.8; lower limit −114.3 to −45.1 about −79.7
    assert found.bias_interval == pytest.approx((-22.0, 17.8), abs=0.1)
    assert found.lower_interval == pytest.approx((-114.3 + 1.6, -45.1 + 1.6), abs=0.7)
    assert found.upper_interval == pytest.approx((40.9 - 1.6, 110.1 - 1.6), abs=0.7)


def test_the_checks_of_the_limits_of_agreement() -> None:
    found = bland_altman(WRIGHT, MINI)
    assert found.normal_p is not None
    assert found.slope is not None
    level = (np.array(WRIGHT) + np.array(MINI)) / 2
    assert found.slope.value == pytest.approx(np.corrcoef(np.array(WRIGHT) - np.array(MINI), level)[0, 1])


def test_a_constant_difference_has_limits_and_no_checks() -> None:
    found = bland_altman([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0])
    assert (found.bias, found.sd, found.lower, found.upper) == (-1, 0, -1, -1)
    assert found.normal_p is None
    assert found.slope is not None
    assert found.slope.reason is Why.CONSTANT


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [([1.0, 2.0], [2.0, 3.0], Why.TOO_FEW), ([1.0] * 9, [None] * 9, Why.ONE_SIDE_MISSING), ([], [], Why.TOO_FEW)],
)
def test_limits_of_agreement_of_nothing_are_said_to_be_unknown(a: object, b: object, reason: Why) -> None:
    found = bland_altman(a, b)
    assert (found.bias, found.lower, found.reason) == (None, None, reason)


def test_a_correlation_has_its_interval_and_says_what_is_constant() -> None:
    found = correlation(np.column_stack([WRIGHT, MINI]))
    assert found.value == pytest.approx(0.94, abs=0.005)  # Bland & Altman 1986: r = 0.94
    assert correlation([(1.0, 4.0)] * 9).reason is Why.CONSTANT


def test_a_form_that_has_left_its_ground_says_nothing() -> None:
    opposed = intraclass_correlation([[1, 5], [2, 4], [3, 3], [4, 2], [5, 1]])  # every target has the same mean
    assert opposed["ICC2k"].value is None
    one_sided = intraclass_correlation([[1, 3], [2, 3], [4, 3], [5, 3]])
    for estimate in (*opposed.values(), *one_sided.values()):
        if estimate.value is not None:
            assert estimate.value <= 1
            assert estimate.lower is None or estimate.lower <= estimate.value
            assert estimate.upper is None or estimate.value <= estimate.upper <= 1
