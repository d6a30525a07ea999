"""Both sides over sessions with their measurement error, and the flow between steps."""

import math
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from core.queries.alliance import AllianceView
from core.queries.pair import TalkView
from core.queries.pair_points import half_width, points_of
from core.queries.step_flow import ENTERED, LEFT, FlowView, Link
from dashboard.charts.pair import pair_figure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.charts.step_flow import step_flow_figure
from models import Side
from tests.factories.alliance_views import rating, view
from tests.factories.cast import NOW


def course(*, name: str = "Laia") -> AllianceView:
    ratings = []
    for number, goal in ((1, 4.0), (3, 4.2), (4, 3.0)):
        for side in Side:
            made = rating(side, goal=goal if side is Side.PATIENT else 4.0, task=None, bond=4.5, session=uuid.uuid4(),
                          number=number)  # fmt: skip
            ratings.append(replace(made, rated_at=NOW - timedelta(days=40 - 7 * number)))
    return replace(view(None, None, given_name=name), ratings=tuple(ratings))


def talk(days_ago: float) -> TalkView:
    return TalkView(
        uuid.uuid4(), NOW - timedelta(days=days_ago), "Alice", ("goal",), (), "", None, None, "", "", 1, ()
    )  # fmt: skip


def test_every_point_has_the_error_of_one_rating_and_a_ring_where_it_moved_beyond_two() -> None:
    alliance = course()
    assert half_width(alliance) == pytest.approx(0.7 / math.sqrt(2))
    goals = [p for p in points_of(alliance) if p.side is Side.PATIENT and p.part == "goal"]
    assert [(p.number, round(p.moved, 1)) for p in goals] == [(1, 0.0), (3, 0.0), (4, -1.2)]
    for theme in (LIGHT, DARK):
        figure = pair_figure(alliance, [], theme).checked()
        goal = figure.data[0]
        assert list(goal.y) == [4.0, 4.2, 3.0]
        assert goal.error_y.value == pytest.approx(0.495, abs=0.001)
        assert list(goal.marker.line.color)[-1] == theme.unusual
        assert theme.unusual not in list(goal.marker.line.color)[:-1]


def test_an_open_sub_scale_has_no_line_and_both_sides_share_an_axis() -> None:
    figure = pair_figure(course(), [], LIGHT).checked()
    assert [(trace.yaxis, trace.marker.symbol) for trace in figure.data] == [
        ("y", "circle"), ("y", "diamond"), ("y3", "circle"), ("y3", "diamond"),
    ]  # fmt: skip


@pytest.mark.parametrize(("days_ago", "place"), [(35, 0.5), (30, 1.5), (15, 3.5), (0, 4.5)])
def test_a_conversation_stands_between_the_sessions_it_lies_between(days_ago: float, place: float) -> None:
    (line,) = pair_figure(course(), [talk(days_ago)], LIGHT).checked().layout.shapes
    assert line.x0 == line.x1 == place


def test_a_name_cannot_bring_markup_into_a_label() -> None:
    figure = pair_figure(course(name="<img src=x>"), [], LIGHT).checked()
    assert "&lt;img" in figure.data[0].hovertext[0]


def flow(*links: Link) -> FlowView:
    return FlowView(uuid.uuid4(), "Programme", {1: "One", 2: "Two", 3: "Three"}, links, 0, {})


def test_the_flow_draws_each_way_with_its_people_and_marks_ways_back() -> None:
    links = (Link(ENTERED, 1, 40), Link(1, 2, 30), Link(2, 1, 10), Link(2, LEFT, 15))
    for theme in (LIGHT, DARK):
        (sankey,) = step_flow_figure(flow(*links), theme).checked().data
        assert list(sankey.node.label) == ["Entered", "1", "2", "Left"]
        assert list(sankey.link.value) == [40, 30, 10, 15]
        assert (list(sankey.link.source), list(sankey.link.target)) == ([0, 1, 2, 2], [1, 2, 1, 3])
        assert len(set(sankey.link.color)) == 2
        assert sankey.link.color[2] not in (sankey.link.color[0], sankey.link.color[3])
