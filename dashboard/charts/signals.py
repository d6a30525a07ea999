"""The factors of one estimate as bars, one for each clinical domain, largest on top; and the plots of the model cards.
Written as plain Plotly dictionaries (see ``plain``)."""

from collections.abc import Sequence
from typing import Any

from core.queries.signals import DomainView
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording.features import domain_name
from models import Signal

BAR, FOOT, SHOWN = 21, 8, 6
LEAST_REACH = {True: 0.4, False: 4.0}  # log-odds, points: small contributions look small
MORE_IS_HARDER = (Signal.SAFETY, Signal.RELAPSE)


def shown_domains(domains: Sequence[DomainView]) -> list[DomainView]:
    """The domains that get a bar: the largest, without the collected small ones, of which nothing can be said."""
    return [view for view in domains if view.domain != "rest"][:SHOWN]


def factors_figure(domains: Sequence[DomainView], signal: Signal, theme: Palette) -> PlainFigure:
    """Bars on the scale of the explanation (no numbers: the log-odds mean nothing to a reader). Ochre goes towards
    more difficulty, the quiet colour towards less; direction and words say the same without colour."""
    shown = shown_domains(domains)[::-1]
    parts = [view.contribution for view in shown]
    harder = 1 if signal in MORE_IS_HARDER else -1
    colors = [theme.unusual if part * harder > 0 else theme.activity for part in parts]
    reach = max([*(abs(part) for part in parts), LEAST_REACH[signal is not Signal.QUALITY_OF_LIFE]]) * 1.05
    bars = {
        "type": "bar", "orientation": "h", "x": parts, "y": [domain_name(view.domain) for view in shown],
        "marker": {"color": colors, "line": {"width": 0}}, "width": 0.62, "hoverinfo": "none",
        "selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}},
    }  # fmt: skip
    layout: dict[str, Any] = {
        "height": BAR * max(len(shown), 1) + FOOT, "margin": {"l": 96, "r": 4, "t": 2, "b": 4}, "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "bargap": 0.3, "dragmode": False,
        "clickmode": "event+select",
        "xaxis": {
            "range": [-reach if min(parts, default=0.0) < 0 else -0.02 * reach, reach],
            "showticklabels": False, "showgrid": False, "zeroline": True, "zerolinecolor": theme.border,
            "zerolinewidth": 1, "fixedrange": True,
        },
        "yaxis": {"fixedrange": True, "ticks": "", "tickfont": theme.font(theme.label, theme.text), "showgrid": False},
    }  # fmt: skip
    return PlainFigure([bars], layout)
