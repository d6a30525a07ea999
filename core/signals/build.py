"""Features of a partition of patients: one pure function from ``Streams`` and points in time to a row for each point.

Only whole days before the patient's day of ``as_of``, and moments before ``as_of``, are looked at (no look-ahead).
"""

from collections.abc import Iterator

import polars as pl

from core.signals import build_care, build_talk
from core.signals.features import (
    BASELINE_FIRST,
    BASELINE_LAST,
    FEWEST_BASELINE_DAYS,
    FORTNIGHT,
    LONGEST_LOOK_BACK,
    MONTH,
    PROMPTS,
    SERIES,
    STATISTICS,
    WEEK,
    FactorDomain,
    Series,
    feature_codes,
)
from core.signals.streams import Streams

# Beside the features: days with any value in the last 14, days since the last one, share of 28 days with each stream.
STREAMS = (FactorDomain.MOOD, FactorDomain.MEALS, FactorDomain.SLEEP, FactorDomain.ACTIVITY)
COVERAGE = ("days_14", "silent_days", "covered.engagement", *(f"covered.{stream}" for stream in STREAMS))
_TREND = [series.code for series in SERIES if "trend_14" in series.statistics]


def build(streams: Streams, points: pl.DataFrame) -> pl.DataFrame:
    """One row for each point, in the order of ``points``: point, patient_key, as_of, day, every feature, ``COVERAGE``.

    A feature with too few values is null. Pure: the same streams and points give the same numbers.
    """
    seen = within_reach(day_values(streams.days), points).sort("point", "series", "age")
    parts = [
        _series_features(seen, points),
        _engagement(streams.days, points),
        build_talk.messages(streams.messages, points),
        build_talk.alliance(streams.ratings, points),
        build_care.questionnaires(streams.questionnaires, streams.patients, points),
        build_care.treatment(streams.steps, streams.patients, points),
        _coverage(seen, streams.days, points),
    ]
    wide = points
    for part in parts:
        wide = wide.join(part, on="point", how="left")
    codes = feature_codes()
    finite = (pl.when(pl.col(code).is_finite()).then(pl.col(code)).alias(code) for code in codes)
    return wide.with_columns(pl.col(codes).cast(pl.Float64)).select(*points.columns, *finite, *COVERAGE).sort("point")


def day_values(days: pl.DataFrame) -> pl.DataFrame:
    """patient_key, day, series, value (mean over items), within (mean within-day SD), high."""
    belongs = pl.DataFrame(
        [(series.code, number, series.scale) for series in SERIES for number in series.measures],
        schema={"series": pl.String, "measure_id": pl.Int64, "scale": pl.Float64},
        orient="row",
    )
    n, total = pl.col("n"), pl.col("total")
    variance = (pl.col("total_squares") - total * total / n) / (n - 1)
    return (
        days.filter(pl.col("total").is_finite(), pl.col("total_squares").is_finite(), n > 0)
        .join(belongs, on="measure_id")
        .sort("patient_key", "day", "measure_id")  # sums in one order, so that the last digit is always the same
        .with_columns(within=pl.when(n > 1).then(variance.clip(0).sqrt()))
        .group_by("patient_key", "day", "series")
        .agg(
            value=(total.sum() / n.sum() * pl.col("scale").first()),
            within=pl.col("within").mean() * pl.col("scale").first(),
            high=pl.col("high").max() * pl.col("scale").first(),
        )
    )


