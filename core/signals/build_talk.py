"""Features of what is said between the two: messages with their reply times, and the alliance seen from both sides."""

import polars as pl

from models import Side

_DAY = 86_400
# Times are multiplied, not divided: polars divides one row and many by different roads, and the last digit differs.
HOURS, DAYS, _THIRD = 1 / 3600, 1 / 86_400, 1 / 3
FRESH_DAYS = 60  # (d) an older rating or questionnaire is no longer "the last"


def before(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Each point with its patient's rows dated before ``as_of``; ``age`` in seconds. In order of time."""
    reach = points.select("point", "patient_key", "as_of")
    joined = rows.join(reach, on="patient_key").filter(pl.col("at") < pl.col("as_of"))
    return joined.with_columns(age=pl.col("as_of") - pl.col("at")).sort("point", "at", maintain_order=True)


def once(rows: pl.DataFrame, *of: str) -> pl.DataFrame:
    """One row of each ``of``, the same one whatever the order in which they came."""
    return rows.sort(rows.columns).unique(of, keep="last", maintain_order=True)


def messages(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Counts each way, the patient's change, the median reply time of each, how long one has waited, and what is
    unread. All are missing, not zero, for a patient who has never exchanged a message before ``as_of``.
    """
    patient, age = pl.col("from_patient"), pl.col("age")
    ordered = rows.sort("patient_key", "at")
    seen = before(ordered.with_columns(by_team=_next(~patient), by_patient=_next(patient)), points)
    week, month = age <= 7 * _DAY, age <= 28 * _DAY
    lately, earlier = age <= 14 * _DAY, age.is_between(14 * _DAY, 28 * _DAY, closed="right")
    waiting = age.filter(patient & month & ~_known("by_team")).max() * HOURS
    unread = month & ~_known("read")
    return seen.group_by("point").agg(
        _count(patient & week).alias("messages.patient_7"),
        _count(~patient & week).alias("messages.team_7"),
        (_count(patient & month) * 0.25).alias("messages.patient_28"),
        (_count(~patient & month) * 0.25).alias("messages.team_28"),
        (_count(patient & lately) - _count(patient & earlier)).alias("messages.change_14"),
        _reply(patient & month, "by_team").alias("messages.reply_hours_28"),
        _reply(~patient & month, "by_patient").alias("messages.patient_reply_hours_28"),
        waiting.alias("messages.waiting_hours"),
        _count(patient & unread).alias("messages.unread_by_team"),
        _count(~patient & unread).alias("messages.unread_by_patient"),
    )


def _next(side: pl.Expr) -> pl.Expr:
    """When the next message of a side was written; rows in order of patient and time."""
    return pl.when(side).then(pl.col("at")).backward_fill().over("patient_key")


def _known(moment: str) -> pl.Expr:
    """Whether something had happened before ``as_of``."""
    return (pl.col(moment) < pl.col("as_of")).fill_null(False)


def _count(chosen: pl.Expr) -> pl.Expr:
    return chosen.sum().cast(pl.Int64)


def _reply(chosen: pl.Expr, moment: str) -> pl.Expr:
    """The median hours to a reply that had come by ``as_of``."""
    return ((pl.col(moment) - pl.col("at")) * HOURS).filter(chosen & _known(moment)).median()


def alliance(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Last rating of each side, its change from the own mean before, the gap, and the days since."""
    rated = once(rows, "patient_key", "at", "side").with_columns(
        mean=(pl.col("goal") + pl.col("task") + pl.col("bond")) * _THIRD
    )
    seen = before(rated, points).filter(pl.col("mean").is_finite())
    patient, therapist = (_side(seen, side) for side in (Side.PATIENT, Side.THERAPIST))
    both = patient.join(therapist, on="point", how="full", coalesce=True, suffix="_therapist")
    named = {
        "alliance_patient.last": "mean_last", "alliance_patient.change": "mean_change",
        "alliance_goal.change": "goal_change", "alliance_task.change": "task_change",
        "alliance_bond.change": "bond_change", "alliance_patient.days_since": "since",
        "alliance_therapist.last": "mean_last_therapist", "alliance_therapist.change": "mean_change_therapist",
        "alliance_therapist.days_since": "since_therapist",
    }  # fmt: skip
    gaps = {"alliance.gap": "mean_last", "alliance_goal.gap": "goal_last"}
    return both.select(
        "point",
        **{code: pl.col(name) for code, name in named.items()},
        **{code: pl.col(name) - pl.col(f"{name}_therapist") for code, name in gaps.items()},
    )


def _side(seen: pl.DataFrame, side: Side) -> pl.DataFrame:
    """point, since (days), and of the mean and of each part the last rating and its change."""
    parts = ("mean", "goal", "task", "bond")
    fresh = pl.col("age").last() <= FRESH_DAYS * _DAY
    return (
        seen.filter(pl.col("side") == side.value)
        .group_by("point", maintain_order=True)
        .agg(
            (pl.col("age").last() * DAYS).alias("since"),
            *(pl.when(fresh).then(pl.col(part).last()).alias(f"{part}_last") for part in parts),
            *(pl.when(fresh).then(change_from_earlier(part)).alias(f"{part}_change") for part in parts),
        )
    )


def change_from_earlier(column: str) -> pl.Expr:
    """The last value minus the mean of those before it; null with fewer than two before."""
    value = pl.col(column).drop_nulls()
    earlier = value.head(pl.max_horizontal(value.len().cast(pl.Int64) - 1, pl.lit(0)))
    return pl.when(earlier.len() >= 2).then(value.last() - earlier.mean())
