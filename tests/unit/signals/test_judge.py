"""Figures and calibration against numbers worked by hand or known by construction."""

import numpy as np
import pytest

from core.signals.calibrate import calibration_line, groups, groups_inside, platt, sigmoid, wilson
from core.signals.judge import auprc, auroc, brier, clearly_above_zero, judged, jury, log_loss


def test_auroc_and_auprc_by_hand() -> None:
    target, estimate = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.1, 0.4, 0.4, 0.8])
    assert auroc(target, estimate) == pytest.approx(0.875)
    assert auprc(target, estimate) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert np.isnan(auroc(np.zeros(3), np.zeros(3)))
    assert np.isnan(auprc(np.zeros(3), np.zeros(3)))


def test_a_weight_counts_like_a_repetition() -> None:
    generator = np.random.default_rng(1)
    target, estimate = (generator.random(40) < 0.4).astype(float), generator.random(40).round(1)
    weight = generator.integers(0, 4, 40)
    again, told = np.repeat(target, weight), np.repeat(estimate, weight)
    for metric in (auroc, auprc, brier, log_loss):
        assert metric(target, estimate, weight.astype(float)) == pytest.approx(metric(again, told))


def test_the_interval_is_as_wide_as_whole_people_make_it() -> None:
    generator = np.random.default_rng(2)
    person = np.repeat(np.arange(30), 20)
    burden = generator.random(30)
    target = (generator.random(600) < burden[person]).astype(float)
    estimate = np.full(600, target.mean())
    people = jury(target, person, resamples=200, seed=1).of(brier, estimate + 0.0)
    rows = jury(target, np.arange(600), resamples=200, seed=1)
    share = jury(target, person, resamples=300, seed=1).interval(lambda w: float(np.average(target, weights=w)))
    alone = rows.interval(lambda w: float(np.average(target, weights=w)))
    assert people["low"] <= people["value"] <= people["high"]
    assert share["high"] - share["low"] > 1.5 * (alone["high"] - alone["low"])


def test_skill_is_nought_for_the_average_and_a_gain_is_paired() -> None:
    target = np.array([0.0, 1.0, 0.0, 0.0] * 10)
    rows = jury(target, np.arange(40), resamples=50, seed=1)
    base = np.full(40, 0.25)
    assert judged(rows, base, base=0.25, probability=True)["skill"]["value"] == 0.0
    better = np.where(target == 1.0, 0.6, 0.1)
    gain = rows.gain(log_loss, base, better)
    assert clearly_above_zero(gain)
    assert not clearly_above_zero(rows.gain(log_loss, base, base))
    assert not clearly_above_zero({"value": None, "low": None, "high": None})


def test_calibration_finds_slope_and_intercept() -> None:
    generator = np.random.default_rng(4)
    margin = generator.normal(-1, 1.5, 6000)
    target = (generator.random(6000) < sigmoid(0.6 * margin + 0.4)).astype(float)
    slope, intercept = platt(margin, target)
    assert slope == pytest.approx(0.6, abs=0.08)
    assert intercept == pytest.approx(0.4, abs=0.12)
    assert platt(margin, 1 - target)[0] == 0.0


def test_a_calibrated_estimate_has_slope_and_ratio_of_one_within_its_intervals() -> None:
    generator = np.random.default_rng(6)
    chance = sigmoid(generator.normal(-1, 1.2, 1500))
    target = (generator.random(1500) < chance).astype(float)
    line = calibration_line(jury(target, np.arange(1500), resamples=60, seed=2), chance)
    assert line["slope"]["low"] < 1 < line["slope"]["high"]
    assert line["ratio"]["low"] < 1 < line["ratio"]["high"]
    shrunk = calibration_line(jury(target, np.arange(1500), resamples=60, seed=2), chance / 2)
    assert shrunk["ratio"]["low"] > 1.5


def test_groups_know_whether_what_happened_fits_the_intervals() -> None:
    target = np.repeat([0.0, 1.0], 50)
    estimate = np.linspace(0.01, 0.99, 100)
    right = groups(target, estimate, estimate - 0.1, estimate + 0.1, np.arange(100))
    wrong = groups(1 - target, estimate, estimate - 0.05, estimate + 0.05, np.arange(100))
    assert groups_inside(right) > groups_inside(wrong)
    assert sum(group["n"] for group in right) == 100


def test_wilson_by_hand() -> None:
    low, high = wilson(0, 20)
    assert low == pytest.approx(0.0, abs=1e-9)
    assert 0.05 < high < 0.2
