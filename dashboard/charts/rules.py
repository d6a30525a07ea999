"""The figure of a rehearsal: alerts for each therapist by week, as the rule is and as it is proposed."""

from datetime import date, timedelta
from typing import Any

from core.clock import day_date
from core.language import _
from core.rehearsal.rehearse import Rehearsal
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure

HEIGHT = 210  # px


def rehearsal_figure(view: Rehearsal, theme: Palette) -> PlainFigure:
    """Two lines over the weeks, named at their ends; ``as it is`` dashed and grey."""
    days = [day_date(view.first) + timedelta(days=7 * week) for week in range(len(view.now.weeks))]
    data = [
        _line(days, view.now.weeks, _("as it is"), theme.muted, "dash"),
        _line(days, view.proposed.weeks, _("proposed"), theme.urges, "solid"),
    ]
    layout: dict[str, Any] = {
        "height": HEIGHT, "margin": {"l": 34, "r": 74, "t": 8, "b": 26}, "showlegend": False, "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hoverlabel": theme.hover(),
        "hovermode": "x unified", "font": theme.font(),
        "xaxis": _axis(theme) | {"type": "date", "nticks": 6, "tickformat": "%b %y", "showgrid": False},
        "yaxis": _axis(theme) | {"nticks": 4, "rangemode": "tozero"},
        "annotations": _names(days, view, theme),
    }  # fmt: skip
    return PlainFigure(data, layout)


def _line(days: list[date], values: tuple[float, ...], name: str, colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": days, "y": list(values), "name": name,
        "line": {"color": colour, "width": 2, "dash": dash, "shape": "hvh"},
        "hovertemplate": "%{y:.1f} · " + name + "<extra></extra>",
    }  # fmt: skip


def _names(days: list[date], view: Rehearsal, theme: Palette) -> list[dict[str, Any]]:
    """Each line's name at its end; apart from each other where the lines meet."""
    if not days:
        return []
    ends = [(view.now.weeks[-1], _("as it is"), theme.muted), (view.proposed.weeks[-1], _("proposed"), theme.urges)]
    highest = max((*view.now.weeks, *view.proposed.weeks, 0.1))
    near = abs(ends[0][0] - ends[1][0]) < 0.12 * highest
    upper = 1 if ends[1][0] >= ends[0][0] else 0
    return [
        {
            "x": days[-1], "y": value, "text": name, "xanchor": "left", "showarrow": False, "xshift": 6,
            "yshift": (9 if place == upper else -9) if near else 0, "font": theme.font(theme.tick, colour),
        }
        for place, (value, name, colour) in enumerate(ends)
    ]  # fmt: skip


def _axis(theme: Palette) -> dict[str, Any]:
    return {
        "fixedrange": True, "zeroline": False, "ticks": "", "gridcolor": theme.grid, "automargin": False,
        "tickfont": theme.font(theme.tick, theme.muted),
    }  # fmt: skip
