"""What the models see: nothing after the moment asked about, nothing made up where there is too little."""

import dataclasses
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import day_number, seconds
from core.ingest.columns import day_number_of
from core.signals.build import build
from core.signals.features import feature_codes, features
from core.signals.streams import Streams, frame, points_of
from dashboard.wording.features import domain_name, feature_label, feature_value
from tests.factories.cohort import DAY, START, make_cohort

COHORT = make_cohort(4, 100)
FIRST = day_number_of(START)


def point(days: int, key: int = 1) -> pl.DataFrame:
    moment = COHORT.until - timedelta(days=100 - days)
    return points_of([(key, seconds(moment), day_number(moment, "Europe/Madrid"))])


def row(streams: Streams, days: int = 90) -> dict[str, float | None]:
    return build(streams, point(days)).row(0, named=True)


BEFORE = row(COHORT.streams)


def only(name: str, rows: pl.DataFrame) -> Streams:
    """A person of whom nothing but ``name`` is known."""
    empty = {field.name: frame(field.name) for field in dataclasses.fields(Streams)}
    people = frame("patients", {"patient_key": [1], "enrolled": [FIRST], "left": [None]})
    return Streams(**(empty | {"patients": people} | {name: rows}))


def days(*rows: tuple[int, float], measure: int = 50) -> pl.DataFrame:
    """Day values of one measure: (days before as_of, value)."""
    asked = int(point(90)["day"][0])
    return frame(
        "days",
        {
            "patient_key": [1] * len(rows), "day": [asked - age for age, _ in rows],
            "measure_id": [measure] * len(rows), "n": [1.0] * len(rows), "total": [value for _, value in rows],
            "high": [value for _, value in rows],
        },
    )  # fmt: skip


def test_the_columns_are_those_of_the_table_and_each_has_words() -> None:
    built = build(COHORT.streams, point(90))
    assert [column for column in built.columns if column in feature_codes()] == list(feature_codes())
    assert len(set(feature_codes())) == len(features())
    labels = {feature_label(feature.code) for feature in features()}
    assert len(labels) == len(features())
    assert all(domain_name(feature.domain) for feature in features())


@settings(max_examples=8, deadline=None)
@given(
    later=st.integers(0, 40),
    value=st.sampled_from([-1e9, 0.0, 4.0, 1e9, float("inf")]),
    measure=st.sampled_from([2, 6, 22, 30, 50, 99]),
)
def test_nothing_dated_after_as_of_changes_a_feature(later: int, value: float, measure: int) -> None:
    asked, moment = int(point(90)["day"][0]), int(point(90)["as_of"][0])
    s = COHORT.streams
    after = frame("days", {"patient_key": [1], "day": [asked + later], "measure_id": [measure], "n": [1.0],
                           "total": [value], "high": [value]})  # fmt: skip
    at = {"patient_key": [1], "at": [moment + later * DAY]}
    changed = Streams(
        days=pl.concat([s.days, after]),
        moments=pl.concat([s.moments, frame("moments", at | {
            "day": [asked + later], "measure_id": [measure], "value": [value]})]),
        prompts=pl.concat([s.prompts, frame("prompts", {
            "patient_key": [1], "day": [asked + later], "hour": [0], "answered": at["at"],
            "answered_day": [asked + later]})]),
        messages=pl.concat([s.messages, frame("messages", at | {"from_patient": [False]})]),
        ratings=pl.concat([s.ratings, frame("ratings", at | {"side": ["patient"], "goal": [1.0], "task": [1.0],
                                                             "bond": [1.0]})]),
        questionnaires=pl.concat([s.questionnaires, frame("questionnaires", at | {
            "instrument": ["core-10"], "total": [40.0], "safety_item": [4.0]})]),
        steps=pl.concat([s.steps, frame("steps", {"patient_key": [1], "started": [asked + later], "step": [5.0]})]),
        patients=s.patients,
    )  # fmt: skip
    assert row(changed) == BEFORE


def test_too_few_days_give_a_missing_value_and_never_zero() -> None:
    values = row(only("days", days((1, 7.0), (2, 7.5))))
    assert values["sleep_hours.mean_7"] is None
    assert values["messages.patient_7"] is None
    assert values["entries.compliance_7"] is None
    assert row(only("days", days((1, 7.0), (2, 7.5), (3, 8.0))))["sleep_hours.mean_7"] == pytest.approx(7.5)


def test_change_is_against_the_own_eight_weeks_before() -> None:
    baseline = [(age, 7.0) for age in range(8, 18)]
    values = row(only("days", days(*[(age, 5.0) for age in range(1, 8)], *baseline)))
    assert values["sleep_hours.change_7"] == pytest.approx(-2.0)
    assert row(only("days", days(*[(age, 5.0) for age in range(1, 8)], *baseline[:9])))["sleep_hours.change_7"] is None


def test_the_trend_is_theil_sen() -> None:
    from scipy.stats import theilslopes

    generator = np.random.default_rng(3)
    value = generator.normal(6, 1, 14)
    value[3] = 40.0
    found = row(only("days", days(*[(14 - i, float(v)) for i, v in enumerate(value)])))["sleep_hours.trend_14"]
    assert found == pytest.approx(theilslopes(value, np.arange(14)).slope)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_values_that_are_not_finite_are_left_out(value: float) -> None:
    some = [(age, 7.0) for age in range(1, 6)]
    values = row(only("days", days(*some, (6, value))))
    assert values["sleep_hours.mean_7"] == pytest.approx(7.0)
    assert all(v is None or np.isfinite(v) for k, v in values.items() if k in feature_codes())


def test_messages_count_each_way_and_wait() -> None:
    moment = int(point(90)["as_of"][0])
    rows = frame(
        "messages",
        {
            "patient_key": [1, 1, 1], "at": [moment - 50 * 3600, moment - 46 * 3600, moment - 10 * 3600],
            "from_patient": [True, False, True],
        },
    )  # fmt: skip
    values = row(only("messages", rows))
    assert (values["messages.patient_7"], values["messages.team_7"]) == (2, 1)
    assert values["messages.reply_hours_28"] == pytest.approx(4.0)
    assert values["messages.waiting_hours"] == pytest.approx(10.0)


def test_the_alliance_is_seen_from_both_sides() -> None:
    moment = int(point(90)["as_of"][0])
    ratings = [("patient", 30, 4.5), ("patient", 20, 4.1), ("patient", 3, 3.3), ("therapist", 3, 4.0)]
    rows = frame(
        "ratings",
        {
            "patient_key": [1] * 4, "at": [moment - age * DAY for _, age, _ in ratings],
            "side": [side for side, _, _ in ratings],
            **{part: [value for _, _, value in ratings] for part in ("goal", "task", "bond")},
        },
    )  # fmt: skip
    values = row(only("ratings", rows))
    assert values["alliance_patient.last"] == pytest.approx(3.3)
    assert values["alliance_patient.change"] == pytest.approx(-1.0)
    assert values["alliance.gap"] == pytest.approx(-0.7)
    assert values["alliance_therapist.change"] is None


def test_a_missing_value_is_said_to_be_missing() -> None:
    assert feature_value("sleep_hours.mean_7", None, "h") == "no data"
    assert feature_value("sleep_hours.change_7", 1.25, "h") == "+1.2 h"
