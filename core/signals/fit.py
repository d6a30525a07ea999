"""Fits one model on training patients alone: rounds chosen and margins calibrated on patients left out of each fold,
then the booster itself and the small boosters of its interval. Nothing here sees an evaluation patient."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost as xgb

from core.signals.features import features
from core.signals.judge import Real, Whole, logit, platt
from core.signals.model import POINTS_LEVEL, matrix
from core.signals.questions import QUESTIONS
from models import Signal

FOLDS, MEMBERS = 4, 20
ROUNDS, EVERY = 160, 10
CHANCE = {"objective": "binary:logistic", "eval_metric": "logloss"}
POINTS = {"objective": "reg:squarederror", "eval_metric": "rmse"}
SHARED: dict[str, Any] = {
    "eta": 0.05, "subsample": 0.8, "min_child_weight": 4.0, "lambda": 6.0,
    "tree_method": "hist", "max_bin": 64, "nthread": 1, "verbosity": 0,
}  # fmt: skip
# Chosen by fitting on 78 of 600 other simulated people and judging on the rest; never on evaluation patients.
EVENTS: dict[str, Any] = {"max_depth": 3, "colsample_bynode": 0.2}
MEASURES: dict[str, Any] = {"max_depth": 2, "colsample_bynode": 0.3}
# Certain enough to be imposed (Feature.direction): more of it never lowers these estimates, or never raises them.
SIGN = {Signal.SAFETY: 1, Signal.RELAPSE: 1, Signal.PROGNOSIS: 0, Signal.QUALITY_OF_LIFE: -1}


@dataclass(frozen=True, slots=True)
class Rows:
    """What a model is fitted on or judged by: values (rows × features), target and patient of each row."""

    values: Real
    target: Real
    patient: Whole

    def take(self, chosen: Any) -> "Rows":
        """The rows of a mask or of positions."""
        return Rows(self.values[chosen], self.target[chosen], self.patient[chosen])


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model before it is judged and saved."""

    booster: xgb.Booster
    members: tuple[xgb.Booster, ...]
    rounds: int
    slope: float
    intercept: float
    half_width: float | None
    offsets: tuple[float, ...] = ()


def fit(signal: Signal, rows: Rows, codes: tuple[str, ...], *, probability: bool, seed: int) -> Fitted:
    """Fit on ``rows`` (training patients only). The cross-fitted margins calibrate a chance (Platt) or give the
    conformal half-width of points (the 80 % quantile of absolute errors on left-out patients)."""
    parameters = _parameters(signal, probability=probability, seed=seed)
    rounds, margin = _cross_fitted(rows, codes, parameters)
    booster = xgb.train(parameters, _labelled(rows, codes), num_boost_round=rounds)
    if not probability:
        error = np.sort(np.abs(rows.target - margin))
        place = min(int(np.ceil(POINTS_LEVEL * (error.size + 1))), error.size) - 1
        return Fitted(booster, (), rounds, 1.0, 0.0, float(error[place]))
    slope, intercept = platt(margin, rows.target)
    members = _members(rows, codes, parameters, rounds, seed)
    level = _level(booster, rows, codes)
    # The slope must not shrink what the data leave open about the average itself.
    offsets = tuple((1 - slope) * (own - level) for _member, own in members)
    return Fitted(booster, tuple(member for member, _own in members), rounds, slope, intercept, None, offsets)


def _parameters(signal: Signal, *, probability: bool, seed: int) -> dict[str, Any]:
    sign = SIGN[signal]
    constraints = "(" + ",".join(str(sign * feature.direction) for feature in features()) + ")"
    shape = EVENTS if QUESTIONS[signal].event else MEASURES
    objective = CHANCE if probability else POINTS
    return {**SHARED, **shape, **objective, "seed": seed, "monotone_constraints": constraints}


def _labelled(rows: Rows, codes: tuple[str, ...]) -> xgb.DMatrix:
    data = matrix(rows.values, codes)
    data.set_label(rows.target)
    return data


def folds_of(patient: Whole, target: Real, count: int, *, seed: int) -> Whole:
    """A fold for each row, whole patients together, those with a positive row spread evenly."""
    keys = np.unique(patient)
    positive = np.asarray([target[patient == key].max() for key in keys])
    order = np.lexsort((np.random.default_rng(seed).permutation(keys.size), -positive))
    fold = np.empty(keys.size, np.int64)
    fold[order] = np.arange(keys.size) % count
    return np.asarray(fold[np.searchsorted(keys, patient)], np.int64)


def _cross_fitted(rows: Rows, codes: tuple[str, ...], parameters: dict[str, Any]) -> tuple[int, Real]:
    """Rounds with the least loss on left-out patients, and the margins of each row from a model without its patient."""
    fold = folds_of(rows.patient, rows.target, FOLDS, seed=int(parameters["seed"]))
    steps = list(range(EVERY, ROUNDS + 1, EVERY))
    margins = np.zeros((len(steps), rows.target.size))
    for number in range(FOLDS):
        out = fold == number
        inside = _labelled(rows.take(~out), codes)
        booster = xgb.train(parameters, inside, num_boost_round=ROUNDS)
        data = matrix(rows.values[out], codes)
        for place, count in enumerate(steps):
            # Without the events it leaves out, a fold's average lies low exactly where they are: levelled out here.
            level = booster.predict(inside, output_margin=True, iteration_range=(0, count)).mean()
            margins[place, out] = booster.predict(data, output_margin=True, iteration_range=(0, count)) - level
    margins += _average(rows.target, parameters)
    best = int(np.argmin([_loss(margin, rows.target, parameters) for margin in margins]))
    return steps[best], margins[best]


def _average(target: Real, parameters: dict[str, Any]) -> float:
    """The margin of everybody."""
    mean = float(target.mean())
    return mean if parameters["objective"] == POINTS["objective"] else float(logit(np.array([mean]))[0])


def _loss(margin: Real, target: Real, parameters: dict[str, Any]) -> float:
    if parameters["objective"] == POINTS["objective"]:
        return float(np.mean((margin - target) ** 2))
    return float(np.mean(np.logaddexp(0.0, margin) - target * margin))


def _members(
    rows: Rows, codes: tuple[str, ...], parameters: dict[str, Any], rounds: int, seed: int
) -> list[tuple[xgb.Booster, float]]:
    """Boosters on resampled patients, each with its average margin; their spread is what the data leave open."""
    generator = np.random.default_rng(seed + 1)
    of_patient = [np.flatnonzero(rows.patient == key) for key in np.unique(rows.patient)]
    members: list[tuple[xgb.Booster, float]] = []
    while len(members) < MEMBERS:
        drawn = generator.integers(0, len(of_patient), len(of_patient))
        sample = rows.take(np.concatenate([of_patient[i] for i in drawn]))
        if parameters["objective"] == CHANCE["objective"] and not 0 < sample.target.sum() < sample.target.size:
            continue
        member = xgb.train({**parameters, "seed": len(members)}, _labelled(sample, codes), rounds)
        members.append((member, _level(member, rows, codes)))
    return members


def _level(booster: xgb.Booster, rows: Rows, codes: tuple[str, ...]) -> float:
    return float(booster.predict(matrix(rows.values, codes), output_margin=True).mean())
