"""The dumbbell and the little line: two people, two colours, two shapes; only one session's ratings are joined."""

import re
import uuid
from datetime import timedelta

from core.queries.alliance import AllianceView, RatingView
from dashboard.charts.alliance import alliance_figure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.charts.sparkline import alliance_sparkline
from models import Side
from tests.factories.alliance_views import rating, view
from tests.factories.cast import NOW

SESSION = uuid.uuid4()


def pair_view(*, same: bool = True, name: str = "Laia") -> AllianceView:
    theirs = rating(Side.PATIENT, goal=3.0, task=4.0, bond=4.5, session=SESSION)
    own = rating(Side.THERAPIST, goal=4.0, task=4.0, bond=4.0, session=SESSION if same else uuid.uuid4())
    return view(theirs, own, given_name=name)


def test_both_sides_are_drawn_with_their_own_colour_and_shape_and_a_bar_between() -> None:
    for theme in (LIGHT, DARK):
        figure = alliance_figure(pair_view(), theme).checked()
        bars, own, theirs = figure.data
        assert bars.mode == "lines"
        assert (own.marker.color, own.marker.symbol, list(own.x)) == (theme.therapist, "diamond", [4.0, 4.0, 4.0])
        assert (theirs.marker.color, theirs.marker.symbol, list(theirs.x)) == (theme.patient, "circle", [3.0, 4.0, 4.5])
        assert list(theirs.y) == ["Goal", "Task", "Bond"]
        assert list(figure.layout.xaxis.range) == [0.9, 5.1]


def test_ratings_of_two_sessions_are_not_joined() -> None:
    assert [trace.mode for trace in alliance_figure(pair_view(same=False), LIGHT).checked().data] == ["markers"] * 2


def test_one_side_alone_and_an_open_sub_scale_are_drawn_as_far_as_they_go() -> None:
    lone = rating(Side.PATIENT, goal=None, task=4.0, bond=4.5, session=SESSION)
    (theirs,) = alliance_figure(view(lone, None), LIGHT).checked().data
    assert list(theirs.y) == ["Task", "Bond"]


def test_threat_29_a_name_with_markup_is_harmless_in_the_hover_label() -> None:
    figure = alliance_figure(pair_view(name="<img src=x onerror=alert(1)>"), LIGHT).checked()
    assert all("<img" not in text for trace in figure.data for text in (trace.hovertext or ()))


def test_the_little_line_ends_in_a_circle_and_a_diamond_at_their_heights() -> None:
    line = [(NOW - timedelta(days=28), 3.0), (NOW, 5.0)]
    svg = alliance_sparkline(line, [(NOW, 2.0)], LIGHT)
    circle = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)"[^>]*fill="(#\w+)"', svg)
    assert circle is not None
    assert circle.groups() == ("122.0", "6.0", LIGHT.patient)
    assert f'<path d="M122.0,22.0 l4,4 l-4,4 l-4,-4 z" fill="{LIGHT.therapist}"' in svg
    assert svg.count("<polyline") == 1


def test_without_ratings_the_little_line_is_faint_and_empty() -> None:
    svg = alliance_sparkline([], [], DARK)
    assert "stroke-dasharray" in svg
    assert DARK.patient not in svg
    assert DARK.therapist not in svg


def test_a_rating_below_the_drawn_range_lies_on_its_edge() -> None:
    assert 'cy="26.0"' in alliance_sparkline([(NOW, 1.0)], [], LIGHT)


def test_the_view_knows_the_gap_only_of_one_session() -> None:
    assert pair_view().gap("goal") == -1.0
    assert pair_view(same=False).gap("goal") is None
    assert isinstance(pair_view().newest_patient, RatingView)
