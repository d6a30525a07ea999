"""How one stream of a person's days is drawn, wherever it is drawn: its axis, its colour, a line that breaks where days
are missing, bars for what is counted up over a day. Plain Plotly dictionaries (see ``plain``)."""

from html import escape
from typing import Any

import numpy as np

from core.clock import day_date
from core.language import say_days
from core.queries.streams import Series, Unit
from core.queries.timeline import Panel
from dashboard.charts.drawing import DAY
from dashboard.charts.palette import Palette
from dashboard.charts.scales import value_axis
from dashboard.wording import timeline as words
from models import Domain

BARS = frozenset({Unit.MEALS, Unit.MINUTES, Unit.STEPS})


def stream_axis(panel: Panel, *, bars: bool) -> dict[str, Any]:
    """Range and ticks for the values of a row and the usual of each of its series."""
    shown = [float(x) for s in panel.series for x in (s.value.min(), s.value.max())]
    shown += [x for s in panel.series if s.usual for x in (s.usual.low, s.usual.high)]
    first = panel.series[0]
    if bars:
        top = first.high if first.unit is Unit.MEALS else None
        return value_axis([0.0, *shown], low=0.0, high=top, least=1.0, most=2.2)
    high = first.high if first.high == first.high else None
    most = 3.6 if panel.code == "affect" else 2.6
    return value_axis(shown, low=first.low, high=high, most=most, least=3.0 if high is None or high > 7 else 2.0)


def stream_color(theme: Palette, domain: Domain) -> str:
    """The quiet colour of a domain."""
    return {
        Domain.POSITIVE_AFFECT: theme.positive, Domain.NEGATIVE_AFFECT: theme.negative, Domain.URGES: theme.urges,
        Domain.MEALS: theme.meals, Domain.ACTIVITY: theme.activity, Domain.SLEEP: theme.sleep,
    }[domain]  # fmt: skip


def stream_line(series: Series, color: str, *, width: float, size: int) -> dict[str, Any]:
    """Day values as a line; two days or more without a value break it."""
    breaks = (np.flatnonzero(np.diff(series.day) > 2) + 1).tolist()
    return {
        "type": "scatter", "mode": "lines+markers", "cliponaxis": False, "connectgaps": False,
        "x": _broken(_noons(series), breaks), "y": _broken(_values(series), breaks),
        "text": _broken(_days(series), breaks), "line": {"color": color, "width": width},
        "marker": {"size": size, "color": color}, "hovertemplate": _hover(series),
    }  # fmt: skip


def stream_bars(series: Series, color: str | list[str]) -> dict[str, Any]:
    """Day values as bars, in one colour or in one for each day."""
    return {
        "type": "bar", "x": _noons(series), "y": _values(series), "width": 0.72 * DAY,
        "marker": {"color": color, "line": {"width": 0}}, "text": _days(series), "textposition": "none",
        "hovertemplate": _hover(series),
    }  # fmt: skip


def _noons(series: Series) -> list[Any]:
    return [int((day + 0.5) * DAY) for day in series.day.tolist()]


def _values(series: Series) -> list[Any]:
    return list(series.value.round(2).tolist())


def _days(series: Series) -> list[Any]:
    return list(say_days(day_date(day) for day in series.day.tolist()))


def _broken(values: list[Any], breaks: list[int]) -> list[Any]:
    """The values with nothing (``None``, as JSON has no NaN: one in it has the whole figure written twice) in front of
    each of the places ``breaks``."""
    for place in reversed(breaks):
        values.insert(place, None)
    return values


def _hover(series: Series) -> str:
    usual = f" · {words.usual_label(series.usual)}" if series.usual else ""
    return f"%{{text}} · {escape(words.series_words(series.domain))} %{{y:.1f}}{usual}<extra></extra>"
