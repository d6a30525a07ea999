"""What goes with what: rank correlations, the same with other things held equal, and how many of them are there by
chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pingouin
from numpy.typing import ArrayLike
from scipy import stats

from core.analysis.estimate import Estimate, Real, Why, is_constant, known, numbers, unknown

LEAST = 6  # people; with fewer the interval of a rank correlation spans nearly everything


@dataclass(frozen=True, slots=True)
class Association:
    """How ``outcome`` and ``predictor`` go together: Spearman's rho, and the partial one with ``held_equal``.

    ``q`` is the Benjamini-Hochberg adjusted p over all associations of one call that could be estimated: below .05, at
    most 5 of 100 such findings are expected to be there by chance. ``tied`` is the share of people whose value of
    either variable somebody else has too.
    """

    outcome: str
    predictor: str
    rho: Estimate
    partial: Estimate
    held_equal: tuple[str, ...]
    q: float | None = None
    partial_q: float | None = None
    tied: float = 0.0


def associations(
    columns: Mapping[str, ArrayLike], *, outcomes: Sequence[str], predictors: Sequence[str],
    held_equal: Sequence[str] = (),
) -> list[Association]:  # fmt: skip
    """Every outcome with every predictor; ``columns`` maps a name to one value for each person (gaps allowed).

    Spearman's rho over the people who have both, its interval by Fisher's z with the variance (1 + ρ²/2)/(n − 3)
    (Bonett & Wright 2000, Psychometrika 65:23-28); partial Spearman over those who have everything (pingouin);
    Benjamini & Hochberg 1995 over all (scipy). A predictor is never held equal to itself.
    """
    data = {name: numbers(values).ravel() for name, values in columns.items()}
    return adjusted(
        _pair(data, outcome, predictor, tuple(name for name in held_equal if name not in (outcome, predictor)))
        for outcome in outcomes
        for predictor in predictors
        if outcome != predictor
    )


def adjusted(found: Iterable[Association]) -> list[Association]:
    """The same associations with ``q`` and ``partial_q`` over all of them together."""
    found = list(found)
    qs, partial_qs = _adjusted([f.rho.p for f in found]), _adjusted([f.partial.p for f in found])
    return [
        replace(association, q=q, partial_q=partial_q)
        for association, q, partial_q in zip(found, qs, partial_qs, strict=True)
    ]


def _pair(data: Mapping[str, Real], outcome: str, predictor: str, held_equal: tuple[str, ...]) -> Association:
    x, y = data[outcome], data[predictor]
    both = ~np.isnan(x) & ~np.isnan(y)
    rho = _spearman(x[both], y[both], empty=_one_missing(x, y))
    others = [data[name] for name in held_equal if not np.isnan(data[name]).all()]
    partial = _partial(x, y, others) if rho.value is not None else replace(rho)
    return Association(outcome, predictor, rho, partial, held_equal, tied=_tied(x[both], y[both]))


def _one_missing(x: Real, y: Real) -> bool:
    return bool(np.isnan(x).all() or np.isnan(y).all())


def _spearman(x: Real, y: Real, *, empty: bool) -> Estimate:
    if len(x) < LEAST:
        return unknown(Why.ONE_SIDE_MISSING if empty else Why.TOO_FEW, len(x))
    if is_constant(x) or is_constant(y):
        return unknown(Why.CONSTANT, len(x))
    found = stats.spearmanr(x, y)
    return _with_interval(float(found.statistic), float(found.pvalue), len(x), 0)


def _partial(x: Real, y: Real, others: Sequence[Real]) -> Estimate:
    table = np.column_stack([x, y, *others])
    whole = table[~np.isnan(table).any(axis=1)]
    varying = [place for place in range(2, whole.shape[1]) if not is_constant(whole[:, place])]
    varying = _apart(whole, varying)
    if len(whole) < LEAST + len(varying):
        return unknown(Why.TOO_FEW, len(whole))
    if is_constant(whole[:, 0]) or is_constant(whole[:, 1]):
        return unknown(Why.CONSTANT, len(whole))
    names = ["x", "y", *(f"c{place}" for place in varying)]
    frame = pd.DataFrame(whole[:, [0, 1, *varying]], columns=names)
    if not varying:
        return _spearman(whole[:, 0], whole[:, 1], empty=False)
    if any(_apart(whole, [*varying, place])[-1] != place for place in (0, 1)):
        return unknown(Why.CONSTANT, len(whole))  # with the others held equal nothing of it is left
    row = pingouin.partial_corr(frame, x="x", y="y", covar=names[2:], method="spearman").iloc[0]
    p = row["p_val"] if "p_val" in row else row["p-val"]
    return _with_interval(float(row["r"]), float(p), len(whole), len(varying))


def _apart(whole: Real, places: Sequence[int]) -> list[int]:
    """Of these columns those whose ranks are not made of the ranks of the ones before."""
    ranks = stats.rankdata(whole, axis=0)
    ranks -= ranks.mean(axis=0)
    kept: list[int] = []
    for place in places:
        alike = np.atleast_2d(np.corrcoef(ranks[:, [*kept, place]], rowvar=False))
        if np.linalg.matrix_rank(alike, tol=1e-9, hermitian=True) == len(kept) + 1:
            kept.append(place)
    return kept


def _with_interval(rho: float, p: float, n: int, held_equal: int) -> Estimate:
    if known(rho) is None:
        return unknown(Why.CONSTANT, n)
    bounded = float(np.clip(rho, -1 + 1e-9, 1 - 1e-9))
    half = stats.norm.ppf(0.975) * np.sqrt((1 + bounded**2 / 2) / (n - held_equal - 3))
    z = np.arctanh(bounded)
    return Estimate(rho, float(np.tanh(z - half)), float(np.tanh(z + half)), p=known(p), n=n)


def _adjusted(ps: Sequence[float | None]) -> list[float | None]:
    given = [p for p in ps if p is not None]
    adjusted = iter(stats.false_discovery_control(given, method="bh").tolist() if given else [])
    return [None if p is None else float(next(adjusted)) for p in ps]


def _tied(x: Real, y: Real) -> float:
    if not len(x):
        return 0.0
    tied = [(np.unique(values, return_counts=True)[1]) for values in (x, y)]
    return float(max(counts[counts > 1].sum() for counts in tied) / len(x))
