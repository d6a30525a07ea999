"""How something develops over time in people measured several times: a linear mixed model by restricted maximum
likelihood, with a random intercept for each group and a random slope of time where one can be told.

The likelihood is that of lme4 (Bates, Mächler, Bolker & Walker 2015, Journal of Statistical Software 67:1, section
3; ``core.analysis.reml``). statsmodels' ``MixedLM`` gives the same numbers
(``tests/unit/analysis/test_longitudinal.py``) but goes through the groups one by one: 11 to 27 s for 5,000 pairs at
four occasions, here 0.4 s (``docs/decisions/mixed-models-all-groups-at-once.md``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from core.analysis.estimate import Estimate, Real, Why, is_constant, numbers, unknown
from core.analysis.reml import Codes, Data, Fit, fit, shrunk

LEAST_GROUPS = 8  # people; with fewer the spread between them cannot be told
SINGULAR = 1e-4  # a relative spread, or a correlation this near to 1, is none of its own


@dataclass(frozen=True, slots=True)
class MixedModel:
    """A fitted model. ``effects`` by name: ``intercept``, ``time``, and for each further arm ``arm[x]`` (its difference
    at time 0) and ``time:arm[x]`` (how much more it changes in one unit of time). ``between_sd`` and ``slope_sd`` are
    the spread of people, ``residual_sd`` what is left, ``criterion`` −2 log restricted likelihood. ``slope`` tells
    whether a random slope is in the model and ``slope_reason`` why not. ``reason`` is set, and nothing else, where no
    model could be fitted. ``once`` are the arms that were measured on one occasion alone: their level is in the model,
    how they change is not, and an effect that would tell it has no value.
    """

    n: int
    groups: int
    effects: dict[str, Estimate] = field(default_factory=dict)
    arms: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    between_sd: float | None = None
    slope_sd: float | None = None
    correlation: float | None = None
    residual_sd: float | None = None
    criterion: float | None = None
    slope: bool = False
    slope_reason: Why | None = None
    residual_skew: float | None = None
    residual_kurtosis: float | None = None
    covariance: tuple[tuple[float, ...], ...] = ()
    reason: Why | None = None

    def mean_at(self, time: float, arm: str | None = None) -> tuple[float, float, float]:
        """The model's mean at a time in an arm, with its 95 % interval."""
        return self._contrast(1.0, time, arm)

    def change_in(self, arm: str | None = None) -> tuple[float, float, float] | None:
        """How much the mean of an arm changes in one unit of time, with its 95 % interval; ``None`` for an arm that was
        measured on one occasion alone."""
        return None if arm in self.once else self._contrast(0.0, 1.0, arm)

    def _contrast(self, constant: float, time: float, arm: str | None) -> tuple[float, float, float]:
        names = list(self.effects)
        row = np.zeros(len(names))
        row[0], row[names.index("time")] = constant, time
        if arm is not None and f"arm[{arm}]" in self.effects:
            row[names.index(f"arm[{arm}]")], row[names.index(f"time:arm[{arm}]")] = constant, time
        value = float(row @ np.array([self.effects[name].value or 0.0 for name in names], float))
        half = _width(self.groups) * float(np.sqrt(row @ np.asarray(self.covariance) @ row))
        return value, value - half, value + half


def mixed_model(
    values: ArrayLike, times: ArrayLike, groups: Sequence[object], arms: Sequence[str] | None = None, *,
    slope: bool = True,
) -> MixedModel:  # fmt: skip
    """Fit ``value ~ time × arm`` with a random intercept for each group, and a random slope of time unless ``slope`` is
    off or none can be told; one entry for each measurement, rows with a gap left out.

    Times in any unit; the first arm in alphabetical order is the one the others are compared with. Intervals and p from
    Student's t with (groups − 1) degrees of freedom. Nothing to fit (fewer than eight groups, constant values, one
    occasion alone): a model with a ``reason``. Raises ``ValueError`` where the columns are not of one length.
    """
    y, t = numbers(values).ravel(), numbers(times).ravel()
    lengths = {len(y), len(t), len(groups), len(y if arms is None else arms)}
    if len(lengths) > 1:
        raise ValueError(f"columns of {', '.join(map(str, sorted(lengths)))} values are no measurements")
    there = ~(np.isnan(y) | np.isnan(t))
    codes = np.unique(np.asarray([str(g) for g in groups])[there], return_inverse=True)[1]
    y, t = y[there], t[there]
    names = np.asarray([str(a) for a in arms])[there] if arms is not None else np.full(len(y), "")
    reason = _nothing_to_fit(y, t, codes)
    if reason is not None:
        return MixedModel(len(y), len(np.unique(codes)), reason=reason)
    design, terms, kinds = _design(t, names)
    told = _estimable(design)
    data = Data.of(y, t, codes, design[:, told])
    plain = fit(data, slope=False)
    if plain is None:
        return MixedModel(len(y), data.groups, reason=Why.NOT_CONVERGED)
    richer, why = _with_slope(data) if slope else (None, None)
    once = tuple(kind for kind in kinds if is_constant(t[names == kind]))
    model = _described(richer or plain, data, [terms[i] for i in told], kinds, why)
    return model if len(told) == len(terms) else replace(_with_untold(model, terms, told), once=once)


