"""The patient's own ratings over time: three quiet rows on one axis, each from 1 to 5, the newest value at the end."""

from typing import Any

from core.clock import day_date, day_number
from core.language import say_days, say_number
from core.queries.alliance import SUBSCALES
from core.queries.us import UsView
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import us as words

ROW, GAP, HEAD, FOOT = 62, 34, 26, 26
LEFT, RIGHT = 20, 34


def own_ratings_figure(view: UsView, theme: Palette) -> PlainFigure:
    """One row for goal, task and bond; ``view`` has at least one rating."""
    whole = len(SUBSCALES) * ROW + (len(SUBSCALES) - 1) * GAP
    days = [day_number(rating.rated_at, view.time_zone) for rating in view.ratings]
    pad = max((days[-1] - days[0]) * 0.03, 1.0)
    ends = sorted({days[0], days[-1]})
    layout: dict[str, Any] = {
        "height": whole + HEAD + FOOT, "margin": {"l": LEFT, "r": RIGHT, "t": HEAD, "b": FOOT}, "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
        "hoverlabel": theme.hover(), "hovermode": "closest", "annotations": [],
        "xaxis": {
            "range": [days[0] - pad, days[-1] + pad], "tickvals": ends, "ticktext": say_days(map(day_date, ends)),
            "fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "", "anchor": f"y{len(SUBSCALES)}",
            "tickfont": theme.font(12, theme.muted), "tickangle": 0,
        },
    }  # fmt: skip
    data = []
    for row, part in enumerate(SUBSCALES):
        axis = "y" if row == 0 else f"y{row + 1}"
        top = 1 - row * (ROW + GAP) / whole
        layout["yaxis" + axis[1:]] = {
            "domain": [max(top - ROW / whole, 0.0), top], "range": [0.7, 5.3], "tickvals": [1, 3, 5],
            "fixedrange": True, "zeroline": False, "ticks": "", "gridcolor": theme.grid,
            "tickfont": theme.font(12, theme.muted),
        }  # fmt: skip
        line = _line(view, days, part, axis, theme)
        data.append(line)
        layout["annotations"] += [_title(part, top, theme), *_end(line, axis, theme)]
    return PlainFigure(data, layout)


def _line(view: UsView, days: list[int], part: str, axis: str, theme: Palette) -> dict[str, Any]:
    seen = [
        (day, value, words.point(rating, value, view.time_zone))
        for day, rating in zip(days, view.ratings, strict=True)
        if (value := rating.part(part)) is not None
    ]
    return {
        "type": "scatter", "mode": "lines+markers", "x": [day for day, _value, _said in seen],
        "y": [round(value, 2) for _day, value, _said in seen], "xaxis": "x", "yaxis": axis, "cliponaxis": False,
        "line": {"color": theme.patient, "width": 2.2}, "marker": {"color": theme.patient, "size": 8},
        "hovertext": [said for _day, _value, said in seen], "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _title(part: str, top: float, theme: Palette) -> dict[str, Any]:
    return {
        "text": words.part_title(part), "xref": "paper", "x": 0, "xanchor": "left", "xshift": -LEFT + 4,
        "yref": "paper", "y": top, "yanchor": "bottom", "yshift": 4, "showarrow": False,
        "font": theme.font(14, theme.text),
    }  # fmt: skip


def _end(line: dict[str, Any], axis: str, theme: Palette) -> list[dict[str, Any]]:
    if not line["y"]:
        return []
    value = line["y"][-1]
    return [
        {
            "text": f"<b>{say_number(value)}</b>", "xref": "paper", "x": 1, "xanchor": "left", "xshift": 8,
            "y": value, "yref": axis, "yanchor": "middle", "showarrow": False, "font": theme.font(14, theme.patient),
        }
    ]  # fmt: skip
