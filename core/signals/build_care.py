"""Features of questionnaires and of the treatment itself: last totals, change since the start, step and time."""

import polars as pl

from core.signals.build_talk import FRESH_DAYS, before, once

_DAY, _WEEKS = 86_400, 1 / 7
# instrument, feature, points from which a change is reliable, +1 where more means more difficulty
_INSTRUMENTS = (("core-10", "core10", 6.0, 1), ("phq-9", "phq9", 6.0, 1), ("who-5", "who5", 10.0, -1))
_SAFETY_ITEMS = (("phq-9", "phq9_item9.last"), ("core-10", "core10_item6.last"))


def questionnaires(rows: pl.DataFrame, patients: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Last total, change since the first of this treatment and whether it is reliable; last answers about safety."""
    enrolled = patients.select("patient_key", start=(pl.col("enrolled") - 1) * _DAY)
    answered = once(rows, "patient_key", "at", "instrument")
    seen = before(answered, points).join(enrolled, on="patient_key").filter(pl.col("at") >= pl.col("start"))
    wide = points.select("point")
    for instrument, name, reliable, direction in _INSTRUMENTS:
        totals = _totals(seen.filter(pl.col("instrument") == instrument), name)
        change = pl.col(f"{name}.change")
        side = pl.when(change.abs() < reliable).then(0.0).otherwise(change.sign() * direction)
        wide = wide.join(totals.with_columns(side.alias(f"{name}.reliable")), on="point", how="left")
    for instrument, code in _SAFETY_ITEMS:
        items = seen.filter(pl.col("instrument") == instrument, pl.col("safety_item").is_finite())
        fresh = pl.col("age").last() <= FRESH_DAYS * _DAY
        last = pl.when(fresh).then(pl.col("safety_item").last()).alias(code)
        wide = wide.join(items.group_by("point", maintain_order=True).agg(last), on="point", how="left")
    return wide


def _totals(seen: pl.DataFrame, name: str) -> pl.DataFrame:
    total, fresh = pl.col("total"), pl.col("age").last() <= FRESH_DAYS * _DAY
    return (
        seen.filter(total.is_finite())
        .group_by("point", maintain_order=True)
        .agg(
            pl.when(fresh).then(total.last()).alias(f"{name}.last"),
            pl.when(fresh & (pl.len() >= 2)).then(total.last() - total.first()).alias(f"{name}.change"),
            pl.when(pl.len() >= 2).then(total.mean()).alias(f"{name}.mean"),
        )
    )


def treatment(steps: pl.DataFrame, patients: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Weeks since enrolment, the step at ``as_of`` and the weeks on it."""
    weeks = points.join(patients, on="patient_key", how="left").select(
        "point", ((pl.col("day") - pl.col("enrolled")) * _WEEKS).alias("treatment.weeks")
    )
    reached = steps.join(points.select("point", "patient_key", "day"), on="patient_key")
    current = (
        reached.filter(pl.col("started") < pl.col("day"))
        .sort("point", "started", maintain_order=True)
        .group_by("point", maintain_order=True)
        .agg(
            pl.col("step").last().alias("treatment.step"),
            ((pl.col("day").last() - pl.col("started").last()) * _WEEKS).alias("treatment.weeks_on_step"),
        )
    )
    return weeks.join(current, on="point", how="left")
