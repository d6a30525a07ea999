"""Goal, task and bond of both sides over sessions: one row each on one axis, every point with its measurement error, a
ring where it changed beyond that, a hairline where the two talked about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.language import say_number
from core.queries.alliance import SUBSCALES, AllianceView
from core.queries.pair import TalkView
from core.queries.pair_points import Point, half_width, points_of
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import alliance as words
from models import Side

ROW, GAP, FOOT, HEAD = 118, 18, 34, 16
SHIFT = 0.12  # of a session, so that the two bars of one session stand beside each other


def pair_figure(view: AllianceView, talks: Sequence[TalkView], theme: Palette) -> PlainFigure:
    """Three rows over session numbers; ``talks`` become hairlines between the sessions they lie between."""
    points = points_of(view)
    numbers = sorted({point.number for point in points})
    height = HEAD + len(SUBSCALES) * ROW + (len(SUBSCALES) - 1) * GAP + FOOT
    layout: dict[str, Any] = {
        "height": height, "margin": {"l": 30, "r": 12, "t": HEAD, "b": FOOT}, "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
        "hoverlabel": theme.hover(), "hovermode": "closest", "annotations": [], "shapes": [],
        "xaxis": {
            "tickvals": _ticks(numbers), "range": [numbers[0] - 0.6, numbers[-1] + 0.6], "fixedrange": True,
            "showgrid": False, "zeroline": False, "ticks": "", "anchor": f"y{len(SUBSCALES)}",
            "tickfont": theme.font(theme.tick, theme.muted),
            "title": {"text": words.sessions_axis(), "font": theme.font(theme.tick, theme.muted), "standoff": 4},
        },
    }  # fmt: skip
    data = []
    for row, part in enumerate(SUBSCALES):
        axis = "y" if row == 0 else f"y{row + 1}"
        layout["yaxis" + axis[1:]] = _value_axis(row, theme)
        layout["annotations"].append(_title(part, axis, theme))
        for side in Side:
            line = [point for point in points if point.part == part and point.side is side]
            data.append(_line(line, side, axis, view, theme))
    layout["shapes"] = [_talk(talk, points, theme) for talk in talks]
    return PlainFigure([trace for trace in data if trace["x"]], layout)


def _ticks(numbers: Sequence[int]) -> list[int]:
    step = max(1, len(numbers) // 12)
    return list(numbers[::step])


def _value_axis(row: int, theme: Palette) -> dict[str, Any]:
    whole = len(SUBSCALES) * ROW + (len(SUBSCALES) - 1) * GAP
    top = 1 - row * (ROW + GAP) / whole
    return {
        "domain": [max(top - ROW / whole, 0.0), top], "range": [0.8, 5.6], "tickvals": [1, 3, 5], "fixedrange": True,
        "zeroline": False, "ticks": "", "gridcolor": theme.grid, "tickfont": theme.font(theme.tick, theme.muted),
    }  # fmt: skip


def _title(part: str, axis: str, theme: Palette) -> dict[str, Any]:
    return {
        "text": words.part_name(part), "xref": "paper", "x": 0, "xanchor": "left", "yref": axis, "y": 5.55,
        "yanchor": "middle", "showarrow": False, "font": theme.font(theme.label, theme.muted),
    }  # fmt: skip


def _line(points: Sequence[Point], side: Side, axis: str, view: AllianceView, theme: Palette) -> dict[str, Any]:
    patient = side is Side.PATIENT
    color = theme.patient if patient else theme.therapist
    who = words.plain(view.given_name if patient else words.therapist_label(view))
    return {
        "type": "scatter", "mode": "lines+markers", "x": [p.number + (-SHIFT if patient else SHIFT) for p in points],
        "y": [p.value for p in points], "xaxis": "x", "yaxis": axis, "cliponaxis": False,
        "line": {"color": color, "width": theme.line, "dash": "solid" if patient else "dot"},
        "error_y": {
            "type": "constant", "value": round(half_width(view), 3), "color": color, "thickness": 1, "width": 0,
        },
        "marker": {
            "color": color, "symbol": "circle" if patient else "diamond", "size": 9,
            "line": {
                "color": [theme.unusual if p.moved else theme.background for p in points],
                "width": [3 if p.moved else 1 for p in points],
            },
        },
        "hovertext": [f"{who}, {words.session_number(p.number)}: {say_number(p.value)}" for p in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _talk(talk: TalkView, points: Sequence[Point], theme: Palette) -> dict[str, Any]:
    place = _place(talk.talked_at, points)
    return {
        "type": "line", "xref": "x", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": theme.unusual, "width": 1, "dash": "dash"},
    }  # fmt: skip


def _place(moment: datetime, points: Sequence[Point]) -> float:
    before = [point.number for point in points if point.rated_at <= moment]
    return max(before) + 0.5 if before else min(point.number for point in points) - 0.5
