"""The two kinds of estimator, alike from outside: a margin that is exactly a baseline and one contribution of each
feature. ``Boosted`` explains itself by its trees' own SHAP values (``pred_contribs``, Lundberg 2018), ``Linear`` by its
terms."""

import json
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import xgboost as xgb

from core.signals.judge import Real

BOOSTER, LINEAR = "booster", "linear"


class Estimator(Protocol):
    """What a model is made of."""

    @property
    def kind(self) -> str:
        """``booster`` or ``linear``."""

    def margin(self, values: Real) -> Real:
        """One margin for each row of ``values`` (rows × features, NaN where missing)."""

    def explain(self, values: Real) -> Real:
        """Rows × (features + 1), the caller's own: the contributions and, last, the baseline; each row adds up to its
        margin."""

    def raw(self) -> bytes:
        """The file that it is kept in."""


@dataclass(frozen=True, slots=True)
class Boosted:
    """Gradient-boosted trees of XGBoost."""

    booster: xgb.Booster
    features: tuple[str, ...]

    @property
    def kind(self) -> str:
        """See ``Estimator``."""
        return BOOSTER

    def margin(self, values: Real) -> Real:
        """See ``Estimator``. In place: for one patient making a matrix costs more than predicting."""
        return np.asarray(self.booster.inplace_predict(values, predict_type="margin"), np.float64)

    def explain(self, values: Real) -> Real:
        """See ``Estimator``."""
        return np.asarray(self.booster.predict(matrix(values, self.features), pred_contribs=True), np.float64)

    def raw(self) -> bytes:
        """XGBoost's own UBJSON."""
        return bytes(self.booster.save_raw("ubj"))


def matrix(values: Real, features: tuple[str, ...]) -> xgb.DMatrix:
    """The booster's matrix; NaN is a missing value."""
    return xgb.DMatrix(values, feature_names=list(features), nthread=1)


@dataclass(frozen=True, slots=True)
class Linear:
    """A regression on values held within what training saw (``low``–``high``), centred and scaled; a missing value
    counts as the average and may have a weight of its own (``absent``). Every array has one entry for each feature;
    ``share`` is how often the feature was missing in training, so that the average row has no contributions."""

    intercept: float
    low: Real
    high: Real
    mean: Real
    scale: Real
    weight: Real
    absent: Real
    share: Real

    @property
    def kind(self) -> str:
        """See ``Estimator``."""
        return LINEAR

    def margin(self, values: Real) -> Real:
        """See ``Estimator``."""
        missing = np.isnan(values)
        standard = np.where(missing, 0.0, (np.clip(values, self.low, self.high) - self.mean) / self.scale)
        lifted = self.intercept - float(self.share @ self.absent)
        return np.asarray(standard @ self.weight + missing @ self.absent + lifted, np.float64)

    def explain(self, values: Real) -> Real:
        """See ``Estimator``: weight × distance from the average of training, missing values by their own weight."""
        missing = np.isnan(values)
        standard = (np.clip(values, self.low, self.high) - self.mean) / self.scale
        parts = np.where(missing, 0.0, standard) * self.weight + (missing - self.share) * self.absent
        return np.column_stack([parts, np.full(len(values), self.intercept)])

    def raw(self) -> bytes:
        """Plain JSON."""
        arrays = {name: getattr(self, name).tolist() for name in _ARRAYS}
        return json.dumps({"intercept": self.intercept, **arrays}).encode()


_ARRAYS = ("low", "high", "mean", "scale", "weight", "absent", "share")
SUFFIX = {BOOSTER: "ubj", LINEAR: "json"}


def read_estimator(kind: str, raw: bytes, features: tuple[str, ...]) -> Estimator:
    """The estimator of a file. Raises ``ValueError`` (``xgboost.core.XGBoostError`` is one) where it cannot be read."""
    if kind == BOOSTER:
        booster = xgb.Booster({"nthread": 1})
        booster.load_model(bytearray(raw))
        return Boosted(booster, features)
    if kind != LINEAR:
        raise ValueError(kind)
    found = json.loads(raw)
    arrays = {name: np.asarray(found[name], np.float64) for name in _ARRAYS}
    if any(array.shape != (len(features),) for array in arrays.values()):
        raise ValueError(found.keys())
    return Linear(intercept=float(found["intercept"]), **arrays)
