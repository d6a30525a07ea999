"""What the rule "change from usual" (EWMA) alone would have said at each look: the baseline that every service already
has. It is the very rule of ``core.rules``, run on the past."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from core.measures import catalogue
from core.rules.change import unlike_usual
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from core.signals.judge import Real, Whole

MEASURES = ("irritated", "anxious", "sad", "insecure")


def alarms(days: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """point, alarm (1 where negative affect had left its own limits on the last two days, else 0)."""
    numbers = [catalogue()[code].id for code in MEASURES]
    means = (
        days.filter(pl.col("measure_id").is_in(numbers), pl.col("n") > 0, pl.col("total").is_finite())
        .group_by("patient_key", "day")
        .agg(mean=pl.col("total").sum() / pl.col("n").sum())
        .sort("patient_key", "day")
    )
    parts = means.group_by("patient_key")
    own = {int(str(key[0])): (part["day"].to_numpy(), part["mean"].to_numpy()) for key, part in parts}
    nothing = (np.zeros(0, np.int64), np.zeros(0))
    asked = points.select("point", "patient_key", "day").iter_rows()
    found = [(point, _alarm(*own.get(key, nothing), day)) for point, key, day in asked]
    return pl.DataFrame(found, schema={"point": pl.Int64, "alarm": pl.Float64}, orient="row")


def _alarm(day: Whole, mean: Real, today: int) -> float:
    border = today - REVIEW_DAYS
    before = (day >= border - WINDOW_DAYS) & (day < border)
    recent = [(int(d), float(m)) for d, m in zip(day, mean, strict=True) if border <= d < today]
    if not recent or recent[-1][0] < today - 1:
        return 0.0
    at = datetime.fromtimestamp(today * 86_400, UTC)
    return float(unlike_usual("negative_affect", mean[before].tolist(), recent, better=-1, at=at) is not None)
