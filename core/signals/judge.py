"""How good a model is on people it never saw: discrimination, calibration and error, with intervals from resampling
whole patients (rows of one person are not independent)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Metric = Callable[[Real, Real], float]
RESAMPLES, LEVEL = 200, 0.90
SLOPE_SPREAD = 0.5  # (d)


def auroc(target: Real, estimate: Real) -> float:
    """Area under the receiver operating characteristic by ranks (Hanley & McNeil 1982); NaN with one class only."""
    positive = int(target.sum())
    if not 0 < positive < target.size:
        return float("nan")
    rank = rankdata(estimate)[target == 1.0].sum()
    return float((rank - positive * (positive + 1) / 2) / (positive * (target.size - positive)))


def auprc(target: Real, estimate: Real) -> float:
    """Average precision: precision at each estimate given, weighted by the recall it adds; its floor is the base
    rate."""
    if not target.sum():
        return float("nan")
    order = np.argsort(-estimate, kind="stable")
    last = np.append(np.flatnonzero(np.diff(estimate[order])), target.size - 1)
    found = np.cumsum(target[order])[last]
    return float(np.sum(np.diff(found, prepend=0.0) / target.sum() * found / (last + 1)))


def brier(target: Real, estimate: Real) -> float:
    """Mean squared error of a probability (Brier 1950)."""
    return float(np.mean((target - estimate) ** 2))


def mean_absolute_error(target: Real, estimate: Real) -> float:
    """Mean absolute error in the unit of the target."""
    return float(np.mean(np.abs(target - estimate)))


def with_interval(
    metric: Metric, target: Real, estimate: Real, patient: Whole, *, seed: int
) -> dict[str, float | None]:
    """The metric with its 90 % percentile interval over resampled patients."""
    generator = np.random.default_rng(seed)
    rows = [np.flatnonzero(patient == key) for key in np.unique(patient)]
    drawn = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([rows[i] for i in generator.integers(0, len(rows), len(rows))])
        drawn.append(metric(target[chosen], estimate[chosen]))
    kept = np.asarray(drawn)[np.isfinite(drawn)]
    low, high = np.quantile(kept, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)) if kept.size else (np.nan, np.nan)
    return {"value": _number(metric(target, estimate)), "low": _number(low), "high": _number(high)}


def _number(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None


def calibration(target: Real, estimate: Real, *, bins: int = 5) -> list[dict[str, float]]:
    """Groups of equal size by estimate: mean estimate, observed share with its Wilson interval, rows."""
    found = []
    for rows in np.array_split(np.argsort(estimate, kind="stable"), bins):
        if rows.size == 0:
            continue
        low, high = wilson(float(target[rows].sum()), rows.size)
        observed = float(target[rows].mean())
        found.append(
            {"estimate": float(estimate[rows].mean()), "observed": observed, "low": low, "high": high, "n": rows.size}
        )
    return found


def wilson(successes: float, n: int, z: float = 1.645) -> tuple[float, float]:
    """Wilson score interval of a share (Wilson 1927); ``z`` 1.645 for 90 %."""
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float((centre - spread) / (1 + z * z / n)), float((centre + spread) / (1 + z * z / n))


def calibration_line(target: Real, estimate: Real) -> dict[str, float | None]:
    """Intercept and slope of the outcome on the logit of the estimate (Cox 1958); 0 and 1 are perfect."""
    if not 0 < target.sum() < target.size:
        return {"intercept": None, "slope": None}
    if np.ptp(estimate) < 1e-6:
        return {"intercept": None, "slope": None}
    slope, intercept = platt(logit(estimate), target, free_sign=True)
    return {"intercept": _number(intercept), "slope": _number(slope)}


def logit(probability: Real) -> Real:
    """Log-odds, kept finite at 0 and 1."""
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)), np.float64)


def sigmoid(margin: Real) -> Real:
    """Probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(margin, np.float64))), np.float64)


def platt(margin: Real, target: Real, *, free_sign: bool = False) -> tuple[float, float]:
    """Slope and intercept of the calibrated log-odds on ``margin`` (Platt 1999), by Newton's method. Few events say
    little about a slope, so it has a prior: normal around 1 (the booster as it is) with ``SLOPE_SPREAD``; below 0 it
    becomes 0, nothing was learned. ``free_sign``: no prior and no limit, to judge by."""
    middle, start = float(margin.mean()), np.array([1.0, float(logit(np.array([target.mean()]))[0])])
    design = np.column_stack([margin - middle, np.ones_like(margin)])  # centred, so that Newton's steps are sound
    prior, weights = np.diag([0.0 if free_sign else SLOPE_SPREAD**-2, 1e-9]), start
    for _ in range(100):
        chance = sigmoid(design @ weights)
        gradient = design.T @ (chance - target) + prior @ (weights - start)
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design + prior
        step = np.linalg.solve(hessian, gradient)
        step /= max(1.0, float(np.abs(step).max()) / 2.0)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    if weights[0] < 0 and not free_sign:
        return 0.0, float(start[1])
    return float(weights[0]), float(weights[1] - weights[0] * middle)


def judged(target: Real, estimate: Real, patient: Whole, *, probability: bool, seed: int) -> dict[str, Any]:
    """Every metric of one set of estimates with its interval."""
    if not probability:
        return {"mae": with_interval(mean_absolute_error, target, estimate, patient, seed=seed)}
    metrics = {"auroc": auroc, "auprc": auprc, "brier": brier}
    return {name: with_interval(metric, target, estimate, patient, seed=seed) for name, metric in metrics.items()}
