"""The pictures of a patient's own course: valid, on the same days, honest about none and about silence, no verdict."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.queries.alliance import RatingView
from core.queries.outcomes import OutcomeView
from core.queries.streams import Series, Unit
from core.rules.usual import Basis, Usual
from dashboard.charts.drawing import DAY
from dashboard.charts.my_course import outcome_figure, ratings_figure, stream_figure
from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.wording import my_course as words
from models import Domain, Side
from tests.unit.wording.test_my_course_words import NOW, TODAY, series, stream, view

RATED = RatingView(Side.PATIENT, NOW - timedelta(days=3), None, 4, 4.0, 3.5, 4.5)


def shapes(figure: Any) -> list[dict[str, Any]]:
    return list(figure.to_dict()["layout"]["shapes"])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("code", "domain", "unit"),
    [("affect", Domain.POSITIVE_AFFECT, Unit.SCALE), ("meals", Domain.MEALS, Unit.MEALS),
     ("activity", Domain.ACTIVITY, Unit.STEPS), ("sleep", Domain.SLEEP, Unit.HOURS)],
)  # fmt: skip
def test_plotly_accepts_the_figures_that_are_handed_on_unchecked(
    theme: Palette, code: str, domain: Domain, unit: Unit
) -> None:
    drawn = stream_figure(stream(code, series(domain, unit)), view(), theme).checked()
    assert isinstance(drawn, go.Figure)
    assert len(drawn.data[0].y) == 30


def test_all_pictures_stand_on_the_same_days() -> None:
    shown = view(ratings=(RATED,))
    outcome = OutcomeView("phq-9", ((NOW, 12.0),), 0.0, 27.0, -1)
    figures = (
        stream_figure(stream("urges", series(Domain.URGES)), shown, LIGHT), ratings_figure(shown, LIGHT),
        outcome_figure(outcome, shown, LIGHT),
    )  # fmt: skip
    placed = {
        json.dumps([f.to_dict()["layout"]["xaxis"]["range"], f.to_dict()["layout"]["margin"]["l"]]) for f in figures
    }
    assert len(placed) == 1
    for figure in figures:
        figure.checked()


def test_a_scale_is_shown_whole_and_no_line_is_drawn_on_a_questionnaire() -> None:
    urges = stream_figure(stream("urges", replace(series(Domain.URGES), high=10.0)), view(), LIGHT).to_dict()
    assert urges["layout"]["yaxis"]["tickvals"] == [0.0, 5.0, 10.0]
    outcome = OutcomeView("phq-9", ((NOW, 12.0),), 0.0, 27.0, -1)
    drawn = outcome_figure(outcome, view(), LIGHT).to_dict()
    assert drawn["layout"]["yaxis"]["tickvals"] == [0.0, 27.0]
    assert drawn["layout"]["shapes"] == []


def test_thresholds_are_drawn_where_they_are_asked_for() -> None:
    outcome = OutcomeView("phq-9", ((NOW, 12.0),), 0.0, 27.0, -1)
    figure = outcome_figure(outcome, view(), LIGHT, [10.0])
    figure.checked()
    (line,) = shapes(figure)
    assert (line["y0"], line["y1"], line["yref"]) == (10.0, 10.0, "y")


def test_silence_is_grey_and_the_usual_a_band_in_the_streams_colour() -> None:
    silent = replace(stream("sleep", series(Domain.SLEEP, Unit.HOURS)), gaps=((TODAY - 9, TODAY - 5),))
    grey, band = shapes(stream_figure(silent, view(days=14, first=TODAY - 13), LIGHT))
    assert (grey["x0"], grey["x1"]) == ((TODAY - 9) * DAY, (TODAY - 4) * DAY)
    assert (band["y0"], band["y1"], band["fillcolor"]) == (2.2, 3.8, LIGHT.sleep)
    notes = stream_figure(silent, view(days=14, first=TODAY - 13), LIGHT).to_dict()["layout"]["annotations"]
    assert words.gap() in [note["text"] for note in notes]


def test_none_that_was_said_has_a_mark_and_nothing_is_marked_as_bad() -> None:
    days = np.array([TODAY - 2, TODAY - 1], np.int64)
    eaten = Series(
        Domain.MEALS, days, np.array([0.0, 4.0]), np.array([3.0, 4.0]), 0.0, 5.0, Unit.MEALS, 1, ("meal",),
        Usual(4.0, 3.0, 5.0, 40, Basis.EIGHT_WEEKS),
    )  # fmt: skip
    drawn = stream_figure(stream("meals", eaten), view(), LIGHT).to_dict()
    bars, none = drawn["data"]
    assert bars["marker"]["color"] == LIGHT.meals  # one colour, also below the usual
    assert list(none["x"]) == [(TODAY - 2 + 0.5) * DAY]
    assert "no meal eaten" in none["hovertext"][0]


def test_of_what_is_counted_the_number_at_the_end_is_a_day_that_is_over() -> None:
    days = np.array([TODAY - 1, TODAY], np.int64)
    eaten = Series(
        Domain.MEALS, days, np.array([4.0, 1.0]), np.array([5.0, 1.0]), 0.0, 5.0, Unit.MEALS, 1, ("meal",), None
    )
    drawn = stream_figure(stream("meals", eaten), view(), LIGHT).to_dict()
    assert drawn["layout"]["annotations"][0]["text"] == "<b>4</b>"
