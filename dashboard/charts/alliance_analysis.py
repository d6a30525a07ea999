"""The figures of the whole service's alliance: development by programme, agreement of both sides, and a forest of
associations. Plain Plotly dictionaries (see ``plain``); never a single person's point."""

from typing import Any

from core.analysis.alliance import OCCASIONS, Agreement, AllianceAnalysis, Development, Level
from core.analysis.association import Association
from core.analysis.estimate import Estimate
from core.analysis.small_cells import rounded
from core.language import _
from dashboard.charts.palette import Palette
from dashboard.charts.plain import PlainFigure
from dashboard.wording import alliance_analysis as words

CLEAR = "rgba(0,0,0,0)"
ROW = 30


def _layout(theme: Palette, height: int, margin: dict[str, int]) -> dict[str, Any]:
    return {
        "height": height, "margin": margin, "showlegend": False, "dragmode": False, "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR, "hoverlabel": theme.hover(), "hovermode": "closest", "annotations": [], "shapes": [],
    }  # fmt: skip


def _axis(theme: Palette, **more: Any) -> dict[str, Any]:
    return {
        "gridcolor": theme.grid, "zeroline": False, "fixedrange": True, "ticks": "",
        "tickfont": theme.font(theme.tick, theme.muted), **more,
    }  # fmt: skip


def _note(text: str, theme: Palette, **more: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "font": theme.font(theme.label, theme.muted), **more}


def development_figure(analysis: AllianceAnalysis, theme: Palette) -> PlainFigure:
    """One panel for each programme: each side's means with intervals, and the model's line through them."""
    programmes = sorted({point.programme for development in analysis.development for point in development.points})
    layout = _layout(theme, 330, {"l": 34, "r": 16, "t": 30, "b": 76})
    data: list[dict[str, Any]] = []
    for place, programme in enumerate(programmes):
        name = "" if place == 0 else str(place + 1)
        wide = 1 / len(programmes)
        domain = [place * wide, (place + 1) * wide - (0.04 if len(programmes) > 1 else 0)]
        layout[f"xaxis{name}"] = _axis(
            theme, domain=domain, anchor=f"y{name}", range=[-0.9, 14.5], tickvals=[0, 3, 6, 12], showgrid=False,
            ticktext=_ticks(analysis, programme), tickangle=0,
            title=_title(_("months; n patients, n therapists") if place == 0 else "", theme),
        )  # fmt: skip
        layout[f"yaxis{name}"] = _axis(
            theme, anchor=f"x{name}", range=_span(analysis), matches=None if place == 0 else "y", dtick=0.5,
            showticklabels=place == 0,
        )  # fmt: skip
        layout["annotations"].append(
            _note(programme, theme, x=domain[0], y=1.1, xref="paper", yref="paper", xanchor="left",
                  font=theme.font(theme.label + 1, theme.text))
        )  # fmt: skip
        for development in analysis.development:
            data += _side(development, programme, name, theme)
            layout["annotations"] += _end_label(development, programme, name, theme)
    return PlainFigure(data, layout)


def _ticks(analysis: AllianceAnalysis, programme: str) -> list[str]:
    """Each occasion, and beneath it on how many patients' and therapists' ratings its means stand."""
    found = []
    for months in OCCASIONS:
        numbers = [
            str(next((rounded(p.n) for p in side.points if (p.programme, p.months) == (programme, months)), "–"))
            for side in analysis.development
        ]
        found.append("<br>".join([_("start") if months == 0 else str(months), *numbers]))
    return found


def _span(analysis: AllianceAnalysis) -> list[float]:
    ends = [end for found in analysis.development for point in found.points for end in (point.lower, point.upper)]
    low, high = min(ends, default=1.0), max(ends, default=5.0)
    return [max(low - 0.2, 0.9), min(high + 0.2, 5.1)]


def _colour(side: str, theme: Palette) -> str:
    return theme.patient if side == "patient" else theme.therapist


