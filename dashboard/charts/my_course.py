"""A patient's own course, for a phone: one small figure for each stream, all on the same days, with the person's usual
as a band in the stream's colour and silence as silence. What the time line of the case review shows, larger."""

from collections.abc import Sequence
from html import escape
from typing import Any, Protocol

import numpy as np

from core.clock import day_date
from core.language import say_days, say_number
from core.queries.my_course import MyCourseView, StreamView
from core.queries.outcomes import OutcomeView
from core.queries.streams import Series, Unit
from core.queries.timeline import Panel
from dashboard.charts.drawing import DAY, at, ms
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.charts.scales import day_ticks, spread
from dashboard.charts.streams import BARS, stream_axis, stream_bars, stream_color, stream_line
from dashboard.wording import my_course as words

HEIGHTS = {"affect": 170, "urges": 120, "meals": 110, "activity": 110, "sleep": 120}
LEFT, RIGHT, TOP, FOOT = 38, 44, 8, 26
LEGEND = 22  # px above a figure with two lines
POINTS = 110
TEXT, MOST_TICKS = 13, 4
DAY_WIDTH = 240  # px of all days on the narrowest phone, by which is judged whether words fit into a gap
GAP_WORDS = 74


class Dated(Protocol):
    """What stands on the days of a patient's calendar, ``first`` to ``last``."""

    @property
    def time_zone(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


def stream_figure(stream: StreamView, view: MyCourseView, theme: Palette) -> PlainFigure:
    """One stream of the range; it has at least one value."""
    bars = stream.series[0].unit in BARS
    axis = _axis(stream, bars=bars)
    two = len(stream.series) > 1
    height = HEIGHTS[stream.code]
    data, notes, shapes = [], [], _gaps(stream, theme)
    for series in stream.series:
        color = stream_color(theme, series.domain)
        shapes += _usual(series, color)
        data += _bars(series, color) if bars else [_line(series, color, view)]
    ends = [(series, _newest(series, view)) for series in stream.series]
    places = spread([value for _series, value in ends], axis["range"], height - TOP - FOOT)
    for (series, value), place in zip(ends, places, strict=True):
        notes.append(_end(value, place, theme.text if bars else stream_color(theme, series.domain)))
    notes += [_gap_words(gap, theme) for gap in stream.gaps if _fits(gap, view)]
    notes += [_legend(stream.series, theme)] if two else []
    return PlainFigure(data, _layout(view, theme, axis, height=height, top=LEGEND if two else TOP) | {
        "annotations": notes, "shapes": shapes,
    })  # fmt: skip


def ratings_figure(view: MyCourseView, theme: Palette) -> PlainFigure:
    """The patient's own ratings of working together, 1 to 5; there is at least one."""
    seen = [(at(r.rated_at, view.time_zone), r.mean or 0.0, words.rating_point(r, view)) for r in view.ratings]
    return _points(seen, _whole_scale(1.0, 5.0), theme.patient, view, theme)


def outcome_figure(outcome: OutcomeView, view: Dated, theme: Palette, lines: Sequence[float] = ()) -> PlainFigure:
    """The totals of one questionnaire on the whole of its scale; ``lines`` are thresholds drawn on it, for clinicians
    (none is drawn for a patient)."""
    zone = view.time_zone
    seen = [(at(when, zone), total, words.outcome_point(when, total, zone)) for when, total in outcome.answered]
    shapes = [_threshold(value, theme) for value in lines]
    return _points(seen, _whole_scale(outcome.low, outcome.high), theme.patient, view, theme, shapes)


def _threshold(value: float, theme: Palette) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value, "layer": "below",
        "line": {"color": theme.muted, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _axis(stream: StreamView, *, bars: bool) -> dict[str, Any]:
    """The whole scale where the person answered on one, else what the values need."""
    first = stream.series[0]
    if first.unit is not Unit.SCALE or not np.isfinite(first.high):
        return stream_axis(Panel(stream.code, stream.series), bars=bars)
    return _whole_scale(first.low, first.high)


def _whole_scale(low: float, high: float) -> dict[str, Any]:
    pad, middle = 0.06 * (high - low), (low + high) / 2
    return {"range": [low - pad, high + pad], "tickvals": [low, *([middle] if middle == round(middle) else []), high]}


def _newest(series: Series, view: MyCourseView) -> float:
    """The newest value; of what is counted up over a day, that of the newest day that is over."""
    settled = series.settled(view.last)
    return float((settled if len(settled.value) else series).value[-1])


def _points(
    seen: Sequence[tuple[float, float, str]], axis: dict[str, Any], color: str, view: Dated, theme: Palette,
    shapes: Sequence[dict[str, Any]] = (),
) -> PlainFigure:  # fmt: skip
    line = {
        "type": "scatter", "mode": "lines+markers", "cliponaxis": False, "x": [x for x, _y, _text in seen],
        "y": [round(y, 2) for _x, y, _text in seen], "hovertext": [escape(text) for _x, _y, text in seen],
        "hovertemplate": "%{hovertext}<extra></extra>", "line": {"color": color, "width": 2.2},
        "marker": {"color": color, "size": 8},
    }  # fmt: skip
    newest = seen[-1][1]
    layout = _layout(view, theme, axis, height=POINTS, top=TOP)
    return PlainFigure([line], layout | {"annotations": [_end(newest, newest, color)], "shapes": [*shapes]})


def _line(series: Series, color: str, view: MyCourseView) -> dict[str, Any]:
    size = 7 if view.days == 14 else 5 if view.days == 30 else 3
    return stream_line(series, color, width=2.2, size=size)


def _bars(series: Series, color: str) -> list[dict[str, Any]]:
    """The bars, and a mark on the axis where the day's amount was said to be none."""
    none = series.day[series.value <= 0]
    mark = {
        "type": "scatter", "mode": "markers", "x": (none + 0.5) * DAY, "y": [0.0] * len(none), "cliponaxis": False,
        "marker": {"symbol": "line-ew-open", "size": 6, "color": color, "line": {"width": 2, "color": color}},
        "hovertext": [escape(words.none_that_day(series, day)) for day in none.tolist()],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    return [stream_bars(series, color), *([mark] if len(none) else [])]


def _usual(series: Series, color: str) -> list[dict[str, Any]]:
    if series.usual is None:
        return []
    return [
        {
            "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": series.usual.low,
            "y1": series.usual.high, "fillcolor": color, "opacity": 0.14, "line": {"width": 0}, "layer": "below",
        }
    ]  # fmt: skip


def _gaps(stream: StreamView, theme: Palette) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect", "xref": "x", "x0": ms(first), "x1": ms(last + 1), "yref": "paper", "y0": 0, "y1": 1,
            "fillcolor": theme.silence, "line": {"width": 0}, "layer": "below",
        }
        for first, last in stream.gaps
    ]  # fmt: skip


def _fits(gap: tuple[int, int], view: MyCourseView) -> bool:
    return (gap[1] - gap[0] + 1) / (view.last - view.first + 1) * DAY_WIDTH >= GAP_WORDS


def _gap_words(gap: tuple[int, int], theme: Palette) -> dict[str, Any]:
    return {
        "text": words.gap(), "x": ms((gap[0] + gap[1] + 1) / 2), "xref": "x", "y": 0, "yref": "paper",
        "yanchor": "bottom", "xanchor": "center", "showarrow": False, "font": theme.font(12, theme.muted),
    }  # fmt: skip


def _end(value: float, place: float, color: str) -> dict[str, Any]:
    """The newest value at the right end."""
    return {
        "text": f"<b>{say_number(value, 1 if abs(value) < 20 else 0)}</b>", "xref": "paper", "x": 1, "xanchor": "left",
        "xshift": 7, "y": place, "yref": "y", "yanchor": "middle", "showarrow": False,
        "font": {"size": TEXT + 1, "color": color},
    }  # fmt: skip


def _legend(series: Sequence[Series], theme: Palette) -> dict[str, Any]:
    named = [f"<span style='color:{stream_color(theme, one.domain)}'>● {words.line(one)}</span>" for one in series]
    return {
        "text": "   ".join(named), "xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1,
        "yanchor": "bottom", "yshift": 3, "showarrow": False, "font": theme.font(TEXT, theme.text),
    }  # fmt: skip


def _layout(view: Dated, theme: Palette, axis: dict[str, Any], *, height: int, top: int) -> dict[str, Any]:
    ticks = day_ticks(view.first, view.last)
    ticks = ticks[:: -(-len(ticks) // MOST_TICKS)] if len(ticks) > MOST_TICKS else ticks
    return {
        "height": height + top - TOP, "margin": {"l": LEFT, "r": RIGHT, "t": top, "b": FOOT}, "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": "closest", "dragmode": False,
        "hoverlabel": theme.hover(), "font": theme.font(TEXT), "hoverdistance": 16, "bargap": 0.25,
        "xaxis": {
            "type": "date", "range": [ms(view.first - 0.2), ms(view.last + 1.2)], "fixedrange": True,
            "tickvals": [ms(day + 0.5) for day in ticks], "ticktext": say_days([day_date(day) for day in ticks]),
            "showgrid": False, "zeroline": False, "ticks": "", "tickangle": 0,
            "tickfont": theme.font(TEXT, theme.muted),
        },
        "yaxis": {
            "fixedrange": True, "zeroline": False, "ticks": "", "gridcolor": theme.grid,
            "tickfont": theme.font(TEXT, theme.muted),
        } | axis,
    }  # fmt: skip
