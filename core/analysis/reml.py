"""The restricted likelihood of a linear mixed model with a random intercept and slope for each group (Bates, Mächler,
Bolker & Walker 2015, Journal of Statistical Software 67:1, section 3), computed from cross-products: for all groups at
once, and for groups that were measured alike only once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from core.analysis.estimate import Real

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Data:
    """What the likelihood needs. Groups measured at the same times in the same arm are of one kind: of each kind the
    number of groups and the cross-products of the random part with itself (zz) and with the design (zx), and the sums
    of its products with the values (zy, and zyy for their squares). Time is scaled by ``scale`` in the random part."""

    y: Real
    design: Real
    random: Real
    codes: Codes
    kind_of: Codes
    scale: float
    each_zy: Real
    count: Real
    zz: Real
    zx: Real
    zy: Real
    zyy: Real
    xx: Real
    xy: Real
    yy: float

    @property
    def groups(self) -> int:
        """How many groups."""
        return len(self.kind_of)

    @classmethod
    def of(cls, y: Real, t: Real, codes: Codes, design: Real) -> "Data":
        scale = float(np.std(t))
        random = np.column_stack([np.ones(len(t)), t / scale])
        whole = _products(random, np.column_stack([random, design, y]), codes)
        each_zy = whole[:, :, -1]
        kinds, kind_of = np.unique(whole[:, :, :-1].reshape(len(whole), -1), axis=0, return_inverse=True)
        kinds = np.asarray(kinds.reshape(len(kinds), 2, -1), float)
        summed = np.column_stack([each_zy, (each_zy[:, :, None] * each_zy[:, None, :]).reshape(-1, 4)])
        sums = np.column_stack([np.bincount(kind_of, column) for column in summed.T]).astype(float)
        return cls(
            y, design, random, codes, kind_of, scale, each_zy, np.bincount(kind_of).astype(float), kinds[:, :, :2],
            kinds[:, :, 2:], sums[:, :2], sums[:, 2:].reshape(-1, 2, 2), design.T @ design, design.T @ y, float(y @ y),
        )  # fmt: skip


def _products(left: Real, right: Real, codes: Codes) -> Real:
    """For each group the sum of the outer products of its rows: groups × columns of left × columns of right."""
    products = (left[:, :, None] * right[:, None, :]).reshape(len(codes), -1)
    sums = np.column_stack([np.bincount(codes, column) for column in products.T])
    return np.asarray(sums.reshape(-1, left.shape[1], right.shape[1]))


@dataclass(frozen=True, slots=True)
class Fit:
    """The optimum: relative Cholesky factor of the random part, weight of each kind of group, effects, their
    covariance, residual variance."""

    factor: Real
    weight: Real
    beta: Real
    covariance: Real
    variance: float
    criterion: float


def fit(data: Data, *, slope: bool) -> Fit | None:
    """The best fit with a random intercept, and with ``slope`` a random slope too; ``None`` where there is none."""
    start = np.array([1.0, 0.0, 0.5]) if slope else np.array([1.0])
    bounds = [(0.0, 1e3), (-1e3, 1e3), (0.0, 1e3)] if slope else [(0.0, 1e3)]
    found = optimize.minimize(
        lambda theta: _solve(data, _factor(theta)).criterion, start, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-12, "gtol": 1e-7},
    )  # fmt: skip
    best = _solve(data, _factor(found.x))
    return best if np.isfinite(best.criterion) and best.variance > 0 else None


def _factor(theta: Real) -> Real:
    if len(theta) == 1:
        return np.array([[theta[0], 0.0], [0.0, 0.0]])
    return np.array([[theta[0], 0.0], [theta[1], theta[2]]])


def _solve(data: Data, factor: Real) -> Fit:
    """The profile of the restricted likelihood at one relative factor, and everything that goes with it."""
    n, p = data.design.shape
    inner = np.eye(2) + factor.T @ data.zz @ factor
    weight = factor @ np.linalg.inv(inner) @ factor.T
    weighted = np.swapaxes(data.zx, 1, 2) @ weight
    xvx = data.xx - (data.count[:, None, None] * (weighted @ data.zx)).sum(axis=0)
    xvy = data.xy - (weighted @ data.zy[:, :, None])[:, :, 0].sum(axis=0)
    yvy = data.yy - float((weight * data.zyy).sum())
    inverse = np.linalg.pinv(xvx, hermitian=True)
    beta = inverse @ xvy
    variance = max((yvy - float(beta @ xvy)) / (n - p), 1e-300)
    spread = float(data.count @ np.linalg.slogdet(inner)[1] + np.linalg.slogdet(xvx)[1])
    criterion = spread + (n - p) * (1 + np.log(2 * np.pi * variance))
    return Fit(factor, weight, beta, variance * inverse, variance, criterion)


def shrunk(fit: Fit, data: Data) -> Real:
    """Each group's own deviation (level, and slope on the scaled time), drawn towards the mean."""
    left = data.each_zy - (data.zx @ fit.beta)[data.kind_of]
    return np.asarray((fit.weight[data.kind_of] @ left[:, :, None])[:, :, 0])