def _nothing_to_fit(y: Real, t: Real, codes: Codes) -> Why | None:
    if len(np.unique(codes)) < LEAST_GROUPS:
        return Why.TOO_FEW
    if is_constant(y):
        return Why.CONSTANT
    if is_constant(t) or len(y) <= len(np.unique(codes)):
        return Why.ONE_OCCASION
    return None


def _design(t: Real, names: NDArray[np.str_]) -> tuple[Real, list[str], tuple[str, ...]]:
    kinds = tuple(str(kind) for kind in np.unique(names))
    columns, terms = [np.ones(len(t)), t], ["intercept", "time"]
    for kind in kinds[1:]:
        member = (names == kind).astype(float)
        columns += [member, member * t]
        terms += [f"arm[{kind}]", f"time:arm[{kind}]"]
    return np.column_stack(columns), terms, kinds


def _estimable(design: Real) -> list[int]:
    """The columns, from the first on, that are none of those before them in another guise (of an arm that was measured
    on one occasion alone, level and slope are one)."""
    lengths = np.linalg.norm(design, axis=0)
    alike = (design.T @ design) / np.outer(lengths, lengths).clip(1e-300)
    told: list[int] = []
    for column in range(design.shape[1]):
        tried = [*told, column]
        if np.linalg.matrix_rank(alike[np.ix_(tried, tried)], tol=1e-9, hermitian=True) == len(tried):
            told = tried
    return told


def _with_untold(model: MixedModel, terms: list[str], told: list[int]) -> MixedModel:
    """The same model with every term in its place; what cannot be told counts for nothing in its means."""
    covariance = np.zeros((len(terms), len(terms)))
    covariance[np.ix_(told, told)] = model.covariance
    nothing = unknown(Why.ONE_OCCASION, model.groups)
    effects = {term: model.effects.get(term, nothing) for term in terms}
    return replace(model, effects=effects, covariance=tuple(tuple(row) for row in covariance.tolist()))


def _with_slope(data: Data) -> tuple[Fit | None, Why | None]:
    """The model with a random slope, or why there is none: too few occasions, or a spread that is not its own."""
    if np.bincount(data.codes).max() < 3 or len(data.y) <= 2 * data.groups:
        return None, Why.TOO_FEW
    found = fit(data, slope=True)
    if found is None:
        return None, Why.NOT_CONVERGED
    relative = found.factor @ found.factor.T
    spread = np.sqrt(np.diag(relative))
    if (spread < SINGULAR).any() or abs(relative[0, 1]) / (spread[0] * spread[1]) > 1 - SINGULAR:
        return None, Why.NOT_CONVERGED
    return found, None


def _width(groups: int) -> float:
    return float(stats.t.ppf(0.975, groups - 1))


def _described(found: Fit, data: Data, terms: list[str], kinds: tuple[str, ...], why: Why | None) -> MixedModel:
    random = found.variance * found.factor @ found.factor.T
    residuals = data.y - data.design @ found.beta - (data.random * shrunk(found, data)[data.codes]).sum(axis=1)
    slope = bool(found.factor[1].any())
    between, along = np.sqrt(random[0, 0]), np.sqrt(random[1, 1])
    return MixedModel(
        n=len(data.y), groups=data.groups, effects=_effects(found, data.groups, terms), arms=kinds,
        between_sd=float(between), slope_sd=float(along / data.scale) if slope else None,
        correlation=float(random[0, 1] / (between * along)) if slope else None,
        residual_sd=float(np.sqrt(found.variance)), criterion=float(found.criterion), slope=slope, slope_reason=why,
        residual_skew=float(stats.skew(residuals)), residual_kurtosis=float(stats.kurtosis(residuals)),
        covariance=tuple(tuple(row) for row in found.covariance.tolist()),
    )  # fmt: skip


def _effects(found: Fit, groups: int, terms: list[str]) -> dict[str, Estimate]:
    errors = np.sqrt(np.diag(found.covariance))
    half = _width(groups)
    effects = {}
    for term, value, error in zip(terms, found.beta.tolist(), errors.tolist(), strict=True):
        if error == 0:
            effects[term] = unknown(Why.CONSTANT, groups)
            continue
        t = value / error
        p = float(2 * stats.t.sf(abs(t), groups - 1))
        effects[term] = Estimate(
            value, value - half * error, value + half * error, F=t * t, df1=1, df2=groups - 1, p=p, n=groups
        )
    return effects
