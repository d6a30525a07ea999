"""The figure of the time line: aligned rows on one axis of time, the alliance on top, the events as marks to point at,
silence as a grey band, each line named at its end. Written as plain Plotly dictionaries (see ``plain``)."""

from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import day_date
from core.language import say_days
from core.queries.course import RatingMark
from core.queries.streams import Series, Unit
from core.queries.timeline import Panel, TimelineView
from dashboard.charts.drawing import FOOT, LANE, LEFT, RIGHT, TITLE, Drawing, at, ms
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.charts.scales import day_ticks, spread, value_axis
from dashboard.charts.streams import BARS, stream_axis, stream_bars, stream_color, stream_line
from dashboard.charts.timeline_marks import draw_gaps, draw_lanes, draw_sessions, lanes_of
from dashboard.wording import timeline as words
from models import Domain, Side

HEIGHTS = {"alliance": 92, "affect": 96, "urges": 54, "meals": 38, "activity": 38, "sleep": 54}
FOCUS = 1.7
FEW, GROWN = 3, 1.6  # up to so many rows may be taller


def timeline_figure(view: TimelineView, theme: Palette, *, focus: str | None = None) -> PlainFigure:
    """The time line; ``focus`` is the code of a row (or of a domain in it) that is brought forward:
    larger, and the first under the alliance."""
    lanes = lanes_of(view.marks)
    rows = len(view.panels) + bool(view.ratings)
    grown = GROWN if rows <= FEW else 1.0
    heights = {panel.code: _height(panel.code, focus, grown) for panel in view.panels}
    height = FOOT + sum(h + TITLE for h in heights.values()) + (LANE * len(lanes) + 14 if lanes else 0)
    height += _height("alliance", focus, grown) + TITLE if view.ratings else (TITLE if lanes else 0)
    drawing = Drawing(view, theme, max(height, 140))
    if view.ratings:
        _draw_alliance(drawing, _height("alliance", focus, grown), strong=focus == "alliance")
    if lanes:
        draw_lanes(drawing, lanes)
        drawing.top += 4
    for panel in sorted(view.panels, key=lambda p: not _is_focus(p.code, focus)):
        _draw_panel(drawing, panel, heights[panel.code], strong=_is_focus(panel.code, focus))
    draw_sessions(drawing)
    draw_gaps(drawing)
    return PlainFigure(drawing.data or [{"type": "scatter", "x": [], "y": []}], _layout(drawing))


def _is_focus(code: str, focus: str | None) -> bool:
    return focus is not None and (focus == code or (code == "affect" and focus in AFFECT))


AFFECT = frozenset({Domain.POSITIVE_AFFECT.value, Domain.NEGATIVE_AFFECT.value, Domain.AROUSAL.value, "mood"})


def _height(code: str, focus: str | None, grown: float) -> int:
    return round(HEIGHTS[code] * grown * (FOCUS if _is_focus(code, focus) else 1))


def _layout(drawing: Drawing) -> dict[str, Any]:
    view, theme = drawing.view, drawing.theme
    ticks = day_ticks(view.first, view.last)
    return drawing.layout | {
        "xaxis": {
            "type": "date", "range": [ms(view.first - 0.2), ms(view.last + 1.2)], "fixedrange": True,
            "tickvals": [ms(day + 0.5) for day in ticks], "ticktext": _tick_text(ticks),
            "showgrid": False, "zeroline": False,
            "anchor": f"y{drawing.rows}" if drawing.rows > 1 else "y", "ticks": "outside", "ticklen": 3,
            "tickcolor": theme.border, "tickfont": theme.font(theme.tick, theme.muted), "tickangle": 0,
        },
        "height": drawing.height, "margin": {"l": LEFT, "r": RIGHT, "t": 0, "b": FOOT}, "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False, "bargap": 0.25,
        "hovermode": "closest", "hoverlabel": theme.hover(), "font": theme.font(), "dragmode": False,
        "annotations": drawing.notes, "shapes": drawing.shapes, "hoverdistance": 12,
    }  # fmt: skip


def _tick_text(days: list[int]) -> list[str]:
    dates = [day_date(day) for day in days]
    changes = [i == 0 or day.year != dates[i - 1].year for i, day in enumerate(dates)]
    return [
        f"{name}<br>{day.year}" if new else name for name, day, new in zip(say_days(dates), dates, changes, strict=True)
    ]


