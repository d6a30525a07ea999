"""The figures of what is made together: where each group puts an idea, and what was said before and after a release."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from core.figures.estimates import Estimate
from core.queries.releases import BeforeAfter
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import ideas as words
from models import Maker

ROW, HEAD, FOOT = 46, 26, 24  # px
SHAPES = {Maker.PATIENTS: "circle", Maker.RELATIVES: "square", Maker.CLINICIANS: "diamond", Maker.TECHNICAL: "x"}
SCALES = {"sus": (0, 100), "vas-app": (0, 100), "nps": (-100, 100), "watoci": (17, 119)}
Row = tuple[str, Mapping[Maker, float]]


def groups_figure(rows: Sequence[Row], theme: Palette) -> PlainFigure:
    """One row for each label, 0 to 10: a point for each group, a line from the lowest to the highest."""
    places = [len(rows) - 1 - n for n in range(len(rows))]
    data = [_spans(rows, places, theme)]
    data += [_points(maker, rows, places, theme) for maker in Maker if any(maker in told for _label, told in rows)]
    layout = _layout(theme, HEAD + FOOT + ROW * len(rows)) | {
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": theme.font(theme.tick),
                   "itemclick": False, "itemdoubleclick": False},
        "xaxis": _axis(theme) | {"range": [-0.3, 10.3], "tickvals": [0, 2, 4, 6, 8, 10]},
        "yaxis": {"visible": False, "fixedrange": True, "range": [-0.6, len(rows) - 0.2]},
        "annotations": [
            {"x": 0, "xref": "paper", "y": place, "yshift": 16, "text": escape(label), "showarrow": False,
             "xanchor": "left", "font": theme.font(theme.label)}
            for place, (label, _told) in zip(places, rows, strict=True)
        ],
    }  # fmt: skip
    return PlainFigure(data, layout)


def _colour(maker: Maker, theme: Palette) -> str:
    return {
        Maker.PATIENTS: theme.patient, Maker.RELATIVES: theme.urges, Maker.CLINICIANS: theme.therapist,
        Maker.TECHNICAL: theme.sleep,
    }[maker]  # fmt: skip


def _spans(rows: Sequence[Row], places: Sequence[int], theme: Palette) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for place, (_label, told) in zip(places, rows, strict=True):
        if len(told) > 1:
            x += [min(told.values()), max(told.values()), None]
            y += [place, place, None]
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip", "showlegend": False,
        "line": {"color": theme.border, "width": 5},
    }  # fmt: skip


def _points(maker: Maker, rows: Sequence[Row], places: Sequence[int], theme: Palette) -> dict[str, Any]:
    kept = [(told[maker], place) for place, (_label, told) in zip(places, rows, strict=True) if maker in told]
    name = words.group(maker)
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": [x for x, _y in kept], "y": [y for _x, y in kept],
        "marker": {"color": _colour(maker, theme), "size": 11, "symbol": SHAPES[maker]},
        "hovertemplate": f"{escape(name)} %{{x:.1f}}<extra></extra>",
    }  # fmt: skip


def release_figure(told: Sequence[BeforeAfter], theme: Palette) -> PlainFigure | None:
    """Each instrument on its own scale: before as a ring, after as a disc, each with its interval; ``None`` where
    nothing may be shown."""
    shown = [one for one in told if one.before or one.after]
    if not shown:
        return None
    data: list[dict[str, Any]] = []
    for n, one in enumerate(shown):
        place = len(shown) - 1 - n
        for when, shift in ((one.before, 0.1), (one.after, -0.1)):
            if when is not None:
                data.append(_estimate(one.instrument, when, place + shift, theme, after=when is one.after))
    layout = _layout(theme, 12 + FOOT + ROW * len(shown)) | {
        "showlegend": False,
        "xaxis": _axis(theme) | {"range": [-0.02, 1.02], "showticklabels": False, "tickvals": [0, 0.5, 1]},
        "yaxis": {"visible": False, "fixedrange": True, "range": [-0.6, len(shown) - 0.2]},
        "annotations": [
            {"x": 0, "xref": "paper", "y": len(shown) - 1 - n, "yshift": 16, "showarrow": False, "xanchor": "left",
             "text": escape(words.instrument(one.instrument)), "font": theme.font(theme.label)}
            for n, one in enumerate(shown)
        ],
    }  # fmt: skip
    return PlainFigure(data, layout)


def _estimate(code: str, one: Estimate, place: float, theme: Palette, *, after: bool) -> dict[str, Any]:
    def along(value: float) -> float:
        low, high = SCALES[code]
        return (value - low) / (high - low)

    colour = theme.patient if after else theme.muted
    spread: dict[str, Any] = {}
    if one.low is not None and one.high is not None:
        spread["error_x"] = {
            "type": "data", "symmetric": False, "array": [along(one.high) - along(one.value)],
            "arrayminus": [along(one.value) - along(one.low)], "color": colour, "thickness": 1.4, "width": 3,
        }  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "x": [along(one.value)], "y": [place],
        "marker": {"color": colour, "size": 10, "symbol": "circle" if after else "circle-open", "line": {"width": 2}},
        "hovertemplate": escape(words.value(one)) + "<extra></extra>",
    } | spread  # fmt: skip


def _layout(theme: Palette, height: int) -> dict[str, Any]:
    return {
        "height": height, "margin": {"l": 6, "r": 6, "t": HEAD, "b": FOOT}, "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hoverlabel": theme.hover(),
        "font": theme.font(),
    }  # fmt: skip


def _axis(theme: Palette) -> dict[str, Any]:
    return {
        "fixedrange": True, "zeroline": False, "ticks": "", "gridcolor": theme.grid,
        "tickfont": theme.font(theme.tick, theme.muted),
    }  # fmt: skip
