"""What happened afterwards: the target of each question at each point, only where its follow-up is fully observed."""

import polars as pl

from core.signals.questions import OUTCOME_WEEKS, QUESTIONS, RELIABLE_CHANGE
from core.signals.streams import Streams
from models import EventKind, Signal

_DAY = 86_400
BASELINE_DAYS = 21  # the first CORE-10 within three weeks of enrolment is the baseline
OUTCOME_SLACK = 14  # the CORE-10 nearest to week 12, at most two weeks away
PROGNOSIS_FIRST, PROGNOSIS_LAST = 14, 70  # days of treatment in which the question is asked
QOL_SLACK = 7  # the WHO-5 nearest to four weeks ahead, at most a week away


def targets(
    signal: Signal, streams: Streams, events: pl.DataFrame, points: pl.DataFrame, *, until: int
) -> pl.DataFrame:
    """``point``, ``target`` (0/1, or WHO-5 points) for the points whose follow-up was fully observed by ``until``
    (seconds). ``events`` has patient_key, kind and at."""
    horizon = QUESTIONS[signal].horizon_days
    event = QUESTIONS[signal].event
    if event is not None and horizon is not None:
        return _event_within(event, horizon, streams, events, points, until)
    if signal is Signal.PROGNOSIS:
        return _improved(streams, points, until)
    return _quality_of_life(streams, points)


def _event_within(
    kind: EventKind, horizon: int, streams: Streams, events: pl.DataFrame, points: pl.DataFrame, until: int
) -> pl.DataFrame:
    observed = _observed(streams, points, until).filter(pl.col("as_of") + horizon * _DAY <= pl.col("seen_until"))
    happened = events.filter(pl.col("kind") == kind.value).select("patient_key", "at")
    positive = (
        observed.join(happened, on="patient_key")
        .filter(pl.col("at") >= pl.col("as_of"), pl.col("at") < pl.col("as_of") + horizon * _DAY)
        .select("point")
        .unique()
        .with_columns(target=pl.lit(1.0))
    )
    return observed.select("point").join(positive, on="point", how="left").with_columns(pl.col("target").fill_null(0.0))


def _observed(streams: Streams, points: pl.DataFrame, until: int) -> pl.DataFrame:
    """Points with the moment up to which their patient was followed: the end of treatment or of the data."""
    left = (pl.col("left") * _DAY).fill_null(until)
    return points.join(streams.patients, on="patient_key").with_columns(
        seen_until=pl.min_horizontal(left, pl.lit(until))
    )


def _improved(streams: Streams, points: pl.DataFrame, until: int) -> pl.DataFrame:
    """1 where CORE-10 fell by at least 6 from the baseline to week 12 (Barkham 2013)."""
    found = outcome_by_week_12(streams.questionnaires, streams.patients)
    outcomes = found.filter(pl.col("outcome").is_not_null(), pl.col("outcome_at") <= until)
    asked = points.join(outcomes, on="patient_key").with_columns(age=pl.col("day") - pl.col("enrolled"))
    inside = asked.filter(
        pl.col("age").is_between(PROGNOSIS_FIRST, PROGNOSIS_LAST), pl.col("outcome_at") > pl.col("as_of")
    )
    return inside.select("point", target=(pl.col("baseline") - pl.col("outcome") >= RELIABLE_CHANGE).cast(pl.Float64))


def outcome_by_week_12(questionnaires: pl.DataFrame, patients: pl.DataFrame) -> pl.DataFrame:
    """patient_key, enrolled, baseline, outcome, outcome_at (null where either was not answered)."""
    core = questionnaires.filter(pl.col("instrument") == "core-10", pl.col("total").is_finite())
    dated = core.join(patients, on="patient_key").with_columns(age=pl.col("at") // _DAY - pl.col("enrolled"))
    week_12 = OUTCOME_WEEKS * 7
    first = (
        dated.filter(pl.col("age").is_between(-1, BASELINE_DAYS))
        .sort("patient_key", "at")
        .group_by("patient_key")
        .agg(baseline=pl.col("total").first())
    )
    away = (pl.col("age") - week_12).abs()
    last = (
        dated.filter(away <= OUTCOME_SLACK)
        .sort("patient_key", away, "at")
        .group_by("patient_key", maintain_order=True)
        .agg(outcome=pl.col("total").first(), outcome_at=pl.col("at").first())
    )
    people = patients.select("patient_key", "enrolled")
    return people.join(first, on="patient_key").join(last, on="patient_key", how="left")


def _quality_of_life(streams: Streams, points: pl.DataFrame) -> pl.DataFrame:
    """The WHO-5 nearest to four weeks ahead, at most a week away and after ``as_of``."""
    horizon = QUESTIONS[Signal.QUALITY_OF_LIFE].horizon_days or 0
    who = streams.questionnaires.filter(pl.col("instrument") == "who-5", pl.col("total").is_finite())
    away = (pl.col("at") - pl.col("as_of") - horizon * _DAY).abs()
    return (
        who.join(points, on="patient_key")
        .filter(away <= QOL_SLACK * _DAY, pl.col("at") > pl.col("as_of"))
        .sort("point", away, "at")
        .group_by("point", maintain_order=True)
        .agg(target=pl.col("total").first())
    )
