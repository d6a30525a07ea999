"""Fits one candidate (booster or regression) on training patients alone: its size and its calibration come from
patients left out of each fold; then the estimator itself and the small ones of its interval. Nothing here sees an
evaluation patient."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost as xgb

from core.signals.calibrate import logit, platt
from core.signals.estimators import BOOSTER, Boosted, Estimator, matrix
from core.signals.features import by_code
from core.signals.judge import Real, Whole
from core.signals.linear import PENALTIES, fit_linear
from core.signals.model import POINTS_LEVEL
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
    """What a model is fitted on or judged by: values (rows × features), target, patient and moment of each row."""

    values: Real
    target: Real
    patient: Whole
    as_of: Whole

    def take(self, chosen: Any) -> "Rows":
        """The rows of a mask or of positions."""
        return Rows(self.values[chosen], self.target[chosen], self.patient[chosen], self.as_of[chosen])

    @property
    def people(self) -> int:
        """How many different patients."""
        return int(np.unique(self.patient).size)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a candidate is fitted: which kind, for which signal, on which features (a subset in an ablation)."""

    kind: str
    signal: Signal
    codes: tuple[str, ...]
    seed: int

    @property
    def probability(self) -> bool:
        """Whether it answers with a chance."""
        return QUESTIONS[self.signal].probability

    @property
    def directions(self) -> Real:
        """+1, -1 or 0 for each feature."""
        return np.asarray([SIGN[self.signal] * by_code()[code].direction for code in self.codes], np.float64)

    @property
    def sizes(self) -> tuple[float, ...]:
        """The sizes to choose among: rounds of the booster, penalties of the regression."""
        return tuple(range(EVERY, ROUNDS + 1, EVERY)) if self.kind == BOOSTER else PENALTIES

    def fit(self, rows: Rows, size: float, seed: int | None = None) -> Estimator:
        """One estimator of one size."""
        if self.kind != BOOSTER:
            return fit_linear(
                rows.values, rows.target, self.directions, penalty=size, probability=self.probability
            )  # fmt: skip
        return Boosted(self.boost(rows, int(size), self.seed if seed is None else seed), self.codes)

    def boost(self, rows: Rows, rounds: int, seed: int) -> xgb.Booster:
        """A booster of so many rounds."""
        shape = EVENTS if QUESTIONS[self.signal].event else MEASURES
        signs = "(" + ",".join(str(int(sign)) for sign in self.directions) + ")"
        objective = CHANCE if self.probability else POINTS
        parameters = {**SHARED, **shape, **objective, "seed": seed, "monotone_constraints": signs}
        data = matrix(rows.values, self.codes)
        data.set_label(rows.target)
        return xgb.train(parameters, data, num_boost_round=rounds)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fitted estimator with its calibration. ``crossed`` are the calibrated margins of the training rows, each from
    an estimator that did not see its patient."""

    recipe: Recipe
    estimator: Estimator
    size: float
    slope: float
    intercept: float
    half_width: float | None
    crossed: Real


def fit(recipe: Recipe, rows: Rows) -> Candidate:
    """Fit on ``rows`` (training patients only). The cross-fitted margins calibrate a chance (Platt) or give the
    conformal half-width of points (the 80 % quantile of absolute errors on left-out patients)."""
    size, margin = _cross_fitted(recipe, rows)
    estimator = recipe.fit(rows, size)
    if recipe.probability:
        slope, intercept = platt(margin, rows.target)
        return Candidate(recipe, estimator, size, slope, intercept, None, slope * margin + intercept)
    return Candidate(recipe, estimator, size, 1.0, 0.0, conformal(np.abs(rows.target - margin)), margin)


def conformal(errors: Real, level: float = POINTS_LEVEL) -> float:
    """The half-width that holds ``level`` of new errors: the ⌈level·(n+1)⌉-th smallest (Vovk 2005; Lei 2018)."""
    ordered = np.sort(errors)
    return float(ordered[min(int(np.ceil(level * (ordered.size + 1))), ordered.size) - 1])


def folds_of(patient: Whole, target: Real, count: int, *, seed: int) -> Whole:
    """A fold for each row, whole patients together, those with a positive row spread evenly."""
    keys = np.unique(patient)
    positive = np.asarray([target[patient == key].max() for key in keys])
    order = np.lexsort((np.random.default_rng(seed).permutation(keys.size), -positive))
    fold = np.empty(keys.size, np.int64)
    fold[order] = np.arange(keys.size) % count
    return np.asarray(fold[np.searchsorted(keys, patient)], np.int64)


def _cross_fitted(recipe: Recipe, rows: Rows) -> tuple[float, Real]:
    """The size with the least loss on left-out patients, and its margin of each row without its patient."""
    fold = folds_of(rows.patient, rows.target, FOLDS, seed=recipe.seed)
    margins = np.zeros((len(recipe.sizes), rows.target.size))
    for number in range(FOLDS):
        out = fold == number
        _fill(margins, recipe, rows.take(~out), rows.values[out], out)
    margins += _average(rows.target, recipe)
    best = int(np.argmin([_loss(margin, rows.target, recipe) for margin in margins]))
    return recipe.sizes[best], margins[best]


def _fill(margins: Real, recipe: Recipe, inside: Rows, asked: Real, out: Any) -> None:
    """The margins of the rows ``asked`` at every size. Without the events that it leaves out, a fold's average lies low
    exactly where they are: levelled out here."""
    if recipe.kind == BOOSTER:
        booster = recipe.boost(inside, ROUNDS, recipe.seed)
        data, known = matrix(asked, recipe.codes), matrix(inside.values, recipe.codes)
        for place, rounds in enumerate(recipe.sizes):
            until = (0, int(rounds))
            level = booster.predict(known, output_margin=True, iteration_range=until).mean()
            margins[place, out] = booster.predict(data, output_margin=True, iteration_range=until) - level
        return
    for place, size in enumerate(recipe.sizes):
        estimator = recipe.fit(inside, size)
        margins[place, out] = estimator.margin(asked) - estimator.margin(inside.values).mean()


def _average(target: Real, recipe: Recipe) -> float:
    """The margin of everybody."""
    mean = float(target.mean())
    return float(logit(np.array([mean]))[0]) if recipe.probability else mean


def _loss(margin: Real, target: Real, recipe: Recipe) -> float:
    if recipe.probability:
        return float(np.mean(np.logaddexp(0.0, margin) - target * margin))
    return float(np.mean((margin - target) ** 2))


def members(candidate: Candidate, rows: Rows) -> tuple[tuple[Estimator, ...], tuple[float, ...]]:
    """Estimators on resampled patients and the offset of each; their spread is what the data leave open. The slope of
    the calibration must not shrink what they leave open about the average itself: that is what the offsets undo."""
    recipe = candidate.recipe
    if not recipe.probability:
        return (), ()
    generator = np.random.default_rng(recipe.seed + 1)
    of_patient = [np.flatnonzero(rows.patient == key) for key in np.unique(rows.patient)]
    level = candidate.estimator.margin(rows.values).mean()
    found: list[Estimator] = []
    offsets: list[float] = []
    while len(found) < MEMBERS:
        drawn = generator.integers(0, len(of_patient), len(of_patient))
        sample = rows.take(np.concatenate([of_patient[i] for i in drawn]))
        if not 0 < sample.target.sum() < sample.target.size:
            continue
        found.append(recipe.fit(sample, candidate.size, seed=len(found)))
        offsets.append(float((1 - candidate.slope) * (found[-1].margin(rows.values).mean() - level)))
    return tuple(found), tuple(offsets)