def _side(development: Development, programme: str, axis: str, theme: Palette) -> list[dict[str, Any]]:
    points = [point for point in development.points if point.programme == programme]
    colour = _colour(development.side, theme)
    shift = -0.12 if development.side == "patient" else 0.12
    common = {"type": "scatter", "xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    modelled = [(point.months, point.model[0]) for point in points if point.model is not None]
    line = {
        **common, "mode": "lines", "x": [x for x, _y in modelled], "y": [y for _x, y in modelled],
        "line": {"color": colour, "width": theme.line, "dash": "dot"}, "hoverinfo": "skip",
    }  # fmt: skip
    said = [
        _("{who}, {n} people: {mean}").format(
            who=words.side_name(development.side), n=rounded(point.n),
            mean=words.with_interval(point.mean, point.lower, point.upper),
        )
        for point in points
    ]  # fmt: skip
    dots = {
        **common, "mode": "markers", "x": [point.months + shift for point in points],
        "y": [point.mean for point in points], "text": said, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": colour, "size": 9, "symbol": "circle" if development.side == "patient" else "diamond"},
        "error_y": {
            "type": "data", "symmetric": False, "color": colour, "thickness": 1.3, "width": 0,
            "array": [point.upper - point.mean for point in points],
            "arrayminus": [point.mean - point.lower for point in points],
        },
    }  # fmt: skip
    return [line, dots]


def _end_label(development: Development, programme: str, axis: str, theme: Palette) -> list[dict[str, Any]]:
    points = [point for point in development.points if point.programme == programme]
    if not points:
        return []
    last = max(points, key=lambda point: point.months)
    font = theme.font(theme.tick, _colour(development.side, theme))
    text = words.side_name(development.side)
    place = {"x": last.months + 0.5, "y": last.mean, "xref": f"x{axis}", "yref": f"y{axis}", "xanchor": "left"}
    return [_note(text, theme, **place) | {"font": font}]


def agreement_figure(found: Agreement, theme: Palette) -> PlainFigure:
    """Mean differences of pairs of a like level, the overall mean difference and the limits, with their intervals."""
    layout = _layout(theme, 300, {"l": 40, "r": 110, "t": 12, "b": 44})
    limits = found.limits
    lines = [
        (limits.bias, limits.bias_interval, _("mean difference"), "solid"),
        (limits.lower, limits.lower_interval, _("lower limit"), "dash"),
        (limits.upper, limits.upper_interval, _("upper limit"), "dash"),
    ]
    ends: list[float] = [0.0]
    for value, interval, name, dash in lines:
        if value is None or interval is None:
            continue
        ends += interval
        layout["shapes"] += [_band(interval, theme), _line(value, dash, theme)]
        text = f"{name} {words.estimate(Estimate(value))}"
        layout["annotations"].append(_note(text, theme, x=1.01, xref="paper", y=value, yref="y", xanchor="left"))
    layout["xaxis"] = _axis(theme, showgrid=False, title=_title(_("mean of both sides (1–5)"), theme))
    layout["yaxis"] = _axis(
        theme, range=[min(ends) - 0.15, max(ends) + 0.15], title=_title(_("patient minus therapist"), theme),
        zeroline=True, zerolinecolor=theme.border,
    )  # fmt: skip
    return PlainFigure([_levels(found.levels, theme)], layout)


def _title(text: str, theme: Palette) -> dict[str, Any]:
    return {"text": text, "font": theme.font(theme.label, theme.muted), "standoff": 6}


def _band(interval: tuple[float, float], theme: Palette) -> dict[str, Any]:
    return {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": interval[0], "y1": interval[1],
        "fillcolor": theme.usual, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _line(value: float, dash: str, theme: Palette) -> dict[str, Any]:
    line = {"color": theme.muted, "width": 1.3, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value, "line": line}


def _levels(levels: tuple[Level, ...], theme: Palette) -> dict[str, Any]:
    said = [
        _("{n} pairs: {difference}").format(
            n=rounded(level.n), difference=words.with_interval(level.difference, level.lower, level.upper)
        )
        for level in levels
    ]
    return {
        "type": "scatter", "mode": "markers", "x": [level.level for level in levels],
        "y": [level.difference for level in levels], "text": said, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": theme.sleep, "size": 9},
        "error_y": {
            "type": "data", "symmetric": False, "color": theme.sleep, "thickness": 1.3, "width": 0,
            "array": [level.upper - level.difference for level in levels],
            "arrayminus": [level.difference - level.lower for level in levels],
        },
    }  # fmt: skip


def forest_figure(found: tuple[Association, ...], theme: Palette) -> PlainFigure:
    """Each side's alliance with every predictor, side by side: filled the rank correlation, hollow the partial one."""
    outcomes = list(dict.fromkeys(association.outcome for association in found))
    predictors = list(dict.fromkeys(association.predictor for association in found))
    layout = _layout(theme, ROW * len(predictors) + 70, {"l": 132, "r": 8, "t": 28, "b": 36})
    data: list[dict[str, Any]] = []
    wide = 1 / max(len(outcomes), 1)
    for place, outcome in enumerate(outcomes):
        name = "" if place == 0 else str(place + 1)
        domain = [place * wide, (place + 1) * wide - (0.03 if len(outcomes) > 1 else 0)]
        layout[f"xaxis{name}"] = _axis(
            theme, domain=domain, anchor="y", range=[-0.85, 0.85], tickvals=[-0.5, 0, 0.5], tickangle=0, zeroline=True,
            zerolinecolor=theme.muted,
        )  # fmt: skip
        layout["annotations"].append(
            _note(words.short_name(outcome), theme, x=domain[0], y=1, yshift=24, xref="paper", yref="paper",
                  xanchor="left", font=theme.font(theme.label, theme.text))
        )  # fmt: skip
        rows = [association for association in found if association.outcome == outcome]
        data += [_forest(rows, predictors, name, theme, partial=partial) for partial in (False, True)]
    layout["yaxis"] = _axis(
        theme, tickvals=list(range(len(predictors))), range=[len(predictors) - 0.4, -0.6], showgrid=False,
        ticktext=[words.short_name(name) for name in predictors], tickfont=theme.font(theme.label, theme.text),
    )  # fmt: skip
    return PlainFigure(data, layout)


def _forest(
    rows: list[Association], predictors: list[str], axis: str, theme: Palette, *, partial: bool
) -> dict[str, Any]:  # fmt: skip
    pairs = [(row, row.partial if partial else row.rho) for row in rows]
    shown = [(row, found) for row, found in pairs if found.value is not None and found.interval is not None]
    side = "patient" if rows and rows[0].outcome in ("patient_alliance", "watoci") else "therapist"
    colour = _colour(side, theme)
    values = [found.value or 0.0 for _row, found in shown]
    ends = [found.interval or (0.0, 0.0) for _row, found in shown]
    said = [
        _("{name}: {rho}, n = {n}, q {q}").format(
            name=words.variable(row.predictor), rho=words.estimate(found), n=rounded(found.n),
            q=words.p_value(row.partial_q if partial else row.q),
        )
        for row, found in shown
    ]  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "xaxis": f"x{axis}", "yaxis": "y", "x": values,
        "y": [predictors.index(row.predictor) + (0.2 if partial else -0.12) for row, _found in shown],
        "text": said, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": theme.background if partial else colour, "size": 8 if partial else 9,
                   "line": {"color": colour, "width": 1.5},
                   "symbol": "circle" if side == "patient" else "diamond"},
        "error_x": {
            "type": "data", "symmetric": False, "color": colour, "thickness": 0.9 if partial else 1.4, "width": 0,
            "array": [high - value for value, (_low, high) in zip(values, ends, strict=True)],
            "arrayminus": [value - low for value, (low, _high) in zip(values, ends, strict=True)],
        },
    }  # fmt: skip
