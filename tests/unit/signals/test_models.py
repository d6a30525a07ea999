"""A model in memory: both kinds explain themselves exactly, keep to what is clinically certain, and keep their
distance from data unlike those of training."""

import numpy as np
import pytest

from core.signals.calibrate import sigmoid
from core.signals.estimators import BOOSTER, LINEAR, Boosted, Estimator, Linear, read_estimator
from core.signals.features import feature_codes
from core.signals.fit import Recipe
from core.signals.linear import fit_linear
from core.signals.model import Model, estimate, predict
from core.signals.reference import reference_of
from models import Signal
from tests.factories.trained import learned

KINDS = (BOOSTER, LINEAR)


def values_of(signal: Signal) -> np.ndarray:
    return learned().materials[signal].rows().values


def estimator_of(kind: str, signal: Signal) -> Estimator:
    recipe = Recipe(kind, signal, feature_codes(), seed=3)
    return recipe.fit(learned().materials[signal].rows(), recipe.sizes[1])


def model_of(kind: str, signal: Signal) -> Model:
    estimator = estimator_of(kind, signal)
    values = values_of(signal)
    points = signal is Signal.QUALITY_OF_LIFE
    return Model(
        signal, "v", estimator, () if points else (estimator,), 1.0 if points else 0.7, 0.0 if points else -0.2,
        5.0 if points else None, () if points else (0.0,), not points, feature_codes(), reference_of(values, 60), {},
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signal", list(Signal))
def test_contributions_and_baseline_add_up_to_the_margin(kind: str, signal: Signal) -> None:
    model, values = model_of(kind, signal), values_of(signal)
    found = predict(model, values)
    raw = model.estimator.margin(values)
    assert np.abs(found.base + found.contributions.sum(axis=1) - found.margin).max() < 1e-9
    assert np.abs(raw * model.slope + model.intercept - found.margin).max() < 1e-4
    assert ((found.lower <= found.estimate) & (found.estimate <= found.upper)).all()
    assert np.abs(estimate(model, values) - found.estimate).max() < 1e-3
    if model.probability:
        assert np.abs(sigmoid(found.margin) - found.estimate).max() < 1e-9


@pytest.mark.filterwarnings("ignore")  # of shap's own imports
def test_contributions_of_the_booster_are_those_of_shap() -> None:
    import shap

    estimator = estimator_of(BOOSTER, Signal.QUALITY_OF_LIFE)
    assert isinstance(estimator, Boosted)
    values = values_of(Signal.QUALITY_OF_LIFE)[:40]
    expected = shap.TreeExplainer(estimator.booster).shap_values(values)
    assert np.abs(estimator.explain(values)[:, :-1] - expected).max() < 1e-3


def test_contributions_of_the_regression_are_its_terms_and_missing_says_something() -> None:
    nan = np.nan
    linear = Linear(
        0.5, np.array([0.0, 0.0]), np.array([10.0, 1.0]), np.array([4.0, 0.5]), np.array([2.0, 0.5]),
        np.array([0.3, -1.0]), np.array([0.8, 0.0]), np.array([0.25, 0.0]),
    )  # fmt: skip
    parts = linear.explain(np.array([[8.0, 1.0], [nan, 0.5], [99.0, nan]]))
    assert parts == pytest.approx(np.array([[0.4, -1.0, 0.5], [0.6, 0.0, 0.5], [0.7, 0.0, 0.5]]))
    assert linear.margin(np.array([[8.0, 1.0]])) == pytest.approx([-0.1])


@pytest.mark.parametrize("kind", KINDS)
def test_an_estimator_read_from_its_file_is_the_same(kind: str) -> None:
    estimator = estimator_of(kind, Signal.SAFETY)
    again = read_estimator(kind, estimator.raw(), feature_codes())
    values = values_of(Signal.SAFETY)[:20]
    assert again.explain(values) == pytest.approx(estimator.explain(values), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_more_of_what_is_certainly_harder_never_lowers_the_estimate(kind: str) -> None:
    model = model_of(kind, Signal.SAFETY)
    values = values_of(Signal.SAFETY)[:60]
    harder = values.copy()
    for code, most in (("core10.last", 40.0), ("mood_low.mean_7", 7.0)):
        harder[:, feature_codes().index(code)] = most
    assert (estimate(model, harder) >= estimate(model, values) - 1e-9).all()


def test_the_regression_finds_what_made_the_answers_and_holds_to_the_certain_signs() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(size=(3000, 3))
    target = (generator.random(3000) < sigmoid(1.2 * values[:, 0] - 0.8 * values[:, 1] - 1)).astype(float)
    free = fit_linear(values, target, np.zeros(3), penalty=1.0, probability=True)
    assert free.weight == pytest.approx([1.2, -0.8, 0.0], abs=0.15)
    held = fit_linear(values, target, np.array([1.0, 1.0, 0.0]), penalty=1.0, probability=True)
    assert held.weight[1] == 0.0
    points = fit_linear(values, 10 + 3 * values[:, 2], np.zeros(3), penalty=1.0, probability=False)
    assert points.margin(np.array([[0.0, 0.0, 1.0]])) == pytest.approx([13.0], abs=0.2)


def test_a_patient_far_from_the_training_data_is_told_from_the_others() -> None:
    generator = np.random.default_rng(2)
    reference = reference_of(generator.normal(size=(400, 6)), 40)
    usual, far = generator.normal(size=(1, 6)), np.array([[9.0, 8.0, 7.0, 9.0, 12.0, 9.0]])
    assert reference.distance(usual)[0] < reference.limit < reference.distance(far)[0]
    assert reference.furthest(np.array([0.0, 0.1, 30.0, np.nan, 1.0, 0.0])) == 2
    assert np.isnan(reference.distance(np.full((1, 6), np.nan))[0])


def test_a_shift_of_one_feature_is_seen_and_chance_is_not() -> None:
    generator = np.random.default_rng(3)
    training = generator.normal(size=(2000, 2))
    reference = reference_of(training, 2000)
    tonight = generator.normal(size=(500, 2)) + np.array([0.0, 1.2])
    steady, moved = reference.shifts(tonight)
    assert steady < 0.05
    assert moved > reference.shift_limit(500) == 0.25
    assert reference.shift_limit(20) > 0.5
    gone = np.column_stack([np.full(500, np.nan), generator.normal(size=500)])
    assert reference.shifts(gone)[0] > 1.0


def test_a_feature_that_was_never_seen_does_no_harm() -> None:
    values = np.column_stack([np.full(50, np.nan), np.linspace(0, 1, 50)])
    target = (np.arange(50) % 2).astype(float)
    linear = fit_linear(values, target, np.zeros(2), penalty=1.0, probability=True)
    assert np.isfinite(linear.explain(values)).all()
    assert np.isfinite(reference_of(values, 10).shifts(values)).all()
