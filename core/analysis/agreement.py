"""Do two sides agree? Intraclass correlations in all six forms, and the limits of agreement."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pingouin
from numpy.typing import ArrayLike
from scipy import stats

from core.analysis.estimate import Estimate, Real, Why, fault_of, is_constant, known, numbers, unknown

pingouin.options["round.column.CI95"] = None  # its default rounds intervals to two decimals

FORMS = {  # pingouin's names of the six forms of Shrout & Fleiss
    "ICC(1,1)": "ICC1", "ICC(A,1)": "ICC2", "ICC(C,1)": "ICC3",
    "ICC(1,k)": "ICC1k", "ICC(A,k)": "ICC2k", "ICC(C,k)": "ICC3k",
}  # fmt: skip
WIDTH = float(stats.norm.ppf(0.975))


def intraclass_correlation(ratings: ArrayLike) -> dict[str, Estimate]:
    """The six intraclass correlations of an n × k array (targets × raters), rows with a gap left out.

    Keys ``ICC1 ICC2 ICC3`` (one rater) and ``ICC1k ICC2k ICC3k`` (the mean of k); each estimate has its 95 % interval,
    F and p. Formulas: Shrout & Fleiss 1979, Psychological Bulletin 86:420-428, as computed by pingouin. Where nothing
    can be said (constant ratings, a rater missing everywhere, fewer than three targets), every value is ``None`` with
    its reason.
    """
    table = numbers(ratings)
    reason = fault_of(table) if table.ndim == 2 else Why.TOO_FEW
    whole = table[~np.isnan(table).any(axis=1)] if table.ndim == 2 else table
    if reason is None and not _varies_between(whole):
        reason = Why.CONSTANT
    if reason is not None:
        return dict.fromkeys(FORMS.values(), unknown(reason, len(whole) if whole.ndim else 0))
    n, k = whole.shape
    long = pd.DataFrame(
        {"target": np.repeat(np.arange(n), k), "rater": np.tile(np.arange(k), n), "rating": whole.ravel()}
    )
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():  # perfect agreement divides by 0
        warnings.simplefilter("ignore")  # pingouin 0.7 calls what pandas 3 deprecates
        found = pingouin.intraclass_corr(long, targets="target", raters="rater", ratings="rating").set_index("Type")
    return {name: _form(found.loc[form], n) for form, name in FORMS.items()}


def _varies_between(whole: Real) -> bool:
    """Whether there is anything between targets or within them to compare."""
    return not (is_constant(whole.mean(axis=1)) and is_constant((whole - whole.mean(axis=1, keepdims=True)).ravel()))


def _form(row: "pd.Series[float]", n: int) -> Estimate:
    """One form. Above 1 (targets that do not differ at all) its formula has left its ground and says nothing; an end
    that went through infinity and came back on the other side is none."""
    value = known(row["ICC"])
    if value is None or value > 1 + 1e-9:
        return unknown(Why.CONSTANT, n)
    lower, upper = (known(float(end)) for end in np.asarray(row["CI95"]))
    lower = None if lower is not None and lower > value + 1e-9 else lower
    upper = None if upper is not None and not value - 1e-9 <= upper <= 1 + 1e-9 else upper
    return Estimate(
        value, lower, upper, F=known(row["F"]), df1=float(row["df1"]), df2=float(row["df2"]), p=known(row["pval"]), n=n
    )


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Mean difference (a − b), its SD, and the limits of agreement, each with a 95 % interval.

    ``normal_p`` is Shapiro-Wilk's p of the differences, ``slope`` the correlation of difference and mean with its p
    (a difference that grows with the level). Values are ``None`` with a ``reason`` where they cannot be estimated.
    """

    n: int
    bias: float | None = None
    sd: float | None = None
    lower: float | None = None
    upper: float | None = None
    bias_interval: tuple[float, float] | None = None
    lower_interval: tuple[float, float] | None = None
    upper_interval: tuple[float, float] | None = None
    normal_p: float | None = None
    slope: Estimate | None = None
    reason: Why | None = None


def bland_altman(a: ArrayLike, b: ArrayLike) -> BlandAltman:
    """Limits of agreement of two measurements of the same people, pairs with a gap left out.

    Bias ± 1.96 SD (Bland & Altman 1986, Lancet 327:307-310, with 2 rounded from 1.96); the standard error of a limit is
    SD · √(1/n + 1.96²/(2(n − 1))), Bland & Altman 1999, Statistical Methods in Medical Research 8:135-160.
    Raises ``ValueError`` where the two are not of the same length.
    """
    first, second = numbers(a).ravel(), numbers(b).ravel()
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} values are no pairs")
    table = np.column_stack([first, second])
    reason = fault_of(table)
    whole = table[~np.isnan(table).any(axis=1)]
    n = len(whole)
    if reason in (Why.ONE_SIDE_MISSING, Why.TOO_FEW):
        return BlandAltman(n, reason=reason)
    difference = whole[:, 0] - whole[:, 1]
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf(0.975, n - 1))
    of_bias, of_limit = sd / math.sqrt(n), sd * math.sqrt(1 / n + WIDTH**2 / (2 * (n - 1)))
    low, high = bias - WIDTH * sd, bias + WIDTH * sd
    return BlandAltman(
        n, bias, sd, low, high, (bias - t * of_bias, bias + t * of_bias), (low - t * of_limit, low + t * of_limit),
        (high - t * of_limit, high + t * of_limit), _normal(difference), _slope(difference, whole.mean(axis=1)),
    )  # fmt: skip


def _normal(difference: Real) -> float | None:
    return None if is_constant(difference) else float(stats.shapiro(difference[:5000]).pvalue)


def _slope(difference: Real, level: Real) -> Estimate:
    return correlation(np.column_stack([difference, level]))


def correlation(pairs: ArrayLike) -> Estimate:
    """Pearson's r of an n × 2 array with its 95 % interval (Fisher z) and p."""
    table = numbers(pairs)
    reason = fault_of(table)
    whole = table[~np.isnan(table).any(axis=1)]
    if reason is None and (len(whole) < 4 or any(is_constant(column) for column in whole.T)):
        reason = Why.TOO_FEW if len(whole) < 4 else Why.CONSTANT
    if reason is not None:
        return unknown(reason, len(whole))
    found = stats.pearsonr(whole[:, 0], whole[:, 1])
    ends = found.confidence_interval(0.95)
    return Estimate(float(found.statistic), known(ends.low), known(ends.high), p=known(found.pvalue), n=len(whole))
