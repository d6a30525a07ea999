"""Calibration: the line that turns margins into chances that can be taken at their word, and whether estimates held
what they said on people held out."""

from typing import Any

import numpy as np

from core.signals.judge import Interval, Jury, Real

SLOPE_SPREAD = 0.5  # (d)
GROUPS = 5
_STEPS, _TINY = 100, 1e-9


def logit(probability: Real) -> Real:
    """Log-odds, kept finite at 0 and 1."""
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)), np.float64)


def sigmoid(margin: Real) -> Real:
    """Probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(margin, np.float64))), np.float64)


def platt(margin: Real, target: Real) -> tuple[float, float]:
    """Slope and intercept of the calibrated log-odds on ``margin`` (Platt 1999). Few events say little about a slope,
    so it has a prior: normal around 1 (the model as it is) with ``SLOPE_SPREAD``; below 0 it becomes 0, nothing was
    learned."""
    slope, intercept = _line(margin, target, np.ones_like(target), prior=SLOPE_SPREAD**-2)
    return (0.0, float(logit(np.array([target.mean()]))[0])) if slope < 0 else (slope, intercept)


def _line(margin: Real, target: Real, weight: Real, *, prior: float) -> tuple[float, float]:
    """Maximum of the (penalised) likelihood by Newton's method, on centred margins so that its steps are sound."""
    middle = float(np.average(margin, weights=weight))
    share = np.array([np.average(target, weights=weight)])
    start = np.array([1.0, float(logit(share)[0])])
    design = np.column_stack([margin - middle, np.ones_like(margin)])
    penalty, found = np.diag([prior, _TINY]), start
    for _ in range(_STEPS):
        chance = sigmoid(design @ found)
        gradient = design.T @ (weight * (chance - target)) + penalty @ (found - start)
        hessian = (design * (weight * chance * (1 - chance))[:, None]).T @ design + penalty + _TINY * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        step /= max(1.0, float(np.abs(step).max()) / 2.0)
        found = found - step
        if np.abs(step).max() < 1e-8:
            break
    return float(found[0]), float(found[1] - found[0] * middle)


def calibration_line(rows: Jury, estimate: Real) -> dict[str, Interval]:
    """Intercept and slope of the outcome on the logit of the estimate (Cox 1958), 0 and 1 are perfect; and calibration
    in the large, the number of events over the number expected (1 is perfect). Each with its interval."""
    said = logit(estimate)

    def part(place: int) -> Interval:
        return rows.interval(lambda weight: _judged_line(said, rows.target, weight)[place])

    in_the_large = rows.interval(lambda weight: _ratio(float(rows.target @ weight), float(estimate @ weight)))
    return {"intercept": part(1), "slope": part(0), "ratio": in_the_large}


def _judged_line(said: Real, target: Real, weight: Real) -> tuple[float, float]:
    inside = weight > 0
    if not 0 < (target * weight).sum() < weight.sum() or np.ptp(said[inside]) < 1e-6:
        return float("nan"), float("nan")
    return _line(said, target, weight, prior=0.0)


def _ratio(found: float, expected: float) -> float:
    return float(found / expected) if expected > 0 else float("nan")


def groups(target: Real, estimate: Real, lower: Real, upper: Real, patient: Any) -> list[dict[str, float]]:
    """Groups of equal size by estimate: mean estimate and interval, observed share with its Wilson interval, rows.

    Weeks of one person resemble each other, so the Wilson interval counts people, not rows.
    """
    found = []
    for rows in np.array_split(np.argsort(estimate, kind="stable"), GROUPS):
        if rows.size == 0:
            continue
        observed, people = float(target[rows].mean()), int(np.unique(patient[rows]).size)
        low, high = wilson(observed * people, people)
        means = {"estimate": estimate, "lower": lower, "upper": upper}
        found.append(
            {name: float(column[rows].mean()) for name, column in means.items()}
            | {"observed": observed, "low": low, "high": high, "n": rows.size, "people": people}
        )
    return found


def groups_inside(found: list[dict[str, float]]) -> int:
    """In how many groups what was observed is compatible with the interval that was said: the two overlap."""
    return sum(group["low"] <= group["upper"] and group["lower"] <= group["high"] for group in found)


def wilson(successes: float, n: int, z: float = 1.645) -> tuple[float, float]:
    """Wilson score interval of a share (Wilson 1927); ``z`` 1.645 for 90 %."""
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float((centre - spread) / (1 + z * z / n)), float((centre + spread) / (1 + z * z / n))


def inside(target: Real, lower: Real, upper: Real) -> Real:
    """1 for each interval that held what came, else 0."""
    return ((target >= lower) & (target <= upper)).astype(np.float64)
