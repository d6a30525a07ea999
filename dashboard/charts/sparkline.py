"""The alliance of both sides as one little line, drawn as SVG: sixty of them cost less than one Plotly figure."""

from collections.abc import Sequence
from datetime import datetime

from dashboard.charts.palette import Palette

WIDTH, HEIGHT, EDGE = 128, 32, 6
LOW, HIGH = 2.0, 5.0  # item means below 2 are rare; they lie on the lower edge
Line = Sequence[tuple[datetime, float]]


def alliance_sparkline(patient: Line, therapist: Line, theme: Palette) -> str:
    """SVG of both sides on one axis of time and 2–5: the patient ends in a circle, the therapist in a diamond.

    Without any rating it is one faint line in the middle of the scale.
    """
    both = [at for at, _value in (*patient, *therapist)]
    if not both:
        body = _path([(EDGE, HEIGHT / 2), (WIDTH - EDGE, HEIGHT / 2)], theme.border, dash=True)
    else:
        first, last = min(both), max(both)
        body = _side(therapist, first, last, theme.therapist, "diamond") + _side(
            patient, first, last, theme.patient, "circle"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{body}</svg>'
    )


def _side(line: Line, first: datetime, last: datetime, color: str, shape: str) -> str:
    if not line:
        return ""
    points = [_place(at, value, first, last) for at, value in line]
    return (_path(points, color) if len(points) > 1 else "") + _end(points[-1], color, shape)


def _place(at: datetime, value: float, first: datetime, last: datetime) -> tuple[float, float]:
    span = (last - first).total_seconds()
    share = (at - first).total_seconds() / span if span else 1.0
    x = EDGE + share * (WIDTH - 2 * EDGE)
    y = HEIGHT - EDGE - (min(max(value, LOW), HIGH) - LOW) / (HIGH - LOW) * (HEIGHT - 2 * EDGE)
    return round(x, 1), round(y, 1)


def _path(points: Sequence[tuple[float, float]], color: str, *, dash: bool = False) -> str:
    steps = " ".join(f"{x},{y}" for x, y in points)
    broken = ' stroke-dasharray="2 4"' if dash else ""
    return f'<polyline points="{steps}" fill="none" stroke="{color}" stroke-width="1.6"{broken}/>'


def _end(point: tuple[float, float], color: str, shape: str) -> str:
    x, y = point
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="3.2" fill="{color}"/>'
    return f'<path d="M{x},{y - 4} l4,4 l-4,4 l-4,-4 z" fill="{color}"/>'
