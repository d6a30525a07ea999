"""What the plots of a model's card show, taken at training time from the contributions on the people held out: the
summary (which features move estimates most) and, for the largest, contribution against value (dependence)."""

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from core.signals.features import by_code
from core.signals.judge import Real

FEATURES, DEPENDENCE, ROWS = 12, 4, 150
FEWEST_FOR_THIRDS = 9


def summary(contributions: Real, values: Real, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """The features with the largest mean absolute contribution, ties by name; for each a sample of contributions with
    the value, its rank (0 lowest, 1 highest, ``None`` missing), and for the first few the means by thirds of the
    value."""
    size = np.round(np.abs(contributions).mean(axis=0), 9)
    order = sorted(range(len(codes)), key=lambda i: (-size[i], codes[i]))[:FEATURES]
    sample = np.linspace(0, len(values) - 1, min(ROWS, len(values))).astype(int)
    return [
        _feature(codes[i], float(size[i]), contributions[:, i], values[:, i], sample, deep=place < DEPENDENCE)
        for place, i in enumerate(order)
        if size[i] > 0
    ]


def _feature(code: str, size: float, parts: Real, column: Real, sample: Any, *, deep: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "feature": code,
        "domain": by_code()[code].domain.value,
        "size": round(size, 5),
        "contributions": [round(float(x), 4) for x in parts[sample]],
        "ranks": ranks(column)[sample].tolist(),
    }
    if deep:
        shown["values"] = [round(float(x), 4) if np.isfinite(x) else None for x in column[sample]]
        shown["thirds"] = thirds(parts, column)
    return shown


def thirds(parts: Real, column: Real) -> dict[str, Any] | None:
    """The mean contribution in the lowest and the highest third of the value, where these begin and end, the mean where
    it is missing, and how steadily the two go together (Spearman); ``None`` where all values are alike or too few."""
    seen = np.isfinite(column)
    if seen.sum() < FEWEST_FOR_THIRDS or np.ptp(column[seen]) < 1e-9:
        return None
    low, high = (float(x) for x in np.quantile(column[seen], (1 / 3, 2 / 3)))
    steady = spearmanr(column[seen], parts[seen]).statistic if np.ptp(parts[seen]) > 0 else 0.0
    missing = parts[~seen]
    return {
        "low": low, "high": high, "steady": round(float(steady), 3),
        "lowest": round(float(parts[seen & (column <= low)].mean()), 5),
        "highest": round(float(parts[seen & (column >= high)].mean()), 5),
        "missing": round(float(missing.mean()), 5) if missing.size else None,
    }  # fmt: skip


def ranks(column: Real) -> Any:
    """Where each value stands among the others, 0 lowest, 1 highest, 0.5 where all are alike, ``None`` missing."""
    found = np.full(column.size, None, object)
    seen = np.flatnonzero(np.isfinite(column))
    if seen.size:
        low, high = float(column[seen].min()), float(column[seen].max())
        order = np.searchsorted(np.sort(column[seen]), column[seen], side="left") / max(seen.size - 1, 1)
        found[seen] = [round(float(x), 3) for x in (order if high > low else np.full(seen.size, 0.5))]
    return found
