"""Figures of the director's view: trends in their own usual range, the way from offer to use, entries by week of
treatment, intervals on a scale. No traffic lights: a point outside its range is drawn in the colour of "unlike usual".
Written as plain Plotly dictionaries (see ``plain``)."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from core.figures.catalogue import EARLIER_SCORES, Kind
from core.figures.estimates import Estimate
from core.queries.service_figures import FigureView, Mark, ServiceView
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import service as words

TREND, BAR, SCALE = 190, 30, 108  # heights in px
FUNNEL = ("accepted", "started", "week_4", "week_12")
SHARES = (Kind.PEOPLE, Kind.SHARE)


def trend_figure(
    views: Sequence[FigureView], theme: Palette, *, reference: float | None = None, releases: Sequence[Mark] = ()
) -> PlainFigure:
    """One trend with its usual range, or both sides of the alliance; ``reference`` is drawn as a dotted line, releases
    as marks on the time line."""
    colours = _colours(views, theme)
    data: list[dict[str, Any]] = []
    for view, (colour, symbol) in zip(views, colours, strict=True):
        if view.limits is not None:
            data += _band(view, theme)
        data.append(_line(view, colour, symbol, theme))
    shapes = [_reference(reference * _times(views[0]), theme)] if reference is not None else []
    percent = views[0].kind in SHARES
    layout = _layout(theme, TREND) | {
        "shapes": [*shapes, *(_release_line(mark, theme) for mark in _within(releases, views[0]))],
        "annotations": [_release_name(mark, theme) for mark in _within(releases, views[0])],
        "xaxis": _axis(theme) | {"type": "date", "nticks": 5, "tickformat": "%b %y", "showgrid": False},
        "yaxis": _axis(theme) | {"nticks": 4, "ticksuffix": " %" if percent else "", "rangemode": "normal"},
    }
    return PlainFigure(data, layout)


def _colours(views: Sequence[FigureView], theme: Palette) -> list[tuple[str, str]]:
    sides = {"alliance_patient": (theme.patient, "circle"), "alliance_therapist": (theme.therapist, "diamond")}
    return [sides.get(view.code, (theme.urges, "circle")) for view in views]


def _times(view: FigureView) -> float:
    return 100.0 if view.kind in SHARES else 1.0


def _days(view: FigureView) -> list[date]:
    return [point.day for point in view.points]


def _band(view: FigureView, theme: Palette) -> list[dict[str, Any]]:
    """The usual range and its centre."""
    usual = view.limits
    if usual is None:
        return []
    times, days = _times(view), _days(view)
    edge = {"type": "scatter", "mode": "lines", "x": days, "line": {"width": 0, "shape": "hvh"}, "hoverinfo": "skip"}
    centre = {"width": 1, "dash": "dash", "color": theme.muted}
    return [
        edge | {"y": [times * one for one in usual.lower]},
        edge | {"y": [times * one for one in usual.upper], "fill": "tonexty", "fillcolor": theme.usual},
        edge | {"y": [times * usual.centre] * len(days), "line": centre},
    ]


def _line(view: FigureView, colour: str, symbol: str, theme: Palette) -> dict[str, Any]:
    beyond = set(view.limits.beyond) if view.limits else set()
    colours = [theme.unusual if place in beyond else colour for place in range(len(view.points))]
    said = [f"{words.say_day(point.day)}: {words.say(view.code, point.value)}" for point in view.points]
    few = len(view.points) <= 13
    return {
        "type": "scatter", "mode": "lines+markers", "x": _days(view), "connectgaps": False,
        "y": [_times(view) * point.value for point in view.points], "line": {"color": colour, "width": theme.line},
        "marker": {"color": colours, "symbol": symbol, "size": 7 if few else 4.5}, "hovertext": said,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip


def _within(releases: Sequence[Mark], view: FigureView) -> list[Mark]:
    days = _days(view)
    return [mark for mark in releases if days and days[0] <= mark.day <= days[-1]]


def _release_line(mark: Mark, theme: Palette) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "x0": mark.day, "x1": mark.day, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": theme.muted, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _release_name(mark: Mark, theme: Palette) -> dict[str, Any]:
    """A small flag that says what came, when it is pointed at."""
    return {
        "x": mark.day, "y": 1, "xref": "x", "yref": "paper", "text": "⚑", "showarrow": False, "yanchor": "middle",
        "hovertext": escape(words.release(mark.name, mark.day)), "font": theme.font(theme.tick, theme.muted),
    }  # fmt: skip


def _reference(value: float, theme: Palette) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value,
        "line": {"color": theme.muted, "width": 1.2, "dash": "dot"},
    }  # fmt: skip


def funnel_figure(view: ServiceView, theme: Palette) -> PlainFigure:
    """From offer to use, each stage as a share of those who could reach it; a stage that is not shown has no bar."""
    return _bars([view[code] for code in FUNNEL], theme, reference=False)


def shares_figure(views: Sequence[FigureView], theme: Palette, *, reference: bool) -> PlainFigure:
    """Shares of people one below the other, with their intervals; ``reference`` adds published ones as dots."""
    return _bars(views, theme, reference=reference)


def _bars(views: Sequence[FigureView], theme: Palette, *, reference: bool) -> PlainFigure:
    names = [words.name(view.code) for view in views]
    values = [100 * view.value.value if view.value else None for view in views]
    texts = [
        f"{words.say(view.code, view.value.value)}  ({words.interval(view.code, view.value)})" if view.value
        else words.absent(view)
        for view in views
    ]  # fmt: skip
    bars = {
        "type": "bar", "orientation": "h", "x": values, "y": names, "marker": {"color": theme.patient},
        "width": 0.62, "hoverinfo": "skip",
    }  # fmt: skip
    known = [words.reference(view.code) for view in views]
    marks = {
        "type": "scatter", "mode": "markers", "x": [100 * one[0] for one in known if one],
        "y": [name for name, one in zip(names, known, strict=True) if one], "hoverinfo": "skip",
        "marker": {"symbol": "line-ns", "size": 20, "line": {"width": 2.5, "color": theme.unusual}},
    }  # fmt: skip
    notes = [
        {"text": text, "x": (value or 0) + 1.5, "y": name, "xanchor": "left", "showarrow": False,
         "font": theme.font(theme.label, theme.text if value is not None else theme.muted)}
        for name, value, text in zip(names, values, texts, strict=True)
    ]  # fmt: skip
    layout = _layout(theme, BAR * len(views) + 34) | {
        "annotations": notes,
        "margin": {"l": 150, "r": 10, "t": 4, "b": 24},
        "xaxis": _axis(theme) | {"range": [0, 150], "tickvals": [0, 25, 50, 75, 100], "ticksuffix": " %"},
        "yaxis": _axis(theme) | {"autorange": "reversed", "type": "category", "showgrid": False,
                                 "tickfont": theme.font(theme.label, theme.text)},
    }  # fmt: skip
    return PlainFigure([bars, marks] if reference else [bars], layout)


def weeks_figure(view: FigureView, theme: Palette, *, reference: float | None) -> PlainFigure:
    """Entries answered by week of treatment; the last point holds all later weeks."""
    labels = [words.treatment_week(part, list(view.parts)) for part in view.parts]
    values = [100 * one.value for one in view.parts.values()]
    data = {
        "type": "scatter", "mode": "lines+markers", "x": labels, "y": values,
        "line": {"color": theme.positive, "width": theme.line}, "marker": {"size": 7, "color": theme.positive},
        "hovertemplate": "%{x}: %{y:.0f} %<extra></extra>",
    }  # fmt: skip
    layout = _layout(theme, TREND) | {
        "shapes": [_reference(100 * reference, theme)] if reference is not None else [],
        "xaxis": _axis(theme) | {"type": "category", "showgrid": False},
        "yaxis": _axis(theme) | {"range": [0, 102], "nticks": 5, "ticksuffix": " %"},
    }
    return PlainFigure([data], layout)


def scale_figure(value: Estimate, theme: Palette, *, low: float, high: float, marks: Sequence[float]) -> PlainFigure:
    """One value with its interval on its whole scale, with reference marks below the line."""
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "x": [low, high], "y": [0, 0], "hoverinfo": "skip",
         "line": {"color": theme.border, "width": 3}},
        {"type": "scatter", "mode": "lines", "x": [value.low, value.high], "y": [0, 0], "hoverinfo": "skip",
         "line": {"color": theme.patient, "width": 9}, "opacity": 0.35},
        {"type": "scatter", "mode": "markers", "x": [value.value], "y": [0], "hoverinfo": "skip",
         "marker": {"color": theme.patient, "size": 13}},
        {"type": "scatter", "mode": "markers+text", "x": list(marks), "y": [-0.32] * len(marks), "hoverinfo": "skip",
         "marker": {"symbol": "triangle-up", "size": 9, "color": theme.unusual},
         "text": [words.plain_number(mark) for mark in marks], "textposition": "bottom center",
         "textfont": theme.font(theme.tick, theme.unusual_text)},
    ]  # fmt: skip
    layout = _layout(theme, SCALE) | {
        "xaxis": _axis(theme) | {"range": [low - 3, high + 3], "nticks": 6, "showgrid": False},
        "yaxis": {"visible": False, "range": [-1.1, 0.6], "fixedrange": True},
    }
    return PlainFigure(data, layout)


def nps_figure(value: Estimate, theme: Palette) -> PlainFigure:
    """The recommendation with the scores of the three earlier attempts as marks."""
    return scale_figure(value, theme, low=-100, high=100, marks=EARLIER_SCORES)


def _axis(theme: Palette) -> dict[str, Any]:
    return {
        "fixedrange": True, "zeroline": False, "ticks": "", "gridcolor": theme.grid, "automargin": False,
        "tickfont": theme.font(theme.tick, theme.muted),
    }  # fmt: skip


def _layout(theme: Palette, height: int) -> dict[str, Any]:
    return {
        "height": height, "margin": {"l": 44, "r": 14, "t": 6, "b": 26}, "showlegend": False, "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hoverlabel": theme.hover(),
        "hovermode": "closest", "font": theme.font(),
    }  # fmt: skip
