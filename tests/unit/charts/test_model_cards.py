"""The plots and sentences of the model cards, from a manifest as training leaves it."""

import dataclasses
from datetime import UTC, datetime

import pytest

from core.signals.card import AtBudget, DriftView, Metric, Subgroup
from core.signals.card import card_of as view_of
from dashboard.charts.model_cards import calibration_figure, dependence_figure, importance_figure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.wording import model_cards as words
from dashboard.wording import model_figures as figures
from models import Signal
from tests.factories.trained import learned

AT = datetime(2026, 11, 20, tzinfo=UTC)


def card(signal: Signal):
    return view_of(signal, learned().trained[signal].manifest, None)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("signal", list(Signal))
def test_both_plots_are_figures_that_plotly_accepts(signal: Signal, theme) -> None:
    importance = importance_figure(card(signal), theme).checked()
    assert len(importance.data) == len(card(signal).importance) > 0
    assert len(importance.layout.annotations) == len(importance.data)
    if card(signal).probability:
        assert len(calibration_figure(card(signal), theme).checked().data[1].x) == 5


def test_a_card_says_whose_data_and_how_many() -> None:
    said = words.learned_from(card(Signal.SAFETY))
    assert said.startswith("Learned from 42 simulated people, looked at every week from 18 Jan 2026")
    assert "Judged on 18 other people who came later" in said
    assert any("simulated people" in limit for limit in words.limits(card(Signal.SAFETY)))


def test_a_model_that_cannot_be_told_from_chance_says_so() -> None:
    view = card(Signal.SAFETY)
    chance = dataclasses.replace(view.metrics["model"]["auroc"], value=0.53, low=0.41, high=0.66)
    metrics = view.metrics | {"model": view.metrics["model"] | {"auroc": chance}}
    assert "cannot be told from chance" in words.verdict(dataclasses.replace(view, metrics=metrics))


def test_a_model_that_a_simpler_way_beats_says_so() -> None:
    view = card(Signal.QUALITY_OF_LIFE)
    better = dataclasses.replace(view.metrics["model"]["mae"], value=1.0)
    metrics = view.metrics | {"last_value": {"mae": better}}
    assert "not better than: the last value alone" in words.verdict(dataclasses.replace(view, metrics=metrics))


def test_an_untrained_model_says_how_many_people_are_missing() -> None:
    why = {"code": "too_few_with", "group": "training", "patients": 3, "needed": 8}
    manifest = {"why": why, "training": {"patients": 30}, "evaluation": {"patients": 12}}
    said = words.unavailable(view_of(Signal.SAFETY, manifest, "model_untrained"))
    assert said == "Not trained: 3 people with such an event for training, and 8 are needed. It gives no estimates."
    assert words.unavailable(view_of(Signal.SAFETY, {}, "model_missing")) == "There is no trained model yet."


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_largest_features_have_a_dependence_plot_and_a_sentence(theme) -> None:
    deep = [row for row in card(Signal.QUALITY_OF_LIFE).importance if row.values]
    assert len(deep) == 4
    for row in deep:
        figure = dependence_figure(row, theme).checked()
        assert len(figure.data[0].x) == sum(value is not None for value in row.values)
        said = figures.dependence_sentence(row)
        assert "went with" in said or "too few" in said


def test_a_card_says_which_kind_of_model_took_the_place() -> None:
    view = card(Signal.SAFETY)
    assert view.earned is not None
    assert words.kind(view).startswith("A regression is in use.")
    kept = dataclasses.replace(view, earned=dataclasses.replace(view.earned, booster_kept=True))
    assert words.kind(kept).startswith("A gradient-boosted model (XGBoost) is in use")
    assert words.compared(view) == ["model", "booster", "last_value", "rule", "base_rate"]
    assert words.compared(dataclasses.replace(view, kind="booster"))[1] == "regression"


