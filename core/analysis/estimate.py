"""One figure with its interval, or the reason why there is none."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Real = NDArray[np.float64]
SMALLEST = 3  # pairs or people; with fewer no interval means anything


class Why(StrEnum):
    """Why something cannot be estimated; ``dashboard.wording`` says it."""

    TOO_FEW = "too_few"
    CONSTANT = "constant"
    ONE_SIDE_MISSING = "one_side_missing"
    ONE_OCCASION = "one_occasion"
    NOT_CONVERGED = "not_converged"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Estimate:
    """``value`` with its 95 % interval, test statistic ``F`` with its degrees of freedom, and p. ``value`` is ``None``
    where it cannot be estimated; ``reason`` says why."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    F: float | None = None
    df1: float | None = None
    df2: float | None = None
    p: float | None = None
    n: int = 0
    reason: Why | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval, or ``None``."""
        return None if self.lower is None or self.upper is None else (self.lower, self.upper)


def unknown(reason: Why, n: int = 0) -> Estimate:
    """No value, and why."""
    return Estimate(None, n=n, reason=reason)


def numbers(values: ArrayLike) -> Real:
    """As floats; ``None``, ``pandas.NA`` and infinities become missing. Raises ``ValueError`` for rows of different
    lengths and for what is no number."""
    array = np.array(values, dtype=object)
    flat = [_number(value) for value in array.ravel().tolist()]
    found = np.asarray(flat, float).reshape(array.shape)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(value: object) -> float:
    if value is None or value is pd.NA:
        return math.nan
    if isinstance(value, list | tuple | np.ndarray):
        raise ValueError("the rows are not of the same length")
    return float(value)  # type: ignore[arg-type]  # what is no number says so itself


def known(value: float) -> float | None:
    """A finite number, or ``None``."""
    return float(value) if math.isfinite(value) else None


def is_constant(values: Real) -> bool:
    """Whether there is no spread that rounding alone would not make."""
    return bool(len(values) == 0 or np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())))


def fault_of(ratings: Real, least: int = SMALLEST) -> Why | None:
    """Why nothing can be said about an n × k table (columns are raters or variables; rows with a gap do not count)."""
    if ratings.ndim != 2 or ratings.shape[1] < 2 or np.isnan(ratings).all(axis=0).any():
        return Why.ONE_SIDE_MISSING if ratings.size else Why.TOO_FEW
    whole = ratings[~np.isnan(ratings).any(axis=1)]
    if len(whole) < least:
        return Why.TOO_FEW
    return Why.CONSTANT if is_constant(whole.ravel()) else None
