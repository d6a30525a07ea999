"""Axes with two or three round ticks, days on the axis of time, and names at line ends that do not overlap."""

import math
from datetime import date, timedelta
from typing import Any

from core.clock import EPOCH, day_date

STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 60.0, 100.0, 120.0, 200.0, 250.0, 500.0)
LINE = 14  # px between two names


def value_axis(
    values: list[float], *, low: float, high: float | None, least: float, most: float = 3.6
) -> dict[str, Any]:
    """Range and two or three ticks for ``values`` within the scale ``low`` to ``high``, spanning at least ``least``;
    no more than about ``most`` ticks."""
    bottom, top = min(values), max(values)
    short = max(least - (top - bottom), 0.0) / 2
    margin = 0.06 * max(top - bottom, least)
    bottom = max(low, bottom - short - margin) if bottom > low else low
    top = top + short + margin
    if high is not None:
        top = min(top, high + 0.08 * (high - low))
        bottom = min(bottom, max(low, top - least))
    step = _step(top - bottom, most)
    first = math.ceil(bottom / step - 1e-9)
    ticks = [round(n * step, 2) for n in range(first, math.floor(top / step + 1e-9) + 1)]
    pad = 0.03 * (top - bottom) if bottom > low else 0.0
    return {"range": [bottom - pad, top], "tickvals": ticks}


def _step(span: float, most: float) -> float:
    for step in STEPS:
        if span / step <= most:
            return step
    return float(10 ** math.floor(math.log10(span / 2)) * 5)


def spread(places: list[float], limits: list[float], height: int) -> list[float]:
    """Positions near ``places`` (axis units of ``limits`` over ``height`` px) at least one line of text apart."""
    unit = (limits[1] - limits[0]) / max(height, 1)
    gap, order = LINE * unit, sorted(range(len(places)), key=lambda i: places[i])
    moved, floor, ceiling = list(places), -math.inf, limits[1]
    for i in order:
        moved[i] = max(moved[i], floor)
        floor = moved[i] + gap
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return moved


def day_ticks(first: int, last: int) -> list[int]:
    """About five days to name on the axis of time: firsts of months where the range is long."""
    span = last - first
    if span > 150:
        start = day_date(first)
        months = [date(start.year + (start.month + n) // 12, (start.month + n) % 12 + 1, 1) for n in range(span // 28)]
        inside = [month for month in months if month <= day_date(last) - timedelta(days=10)]
        return [(month - EPOCH).days for month in inside[:: max(1, round(len(inside) / 5))]]
    step = max(2, round(span / 5)) if span <= 30 else 7 * max(1, round(span / 35))
    return list(range(last, first - 1, -step))[::-1]