def _draw_alliance(drawing: Drawing, height: int, *, strong: bool) -> None:
    view, theme = drawing.view, drawing.theme
    axis = value_axis([r.mean for r in view.ratings], low=1.0, high=5.0, least=1.5)
    name = drawing.row(height, axis)
    drawing.title(words.alliance_title(), drawing.top - height, strong=strong)
    if strong:
        drawing.emphasise(height)
    ends = []
    for side, color, symbol in ((Side.PATIENT, theme.patient, "circle"), (Side.THERAPIST, theme.therapist, "diamond")):
        ratings = view.side(side)
        if ratings:
            who = escape(words.side_name(view, side))
            drawing.data.append(_ratings(ratings, view.time_zone, who, color, symbol, name))
            ends.append((f"<b>{who}</b>", ratings[-1].mean, color))
    for (text, _value, color), place in zip(ends, spread([e[1] for e in ends], axis["range"], height), strict=True):
        drawing.end(text, name, place, color)


def _ratings(
    ratings: tuple[RatingMark, ...], zone: str, who: str, color: str, symbol: str, axis: str
) -> dict[str, Any]:
    days = say_days(r.rated_at.astimezone(ZoneInfo(zone)).date() for r in ratings)
    return {
        "type": "scatter", "mode": "lines+markers", "cliponaxis": False, "x": [at(r.rated_at, zone) for r in ratings],
        "y": [r.mean for r in ratings], "yaxis": axis, "line": {"color": color, "width": 2},
        "marker": {"symbol": symbol, "size": 7, "color": color},
        "customdata": [[day, r.goal, r.task, r.bond] for day, r in zip(days, ratings, strict=True)],
        "hovertemplate": f"{who} · %{{customdata[0]}} · %{{y:.1f}}<br>"
        + escape(words.parts_text("%{customdata[1]:.1f}", "%{customdata[2]:.1f}", "%{customdata[3]:.1f}"))
        + "<extra></extra>",
    }  # fmt: skip


def _draw_panel(drawing: Drawing, panel: Panel, height: int, *, strong: bool) -> None:
    bars = panel.series[0].unit in BARS
    axis = stream_axis(panel, bars=bars)
    name = drawing.row(height, axis)
    drawing.title(words.panel_title(panel), drawing.top - height, strong=strong)
    if strong:
        drawing.emphasise(height)
    labels = []
    for series in panel.series:
        color = stream_color(drawing.theme, series.domain)
        _usual(drawing, series, name, tint=color if len(panel.series) > 1 else None)
        trace = _bars(drawing, series, color) if bars else _line(drawing, series, color)
        drawing.data.append(trace | {"yaxis": name})
        labels += _labels(drawing, series, color, alone=len(panel.series) == 1)
    places = spread([label[1] for label in labels], axis["range"], height)
    for (text, _value, color, size), place in zip(labels, places, strict=True):
        drawing.end(text, name, place, color, size)


def _usual(drawing: Drawing, series: Series, axis: str, *, tint: str | None) -> None:
    if series.usual is None:
        return
    drawing.shapes.append(
        {
            "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": series.usual.low,
            "y1": series.usual.high, "fillcolor": tint or drawing.theme.usual, "line": {"width": 0}, "layer": "below",
            "opacity": 0.13 if tint else 1,
        }
    )  # fmt: skip


def _labels(drawing: Drawing, series: Series, color: str, *, alone: bool) -> list[tuple[str, float, str, int]]:
    settled = series.settled(drawing.view.today)
    theme, last = drawing.theme, float((settled if len(settled.value) else series).value[-1])
    usual = series.usual
    name = words.series_name(series.domain) if series.domain.value in AFFECT else words.value_text(series, last)
    ink = theme.unusual_text if color == theme.unusual else (theme.muted if series.unit in BARS else color)
    labels = [(f"<b>{escape(name)}</b>", last, ink, theme.label)]
    if usual is not None and alone:
        labels.append((words.usual_label(usual), (usual.low + usual.high) / 2, theme.muted, theme.tick - 1))
    return labels


def _line(drawing: Drawing, series: Series, color: str) -> dict[str, Any]:
    size = {14: 5, 30: 4, 90: 3}.get(drawing.view.days or 0, 2)
    return stream_line(series, color, width=drawing.theme.line, size=size)


def _bars(drawing: Drawing, series: Series, color: str) -> dict[str, Any]:
    usual, theme = series.usual, drawing.theme
    if usual is None or series.unit is not Unit.MEALS:
        return stream_bars(series, color)
    colors = [
        theme.unusual if value < usual.low and day < drawing.view.today else color
        for day, value in zip(series.day.tolist(), series.value.tolist(), strict=True)
    ]
    return stream_bars(series, colors)
