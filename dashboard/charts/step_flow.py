"""The flow between steps as a Sankey diagram: a node for each step, a band for each way that enough people went."""

from typing import Any

from core.queries.step_flow import ENTERED, LEFT, FlowView
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import steps as words

HEIGHT = 300


def step_flow_figure(flow: FlowView, theme: Palette) -> PlainFigure:
    """``flow`` with at least one link. Ways back to an earlier step are ochre, so that they stand apart in shape and
    in colour; the numbers are the rounded ones of the view."""
    numbers = sorted({n for link in flow.links for n in (link.source, link.target)}, key=_order)
    place = {number: at for at, number in enumerate(numbers)}
    sankey: dict[str, Any] = {
        "type": "sankey", "arrangement": "snap",
        "node": {
            "label": [words.node_name(number) for number in numbers],
            "color": [theme.muted if number in (ENTERED, LEFT) else theme.patient for number in numbers],
            "x": [0.001 + 0.998 * at / max(len(numbers) - 1, 1) for at in range(len(numbers))],
            "y": [0.85 if number == LEFT else 0.35 for number in numbers],
            "pad": 18, "thickness": 12, "line": {"width": 0},
            "hovertemplate": "%{label}<extra></extra>",
        },
        "link": {
            "source": [place[link.source] for link in flow.links],
            "target": [place[link.target] for link in flow.links],
            "value": [link.people for link in flow.links],
            "color": [_faint(theme.unusual if _back(link.source, link.target) else theme.activity, theme)
                      for link in flow.links],
            "hovertemplate": "%{source.label} → %{target.label}: %{value}<extra></extra>",
        },
        "textfont": theme.font(theme.label, theme.text),
    }  # fmt: skip
    layout = {
        "height": HEIGHT, "margin": {"l": 6, "r": 6, "t": 10, "b": 16}, "paper_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": theme.hover(), "font": theme.font(theme.label, theme.text),
    }  # fmt: skip
    return PlainFigure([sankey], layout)


def _order(number: int) -> int:
    return 10**6 if number == LEFT else number


def _back(source: int, target: int) -> bool:
    return LEFT != target < source


def _faint(color: str, theme: Palette) -> str:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {0.5 if theme.is_dark else 0.42})"
