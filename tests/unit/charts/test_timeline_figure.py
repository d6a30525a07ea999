"""The figure of the time line: valid, honest about gaps, and unmoved by what people are called."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.clock import day_number
from core.queries.course import RatingMark
from core.queries.streams import Series, Unit
from core.queries.timeline import Mark, MarkKind, Panel, TimelineView
from core.rules.usual import Basis, Usual
from dashboard.charts.palette import DARK, LIGHT, Palette
from dashboard.charts.timeline import timeline_figure
from dashboard.wording import timeline as words
from models import Domain, Side

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
TODAY = day_number(NOW, "Europe/Madrid")
FIRST = TODAY - 29
ATTACK = '<img src=x onerror="alert(1)">'


def series(domain: Domain, unit: Unit = Unit.SCALE, *, without: range = range(0)) -> Series:
    days = np.array([day for day in range(FIRST, TODAY + 1) if TODAY - day not in without], np.int64)
    value = 3 + np.sin(days.astype(float))
    high = 7.0 if unit is Unit.SCALE else float("nan")
    usual = Usual(3.0, 2.2, 3.8, 40, Basis.EIGHT_WEEKS)
    return Series(domain, days, value, value, 0.0, high, unit, 1, ("sad",), usual)


def view(**changes: Any) -> TimelineView:
    silent = range(5, 9)
    panels = (
        Panel("affect", tuple(series(d, without=silent) for d in (Domain.POSITIVE_AFFECT, Domain.NEGATIVE_AFFECT))),
        Panel("urges", (series(Domain.URGES, without=silent),)),
        Panel("meals", (series(Domain.MEALS, Unit.MEALS, without=silent),)),
        Panel("sleep", (series(Domain.SLEEP, Unit.HOURS),)),
    )
    ratings = tuple(RatingMark(NOW, side, 3, 4.0, 3.5, 4.2) for side in Side)
    marks = tuple(Mark(kind, NOW, number=2, code="mother", noticed=(("meals", "worse"),)) for kind in MarkKind)
    made = TimelineView(
        time_zone="Europe/Madrid", given_name="Laia", days=30, first=FIRST, last=TODAY, closed=False, today=TODAY,
        ratings=ratings, panels=panels, quiet=(), never=("activity",), gaps=((TODAY - 8, TODAY - 5),), marks=marks,
        withheld=False, own=True,
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("focus", [None, "sleep", "negative_affect", "alliance", "communication"])
def test_plotly_accepts_the_figure_that_is_handed_on_unchecked(theme: Palette, focus: str | None) -> None:
    checked = timeline_figure(view(), theme, focus=focus).checked()
    assert len(checked.data) == 2 + 1 + 2 + 3


@pytest.mark.parametrize(
    "changes",
    [
        {"panels": (), "ratings": (), "marks": (), "gaps": ()},
        {"panels": (), "ratings": ()},
        {"panels": (), "marks": ()},
        {"ratings": (), "marks": ()},
    ],
)
def test_an_empty_course_is_drawn_too(changes: dict[str, Any]) -> None:
    assert isinstance(timeline_figure(view(**changes), LIGHT).checked(), go.Figure)


def test_a_silence_breaks_the_line_and_is_named() -> None:
    figure = timeline_figure(view(), LIGHT).to_dict()
    urge = next(trace for trace in figure["data"] if trace.get("line", {}).get("color") == LIGHT.urges)
    assert urge["y"].count(None) == 1
    assert urge["connectgaps"] is False
    assert any(note["text"] == "no entries, 4 days" for note in figure["layout"]["annotations"])


def test_the_row_in_focus_is_larger_and_the_others_stay() -> None:
    plain, focused = (timeline_figure(view(), LIGHT, focus=f).to_dict()["layout"] for f in (None, "sleep"))
    assert focused["height"] > plain["height"]
    assert [k for k in plain if k.startswith("yaxis")] == [k for k in focused if k.startswith("yaxis")]


def test_threat_29_names_and_notes_are_text_in_the_figure() -> None:
    marks = (Mark(MarkKind.FAMILY_NOTE, NOW, code=ATTACK, noticed=((ATTACK, "worse"),)), Mark(MarkKind.MESSAGE_IN, NOW))
    spec = str(timeline_figure(view(given_name=ATTACK, marks=marks), LIGHT).to_dict())
    assert "<img" not in spec
    assert "&lt;img" in spec


def test_low_meals_are_marked_except_on_a_day_that_is_not_over() -> None:
    meals = series(Domain.MEALS, Unit.MEALS)
    low = replace(meals, value=np.where(meals.day >= TODAY - 1, 1.0, 3.0))
    bars = timeline_figure(view(panels=(Panel("meals", (low,)),)), LIGHT).to_dict()["data"][-1]
    assert bars["marker"]["color"][-2:] == [LIGHT.unusual, LIGHT.meals]


def test_the_words_beside_say_what_is_unlike_silent_and_not_recorded() -> None:
    base = series(Domain.SLEEP, Unit.HOURS)
    short = replace(base, value=np.where(base.day > TODAY - 7, 1.0, 3.0))
    text = words.beside(view(panels=(Panel("sleep", (short,)),), quiet=("meals",), never=("activity",), withheld=True))
    assert "sleep 1 h (usual 3 h)" in text
    assert "Silent in this range: meals." in text
    assert "Not recorded: activity." in text
    assert "Laia's newest rating is shown once you have given yours." in text


def test_the_figure_has_a_text_for_those_who_do_not_see_it() -> None:
    text = words.alt(view())
    assert text.startswith("Time line from 20 October 2026 to 18 November 2026: alliance, mood, urges, meals, sleep.")
    assert "Alliance by Laia: 3.9 at first, 3.9 at last." in text
    assert "1 stretch of three or more days without entries." in text
