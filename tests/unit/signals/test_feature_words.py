"""Every feature has one name, a domain, a unit that can be said, a definition and a source; and the page of the
documents is the table."""

from pathlib import Path

import pytest

from core.signals.explain import FactorView
from core.signals.features import SERIES, STATISTICS, Feature, by_code, features
from dashboard.commands.features import page
from dashboard.wording.features import factor_line, feature_label, feature_value, is_change

DOCUMENT = Path(__file__).parents[3] / "docs" / "features.md"
CAUSES = ("because", "cause", "due to", "leads to", "makes", "reason", "risk")


def test_the_document_is_the_table() -> None:
    assert page() in DOCUMENT.read_text(), "write it anew: python -m dashboard features --markdown"


@pytest.mark.parametrize("feature", features(), ids=lambda one: one.code)
def test_each_has_a_definition_a_source_and_a_sentence_that_never_says_cause(feature: Feature) -> None:
    assert feature.definition and feature.source and feature.unit
    line = factor_line(FactorView(feature.code, 1.5, 0.5, 0.2, 0.01), feature.unit)
    assert feature_label(feature.code) in line
    assert "own usual" in line
    assert not any(word in line.lower() for word in CAUSES)
    assert feature_value(feature.code, None, feature.unit) == "no data"


def test_every_statistic_is_used_and_only_known_ones_are() -> None:
    used = {statistic for series in SERIES for statistic in series.statistics}
    assert used == set(STATISTICS)


def test_windows_of_seven_fourteen_and_twenty_eight_days_stand_against_the_own_baseline() -> None:
    windows = {feature.window for feature in features() if is_change(feature.code) and feature.window}
    assert {7, 14, 28} <= windows


def test_only_what_is_clinically_certain_has_a_direction() -> None:
    uncertain = ("sd_14", "rmssd_14", "inertia_28", "pac_14", "sri_28", "jet_lag_28", "sd_change_14")
    assert {by_code()[code].direction for code in by_code() if code.endswith(uncertain)} == {0}


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("core10.reliable", 1.0, "reliably more difficulty"), ("core10.reliable", -1.0, "reliably less difficulty"),
        ("who5.reliable", 0.0, "no reliable change"), ("entries.change_7", 0.25, "+25 %"),
        ("missed.evening_change_14", -0.1, "-10 %"), ("sleep_regularity.sri_28", 87.4, "87"),
        ("mood_low.inertia_28", 0.345, "0.34"), ("steps.mean_7", 6197.4, "6,197 steps"),
        ("mood_low.pac_14", 0.143, "14 %"), ("sleep_middle.jet_lag_28", 1.25, "1.2 h"),
        ("alliance_goal.gap", 0.5, "+0.5"), ("mood_low.mean_7", 2.5, "2.5"),
        ("entries.hours_since", 30.0, "30 h"),
    ],
)  # fmt: skip
def test_values_are_said_in_their_unit_and_differences_with_their_sign(code: str, value: float, said: str) -> None:
    assert feature_value(code, value, by_code()[code].unit) == said
