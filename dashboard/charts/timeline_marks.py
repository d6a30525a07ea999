"""What happened, on the time line: a lane for each kind of event, sessions as hairlines through all rows, silence as a
grey band that says how long."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from core.queries.timeline import Mark, MarkKind, TimelineView
from dashboard.charts.drawing import LANE, TITLE, Drawing, at, ms
from dashboard.charts.palette import Palette
from dashboard.wording import timeline as words

LANES = (
    (MarkKind.SESSION, MarkKind.MISSED_SESSION),
    (MarkKind.MESSAGE_IN, MarkKind.MESSAGE_OUT),
    (MarkKind.FAMILY_NOTE,),
    (MarkKind.EXERCISE,),
    (MarkKind.ALERT,),
    (MarkKind.STEP,),
)
SYMBOLS = {
    MarkKind.SESSION: "line-ns-open", MarkKind.MISSED_SESSION: "x-thin-open", MarkKind.MESSAGE_IN: "circle",
    MarkKind.MESSAGE_OUT: "diamond", MarkKind.FAMILY_NOTE: "square", MarkKind.ALERT: "triangle-up",
    MarkKind.STEP: "triangle-right", MarkKind.EXERCISE: "pentagon",
}  # fmt: skip


def lanes_of(marks: Iterable[Mark]) -> list[tuple[MarkKind, ...]]:
    """The lanes that hold any of ``marks``, from the top down."""
    present = {mark.kind for mark in marks}
    return [lane for lane in LANES if present & set(lane)]


def draw_lanes(drawing: Drawing, lanes: list[tuple[MarkKind, ...]]) -> None:
    """One lane for each kind, one mark for each kind and day."""
    height = LANE * len(lanes)
    drawing.top += 10
    axis = {
        "range": [-0.5, len(lanes) - 0.5], "tickvals": list(range(len(lanes))), "showgrid": False,
        "ticktext": [words.lane_name(lane[0]) for lane in reversed(lanes)], "showticklabels": True,
    }  # fmt: skip
    drawing.top -= TITLE if drawing.rows else 0
    name = drawing.row(height, axis)
    place = {kind: len(lanes) - 1 - row for row, lane in enumerate(lanes) for kind in lane}
    view, theme = drawing.view, drawing.theme
    colors = _mark_colors(theme)
    days = _by_day(view)
    drawing.data.append(
        {
            "type": "scatter",
            "cliponaxis": False, "mode": "markers", "yaxis": name,
            "x": [at(day[-1].at, view.time_zone) for day in days],
            "y": [place[day[-1].kind] for day in days], "text": [escape(words.marks_text(d, view)) for d in days],
            "marker": {
                "symbol": [SYMBOLS[day[-1].kind] for day in days], "color": [colors[day[-1].kind] for day in days],
                "size": [9 if day[-1].kind in LANES[0] else 7 for day in days],
                "line": {"width": [_edge(day[-1]) for day in days], "color": [colors[day[-1].kind] for day in days]},
            },
            "hovertemplate": "%{text}<extra></extra>",
        }
    )  # fmt: skip


def _edge(mark: Mark) -> float:
    return 2.0 if mark.kind in LANES[0] else 0.0


def _mark_colors(theme: Palette) -> dict[MarkKind, str]:
    return {
        MarkKind.SESSION: theme.muted, MarkKind.MISSED_SESSION: theme.unusual, MarkKind.MESSAGE_IN: theme.patient,
        MarkKind.MESSAGE_OUT: theme.therapist, MarkKind.FAMILY_NOTE: theme.urges, MarkKind.ALERT: theme.unusual,
        MarkKind.STEP: theme.sleep, MarkKind.EXERCISE: theme.patient,
    }  # fmt: skip


def _by_day(view: TimelineView) -> list[list[Mark]]:
    zone = ZoneInfo(view.time_zone)
    ordered = sorted(view.marks, key=lambda m: (m.kind, m.at))
    return [list(marks) for _key, marks in groupby(ordered, key=lambda m: (m.kind, m.at.astimezone(zone).date()))]


def draw_sessions(drawing: Drawing) -> None:
    """A hairline through all rows for each session held."""
    view = drawing.view
    for mark in view.marks:
        if mark.kind is MarkKind.SESSION:
            held = at(mark.at, view.time_zone)
            drawing.shapes.append(
                {
                    "type": "line", "xref": "x", "x0": held, "x1": held, "yref": "paper", "y0": 0, "y1": 1,
                    "layer": "below", "line": {"width": 1, "color": drawing.theme.border},
                }
            )  # fmt: skip


def draw_gaps(drawing: Drawing) -> None:
    """A grey band where nothing was entered, named where there is room."""
    view = drawing.view
    own = [panel for panel in view.panels if panel.code not in ("activity", "sleep")]
    if not own:
        return
    for first, last in view.gaps:
        days = last - first + 1
        drawing.shapes.append(
            {
                "type": "rect", "xref": "x", "x0": ms(first), "x1": ms(last + 1), "yref": "paper", "y0": 0, "y1": 1,
                "fillcolor": drawing.theme.silence, "line": {"width": 0}, "layer": "below",
            }
        )  # fmt: skip
        if days >= 3 and days / (view.last - view.first + 1) > 0.03:
            drawing.notes.append(_gap_note(drawing, view, (first + last + 1) / 2, days))


def _gap_note(drawing: Drawing, view: TimelineView, day: float, days: int) -> dict[str, Any]:
    axis = "y" if view.ratings or drawing.rows == 1 else "y2"
    side = "right" if day > view.last - 0.14 * (view.last - view.first) else "center"
    low, high = drawing.layout["yaxis" + axis[1:]]["range"]
    return {
        "text": words.gap_label(days), "x": ms(day), "xref": "x", "y": low + 0.1 * (high - low), "yref": axis,
        "showarrow": False, "font": drawing.theme.font(10, drawing.theme.muted), "xanchor": side,
    }  # fmt: skip
