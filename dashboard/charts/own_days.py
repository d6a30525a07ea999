"""Two weeks of a person's own days as one small line, for the patient's pages: their usual as a band, silence as a gap,
no verdict in any colour."""

import numpy as np
import plotly.graph_objects as go

from core.clock import day_date
from core.language import say_days
from core.queries.streams import Series
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure

HEIGHT = 150


def own_days_figure(series: Series, first: int, last: int, theme: Palette) -> go.Figure:
    """Day values of ``series`` from day ``first`` to ``last``; days without an entry are gaps."""
    at = np.arange(first, last + 1)
    value = np.full(at.size, np.nan)
    value[series.day - first] = series.value
    names = say_days([day_date(int(day)) for day in at])
    high = series.high if np.isfinite(series.high) else float(np.nanmax(value)) * 1.1
    shapes = []
    if series.usual is not None:
        shapes = [
            {
                "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": series.usual.low, "y1": series.usual.high,
                "fillcolor": theme.usual, "line": {"width": 0}, "layer": "below",
            }
        ]  # fmt: skip
    line = {
        "type": "scatter", "x": list(range(at.size)), "y": [None if np.isnan(v) else float(v) for v in value],
        "mode": "lines+markers", "line": {"color": theme.patient, "width": 2.2, "shape": "spline", "smoothing": 0.5},
        "marker": {"color": theme.patient, "size": 7}, "connectgaps": False, "text": names,
        "hovertemplate": "%{text}: %{y:.1f}<extra></extra>",
    }  # fmt: skip
    layout = {
        "height": HEIGHT, "margin": {"l": 26, "r": 10, "t": 8, "b": 24}, "showlegend": False, "shapes": shapes,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hoverlabel": theme.hover(),
        "dragmode": False,
        "xaxis": {
            "tickvals": [0, at.size - 1], "ticktext": [names[0], names[-1]], "fixedrange": True, "showgrid": False,
            "zeroline": False, "range": [-0.6, at.size - 0.4], "tickfont": theme.font(12, theme.muted),
        },
        "yaxis": {
            "range": [series.low - 0.2, high * 1.03], "nticks": 4, "fixedrange": True, "zeroline": False,
            "gridcolor": theme.grid, "tickfont": theme.font(12, theme.muted),
        },
    }  # fmt: skip
    return PlainFigure(data=[line], layout=layout)
