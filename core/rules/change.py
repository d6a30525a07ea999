"""Rules on change in a person's own numbers: beyond measurement error, or beyond their own usual. Statistical: many
such changes mean nothing, so they ask for a look and never predict."""

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.rules.catalogue import RULES
from core.rules.findings import Fact, Finding

Settings = Mapping[str, Any] | None
_EXACT = 1e-9  # scales in tenths (8.2 − 3.2): a change of exactly the threshold counts


def reliable_deterioration(
    instrument: str, totals: Sequence[float], *, better: int, at: datetime, informant: str, settings: Settings = None
) -> Finding | None:
    """``reliable_deterioration``: the newest of ``totals`` (oldest first) is worse than the first, or than the one
    before, by at least the instrument's reliable change (Jacobson & Truax 1991).

    ``better`` is the instrument's direction (-1: lower is better). ``None`` for instruments without a figure.
    """
    rule = RULES["reliable_deterioration"]
    if instrument not in rule.thresholds or len(totals) < 2:
        return None
    enough = rule.threshold(instrument, settings)
    newest, reference = totals[-1], (min if better < 0 else max)(totals[0], totals[-2])
    if (newest - reference) * -better < enough - _EXACT:
        return None
    shown = Fact(
        at, "score", newest, instrument=instrument, usual=reference, threshold=enough, informant=informant
    )  # fmt: skip
    return Finding(rule.code, (shown,))


def unlike_usual(
    measure: str, baseline: Sequence[float], days: Sequence[tuple[int, float]], *, better: int, at: datetime,
    settings: Settings = None,
) -> Finding | None:  # fmt: skip
    """``ewma_change``: the smoothed day means left their own limits on two consecutive calendar days, the last two of
    ``days`` (day number, mean of the day; oldest first; those after the baseline).

    z_t = λx_t + (1−λ)z_{t−1}; limits μ₀ ± Lσ₀√(λ/(2−λ)·(1−(1−λ)^{2t})) (Crowder 1989; Schat 2021). ``baseline`` are
    the day means before, at least 14 of them and not all alike, else there is nothing to be unlike. Only the worse
    side counts (``better``: -1 lower is better, 1 higher; 0 both sides).
    """
    rule = RULES["ewma_change"]
    wanted = int(rule.threshold("days", settings))
    if len(baseline) < rule.threshold("baseline_days", settings) or len(days) < wanted:
        return None
    if min(baseline) == max(baseline):
        return None
    centre = statistics.fmean(baseline)
    spread = math.sqrt(math.fsum((mean - centre) ** 2 for mean in baseline) / (len(baseline) - 1))
    weight, width = rule.threshold("weight", settings), rule.threshold("width", settings)
    smoothed, breached, limit, before = centre, 0, 0.0, None
    for number, (day, mean) in enumerate(days, start=1):
        smoothed = weight * mean + (1 - weight) * smoothed
        limit = width * spread * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * number)))
        follows = before is not None and day == before + 1
        breached = (breached if follows else 0) + 1 if _leaves(smoothed - centre, limit, better) else 0
        before = day
    if breached < wanted:
        return None
    edge = centre + math.copysign(limit, smoothed - centre)
    shown = Fact(
        at, "series", smoothed, measure=measure, usual=centre, threshold=edge, informant="patient",
        window=f"{wanted} days",
    )  # fmt: skip
    return Finding(rule.code, (shown,))


def _leaves(distance: float, limit: float, better: int) -> bool:
    return abs(distance) > limit if better == 0 else -better * distance > limit
