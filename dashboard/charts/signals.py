"""The factors of one estimate as bars, one for each clinical domain, largest on top; and the expected course as a band
behind the outcome measure. Written as plain Plotly dictionaries (see ``plain``)."""

from typing import Any

from core.language import _
from core.queries.signal_views import OutcomeMark, SignalView
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording.explanations import is_chance, scale, shown_domains, signed
from dashboard.wording.features import domain_name
from models import Signal

BAR, FOOT, SHOWN = 21, 8, 6
LEAST_REACH = {True: 0.02, False: 4.0}  # chance, points: small contributions look small
MORE_IS_HARDER = (Signal.SAFETY, Signal.RELAPSE)
COURSE_HEIGHT, HIGHEST, ROOM = 132, 40.0, 3.0
CLEAR = "rgba(0,0,0,0)"


def factors_figure(card: SignalView, theme: Palette) -> PlainFigure:
    """Bars in parts of the estimate itself (of 100, or points), which add up to it. Ochre goes towards more difficulty,
    the quiet colour towards less; direction, sign and words say the same without colour."""
    shown = shown_domains(card)[:SHOWN][::-1]
    parts = [view.part for view in shown]
    harder = 1 if card.signal in MORE_IS_HARDER else -1
    colors = [theme.unusual if part * harder > 0 else theme.activity for part in parts]
    reach = max([*(abs(part) for part in parts), LEAST_REACH[is_chance(card)]]) * 1.35  # room for the figures
    bars = {
        "type": "bar", "orientation": "h", "x": parts, "y": [domain_name(view.domain) for view in shown],
        "marker": {"color": colors, "line": {"width": 0}}, "width": 0.62, "hoverinfo": "none",
        "text": [signed(part * scale(card)) for part in parts], "textposition": "outside", "cliponaxis": False,
        "textfont": theme.font(theme.tick, theme.muted),
        "selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}},
    }  # fmt: skip
    layout: dict[str, Any] = {
        "height": BAR * max(len(shown), 1) + FOOT, "margin": {"l": 96, "r": 4, "t": 2, "b": 4}, "showlegend": False,
        "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "bargap": 0.3, "dragmode": False,
        "clickmode": "event+select",
        "xaxis": {
            "range": [-reach if min(parts, default=0.0) < 0 else -0.02 * reach, reach],
            "showticklabels": False, "showgrid": False, "zeroline": True, "zerolinecolor": theme.border,
            "zerolinewidth": 1, "fixedrange": True,
        },
        "yaxis": {"fixedrange": True, "ticks": "", "tickfont": theme.font(theme.label, theme.text), "showgrid": False},
    }  # fmt: skip
    return PlainFigure([bars], layout)


def course_figure(course: dict[str, Any], marks: tuple[OutcomeMark, ...], theme: Palette) -> PlainFigure:
    """The outcome measure by weeks since the start, over the band of the expected course."""
    weeks, low, high = course["weeks"], course["low"], course["high"]
    band = {
        "type": "scatter", "mode": "lines", "x": [*weeks, *weeks[::-1]], "y": [*low, *high[::-1]], "fill": "toself",
        "fillcolor": theme.usual, "line": {"width": 0}, "hoverinfo": "skip",
    }  # fmt: skip
    dots = {
        "type": "scatter", "mode": "lines+markers", "x": [mark.week for mark in marks],
        "y": [mark.total for mark in marks], "line": {"color": theme.patient, "width": theme.line},
        "marker": {"size": 6, "color": theme.patient}, "cliponaxis": False,
        "hovertemplate": _("week %{x:.0f}: %{y:.0f}") + "<extra></extra>",
    }  # fmt: skip
    shown = [*low, *high, *(mark.total for mark in marks)]
    axis = {"fixedrange": True, "zeroline": False, "showgrid": False, "tickfont": theme.font(theme.tick, theme.muted)}
    layout: dict[str, Any] = {
        "height": COURSE_HEIGHT, "margin": {"l": 28, "r": 8, "t": 6, "b": 34}, "showlegend": False, "dragmode": False,
        "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "hoverlabel": theme.hover(),
        "xaxis": axis | {
            "range": [-0.6, max([*weeks, *(mark.week for mark in marks)]) + 0.6], "dtick": 4,
            "title": {"text": _("weeks since the first CORE-10"), "font": theme.font(theme.tick, theme.muted),
                      "standoff": 4},
        },
        "yaxis": axis | {
            "range": [max(0.0, min(shown) - ROOM), min(HIGHEST, max(shown) + ROOM)], "nticks": 4, "showgrid": True,
            "gridcolor": theme.grid,
        },
    }  # fmt: skip
    return PlainFigure([band, dots], layout)
