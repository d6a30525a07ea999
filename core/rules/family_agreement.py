"""Whether what a relative says of some days agrees with what the patient entered themselves in those days. It says that
two people saw the same days alike or differently, never who of them is right.

The relative says of the days as a whole "better", "usual" or "harder" (of notes without that: what they noticed of the
mood). The patient's own days are read from negative affect: the mean of the day values of those days against the
patient's own usual as it stood then (``core.rules.usual``: median and 10th to 90th percentile of eight weeks). It is
"harder" above half of the way from the median to the 90th percentile, "better" below half of the way to the 10th,
"usual" between (d); half of the way, because a mean of some days varies less than single days do, and at least a
twentieth of the scale, because the usual of a person who always answers the same is a line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.rules.usual import Days, Usual, Values, usual_of

WAY = 0.5  # (d) of the way from the median to the end of the usual band
LEAST = 0.05  # (d) of the scale
_OF_MOOD = {"worse": "harder", "same": "usual", "better": "better"}


class Verdict(StrEnum):
    """How a note stands to the patient's own entries of the same days."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NO_ENTRIES = "no_entries"
    NO_USUAL = "no_usual"


@dataclass(frozen=True, slots=True)
class Agreement:
    """``said`` by the relative and ``entered`` by the patient ("better", "usual", "harder"; ``None`` where it cannot be
    said); ``days_with`` of the ``days`` days have an entry of their own."""

    verdict: Verdict
    said: str
    entered: str | None
    days_with: int
    days: int


def said_of(how: str | None, noticed: Mapping[str, str]) -> str | None:
    """What the relative said of the days as a whole; ``None`` where they said nothing of the kind."""
    return how or _OF_MOOD.get(noticed.get("mood", ""))


def agreement_of(day: Days, value: Values, *, said: str, last: int, days: int, span: float) -> Agreement:
    """Compare what was ``said`` of the ``days`` days up to ``last`` with the day values of negative affect (``day``
    rising, ``value`` on a scale ``span`` wide)."""
    inside = (day > last - days) & (day <= last)
    with_entry = int(inside.sum())
    if not with_entry:
        return Agreement(Verdict.NO_ENTRIES, said, None, 0, days)
    usual = usual_of(day, value, last=last)
    if usual is None:
        return Agreement(Verdict.NO_USUAL, said, None, with_entry, days)
    entered = direction(float(np.mean(value[inside])), usual, span)
    verdict = Verdict.AGREES if said == entered else Verdict.DIFFERS
    return Agreement(verdict, said, entered, with_entry, days)


def direction(mean: float, usual: Usual, span: float) -> str:
    """ "harder", "usual" or "better": a mean of negative affect against the usual; more of it is harder."""
    above = max(WAY * (usual.high - usual.median), LEAST * span)
    below = max(WAY * (usual.median - usual.low), LEAST * span)
    if mean > usual.median + above:
        return "harder"
    return "better" if mean < usual.median - below else "usual"
