"""A model in memory: an estimator whose calibrated log-odds (or WHO-5 points) are the sum of a baseline and one
contribution of each feature, and what its interval is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.signals.calibrate import sigmoid
from core.signals.estimators import Estimator
from core.signals.judge import Real
from core.signals.reference import Reference
from models import Signal

LEVEL = 0.90  # of the bootstrap interval of a chance
POINTS_LEVEL = 0.80  # of the conformal interval of WHO-5 points


@dataclass(frozen=True, slots=True)
class Model:
    """``slope`` and ``intercept`` calibrate the estimator's margin (1 and 0 for points); ``members`` are those of the
    bootstrap (chances), ``offsets`` added to their margins; ``half_width`` is the conformal half-width (points);
    ``reference`` is what the training data looked like."""

    signal: Signal
    version: str
    estimator: Estimator
    members: tuple[Estimator, ...]
    slope: float
    intercept: float
    half_width: float | None
    offsets: tuple[float, ...]
    probability: bool
    features: tuple[str, ...]
    reference: Reference
    manifest: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Equally long: estimate, interval; ``margin`` = ``base`` + the row's ``contributions`` (rows × features)."""

    estimate: Real
    lower: Real
    upper: Real
    margin: Real
    base: Real
    contributions: Real


def predict(model: Model, values: Real) -> Estimates:
    """Estimates for rows × features (NaN where missing), contributions scaled by the calibration so that they add up
    to the calibrated margin."""
    explained = model.estimator.explain(values)
    explained *= model.slope  # where it is: a copy of millions would cost as much again
    contributions, base = explained[:, :-1], explained[:, -1] + model.intercept
    margin = base + contributions.sum(axis=1)
    if not model.probability:
        half = model.half_width or 0.0
        points = np.clip(margin, 0.0, 100.0)
        low, high = np.clip(points - half, 0.0, 100.0), np.clip(points + half, 0.0, 100.0)
        return Estimates(points, low, high, margin, base, contributions)
    chance = sigmoid(margin)
    low, high = _interval(model, values, chance)
    return Estimates(chance, low, high, margin, base, contributions)


def margins(model: Model, values: Real) -> Real:
    """The calibrated margins alone, where neither intervals nor contributions are asked for."""
    return np.asarray(model.estimator.margin(values) * model.slope + model.intercept, np.float64)


def estimate(model: Model, values: Real) -> Real:
    """The estimates alone."""
    margin = margins(model, values)
    return sigmoid(margin) if model.probability else np.clip(margin, 0.0, 100.0)


def _interval(model: Model, values: Real, chance: Real) -> tuple[Real, Real]:
    """Percentiles of the bootstrap members' calibrated chances, widened where the estimate lies outside."""
    drawn = np.stack([member.margin(values) for member in model.members])
    chances = sigmoid(drawn * model.slope + model.intercept + np.asarray(model.offsets)[:, None])
    low, high = np.quantile(chances, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return np.minimum(low, chance), np.maximum(high, chance)
