"""The mixed model against lme4's published results and against statsmodels, and what is said where none is possible."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import mixedlm

from core.analysis.estimate import Why
from core.analysis.longitudinal import MixedModel, mixed_model
from tests.factories.published import SLEEPSTUDY

DAYS = [day for _ in SLEEPSTUDY for day in range(10)]
REACTION = [value for values in SLEEPSTUDY.values() for value in values]
SUBJECT = [subject for subject in SLEEPSTUDY for _ in range(10)]


def error_of(model: MixedModel, term: str) -> float:
    estimate = model.effects[term]
    assert estimate.value is not None
    assert estimate.F is not None
    return abs(estimate.value) / float(np.sqrt(estimate.F))


def test_random_intercept_and_slope_give_the_published_sleepstudy_model() -> None:
    # lmer(Reaction ~ Days + (Days | Subject), sleepstudy), Bates et al. 2015, section 5.2.1:
    # REML 1743.6; 251.405 (6.825), 10.467 (1.546); SD 24.74, 5.92, correlation .07; residual 25.59
    model = mixed_model(REACTION, DAYS, SUBJECT)
    assert (model.n, model.groups, model.slope, model.slope_reason) == (180, 18, True, None)
    assert model.criterion == pytest.approx(1743.628, abs=0.001)
    assert model.effects["intercept"].value == pytest.approx(251.405, abs=0.001)
    assert model.effects["time"].value == pytest.approx(10.467, abs=0.001)
    assert error_of(model, "intercept") == pytest.approx(6.825, abs=0.002)
    assert error_of(model, "time") == pytest.approx(1.546, abs=0.001)
    assert model.between_sd == pytest.approx(24.74, abs=0.01)
    assert model.slope_sd == pytest.approx(5.92, abs=0.01)
    assert model.correlation == pytest.approx(0.07, abs=0.005)
    assert model.residual_sd == pytest.approx(25.59, abs=0.01)


def test_a_random_intercept_alone_gives_the_published_model() -> None:
    # lmer(Reaction ~ Days + (1 | Subject)): REML 1786.5; 251.405 (9.747), 10.467 (0.804); SD 37.12, residual 30.99
    model = mixed_model(REACTION, DAYS, SUBJECT, slope=False)
    assert model.criterion == pytest.approx(1786.465, abs=0.001)
    assert error_of(model, "intercept") == pytest.approx(9.747, abs=0.002)
    assert error_of(model, "time") == pytest.approx(0.804, abs=0.001)
    assert (model.between_sd, model.residual_sd) == pytest.approx((37.12, 30.99), abs=0.01)


def test_an_unbalanced_model_with_arms_is_that_of_statsmodels() -> None:
    draws = np.random.default_rng(7)
    pair = np.repeat(np.arange(60), 4)
    time, arm = np.tile([0.0, 3, 6, 12], 60), np.repeat(draws.integers(0, 2, 60), 4)
    value = (
        3.8 + draws.normal(0, 0.5, 60)[pair] + 0.02 * time - 0.2 * arm + 0.01 * arm * time + draws.normal(0, 0.3, 240)
    )
    keep = draws.random(240) > 0.2
    frame = pd.DataFrame({"y": value, "t": time, "a": arm, "g": pair})[keep]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = mixedlm("y ~ t * a", frame, groups="g").fit(reml=True)
    names = np.where(frame["a"] == 1, "digital", "control")
    model = mixed_model(frame["y"], frame["t"], list(frame["g"]), list(names), slope=False)
    assert model.arms == ("control", "digital")
    for ours, theirs in zip(("intercept", "time", "arm[digital]", "time:arm[digital]"), ("Intercept", "t", "a", "t:a"),
                            strict=True):  # fmt: skip
        assert model.effects[ours].value == pytest.approx(reference.params[theirs], abs=1e-4)
        assert error_of(model, ours) == pytest.approx(reference.bse[theirs], rel=1e-3)
    assert model.criterion == pytest.approx(-2 * reference.llf, abs=1e-3)


def test_the_drawn_mean_and_its_interval_follow_from_the_effects() -> None:
    model = mixed_model(REACTION, DAYS, SUBJECT)
    mean, lower, upper = model.mean_at(5)
    assert mean == pytest.approx(251.405 + 5 * 10.467, abs=0.01)
    assert lower < mean < upper
    at_start = model.effects["intercept"].interval
    assert at_start is not None
    assert model.mean_at(0)[1:] == pytest.approx(at_start)


def test_a_slope_that_nobody_has_of_their_own_is_left_out_and_said() -> None:
    draws = np.random.default_rng(3)
    pair, time = np.repeat(np.arange(30), 4), np.tile([0.0, 3, 6, 12], 30)
    value = draws.normal(0, 1, 30)[pair] + 0.1 * time + np.tile([0.1, -0.1, -0.1, 0.1], 30)
    model = mixed_model(value, time, list(pair))
    assert (model.slope, model.slope_reason) == (False, Why.NOT_CONVERGED)
    assert model.effects["time"].value is not None


def test_two_occasions_leave_no_slope_to_tell() -> None:
    draws = np.random.default_rng(4)
    pair, time = np.repeat(np.arange(30), 2), np.tile([0.0, 3], 30)
    model = mixed_model(draws.normal(0, 1, 60) + time, time, list(pair))
    assert (model.slope, model.slope_reason) == (False, Why.TOO_FEW)


@pytest.mark.parametrize(
    ("values", "times", "groups", "reason"),
    [
        ([4.0] * 40, [0.0, 3, 6, 12] * 10, np.repeat(np.arange(10), 4), Why.CONSTANT),
        (np.arange(8.0), [0.0, 3, 6, 12] * 2, np.repeat(np.arange(2), 4), Why.TOO_FEW),
        ([None] * 40, [0.0, 3, 6, 12] * 10, np.repeat(np.arange(10), 4), Why.TOO_FEW),
        (np.arange(20.0), [3.0] * 20, np.repeat(np.arange(10), 2), Why.ONE_OCCASION),
        (np.arange(20.0), np.arange(20.0), np.arange(20), Why.ONE_OCCASION),
        ([], [], [], Why.TOO_FEW),
    ],
)
def test_where_there_is_no_model_it_says_why(values: object, times: object, groups: object, reason: Why) -> None:
    model = mixed_model(values, times, list(groups))  # type: ignore[call-overload]
    assert (model.reason, model.effects) == (reason, {})


def test_columns_of_different_lengths_are_no_measurements() -> None:
    for groups, arms in ((SUBJECT[:-1], None), (SUBJECT, ["x"] * (len(SUBJECT) - 1))):
        with pytest.raises(ValueError, match="no measurements"):
            mixed_model(REACTION, DAYS, groups, arms)


def test_an_arm_seen_once_has_a_level_and_no_course() -> None:
    draws = np.random.default_rng(1)
    pair, time = [*np.repeat(np.arange(20), 4), *range(20, 32)], [*[0.0, 3, 6, 12] * 20, *[3.0] * 12]
    value = draws.normal(4, 0.5, 32)[pair] + draws.normal(0, 0.3, 92)
    model = mixed_model(value, time, pair, ["first"] * 80 + ["new"] * 12)
    assert (model.reason, model.once, model.change_in("new")) == (None, ("new",), None)
    assert model.effects["time:arm[new]"].reason is Why.ONE_OCCASION
    assert model.mean_at(3, "new")[0] == pytest.approx(value[80:].mean(), abs=1e-9)
    alone = mixed_model(value[:80], time[:80], pair[:80])
    assert model.effects["time"].value == pytest.approx(alone.effects["time"].value, abs=1e-3)
