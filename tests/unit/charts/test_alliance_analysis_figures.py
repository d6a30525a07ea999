"""The three figures: Plotly takes them, they draw what the analysis says, and never a single person."""

import pytest

from core.analysis.alliance import analyse
from dashboard.charts.alliance_analysis import agreement_figure, development_figure, forest_figure
from dashboard.charts.palette import DARK, LIGHT, Palette
from tests.factories.alliance_data import service_of

FOUND = analyse(service_of({"Day care": 40, "Oncology": 24, "Small": 7}))
NOTHING = analyse(service_of({"Small": 7}))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_development_draws_each_programmes_means_with_intervals(theme: Palette) -> None:
    figure = development_figure(FOUND, theme).checked()
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [len(trace.x) for trace in dots] == [4, 4, 4, 4]
    assert {trace.marker.color for trace in dots} == {theme.patient, theme.therapist}
    assert all(min(trace.error_y.array) > 0 for trace in dots)
    titles = {note.text for note in figure.layout.annotations}
    assert titles >= {"Day care", "Oncology", "patients", "therapists"}
    assert "Small" not in titles
    assert figure.layout.xaxis.ticktext[0] == "start<br>40<br>40"
    assert figure.layout.xaxis2.ticktext[3] == "12<br>25<br>25"  # 24, to the nearest five


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_agreement_draws_groups_of_at_least_eight_and_the_limits(theme: Palette) -> None:
    figure = agreement_figure(FOUND.agreement, theme).checked()
    assert min(level.n for level in FOUND.agreement.levels) >= 8
    assert len(figure.data[0].x) == 5
    lines = sorted(shape.y0 for shape in figure.layout.shapes if shape.type == "line")
    limits = FOUND.agreement.limits
    assert lines == [limits.lower, limits.bias, limits.upper]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_forest_has_each_side_filled_and_hollow(theme: Palette) -> None:
    rows = tuple(f for f in FOUND.associations if f.outcome != "watoci")
    figure = forest_figure(rows, theme).checked()
    assert [len(trace.x) for trace in figure.data] == [9, 9, 9, 9]
    assert {trace.marker.color for trace in figure.data} == {theme.patient, theme.therapist, theme.background}
    assert list(figure.layout.yaxis.ticktext)[:2] == ["usability", "liking the app"]


def test_a_service_that_shows_nothing_draws_nothing() -> None:
    assert len(development_figure(NOTHING, LIGHT).checked().data) == 0
    assert len(agreement_figure(NOTHING.agreement, LIGHT).checked().layout.shapes) == 0
    assert all(len(trace.x) == 0 for trace in forest_figure(NOTHING.associations, LIGHT).checked().data)
