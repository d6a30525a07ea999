"""How good estimates are on people a model never saw: discrimination, calibration and error, each with an interval from
resampling whole patients (rows of one person are not independent). Resampling is by weights: how often each was drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Metric = Callable[[Real, Real, Real], float]
Interval = dict[str, float | None]
RESAMPLES, LEVEL = 1000, 0.90


def auroc(target: Real, estimate: Real, weight: Real | None = None) -> float:
    """Area under the receiver operating characteristic (Hanley & McNeil 1982), ties counted half; NaN with one class
    only."""
    yes, no = _at_each_estimate(target, estimate, weight)
    pairs = yes.sum() * no.sum()
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / pairs) if pairs else float("nan")


def auprc(target: Real, estimate: Real, weight: Real | None = None) -> float:
    """Average precision: precision at each estimate given, weighted by the recall it adds; its floor is the base
    rate."""
    yes, no = (part[::-1] for part in _at_each_estimate(target, estimate, weight))
    if not yes.sum():
        return float("nan")
    found, seen = np.cumsum(yes), np.cumsum(yes + no)
    return float(np.sum(yes / yes.sum() * found / np.where(seen > 0, seen, 1.0)))


def _at_each_estimate(target: Real, estimate: Real, weight: Real | None) -> tuple[Real, Real]:
    """Weights of the rows with and without the event at each different estimate, lowest first."""
    one = np.ones_like(target) if weight is None else weight
    levels, place = np.unique(estimate, return_inverse=True)
    yes = np.bincount(place, one * target, levels.size).astype(np.float64)
    return yes, np.bincount(place, one * (1 - target), levels.size).astype(np.float64)


def brier(target: Real, estimate: Real, weight: Real | None = None) -> float:
    """Mean squared error of a probability (Brier 1950)."""
    return float(np.average((target - estimate) ** 2, weights=weight))


def log_loss(target: Real, estimate: Real, weight: Real | None = None) -> float:
    """Mean negative log-likelihood of a probability, the proper score by which candidates are compared."""
    inside = np.clip(estimate, 1e-6, 1 - 1e-6)
    return float(np.average(-np.log(np.where(target == 1.0, inside, 1 - inside)), weights=weight))


def mean_absolute_error(target: Real, estimate: Real, weight: Real | None = None) -> float:
    """Mean absolute error in the unit of the target."""
    return float(np.average(np.abs(target - estimate), weights=weight))


@dataclass(frozen=True, slots=True)
class Jury:
    """The rows to judge by, and how often each patient was drawn in each resample (resamples × patients)."""

    target: Real
    person: Whole
    draws: Real

    def interval(self, value: Callable[[Real], float]) -> Interval:
        """``value`` of the rows' weights, with its 90 % percentile interval over the resamples."""
        drawn = np.asarray([value(draw[self.person]) for draw in self.draws])
        kept = drawn[np.isfinite(drawn)]
        low, high = np.quantile(kept, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)) if kept.size else (np.nan, np.nan)
        point = value(np.ones_like(self.target))
        return {"value": number(point), "low": number(low), "high": number(high)}

    def of(self, metric: Metric, estimate: Real) -> Interval:
        """A metric of one set of estimates."""
        return self.interval(lambda weight: metric(self.target, estimate, weight))

    def gain(self, metric: Metric, other: Real, own: Real) -> Interval:
        """By how much ``own`` has less of a loss than ``other``, on the same resamples: above 0 it is better."""
        return self.interval(lambda weight: metric(self.target, other, weight) - metric(self.target, own, weight))

    def rows(self, chosen: Any) -> "Jury":
        """The same resamples on some of the rows."""
        return Jury(self.target[chosen], self.person[chosen], self.draws)


def jury(target: Real, patient: Whole, *, resamples: int, seed: int) -> Jury:
    """Resamples of whole patients, with replacement."""
    people, person = np.unique(patient, return_inverse=True)
    share = np.full(people.size, 1 / people.size)
    draws = np.random.default_rng(seed).multinomial(people.size, share, size=resamples).astype(np.float64)
    return Jury(target, person.astype(np.int64), draws)


def number(value: float) -> float | None:
    """A figure as it is kept; ``None`` where it cannot be computed."""
    return round(float(value), 5) if np.isfinite(value) else None


def clearly_above_zero(interval: Interval) -> bool:
    """Whether a difference lies above zero beyond noise: all of its interval does."""
    return interval["low"] is not None and interval["low"] > 0


def judged(rows: Jury, estimate: Real, *, base: float, probability: bool) -> dict[str, Interval]:
    """Every metric of one set of estimates; ``base`` is the share (or mean) in training, against which skill counts."""
    if not probability:
        return {"mae": rows.of(mean_absolute_error, estimate)}
    found = {name: rows.of(metric, estimate) for name, metric in (("auroc", auroc), ("auprc", auprc), ("brier", brier))}
    everybody = np.full_like(estimate, base)

    def skill(weight: Real) -> float:
        reference = brier(rows.target, everybody, weight)
        return 1 - brier(rows.target, estimate, weight) / reference if reference else float("nan")

    return found | {"skill": rows.interval(skill)}
