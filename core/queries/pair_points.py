"""Every rating of a pair as a point with its measurement error, for the figure over sessions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.queries.alliance import SUBSCALES, AllianceView, RatingView
from models import Side

_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    """One sub-scale of one rating: item mean, and whether it differs from this side's rating before by at least the
    reliable change (``moved``: the difference; 0 within the error)."""

    side: Side
    part: str
    number: int
    rated_at: datetime
    value: float
    moved: float


def points_of(alliance: AllianceView) -> tuple[Point, ...]:
    """The points of both sides, oldest first; ratings that belong to no session are left out."""
    return tuple(
        point
        for side in Side
        for part in SUBSCALES
        for point in _line(side, part, alliance.side(side), alliance.error.value)
    )


def _line(side: Side, part: str, ratings: Sequence[RatingView], error: float) -> list[Point]:
    points: list[Point] = []
    for rating in ratings:
        value = rating.part(part)
        if value is None or rating.session_number is None:
            continue
        change = value - points[-1].value if points else 0.0
        moved = change if abs(change) >= error - _EXACT else 0.0
        points.append(Point(side, part, rating.session_number, rating.rated_at, value, moved))
    return points


def half_width(alliance: AllianceView) -> float:
    """Half the 95 % interval of a single item mean, in points. The reliable change is 1.96 · SEM · √2 (Jacobson & Truax
    1991), so that 1.96 · SEM is the reliable change divided by √2."""
    return alliance.error.value / math.sqrt(2)
