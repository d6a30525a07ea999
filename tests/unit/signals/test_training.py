"""Training: people split by group and time, candidates that have to earn their place, and an honest report."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from core.signals.budget import at_budget
from core.signals.course import Course, courses_of, learn_course
from core.signals.estimators import BOOSTER
from core.signals.features import feature_codes
from core.signals.fit import conformal, folds_of
from core.signals.judge import jury
from core.signals.learn import tables_of
from core.signals.shown import thirds
from core.signals.split import KNOWN_AFTER, split
from core.signals.verdict import FactorDomain, by_code
from models import Signal
from tests.factories.trained import RESAMPLES, learned

DAY = 86_400


def manifest_of(signal: Signal) -> dict:
    return learned().trained[signal].manifest


@pytest.mark.parametrize("signal", list(Signal))
def test_nobody_both_trains_and_judges_and_nothing_known_later_trains(signal: Signal) -> None:
    rows = learned().materials[signal].rows()
    parts = split(signal, rows)
    training, evaluation = rows.take(parts.training), rows.take(parts.evaluation)
    assert set(training.patient) & set(evaluation.patient) == set()
    assert 0.2 < evaluation.people / (training.people + evaluation.people) < 0.4
    if parts.moment is None:
        assert signal is Signal.PROGNOSIS  # all of the cohort came on one day and reached week 12 on one day
        return
    assert training.as_of.max() + KNOWN_AFTER[signal] * DAY <= parts.moment <= evaluation.as_of.min()


def test_those_who_came_last_are_held_out_whatever_happened_to_them() -> None:
    rows = learned().materials[Signal.QUALITY_OF_LIFE].rows()
    later = np.isin(rows.patient, np.unique(rows.patient)[-18:])
    moved = replace(rows, as_of=rows.as_of + later * 200 * DAY)
    parts = split(Signal.QUALITY_OF_LIFE, moved)
    assert set(moved.patient[parts.evaluation]) == set(np.unique(rows.patient)[-18:])
    other = replace(moved, target=np.clip(100 - moved.target, 2, 98))
    assert split(Signal.QUALITY_OF_LIFE, other).moment == parts.moment


def test_whole_people_lie_in_one_fold() -> None:
    rows = learned().materials[Signal.SAFETY].rows()
    fold = folds_of(rows.patient, rows.target, 4, seed=1)
    assert all(np.unique(fold[rows.patient == key]).size == 1 for key in np.unique(rows.patient))


@pytest.mark.parametrize("signal", list(Signal))
def test_each_model_reports_everything_it_is_judged_by(signal: Signal) -> None:
    manifest = manifest_of(signal)
    assert manifest["trained"], manifest.get("why")
    assert manifest["simulated"] is True
    assert manifest["version"].startswith("simulated-")
    assert manifest["resamples"] == RESAMPLES
    assert set(manifest["metrics"]) == {"model", "booster", "regression", "last_value", "rule", "base_rate"}
    wanted = {"mae"} if signal is Signal.QUALITY_OF_LIFE else {"auroc", "auprc", "brier", "skill"}
    for metrics in manifest["metrics"].values():
        assert set(metrics) == wanted
        assert all(set(figure) == {"value", "low", "high"} for figure in metrics.values())
    assert manifest["alliance"]["features"] == sum(
        by_code()[code].domain is FactorDomain.ALLIANCE for code in feature_codes()
    )
    assert {group["by"] for group in manifest["subgroups"]} <= {"sex", "age", "programme", "team"}
    assert json.loads(json.dumps(manifest)) == manifest
    if signal is Signal.QUALITY_OF_LIFE:
        held = manifest["coverage"]
        assert 0.6 < held["low"] < held["value"] < held["high"] < 0.97
        return
    assert set(manifest["calibration_line"]) == {"intercept", "slope", "ratio"}
    assert 0 <= manifest["groups_inside"] <= len(manifest["calibration_groups"]) == 5
    assert manifest["budget"]["allowed"] > 0
    assert set(manifest["budget"]["model"]) == {"alerts", "precision", "found", "lead_days"}
    assert set(manifest["budget"]["model"]["lead_days"]) == {"value", "low", "high"}


def test_what_can_be_learned_is_learned() -> None:
    better = manifest_of(Signal.QUALITY_OF_LIFE)["metrics"]
    assert better["model"]["mae"]["value"] < better["base_rate"]["mae"]["value"]
    assert manifest_of(Signal.SAFETY)["metrics"]["model"]["auroc"]["value"] > 0.65


def test_training_twice_gives_the_same_model() -> None:
    table = learned().materials[Signal.SAFETY].table
    assert learned().train_on(Signal.SAFETY, table).manifest["version"] == manifest_of(Signal.SAFETY)["version"]


def test_the_regression_takes_the_place_of_a_booster_that_does_not_beat_it() -> None:
    table = learned().materials[Signal.QUALITY_OF_LIFE].table
    straight = table.with_columns(target=50 + 8 * pl.col("mood_good.mean_7").fill_null(4.0))
    trained = learned().train_on(Signal.QUALITY_OF_LIFE, straight)
    assert trained.manifest["earned"]["booster_kept"] is False
    assert trained.manifest["kind"] == "linear"
    assert set(trained.files) == {"estimator.json"}


def test_a_booster_that_beats_it_beyond_noise_is_kept() -> None:
    table = learned().materials[Signal.QUALITY_OF_LIFE].table
    bent = 30 + 40 * ((pl.col("mood_good.mean_7").fill_null(4.0) - 4.3).abs() > 0.5).cast(pl.Float64)
    trained = learned().train_on(Signal.QUALITY_OF_LIFE, table.with_columns(target=bent), resamples=40)
    earned = trained.manifest["earned"]
    assert earned["booster_kept"] is True
    assert trained.manifest["kind"] == BOOSTER
    assert earned["left_out"]["low"] > 0
    assert earned["held_out"]["low"] > 0
    assert set(trained.files) == {"estimator.ubj"}


def test_nothing_that_happened_to_the_people_held_out_changes_what_is_learned() -> None:
    signal = Signal.SAFETY
    material = learned().materials[signal]
    held = pl.Series(split(signal, material.rows()).evaluation)
    twisted = material.table.with_columns(
        target=pl.when(held).then(1 - pl.col("target")).otherwise(pl.col("target"))
    )  # fmt: skip
    trained = learned().train_on(signal, twisted)
    assert trained.files == learned().trained[signal].files
    assert trained.manifest["metrics"] != manifest_of(signal)["metrics"]


def test_a_cohort_without_events_is_not_trained_and_says_so() -> None:
    table = learned().materials[Signal.SAFETY].table.with_columns(target=0.0)
    trained = learned().train_on(Signal.SAFETY, table)
    assert trained.files == {}
    assert trained.manifest["why"] == {"code": "too_few_with", "group": "training", "patients": 0, "needed": 8}


def test_an_empty_cohort_is_not_trained_and_says_so() -> None:
    trained = learned().train_on(Signal.QUALITY_OF_LIFE, learned().materials[Signal.QUALITY_OF_LIFE].table.clear())
    assert trained.manifest["why"]["patients"] == 0


def test_a_site_with_too_few_events_is_told_how_many_there_are() -> None:
    table = learned().materials[Signal.RELAPSE].table
    why = learned().train_on(Signal.RELAPSE, table, simulated=False, fewest=(100, 50)).manifest["why"]
    assert why == {"code": "too_few_with", "group": "training", "patients": 16, "needed": 100}


def test_the_budget_takes_the_highest_estimates_and_counts_how_early_they_came() -> None:
    target = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 1.0])
    rows = jury(target, np.arange(6), resamples=20, seed=1)
    lead = np.array([3.0, np.nan, 9.0, np.nan, np.nan, 5.0])
    found = at_budget(rows, np.array([0.9, 0.8, 0.7, 0.1, 0.1, 0.1]), np.arange(6), lead, 3)
    assert found["alerts"] == 3
    assert found["precision"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["found"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["lead_days"]["value"] == 6.0
    assert 3.0 <= found["lead_days"]["low"] <= 6.0 <= found["lead_days"]["high"] <= 9.0
    none = at_budget(rows, np.array([0.1, 0.9, 0.1, 0.8, 0.7, 0.1]), np.arange(6), lead, 3)
    assert none["lead_days"] == {"value": None, "low": None, "high": None}, "no alert was right"


def test_alarms_and_leads_stand_beside_each_look() -> None:
    cohort = learned().cohort
    tables = tables_of(cohort.people[:5], cohort.streams, cohort.events, cohort.until)
    safety = tables[Signal.SAFETY]
    assert set(safety["alarm"].unique()) <= {0.0, 1.0}
    positive = safety.filter(pl.col("target") == 1.0)
    assert positive["lead"].is_not_null().all()
    assert positive["lead"].max() <= 14


def test_the_conformal_half_width_holds_its_share_of_new_errors() -> None:
    generator = np.random.default_rng(5)
    held = [
        (np.abs(generator.normal(size=200)) <= conformal(np.abs(generator.normal(size=200)), 0.8)).mean()
        for _round in range(60)
    ]
    assert np.mean(held) == pytest.approx(0.8, abs=0.03)


def course_answers(people: int = 60, seed: int = 3) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    rows = []
    for key in range(people):
        start = float(generator.integers(10, 30))
        for week in range(0, 26, 2):
            change = -(0.2 * start) * np.log1p(week) / np.log(13) * 2 if week else 0.0
            total = float(np.clip(start + change + (generator.normal(0, 3) if week else 0), 0, 40))
            rows.append((key, week * 7 * DAY, float(week), start, 0, total))
    names = ("patient_key", "at", "week", "baseline", "baseline_at", "total")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Float64), orient="row").cast(
        {"patient_key": pl.Int64, "at": pl.Int64, "baseline_at": pl.Int64}
    )


def test_the_expected_course_holds_its_share_and_beats_as_at_the_start() -> None:
    keys = np.arange(60)
    kept = learn_course(course_answers(), keys[:40], keys[40:], None, resamples=40, seed=1)
    assert kept is not None
    assert kept["coverage"]["value"] == pytest.approx(0.8, abs=0.1)
    assert kept["mae"]["value"] < kept["start_mae"]["value"]
    course = Course.from_json(kept)
    low, high = course.band(np.array([25.0]), np.array([12.0]))
    assert low[0] < 15.0 < high[0]
    assert learn_course(course_answers(2), keys[:1], keys[1:2], None, resamples=10, seed=1) is None


def test_a_patient_above_the_band_is_found_and_nothing_after_the_moment_is_seen() -> None:
    cohort = learned().cohort
    kept = manifest_of(Signal.PROGNOSIS)["course"]
    end = int(cohort.until.timestamp())
    found = courses_of(cohort.streams, kept, as_of=end)
    sides = {entry["newest"]["side"] for entry in found.values()}
    assert sides <= {-1, 0, 1}
    for entry in found.values():
        newest = entry["newest"]
        assert (newest["side"] == 1) == (newest["total"] > newest["high"])
        assert entry["low"][0] == entry["high"][0] == entry["baseline"]
    early = courses_of(cohort.streams, kept, as_of=end - 60 * DAY)
    assert all(entry["newest"]["week"] < 13 for entry in early.values() if entry["newest"])
    assert courses_of(cohort.streams, None, as_of=end) == {}


def test_the_thirds_say_where_high_values_go_and_stay_silent_on_constants() -> None:
    column = np.arange(30.0)
    found = thirds(column / 10 - 1.5, column)
    assert found is not None
    assert found["lowest"] < 0 < found["highest"]
    assert found["steady"] == 1.0
    assert thirds(np.ones(30), np.ones(30)) is None
    assert thirds(np.ones(5), np.arange(5.0)) is None
