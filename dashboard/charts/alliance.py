"""Both sides on one axis by goal, task and bond: the patient a teal circle, the therapist a terracotta diamond, joined
by a bar. Written as a plain Plotly dictionary (see ``plain``)."""

from typing import Any

from core.language import say_number
from core.queries.alliance import SUBSCALES, AllianceView, RatingView
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import alliance as words

ROW, FOOT, HEAD = 26, 22, 4


def alliance_figure(view: AllianceView, theme: Palette) -> PlainFigure:
    """The two ratings of ``wording.alliance.shown_pair``, item means 1–5; a side that is not
    shown has no points, and ratings of two different sessions are not joined."""
    theirs, own = words.shown_pair(view)
    rows = [words.part_name(part) for part in SUBSCALES]
    same_session = view.pair is not None and view.pair == (theirs, own)
    data = [_bars(theirs, own, theme)] if theirs and own and same_session else []
    if own:
        data.append(_side(own, words.therapist_label(view), theme.therapist, "diamond", 12, theme))
    if theirs:
        data.append(_side(theirs, view.given_name, theme.patient, "circle", 12, theme))
    layout: dict[str, Any] = {
        "height": ROW * len(rows) + FOOT + HEAD, "margin": {"l": 44, "r": 10, "t": HEAD, "b": FOOT},
        "showlegend": False, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
        "hoverlabel": theme.hover(), "hovermode": "closest",
        "xaxis": {
            "range": [0.9, 5.1], "tickvals": [1, 2, 3, 4, 5], "fixedrange": True, "zeroline": False, "ticks": "",
            "gridcolor": theme.grid, "tickfont": theme.font(theme.tick, theme.muted),
        },
        "yaxis": {
            "categoryorder": "array", "categoryarray": rows[::-1], "range": [-0.6, len(rows) - 0.4],
            "fixedrange": True, "ticks": "", "showgrid": True, "gridcolor": theme.grid, "zeroline": False,
            "tickfont": theme.font(theme.label, theme.text), "type": "category",
        },
    }  # fmt: skip
    return PlainFigure(data, layout)


def _side(rating: RatingView, who: str, color: str, symbol: str, size: int, theme: Palette) -> dict[str, Any]:
    parts = [part for part in SUBSCALES if rating.part(part) is not None]
    values = [rating.part(part) for part in parts]
    return {
        "type": "scatter", "mode": "markers", "x": values, "y": [words.part_name(part) for part in parts],
        "marker": {"color": color, "symbol": symbol, "size": size, "line": {"color": theme.background, "width": 1.5}},
        "hovertext": [f"{words.plain(who)}: {say_number(value or 0)}" for value in values],
        "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip


def _bars(theirs: RatingView, own: RatingView, theme: Palette) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[str] = []
    for part in SUBSCALES:
        x += [theirs.part(part), own.part(part), None]
        y += [words.part_name(part)] * 3
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": theme.border, "width": 6},
        "hoverinfo": "skip",
    }  # fmt: skip
