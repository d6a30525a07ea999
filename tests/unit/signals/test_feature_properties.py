"""What holds of the features whatever the data: nothing after the moment asked about, the same whatever the order
and the company, nothing made up where there is too little, and calm before bad input."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import day_number, seconds
from core.signals.build import COVERAGE, build
from core.signals.features import SERIES, feature_codes
from core.signals.streams import Streams, frame, points_of
from tests.factories.cohort import DAY, START, make_cohort
from tests.factories.one_person import SAD, days, entries, features_of, prompts, streams

COHORT = make_cohort(5, 100, seed=3)
END = COHORT.until - timedelta(days=6)
ZONE = "Europe/Madrid"
MEASURES = sorted({number for series in SERIES for number in series.measures})
VALUES = st.sampled_from([0.0, 1.0, 4.0, 7.0, -1e9, 1e9, float("inf"), float("-inf"), float("nan")])


def looks(*keys: int) -> pl.DataFrame:
    """Now and every two weeks before, of each person."""
    moments = [END - timedelta(weeks=weeks) for weeks in (0, 2, 4, 6)]
    return points_of([(key, seconds(at), day_number(at, ZONE)) for key in keys for at in moments])


POINTS = looks(1, 2, 3, 4, 5)
EXPECTED = build(COHORT.streams, POINTS)
WIDTH = ("patient_key", "as_of", *feature_codes(), *COVERAGE)


def shuffled(of: pl.DataFrame, seed: int) -> pl.DataFrame:
    return of.sample(fraction=1.0, shuffle=True, seed=seed)


def every(known: Streams, change) -> Streams:  # type: ignore[no-untyped-def]
    """All frames of the streams changed."""
    return replace(known, **{field.name: change(getattr(known, field.name)) for field in fields(Streams)})


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    mixed = every(COHORT.streams, lambda of: shuffled(of, seed))
    assert build(mixed, shuffled(POINTS, seed)).equals(EXPECTED)


@settings(max_examples=12, deadline=None)
@given(cut=st.sets(st.integers(1, 5), min_size=1, max_size=4), others_there=st.booleans())
def test_who_else_is_in_the_partition_does_not_matter(cut: set[int], others_there: bool) -> None:
    found = []
    for keys in (sorted(cut), sorted({1, 2, 3, 4, 5} - cut)):
        own = every(COHORT.streams, lambda of, keys=keys: of.filter(pl.col("patient_key").is_in(keys)))
        found.append(build(COHORT.streams if others_there else own, looks(*keys)))
    together = pl.concat(found).sort("patient_key", "as_of", descending=[False, True]).select(WIDTH)
    assert together.equals(EXPECTED.select(WIDTH))


def test_one_patient_alone_at_one_moment_has_what_the_partition_says() -> None:
    for place in range(POINTS.height):
        assert build(COHORT.streams, POINTS[place]).select(WIDTH).equals(EXPECTED[place].select(WIDTH))


@settings(max_examples=40, deadline=None)
@given(
    later=st.integers(0, 40),
    value=VALUES,
    measure=st.sampled_from(MEASURES),
    key=st.integers(1, 5),
    instrument=st.sampled_from(["core-10", "phq-9", "who-5"]),
    side=st.sampled_from(["patient", "therapist"]),
    from_patient=st.booleans(),
)
def test_nothing_dated_after_as_of_changes_a_feature(
    later: int, value: float, measure: int, key: int, instrument: str, side: str, from_patient: bool
) -> None:
    s, now = COHORT.streams, seconds(END)
    who, day, at = {"patient_key": [key]}, day_number(END, ZONE) + later, now + later * DAY
    added = {
        "days": {"day": [day], "measure_id": [measure], "n": [1.0], "total": [value], "high": [value]},
        "moments": {"day": [day], "at": [at], "measure_id": [measure], "value": [value]},
        "prompts": {"day": [day], "hour": [9], "answered": [at], "answered_day": [day]},
        "messages": {"at": [at], "from_patient": [from_patient], "read": [at]},
        "ratings": {"at": [at], "side": [side], "goal": [value], "task": [value], "bond": [value]},
        "questionnaires": {"at": [at], "instrument": [instrument], "total": [value], "safety_item": [value]},
        "steps": {"started": [day], "step": [5.0]},
    }
    changed = replace(
        s, **{name: pl.concat([getattr(s, name), frame(name, who | columns)]) for name, columns in added.items()}
    )
    now_alone = pl.col("as_of") == now
    assert build(changed, POINTS).filter(now_alone).equals(EXPECTED.filter(now_alone))


@pytest.mark.parametrize("column", ["read", "answered"])
def test_what_was_read_or_answered_only_later_counts_as_unread_and_unanswered(column: str) -> None:
    at, later = seconds(END) - 3600, seconds(END) + 60
    day = day_number(END, ZONE) - 1
    message = {"patient_key": [1], "at": [at], "from_patient": [True]}
    prompt = {"patient_key": [1], "day": [day], "hour": [23]}
    if column == "read":
        never, after = (replace(COHORT.streams, messages=frame("messages", message | more))
                        for more in ({"read": [None]}, {"read": [later]}))  # fmt: skip
    else:
        known = COHORT.streams.prompts
        never, after = (replace(COHORT.streams, prompts=pl.concat([known, frame("prompts", prompt | more)]))
                        for more in ({}, {"answered": [later], "answered_day": [day + 1]}))  # fmt: skip
    assert build(never, POINTS[0]).equals(build(after, POINTS[0]))


@settings(max_examples=25, deadline=None)
@given(value=st.floats(1, 7), measure=st.sampled_from([1, 6, 8, 20, 50]))
def test_what_never_varies_has_no_variability_and_no_change(value: float, measure: int) -> None:
    same = [(age, value) for age in range(1, 64)]
    found = features_of(streams(
        days=days(same, measure), moments=entries([(age, [value] * 4) for age in range(1, 29)], measure)
    ))  # fmt: skip
    series = next(one for one in SERIES if measure in one.measures)
    zero = ("change_7", "change_14", "change_28", "sd_14", "sd_change_14", "rmssd_14", "pac_14", "trend_14")
    asked = [name for name in zero if name in series.statistics]
    assert {name: found[f"{series.code}.{name}"] for name in asked} == dict.fromkeys(asked, 0.0)
    assert found[f"{series.code}.mean_7"] == pytest.approx(value * series.scale)


FEWEST = {"mean_7": 3, "change_7": 3, "sd_14": 10, "trend_14": 7, "change_14": 7, "change_28": 10}


@settings(max_examples=40, deadline=None)
@given(ages=st.sets(st.integers(1, 28), max_size=20), statistic=st.sampled_from(sorted(FEWEST)))
def test_too_few_days_give_a_missing_value_and_never_zero(ages: set[int], statistic: str) -> None:
    baseline = [(age, 5.0) for age in range(29, 64)]
    rows = [(age, 2.0 + age % 3) for age in sorted(ages)]
    found = features_of(streams(days=days(rows + baseline, SAD)))[f"mood_low.{statistic}"]
    window = int(statistic.split("_")[-1])
    enough = sum(age <= window for age in ages) >= FEWEST[statistic]
    assert (found is not None) == enough


def test_somebody_of_whom_nothing_is_known_has_no_value_but_the_time_in_treatment() -> None:
    found = features_of(streams())
    known = {code for code in feature_codes() if found[code] is not None}
    assert known == {"treatment.weeks"}
    assert features_of(streams(), key=77) == dict.fromkeys(found) | {
        name: found[name] for name in ("point", "as_of", "day", *COVERAGE)
    } | {"patient_key": 77}


def test_one_entry_is_a_value_of_nothing() -> None:
    found = features_of(
        streams(days=days([(1, 4.0)], SAD), moments=entries([(1, [4.0])]), prompts=prompts([(1, 9, True)]))
    )
    said = {code for code in feature_codes() if found[code] is not None}
    assert said == {"treatment.weeks", "entries.hours_since", "entries.longest_gap_28"}
    assert (found["days_14"], found["silent_days"]) == (1, 0)


@settings(max_examples=25, deadline=None)
@given(bad=st.sampled_from([float("inf"), float("-inf"), float("nan")]), ages=st.sets(st.integers(1, 63), min_size=1))
def test_a_value_that_is_no_number_is_as_if_it_had_not_come(bad: float, ages: set[int]) -> None:
    good = [(age, 3.0 + age % 4) for age in range(1, 64) if age not in ages]
    hurt = days(good + [(age, bad) for age in sorted(ages)], SAD)
    assert features_of(streams(days=hurt)) == features_of(streams(days=days(good, SAD)))
    kept = [(age, [2.0, 3.0, 5.0]) for age in range(1, 29)]
    spoiled = pl.concat([entries(kept), entries([(age, [bad]) for age in sorted(ages)], measure=5)])
    clean, found = features_of(streams(moments=entries(kept))), features_of(streams(moments=spoiled))
    assert found == clean


def test_rows_that_came_twice_count_once() -> None:
    again = ("days", "moments", "ratings", "questionnaires")
    twice = replace(COHORT.streams, **{name: pl.concat([getattr(COHORT.streams, name)] * 2) for name in again})
    assert build(twice, POINTS).equals(EXPECTED)
    one = COHORT.streams.moments.head(400)
    assert build(replace(COHORT.streams, moments=pl.concat([COHORT.streams.moments, one])), POINTS).equals(EXPECTED)


def test_all_values_are_finite_or_missing() -> None:
    values = EXPECTED.select(feature_codes()).to_numpy().astype(float)
    assert not np.isinf(values).any()
    assert EXPECTED.select(pl.col(feature_codes()).is_nan().any()).row(0) == (False,) * len(feature_codes())


def test_a_look_before_everything_sees_nothing() -> None:
    before = datetime(START.year - 1, 1, 1, tzinfo=UTC)
    found = build(COHORT.streams, points_of([(1, seconds(before), day_number(before, ZONE))])).row(0, named=True)
    assert all(found[code] is None for code in feature_codes() if code != "treatment.weeks")
