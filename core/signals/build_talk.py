"""Features of what is said between the two: messages with their reply times, and the alliance seen from both sides."""

import polars as pl

from models import Side

_HOUR, _DAY = 3600.0, 86_400
FRESH_DAYS = 60  # (d) an older rating or questionnaire is no longer "the last"


def before(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Each point with its patient's rows dated before ``as_of``; ``age`` in seconds. In order of time."""
    reach = points.select("point", "patient_key", "as_of")
    joined = rows.join(reach, on="patient_key").filter(pl.col("at") < pl.col("as_of"))
    return joined.with_columns(age=pl.col("as_of") - pl.col("at")).sort("point", "at", maintain_order=True)


def messages(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Counts of 14 days each way, the patient's change, the team's median reply time, how long one has waited.

    Counts are missing, not zero, for a patient who has never exchanged a message before ``as_of``.
    """
    ordered = rows.sort("patient_key", "at")
    reply = pl.when(~pl.col("from_patient")).then(pl.col("at")).backward_fill().over("patient_key")
    seen = before(ordered.with_columns(reply=reply), points)
    patient, recent = pl.col("from_patient"), pl.col("age") <= 14 * _DAY
    earlier = pl.col("age").is_between(14 * _DAY, 28 * _DAY, closed="right")
    month = patient & (pl.col("age") <= 28 * _DAY)
    answered = pl.col("reply") < pl.col("as_of")
    wait = (pl.col("reply") - pl.col("at")) / _HOUR
    waiting = pl.col("age").filter(month & ~answered.fill_null(False)).max() / _HOUR
    return seen.group_by("point").agg(
        (patient & recent).sum().alias("messages.patient_14"),
        (~patient & recent).sum().alias("messages.team_14"),
        ((patient & recent).sum().cast(pl.Int64) - (patient & earlier).sum().cast(pl.Int64)).alias(
            "messages.change_14"
        ),
        wait.filter(month & answered).median().alias("messages.reply_hours_28"),
        waiting.alias("messages.waiting_hours"),
    )


def alliance(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Last rating of each side, its change from the own mean before, the gap, and the days since."""
    rated = rows.with_columns(mean=(pl.col("goal") + pl.col("task") + pl.col("bond")) / 3)
    seen = before(rated, points).filter(pl.col("mean").is_finite())
    patient = _side(seen, Side.PATIENT, "alliance_patient").with_columns(
        (pl.col("seconds") / _DAY).alias("alliance_patient.days_since"),
        pl.col("goal_change").alias("alliance_goal.change"),
    )
    therapist = _side(seen, Side.THERAPIST, "alliance_therapist")
    both = patient.drop("seconds", "goal_change").join(
        therapist.drop("seconds", "goal_change"), on="point", how="full", coalesce=True
    )
    gap = pl.col("alliance_patient.last") - pl.col("alliance_therapist.last")
    return both.with_columns(gap.alias("alliance.gap"))


def _side(seen: pl.DataFrame, side: Side, name: str) -> pl.DataFrame:
    own = seen.filter(pl.col("side") == side.value)
    fresh = pl.col("age").last() <= FRESH_DAYS * _DAY
    return own.group_by("point", maintain_order=True).agg(
        pl.when(fresh).then(pl.col("mean").last()).alias(f"{name}.last"),
        pl.when(fresh).then(change_from_earlier("mean")).alias(f"{name}.change"),
        goal_change=pl.when(fresh).then(change_from_earlier("goal")),
        seconds=pl.col("age").last(),
    )


def change_from_earlier(column: str) -> pl.Expr:
    """The last value minus the mean of those before it; null with fewer than two before."""
    value = pl.col(column).drop_nulls()
    earlier = value.head(pl.max_horizontal(value.len().cast(pl.Int64) - 1, pl.lit(0)))
    return pl.when(earlier.len() >= 2).then(value.last() - earlier.mean())