def test_alerts_at_the_budget_are_counted_and_too_few_are_said_to_be_too_few() -> None:
    view = dataclasses.replace(card(Signal.SAFETY), share_positive=0.014)
    right = AtBudget(26, Metric(0.1923, 0.05, 0.4), Metric(0.3, 0.1, 0.6), Metric(6.9, 4.2, 9.0))
    said = figures.budget_sentence(dataclasses.replace(view, budget={"model": right}))
    assert "of 26 on the people held out 5 would be right: 19 of 100 (5–40). Of 100 looks at random it is 1." in said
    assert said.endswith("Half of the right ones came at least 7 (4–9) days ahead.")
    none = dataclasses.replace(right, precision=Metric(0.0, 0.0, 0.0), lead_days=Metric())
    assert "0 would be right; too few to say more" in figures.budget_sentence(
        dataclasses.replace(view, budget={"model": none})
    )


def test_groups_that_are_off_beyond_noise_are_named() -> None:
    off = Subgroup("sex", "male", 12, 0.08, 0.2, Metric(0.12, 0.02, 0.22))
    fine = Subgroup("age", "25–34", 10, 0.08, 0.09, Metric(0.01, -0.05, 0.06))
    view = dataclasses.replace(card(Signal.RELAPSE), subgroups=(off, fine))
    assert figures.groups_sentence(view) == "Beyond noise it is off for: men. Keep that in mind there."
    assert figures.group_cells(view, off) == ("12", "8", "20", "+12 (+2 to +22)")
    assert "none of these groups" in figures.groups_sentence(dataclasses.replace(view, subgroups=(fine,)))
    unknown = dataclasses.replace(off, difference=Metric())
    assert "Too few events" in figures.groups_sentence(dataclasses.replace(view, subgroups=(unknown,)))


def test_what_was_seen_since_training_is_said() -> None:
    view = card(Signal.SAFETY)
    assert "Not looked at yet" in figures.drift_sentence(view)
    drift = DriftView(AT, 80, (("sleep_hours.mean_7", 0.6),), 40, 1.2, 2)
    said = figures.drift_sentence(dataclasses.replace(view, drift=drift))
    assert "look unlike the training data: Sleep, mean of 7 days." in said
    assert "Of 40 estimates old enough to see what came, 1.2 events were expected and 2 came." in said
    better = figures.drift_sentence(dataclasses.replace(view, signal=Signal.PROGNOSIS, drift=drift))
    assert better.endswith("1.2 reliable improvements were expected and 2 came.")
    few = dataclasses.replace(drift, people=8, moved=(), matured=0)
    assert "too few to see" in figures.drift_sentence(dataclasses.replace(view, drift=few))
    assert "No clinician has recorded" in figures.disagreement_sentence(view)
    disputed = dataclasses.replace(view, disagreements=(("too_high", 2), ("data_wrong", 1)))
    assert figures.disagreement_sentence(disputed) == (
        "Clinicians saw 3 estimates differently: The estimate seems too high: 2; The data are wrong or incomplete: 1."
    )


def test_calibration_and_course_are_said_in_words() -> None:
    assert "perfect for both" in figures.calibration_sentence(card(Signal.SAFETY))
    assert "Of 100 intervals meant to hold 80, " in figures.calibration_sentence(card(Signal.QUALITY_OF_LIFE))
    assert "meant to hold 80 of 100 answers" in figures.course_sentence(card(Signal.PROGNOSIS))
    assert figures.course_sentence(card(Signal.SAFETY)) == ""


@pytest.mark.parametrize(("gain", "said"), [
    (Metric(0.01, 0.002, 0.02), "earn their place"), (Metric(-0.01, -0.02, -0.002), "add noise"),
    (Metric(0.0, -0.01, 0.01), "equally well"),
])  # fmt: skip
def test_what_the_alliance_adds_is_said(gain: Metric, said: str) -> None:
    assert said in figures.alliance_sentence(dataclasses.replace(card(Signal.SAFETY), alliance_gain=gain))
