"""What a signal would be worth as an alert: how often it is right, how much of what happened it finds and how early,
with as many alerts as there are therapists times weeks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from core.signals.judge import Jury, Real, Whole

PER_THERAPIST_AND_WEEK = 1.0
_WEEK = 7 * 86_400


def alerts_allowed(table: pl.DataFrame, people: pl.DataFrame, evaluation: Any, moment: int | None) -> int:
    """How many alerts the budget leaves for the rows held out: one for each therapist and week, in the share that the
    rows held out have in all looks at these weeks. Patients without a therapist count as one therapist."""
    looks = table.select("patient_key", "as_of").with_columns(held=pl.Series(np.asarray(evaluation)))
    weekly = looks.filter(pl.col("as_of") >= (moment or 0)).join(people, on="patient_key", how="left")
    slots = weekly.with_columns(week=pl.col("as_of") // _WEEK).select("therapist", "week").n_unique()
    held = int(weekly["held"].sum())
    return round(PER_THERAPIST_AND_WEEK * slots * held / weekly.height) if weekly.height else 0


def at_budget(rows: Jury, estimate: Real, order: Whole, lead: Real, allowed: int) -> dict[str, Any]:
    """The ``allowed`` highest estimates as alerts (ties by ``order``): their precision, the share of
    positive looks found, and the median days from alert to event, each with its interval."""
    chosen = np.zeros(estimate.size, bool)
    chosen[np.lexsort((order, -estimate))[:allowed]] = True

    def precision(weight: Real) -> float:
        alerts = weight[chosen].sum()
        return float((weight * rows.target)[chosen].sum() / alerts) if alerts else float("nan")

    def found(weight: Real) -> float:
        happened = weight @ rows.target
        return float((weight * rows.target)[chosen].sum() / happened) if happened else float("nan")

    right = chosen & (rows.target == 1.0) & np.isfinite(lead)

    def ahead(weight: Real) -> float:
        days = np.repeat(lead[right], weight[right].astype(np.int64))  # a look counts as often as it was drawn
        return float(np.median(days)) if days.size else float("nan")

    return {
        "alerts": int(chosen.sum()),
        "precision": rows.interval(precision),
        "found": rows.interval(found),
        "lead_days": rows.interval(ahead),
    }


def each_at_budget(
    rows: Jury, estimates: Mapping[str, Real], order: Whole, lead: Real, allowed: int
) -> dict[str, dict[str, Any]]:
    """The same for the model and each baseline."""
    return {who: at_budget(rows, estimate, order, lead, allowed) for who, estimate in estimates.items()}
