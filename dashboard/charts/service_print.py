"""The figures of the director's view for paper: the same trends and bars drawn by matplotlib as PNG, on white."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from core.export.document import Picture
from core.figures.catalogue import EARLIER_SCORES, Kind
from core.queries.service_figures import FigureView
from dashboard.charts.palette import LIGHT
from dashboard.wording import service as words

WIDTH, HEIGHT, BAR, SCALE = 6.9, 2.0, 0.36, 0.9  # inches
DPI = 200


def trend_picture(views: Sequence[FigureView]) -> Picture:
    """A trend (or both sides of the alliance) with its usual range."""
    figure, axes = _new(HEIGHT)
    colours = {"alliance_patient": (LIGHT.patient, "o"), "alliance_therapist": (LIGHT.therapist, "D")}
    for view in views:
        times = 100 if view.kind in (Kind.PEOPLE, Kind.SHARE) else 1
        days: list[Any] = [point.day for point in view.points]
        colour, marker = colours.get(view.code, (LIGHT.urges, "o"))
        if view.limits is not None:
            low, high = ([times * one for one in edge] for edge in (view.limits.lower, view.limits.upper))
            axes.fill_between(days, low, high, color=LIGHT.muted, alpha=0.12, linewidth=0)
            axes.axhline(times * view.limits.centre, color=LIGHT.muted, linewidth=0.7, linestyle="--")
        values = [times * point.value for point in view.points]
        axes.plot(days, values, color=colour, marker=marker, markersize=3, linewidth=1.1, label=words.name(view.code))
    axes.margins(x=0.02)
    if len(views) > 1:  # which line is whose is said where the lines are
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(views), frameon=False, fontsize=8)
    if views[0].kind in (Kind.PEOPLE, Kind.SHARE):
        axes.yaxis.set_major_formatter(lambda value, _place: f"{value:g} %")
    return Picture(_png(figure), " ".join(words.alt(view) for view in views))


def bars_picture(views: Sequence[FigureView]) -> Picture:
    """Shares of people with their intervals."""
    shown = [view for view in views if view.value is not None]
    figure, axes = _new(BAR * max(len(shown), 1) + 0.5)
    for place, view in enumerate(reversed(shown)):
        value = view.value
        if value is None or value.low is None or value.high is None:
            continue
        axes.barh(place, 100 * value.value, color=LIGHT.patient, height=0.55)
        axes.plot([100 * value.low, 100 * value.high], [place, place], color=LIGHT.text, linewidth=1)
        axes.text(100 * value.high + 1.5, place, words.say(view.code, value.value), va="center", fontsize=8)
    axes.set_yticks(range(len(shown)), [words.name(view.code) for view in reversed(shown)])
    axes.set_xlim(0, 108)
    axes.xaxis.set_major_formatter(lambda value, _place: f"{value:g} %")
    return Picture(_png(figure), " ".join(words.alt(view) for view in views))


def nps_picture(view: FigureView) -> Picture:
    """The recommendation with the scores of the three earlier attempts as marks."""
    figure, axes = _new(SCALE)
    axes.plot([-100, 100], [0, 0], color=LIGHT.border, linewidth=2)
    if view.value is not None and view.value.low is not None and view.value.high is not None:
        axes.plot([view.value.low, view.value.high], [0, 0], color=LIGHT.patient, alpha=0.35, linewidth=6)
        axes.plot(view.value.value, 0, color=LIGHT.patient, marker="o", markersize=8)
    for mark in EARLIER_SCORES:
        axes.plot(mark, -0.35, color=LIGHT.unusual, marker="^", markersize=5)
        axes.text(mark, -0.55, words.plain_number(mark), ha="center", va="top", fontsize=7, color=LIGHT.unusual_text)
    axes.set_ylim(-1.2, 0.6)
    axes.set_yticks([])
    return Picture(_png(figure), words.alt(view))


def weeks_picture(view: FigureView) -> Picture:
    """Entries answered by week of treatment."""
    figure, axes = _new(HEIGHT)
    labels = [words.treatment_week(part, list(view.parts)) for part in view.parts]
    axes.plot(labels, [100 * one.value for one in view.parts.values()], color=LIGHT.positive, marker="o", markersize=3)
    axes.set_ylim(0, 102)
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:g} %")
    return Picture(_png(figure), words.name(view.code))


def _new(height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LIGHT.border)
    axes.tick_params(labelsize=8, colors=LIGHT.muted, length=0)
    axes.grid(axis="y", color=LIGHT.grid, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def _png(figure: Any) -> bytes:
    out = BytesIO()
    figure.savefig(out, format="png", facecolor="white")
    return out.getvalue()
