"""A model in memory: a booster whose calibrated log-odds (or WHO-5 points) are the sum of a baseline and one
contribution of each feature, and what its interval is made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

from core.signals.judge import sigmoid
from models import Signal

Real = NDArray[np.float64]
LEVEL = 0.90  # of the bootstrap interval of a chance
POINTS_LEVEL = 0.80  # of the conformal interval of WHO-5 points


@dataclass(frozen=True, slots=True)
class Model:
    """``slope`` and ``intercept`` calibrate the booster's margin (1 and 0 for points); ``members`` are the boosters of
    the bootstrap (chances), ``offsets`` added to their margins; ``half_width`` is the conformal half-width (points)."""

    signal: Signal
    version: str
    booster: xgb.Booster
    members: tuple[xgb.Booster, ...]
    slope: float
    intercept: float
    half_width: float | None
    offsets: tuple[float, ...]
    probability: bool
    features: tuple[str, ...]
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


def matrix(values: Real, features: tuple[str, ...]) -> xgb.DMatrix:
    """The booster's matrix; NaN is a missing value."""
    return xgb.DMatrix(values, feature_names=list(features), nthread=1)


def predict(model: Model, values: Real) -> Estimates:
    """Estimates for rows × features (NaN where missing). Contributions are the booster's own SHAP values
    (``pred_contribs``, Lundberg 2018), scaled by the calibration so that they add up to the calibrated margin."""
    data = matrix(values, model.features)
    raw = np.asarray(model.booster.predict(data, pred_contribs=True), np.float64)
    contributions, base = raw[:, :-1] * model.slope, raw[:, -1] * model.slope + model.intercept
    margin = base + contributions.sum(axis=1)
    if not model.probability:
        half = model.half_width or 0.0
        estimate = np.clip(margin, 0.0, 100.0)
        low, high = np.clip(estimate - half, 0.0, 100.0), np.clip(estimate + half, 0.0, 100.0)
        return Estimates(estimate, low, high, margin, base, contributions)
    estimate = sigmoid(margin)
    low, high = _interval(model, data, estimate)
    return Estimates(estimate, low, high, margin, base, contributions)


def _interval(model: Model, data: xgb.DMatrix, estimate: Real) -> tuple[Real, Real]:
    """Percentiles of the bootstrap members' calibrated chances, widened where the estimate lies outside."""
    drawn = np.stack([member.predict(data, output_margin=True) for member in model.members])
    chances = sigmoid(drawn * model.slope + model.intercept + np.asarray(model.offsets)[:, None])
    low, high = np.quantile(chances, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)
