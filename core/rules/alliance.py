"""Rules on the working alliance: a possible strain to ask about, and two views of one session that lie apart, which is
expected and worth talking about in supervision, never an error."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.rules.catalogue import RULES
from core.rules.findings import Fact, Finding

Settings = Mapping[str, Any] | None
SUBSCALES = ("goal", "task", "bond")
_EXACT = 1e-9  # item means are thirds and quarters: a fall of exactly the threshold counts


@dataclass(frozen=True, slots=True)
class Rating:
    """One side's rating of a session: item means 1–5 by sub-scale, ``None`` where too many items were missing."""

    at: datetime
    instrument: str
    informant: str
    parts: Mapping[str, float | None]

    @property
    def mean(self) -> float | None:
        """Mean of the three sub-scales, ``None`` while one is missing."""
        known = [part for part in (self.parts.get(name) for name in SUBSCALES) if part is not None]
        return statistics.fmean(known) if len(known) == len(SUBSCALES) else None


def possible_strain(ratings: Sequence[Rating], *, settings: Settings = None) -> Finding | None:
    """``alliance_fall``: a sub-scale of the newest of one side's ``ratings`` (oldest first) lies below the rating
    before by the reliable change, or below their own mean by 1.5 SD where at least five ratings came before."""
    if len(ratings) < 2:
        return None
    newest = ratings[-1]
    facts = []
    for name in SUBSCALES:
        earlier = [part for part in (rating.parts.get(name) for rating in ratings[:-1]) if part is not None]
        value = newest.parts.get(name)
        fall = None if value is None or not earlier else _fall(earlier, value, settings)
        if fall is not None:
            facts.append(
                Fact(
                    newest.at, "rating", value, instrument=newest.instrument, subscale=name, low=1, high=5,
                    usual=fall[0], threshold=fall[1], informant=newest.informant,
                )
            )  # fmt: skip
    return Finding("alliance_fall", tuple(facts)) if facts else None


def _fall(earlier: Sequence[float], value: float, settings: Settings) -> tuple[float, float] | None:
    """What ``value`` is held against and the fall that counts, where it fell that far."""
    rule = RULES["alliance_fall"]
    reliable = rule.threshold("reliable_change", settings)
    if earlier[-1] - value >= reliable - _EXACT:
        return earlier[-1], reliable
    if len(earlier) < max(rule.threshold("ratings", settings), 2):
        return None
    mean = statistics.fmean(earlier)
    spread = math.sqrt(math.fsum((part - mean) ** 2 for part in earlier) / (len(earlier) - 1))
    far = rule.threshold("own_sd", settings) * spread
    return (mean, far) if spread > _EXACT and mean - value > far else None  # who never moved has no spread to leave


def two_views(patient: Rating, therapist: Rating, *, settings: Settings = None) -> Finding | None:
    """``alliance_gap``: the two sides' item means of one session lie at least one point apart."""
    points = RULES["alliance_gap"].threshold("points", settings)
    theirs, own = patient.mean, therapist.mean
    if theirs is None or own is None or abs(theirs - own) < points - _EXACT:
        return None
    facts = tuple(
        Fact(
            side.at, "rating", side.mean, instrument=side.instrument, low=1, high=5, threshold=points,
            informant=side.informant,
        )
        for side in (patient, therapist)
    )  # fmt: skip
    return Finding("alliance_gap", facts)
