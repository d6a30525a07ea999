"""What a model is compared with on the same held-out patients: the base rate, the one value a clinician would look at,
and a logistic (or ridge) regression on the same features."""

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from core.signals.fit import Rows
from core.signals.judge import Real
from models import Signal

LAST_VALUE = {
    Signal.SAFETY: "safety_answers.highest_14",
    Signal.RELAPSE: "core10.last",
    Signal.PROGNOSIS: "core10.change",
    Signal.QUALITY_OF_LIFE: "who5.last",
}


def baselines(
    signal: Signal, training: Rows, asked: Real, codes: tuple[str, ...], *, probability: bool
) -> dict[str, Real]:
    """Estimates of each baseline for the rows ``asked``, fitted on the training patients."""
    one = [codes.index(LAST_VALUE[signal])]
    return {
        "base_rate": np.full(len(asked), training.target.mean()),
        "last_value": _regression(training, asked, one, probability=probability),
        "regression": _regression(training, asked, list(range(len(codes))), probability=probability),
    }


def _regression(training: Rows, asked: Real, columns: list[int], *, probability: bool) -> Real:
    seen = [i for i in columns if np.isfinite(training.values[:, i]).any()]
    if not seen:
        return np.full(len(asked), training.target.mean())
    line = _line(probability=probability)
    line.fit(training.values[:, seen], training.target)
    if probability:
        return np.asarray(line.predict_proba(asked[:, seen])[:, 1], np.float64)
    return np.asarray(np.clip(line.predict(asked[:, seen]), 0.0, 100.0), np.float64)


def _line(*, probability: bool) -> Pipeline:
    last = LogisticRegression(C=0.05, max_iter=2000) if probability else Ridge(alpha=50.0)
    return make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler(), last)
