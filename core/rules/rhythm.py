"""Rules on the rhythm of days: entries that stop, meals missed, short nights, messages that wait. A day or night
without an entry is unknown; it is neither a missed meal nor a short night."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.rules.catalogue import RULES
from core.rules.findings import Fact, Finding

Settings = Mapping[str, Any] | None
_EXACT = 1e-9  # shares are fractions: a rise of exactly the threshold counts


@dataclass(frozen=True, slots=True)
class Night:
    """One night of the sleep diary; ``None`` where the diary does not say."""

    at: datetime
    hours: float | None
    efficiency: float | None


def silence(
    last_entry: datetime, *, asked_since: bool, after_safety: bool, now: datetime, settings: Settings = None
) -> Finding | None:
    """``no_entries``: 72 hours since the last entry, 24 where that one held a safety item, while entries were asked
    for (``asked_since``); who is not asked is not silent."""
    rule = RULES["no_entries"]
    hours = rule.threshold("after_safety_hours" if after_safety else "task_hours", settings)
    if not asked_since or now - last_entry < timedelta(hours=hours):
        return None
    since = round((now - last_entry) / timedelta(hours=1), 1)
    window = f"{hours:g} h"
    return Finding(
        rule.code, (Fact(last_entry, "silence", since, threshold=hours, informant="patient", window=window),)
    )


def meals_missed(skipped: Mapping[int, int], today: int, *, at: datetime, settings: Settings = None) -> Finding | None:
    """``meals_missed``: at least two meals said to be skipped on each of the last two days up to ``today`` (day
    numbers). Days that ``skipped`` does not hold have no entry and count for nothing."""
    rule = RULES["meals_missed"]
    meals, days = rule.threshold("meals", settings), int(rule.threshold("days", settings))
    counts = [skipped.get(day, 0) for day in range(today - days + 1, today + 1)]
    if min(counts) < meals:
        return None
    shown = Fact(
        at, "series", min(counts), measure="meal", threshold=meals, informant="patient", window=f"{days} days"
    )  # fmt: skip
    return Finding(rule.code, (shown,))


def compensation_rise(usual: float, newest: float, *, at: datetime, settings: Settings = None) -> Finding | None:
    """``meals_missed`` by compensation: the share of meals followed by compensation lies half above its own usual.
    Without any in the usual there is nothing to be half above."""
    rise = RULES["meals_missed"].threshold("compensation_rise", settings)
    if usual <= 0 or newest < usual * (1 + rise) - _EXACT:
        return None
    shown = Fact(
        at, "series", newest, measure="compensation", usual=usual, threshold=usual * (1 + rise), informant="patient"
    )  # fmt: skip
    return Finding("meals_missed", (shown,))


def short_nights(nights: Sequence[Night], *, settings: Settings = None) -> Finding | None:
    """``sleep_short``: of the last seven nights (oldest first), at least three with less than five hours of sleep, or
    four with an efficiency below 85 %."""
    rule = RULES["sleep_short"]
    week = nights[-int(rule.threshold("of_nights", settings)) :]
    facts = []
    for measure, limit, needed in (
        ("sleep_hours", "hours", "short_nights"), ("sleep_efficiency", "efficiency", "efficiency_nights"),
    ):  # fmt: skip
        below = rule.threshold(limit, settings)
        values = [(night, night.hours if measure == "sleep_hours" else night.efficiency) for night in week]
        low = [(value, night.at) for night, value in values if value is not None and value < below]
        if low and len(low) >= rule.threshold(needed, settings):
            facts.append(
                Fact(
                    low[-1][1], "series", min(low)[0], measure=measure, threshold=below, informant="patient",
                    window=f"{len(week)} nights",
                )
            )  # fmt: skip
    return Finding(rule.code, tuple(facts)) if facts else None
