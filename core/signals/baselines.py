"""The simple ways that a model is compared with on the same people held out: the base rate, the one value a clinician
would look at, and the rule "change from usual" alone. (The regression on the same features is a candidate itself.)"""

from typing import Any

import numpy as np

from core.signals.calibrate import sigmoid
from core.signals.fit import Rows
from core.signals.judge import Real
from core.signals.linear import fit_linear
from models import Signal

LAST_VALUE = {
    Signal.SAFETY: "safety_answers.highest_14",
    Signal.RELAPSE: "core10.last",
    Signal.PROGNOSIS: "core10.change",
    Signal.QUALITY_OF_LIFE: "who5.last",
}
_PENALTY = 1.0
_PRIOR = 2.0  # rows at the base rate, so that a rule that never spoke in training does not say 0


def baselines(
    signal: Signal, training: Rows, alarm: Real, asked: Rows, asked_alarm: Real, codes: tuple[str, ...], *,
    probability: bool,
) -> dict[str, Real]:  # fmt: skip
    """Estimates of each baseline for the rows ``asked``, learned from the training patients."""
    place = codes.index(LAST_VALUE[signal])
    own, theirs = training.values[:, [place]], asked.values[:, [place]]
    line = fit_linear(own, training.target, np.zeros(1), penalty=_PENALTY, probability=probability)
    margin = line.margin(theirs)
    return {
        "base_rate": np.full(asked.target.size, training.target.mean()),
        "last_value": sigmoid(margin) if probability else np.clip(margin, 0.0, 100.0),
        "rule": np.where(asked_alarm > 0, _mean(training.target, alarm > 0), _mean(training.target, alarm <= 0)),
    }


def _mean(target: Real, chosen: Any) -> float:
    return float((target[chosen].sum() + _PRIOR * target.mean()) / (chosen.sum() + _PRIOR))
