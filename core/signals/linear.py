"""Fits the regression that a booster has to beat, and that takes its place where it does not: on the same features,
with the same certain directions, shrunk so that few events do not carry it away."""

import numpy as np
from scipy.optimize import minimize

from core.signals.calibrate import sigmoid
from core.signals.estimators import Linear
from core.signals.judge import Real

KEPT = (0.01, 0.99)  # values are held within these quantiles of training
PENALTIES = (10.0, 40.0, 160.0, 640.0)  # (d) of squared weights; chosen among training patients
_RARE = 0.02  # a feature missing (or there) less often says nothing by being missing
_ABSENT_PENALTY = 2.0  # (d) that something is missing counts for less than what it is


def fit_linear(values: Real, target: Real, directions: Real, *, penalty: float, probability: bool) -> Linear:
    """Penalised logistic (or least-squares) regression; ``directions`` +1 and -1 hold a weight to that sign."""
    shape = _standard(values)
    filled = np.where(np.isnan(values), shape.mean, np.clip(values, shape.low, shape.high))
    absent = np.isnan(values) - shape.share
    used = (shape.share > _RARE) & (shape.share < 1 - _RARE)
    design = np.column_stack([(filled - shape.mean) / shape.scale, absent[:, used]])
    penalties = np.concatenate([np.full(values.shape[1], penalty), np.full(int(used.sum()), penalty * _ABSENT_PENALTY)])
    signs = np.concatenate([directions, np.zeros(int(used.sum()))])
    intercept, weights = _solve(design, target, penalties, signs, probability=probability)
    missing = np.zeros(values.shape[1])
    missing[used] = weights[values.shape[1] :]
    return Linear(
        intercept, shape.low, shape.high, shape.mean, shape.scale, weights[: values.shape[1]], missing, shape.share
    )


def _standard(values: Real) -> Linear:
    """The scales of training, without weights yet."""
    seen = np.isfinite(values).any(axis=0)
    known = np.where(seen, values, 0.0)
    low, high = np.nanquantile(known, KEPT, axis=0)
    held = np.clip(known, low, high)
    mean, scale = np.nanmean(held, axis=0), np.nanstd(held, axis=0)
    nothing = np.zeros(values.shape[1])
    share = np.isnan(values).mean(axis=0)
    return Linear(0.0, low, high, mean, np.where(scale > 1e-9, scale, 1.0), nothing, nothing, share)


def _solve(design: Real, target: Real, penalties: Real, signs: Real, *, probability: bool) -> tuple[float, Real]:
    """The minimum of the penalised loss within the signs (L-BFGS-B)."""
    middle = design.mean(axis=0)
    centred = design - middle
    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) if sign < 0 else (None, None) for sign in signs)]
    start = np.zeros(design.shape[1] + 1)
    mean = float(target.mean())
    start[0] = np.log(mean / (1 - mean)) if probability else mean
    loss = _logistic if probability else _squares
    found = minimize(
        lambda weights: loss(weights, centred, target, penalties), start, jac=True, bounds=bounds, method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-10, "gtol": 1e-6},
    ).x  # fmt: skip
    return float(found[0] - middle @ found[1:]), np.asarray(found[1:], np.float64)


def _logistic(weights: Real, design: Real, target: Real, penalties: Real) -> tuple[float, Real]:
    margin = weights[0] + design @ weights[1:]
    loss = float(np.sum(np.logaddexp(0.0, margin) - target * margin) + 0.5 * penalties @ weights[1:] ** 2)
    wrong = sigmoid(margin) - target
    return loss, np.concatenate([[wrong.sum()], design.T @ wrong + penalties * weights[1:]])


def _squares(weights: Real, design: Real, target: Real, penalties: Real) -> tuple[float, Real]:
    wrong = weights[0] + design @ weights[1:] - target
    loss = float(0.5 * wrong @ wrong + 0.5 * penalties @ weights[1:] ** 2)
    return loss, np.concatenate([[wrong.sum()], design.T @ wrong + penalties * weights[1:]])