def within_reach(values: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Each point with the day values of its patient in the 63 days before it; ``age`` 1 is the day before."""
    reach = points.select("point", "patient_key", asked="day")
    return (
        values.lazy()
        .join(reach.lazy(), on="patient_key")
        .with_columns(age=pl.col("asked") - pl.col("day"))
        .filter(pl.col("age").is_between(1, LONGEST_LOOK_BACK))
        .collect()
    )


def _series_features(seen: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    wanted = [statistic for statistic in STATISTICS if statistic != "trend_14"]
    aggregated = seen.group_by("point", "series").agg(_statistic(name).alias(name) for name in wanted)
    tall = aggregated.join(_trends(seen), on=["point", "series"], how="left")
    wide = points.select("point")
    for series in SERIES:
        wide = wide.join(_columns_of(tall, series), on="point", how="left")
    return wide


def _columns_of(tall: pl.DataFrame, series: Series) -> pl.DataFrame:
    names = (pl.col(statistic).alias(f"{series.code}.{statistic}") for statistic in series.statistics)
    return tall.filter(pl.col("series") == series.code).select("point", *names)


def _statistic(name: str) -> pl.Expr:
    """The expression of one statistic over the day values of a point; null below its fewest days."""
    window, fewest, _definition, _source = STATISTICS[name]
    inside = pl.col("age") <= window
    value = pl.col("value").filter(inside)
    expressions = {
        "mean_7": value.mean(),
        "change_7": value.mean() - _baseline(),
        "sd_14": value.std(),
        "within_14": pl.col("within").filter(inside).mean(),
        "highest_14": pl.col("high").filter(inside).max(),
        "days_above_28": (pl.col("high").filter(inside) > 0).mean(),
    }
    return pl.when(value.count() >= fewest).then(expressions[name])


def _baseline() -> pl.Expr:
    value = pl.col("value").filter(pl.col("age").is_between(BASELINE_FIRST, BASELINE_LAST))
    return pl.when(value.count() >= FEWEST_BASELINE_DAYS).then(value.mean())


def _trends(seen: pl.DataFrame) -> pl.DataFrame:
    """point, series, trend_14: median of the slopes between all pairs of days (Theil–Sen, Sen 1968)."""
    _window, fewest, _definition, _source = STATISTICS["trend_14"]
    days = seen.filter(pl.col("age") <= FORTNIGHT, pl.col("series").is_in(_TREND)).select(
        "point", "series", "age", "value"
    )
    pairs = days.join(days, on=["point", "series"], suffix="_later").filter(pl.col("age") > pl.col("age_later"))
    slope = (pl.col("value_later") - pl.col("value")) / (pl.col("age") - pl.col("age_later"))
    enough = days.group_by("point", "series").agg(days=pl.len()).filter(pl.col("days") >= fewest)
    slopes = pairs.select("point", "series", slope=slope).group_by("point", "series").agg(trend_14=pl.median("slope"))
    return slopes.join(enough.select("point", "series"), on=["point", "series"], how="semi")


def _engagement(days: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Compliance, its change, silence now and the longest silence; missing for a patient without prompts."""
    prompts = days.filter(pl.col("measure_id") == PROMPTS).select("patient_key", "day", "n", "total")
    seen = within_reach(prompts, points)
    answered_ages = pl.col("age").filter(pl.col("total") > 0)
    return seen.group_by("point").agg(
        _share(1, WEEK).alias("entries.compliance_7"),
        (_share(1, WEEK) - _share(BASELINE_FIRST, BASELINE_LAST)).alias("entries.change_7"),
        answered_ages.min().alias("entries.days_since"),
        _longest_gap().alias("entries.longest_gap_28"),
    )


def _share(first: int, last: int) -> pl.Expr:
    inside = pl.col("age").is_between(first, last)
    sent = pl.col("n").filter(inside).sum()
    return pl.when(sent >= first + 2).then(pl.col("total").filter(inside).sum() / sent)


def _longest_gap() -> pl.Expr:
    """Longest run of days without an answer among the last 28, the silence up to ``as_of`` included."""
    ages = pl.col("age").filter(pl.col("total") > 0, pl.col("age") <= MONTH).sort()
    between = (ages.diff().max() - 1).fill_null(0)
    return pl.when(ages.len() > 0).then(pl.max_horizontal(between, ages.min() - 1))


def _coverage(seen: pl.DataFrame, days: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    domain = pl.DataFrame([(series.code, series.domain.value) for series in SERIES], ["series", "domain"], orient="row")
    any_value = seen.group_by("point").agg(
        days_14=pl.col("age").filter(pl.col("age") <= FORTNIGHT).n_unique(), silent_days=pl.col("age").min() - 1
    )
    month = seen.filter(pl.col("age") <= MONTH).join(domain, on="series")
    wide = points.select("point").join(any_value, on="point", how="left")
    for stream in STREAMS:
        name = f"covered.{stream}"
        share = month.filter(pl.col("domain") == stream).group_by("point").agg(pl.col("age").n_unique() / MONTH)
        wide = wide.join(share.rename({"age": name}), on="point", how="left").with_columns(pl.col(name).fill_null(0.0))
    answered = days.filter(pl.col("measure_id") == PROMPTS, pl.col("total") > 0).select("patient_key", "day")
    prompts = within_reach(answered, points).filter(pl.col("age") <= MONTH)
    share = prompts.group_by("point").agg((pl.col("age").n_unique() / MONTH).alias("covered.engagement"))
    return wide.join(share, on="point", how="left").with_columns(pl.col("covered.engagement", "days_14").fill_null(0))


def partitions(keys: list[int], size: int) -> Iterator[list[int]]:
    """Patients in shares of at most ``size``, so that memory stays flat however many there are."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
