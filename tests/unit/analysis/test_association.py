"""Rank correlations, the same with other things held equal, and the adjustment for many."""

import numpy as np
import pytest

from core.analysis.association import associations
from core.analysis.estimate import Estimate, Why
from tests.factories.published import MINI, WRIGHT


def columns(n: int = 200) -> dict[str, object]:
    draws = np.random.default_rng(5)
    age = draws.normal(50, 10, n)
    return {
        "alliance": 0.05 * age + draws.normal(0, 1, n), "usability": 0.05 * age + draws.normal(0, 1, n), "age": age,
        "noise": draws.normal(0, 1, n), "constant": np.ones(n), "nobody": np.full(n, np.nan),
        "few": np.where(np.arange(n) < 4, 1.0 * np.arange(n), np.nan),
    }  # fmt: skip


def test_spearman_is_that_of_the_ranks_computed_by_hand() -> None:
    # IQ and hours of television, the worked example of en.wikipedia.org "Spearman's rank correlation coefficient":
    # rho = −29/165, p = .627
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    (found,) = associations({"iq": iq, "hours": hours}, outcomes=["iq"], predictors=["hours"])
    assert found.rho.value == pytest.approx(-29 / 165)
    assert found.rho.p == pytest.approx(0.627188, abs=1e-5)
    assert found.rho.n == 10


def test_the_interval_is_that_of_bonett_and_wright() -> None:
    (found,) = associations({"a": WRIGHT, "b": MINI}, outcomes=["a"], predictors=["b"])
    rho = found.rho.value
    assert rho is not None
    half = 1.959964 * np.sqrt((1 + rho**2 / 2) / (17 - 3))
    assert found.rho.interval == pytest.approx((np.tanh(np.arctanh(rho) - half), np.tanh(np.arctanh(rho) + half)))


def test_with_age_held_equal_what_came_from_age_is_gone() -> None:
    (found,) = associations(columns(), outcomes=["alliance"], predictors=["usability"], held_equal=["age"])
    assert found.rho.value is not None
    assert found.partial.value is not None
    assert found.rho.lower is not None
    assert found.rho.lower > 0
    assert abs(found.partial.value) < found.rho.value / 2


def test_nothing_is_held_equal_to_itself() -> None:
    (found,) = associations(columns(), outcomes=["alliance"], predictors=["age"], held_equal=["age"])
    assert found.held_equal == ()
    assert found.partial.value == found.rho.value


def test_many_are_adjusted_as_benjamini_and_hochberg_do() -> None:
    found = associations(columns(), outcomes=["alliance"], predictors=["usability", "age", "noise", "constant"])
    ps = np.array([f.rho.p for f in found if f.rho.p is not None])
    order = np.argsort(ps)
    expected = np.empty(3)
    running = 1.0
    for place in range(2, -1, -1):
        running = min(running, ps[order[place]] * 3 / (place + 1))
        expected[order[place]] = running
    assert [f.q for f in found if f.q is not None] == pytest.approx(expected)
    assert found[-1].q is None


@pytest.mark.parametrize(
    ("predictor", "reason", "n"),
    [("constant", Why.CONSTANT, 200), ("nobody", Why.ONE_SIDE_MISSING, 0), ("few", Why.TOO_FEW, 4)],
)
def test_what_cannot_be_estimated_is_said(predictor: str, reason: Why, n: int) -> None:
    (found,) = associations(columns(), outcomes=["alliance"], predictors=[predictor], held_equal=["age"])
    assert (found.rho.value, found.rho.reason, found.rho.n) == (None, reason, n)
    assert (found.partial.value, found.q) == (None, None)


def test_a_thing_to_hold_equal_that_nobody_has_or_that_is_constant_is_passed_over() -> None:
    (found,) = associations(
        columns(), outcomes=["alliance"], predictors=["usability"], held_equal=["nobody", "constant"]
    )
    assert found.partial.value == found.rho.value


def test_ties_are_counted() -> None:
    (found,) = associations(
        {"a": [1, 1, 2, 3, 4, 5, 6, 7], "b": range(8)}, outcomes=["a"], predictors=["b"]
    )  # fmt: skip
    assert found.tied == pytest.approx(2 / 8)


def test_what_is_held_equal_twice_counts_once_and_a_twin_of_the_predictor_leaves_nothing() -> None:
    draws = np.random.default_rng(5)
    a, b, c = draws.normal(size=(3, 40))
    columns = {"a": a, "b": b, "c": c, "c again": 2 * c + 1, "b again": np.exp(b)}

    def partial(*held_equal: str) -> Estimate:
        return associations(columns, outcomes=["a"], predictors=["b"], held_equal=held_equal)[0].partial

    assert partial("c", "c again").value == pytest.approx(partial("c").value)
    assert (partial("b again").value, partial("b again").reason) == (None, Why.CONSTANT)
