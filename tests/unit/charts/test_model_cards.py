"""The plots and sentences of the model cards, from a manifest as training leaves it."""

import dataclasses

import pytest

from core.signals.card import card_of as view_of
from dashboard.charts.model_cards import calibration_figure, importance_figure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.wording import model_cards as words
from models import Signal
from tests.factories.trained import learned


def card(signal: Signal):
    return view_of(signal, learned().trained[signal].manifest, None)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("signal", list(Signal))
def test_both_plots_are_figures_that_plotly_accepts(signal: Signal, theme) -> None:
    importance = importance_figure(card(signal), theme).checked()
    assert len(importance.data) == len(card(signal).importance) > 0
    assert len(importance.layout.yaxis.ticktext) == len(importance.data)
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
