"""The plots of a model card, from what training kept: calibration on the people held out, the features' contributions
as a swarm of dots (summary), and contribution against value (dependence). Written as plain Plotly dictionaries (see
``plain``)."""

from typing import Any

from core.language import _
from core.signals.card import CardView, Importance
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording.features import feature_label

ROW = 36
CLEAR = "rgba(0,0,0,0)"


def _layout(theme: Palette, height: int, left: int) -> dict[str, Any]:
    axis = {
        "gridcolor": theme.grid, "zeroline": False, "tickfont": theme.font(theme.tick, theme.muted), "fixedrange": True,
        "title": {"font": theme.font(theme.label, theme.muted), "standoff": 6}, "automargin": True,
    }  # fmt: skip
    return {
        "height": height, "margin": {"l": left, "r": 12, "t": 8, "b": 44}, "showlegend": False, "dragmode": False,
        "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "hoverlabel": theme.hover(), "xaxis": dict(axis),
        "yaxis": dict(axis),
    }  # fmt: skip


def calibration_figure(card: CardView, theme: Palette) -> PlainFigure:
    """Observed share against the mean estimate of five groups, each with its interval; the diagonal is perfect."""
    groups = card.calibration
    x = [100 * group.estimate for group in groups]
    y = [100 * group.observed for group in groups]
    top = max([*x, *(100 * group.high for group in groups), 1.0]) * 1.05
    right = max([*(100 * group.upper for group in groups), 1.0])
    layout = _layout(theme, 240, 44)
    layout["xaxis"] |= {"range": [0, max(right * 1.05, top * 0.25)]}
    layout["yaxis"] |= {"range": [0, top]}
    layout["xaxis"]["title"] = layout["xaxis"]["title"] | {"text": _("estimated, of 100")}
    layout["yaxis"]["title"] = layout["yaxis"]["title"] | {"text": _("happened, of 100")}
    perfect = {
        "type": "scatter", "mode": "lines", "x": [0, top], "y": [0, top], "hoverinfo": "skip",
        "line": {"color": theme.border, "width": 1.2},
    }  # fmt: skip
    dots = {
        "type": "scatter", "mode": "markers", "x": x, "y": y, "marker": {"color": theme.patient, "size": 8},
        "error_y": {
            "type": "data", "symmetric": False, "thickness": 1.2, "width": 0, "color": theme.patient,
            "array": [100 * (group.high - group.observed) for group in groups],
            "arrayminus": [100 * (group.observed - group.low) for group in groups],
        },
        "error_x": {
            "type": "data", "symmetric": False, "thickness": 1.2, "width": 0, "color": theme.muted,
            "array": [100 * (group.upper - group.estimate) for group in groups],
            "arrayminus": [100 * (group.estimate - group.lower) for group in groups],
        },
        "hovertemplate": _("said %{x:.1f}, happened %{y:.1f} of 100") + "<extra></extra>",
    }  # fmt: skip
    return PlainFigure([perfect, dots], layout)


def importance_figure(card: CardView, theme: Palette) -> PlainFigure:
    """The largest features, largest on top; for each the contributions on the people held out, filled by value. Names
    stand above their dots, so that a phone has room for both."""
    rows = card.importance[::-1]
    layout = _layout(theme, ROW * max(len(rows), 1) + 40, 4)
    layout["yaxis"] |= {
        "showticklabels": False, "showgrid": False, "range": [-0.6, len(rows) - 0.2], "automargin": False
    }  # fmt: skip
    text = _("lower estimate ← → higher estimate")
    layout["xaxis"] |= {
        "zeroline": True, "zerolinecolor": theme.muted, "showticklabels": False, "showgrid": False
    }  # fmt: skip
    layout["xaxis"]["title"] = layout["xaxis"]["title"] | {"text": text}
    layout["margin"] |= {"b": 26}
    layout["annotations"] = [
        {
            "text": feature_label(row.feature), "x": 0, "xref": "paper", "xanchor": "left", "y": place + 0.5,
            "yref": "y", "yanchor": "middle", "showarrow": False, "font": theme.font(theme.tick, theme.text),
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return PlainFigure([_dots(place, row, theme) for place, row in enumerate(rows)], layout)


def _dots(place: int, row: Importance, theme: Palette) -> dict[str, Any]:
    colors = [theme.negative if rank is not None and rank >= 0.5 else CLEAR for rank in row.ranks]
    edges = [theme.border if rank is None else theme.negative for rank in row.ranks]
    spread = [place + 0.4 * ((i * 0.618) % 1 - 0.5) for i in range(len(row.contributions))]
    return {
        "type": "scatter", "mode": "markers", "x": list(row.contributions), "y": spread, "hoverinfo": "skip",
        "marker": {"size": 5, "color": colors, "line": {"color": edges, "width": 1}},
    }  # fmt: skip


def dependence_figure(row: Importance, theme: Palette) -> PlainFigure:
    """Contribution against value of one feature on the people held out; a missing value has no dot."""
    layout = _layout(theme, 170, 8)
    layout["margin"] |= {"t": 4, "b": 30}
    seen = [(value, part) for value, part in zip(row.values, row.contributions, strict=True) if value is not None]
    layout["yaxis"] |= {
        "zeroline": True, "zerolinecolor": theme.border, "showticklabels": False, "showgrid": False, "automargin": False
    }  # fmt: skip
    layout["xaxis"] |= {"nticks": 5}
    dots = {
        "type": "scatter", "mode": "markers", "x": [value for value, _part in seen],
        "y": [part for _value, part in seen], "hoverinfo": "skip",
        "marker": {"size": 5, "color": theme.negative, "opacity": 0.7},
    }  # fmt: skip
    return PlainFigure([dots], layout)
