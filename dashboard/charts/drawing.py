"""A figure of aligned rows on one axis of time while it is being drawn: rows are placed from the top down in px."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import EPOCH
from core.queries.timeline import TimelineView
from dashboard.charts.palette import Palette

DAY = 86_400_000.0  # one day on the axis, in ms
TITLE, LANE, FOOT = 22, 13, 32  # px above a row, for one kind of mark, for the axis of time
RIGHT, LEFT = 92, 56


@dataclass(slots=True)
class Drawing:
    """The figure while it is being drawn; rows are placed from the top down, in px."""

    view: TimelineView
    theme: Palette
    height: int
    top: int = 0
    rows: int = 0
    data: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)

    def paper(self, px: float) -> float:
        """A height from the top in px as a share of the plot, counted from its foot."""
        return 1 - px / (self.height - FOOT)

    def row(self, height: int, axis: dict[str, Any]) -> str:
        """Place the next row; returns the name of its value axis."""
        self.top += TITLE if axis.get("showticklabels", True) or self.rows == 0 else 0
        self.rows += 1
        name = "y" if self.rows == 1 else f"y{self.rows}"
        domain = [max(self.paper(self.top + height), 0.0), self.paper(self.top)]
        base = {
            "domain": domain, "anchor": "x", "fixedrange": True, "zeroline": False, "showline": False, "ticks": "",
            "gridcolor": self.theme.grid, "gridwidth": 1,
            "tickfont": self.theme.font(self.theme.tick, self.theme.muted),
        }  # fmt: skip
        self.layout["yaxis" + name[1:]] = base | axis
        self.top += height
        return name

    def title(self, text: str, top: int, *, strong: bool = False) -> None:
        """A row's name above its left end."""
        self.notes.append(
            {
                "text": text, "x": 0, "xref": "paper", "xanchor": "left", "xshift": -LEFT + 4, "y": self.paper(top),
                "yref": "paper", "yanchor": "bottom", "showarrow": False, "yshift": 2,
                "font": self.theme.font(self.theme.label, self.theme.patient if strong else self.theme.muted),
            }
        )  # fmt: skip

    def end(self, text: str, axis: str, value: float, color: str, size: int | None = None) -> None:
        """A name at the right end of a line."""
        self.notes.append(
            {
                "text": text, "x": 1, "xref": "paper", "xanchor": "left", "xshift": 7, "y": value, "yref": axis,
                "yanchor": "middle", "showarrow": False, "align": "left", "font": self.theme.font(size, color),
            }
        )  # fmt: skip

    def emphasise(self, height: int) -> None:
        """A soft ground behind the row that was placed last."""
        self.shapes.append(
            {
                "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "paper", "line": {"width": 0},
                "y0": self.paper(self.top), "y1": self.paper(self.top - height), "layer": "below",
                "fillcolor": self.theme.focus,
            }
        )  # fmt: skip


def ms(day: float) -> float:
    """A day number (with its fraction) on the axis."""
    return day * DAY


def at(moment: datetime, zone: str) -> float:
    """A moment on the axis, by the clock of ``zone``."""
    local = moment.astimezone(ZoneInfo(zone))
    return ms((local.date() - EPOCH).days + (local.hour + local.minute / 60) / 24)
