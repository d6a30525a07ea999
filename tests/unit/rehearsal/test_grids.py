"""The rules as arrays say on every day what the live rules say on that day, whatever is missing; and no day looks at
what came after it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ingest.columns import Real
from core.rehearsal import grids
from core.rehearsal.grids import BEFORE
from core.rules import change, rhythm
from core.rules.usual import REVIEW_DAYS

AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAYS = 60
WIDTH = BEFORE + DAYS


def days_with_gaps(seed: int, *, missing: float, high: float = 7.0) -> Real:
    """Two people's days; the second changes for the worse towards the end."""
    chance = np.random.default_rng(seed)
    values = np.clip(chance.normal(3.0, 0.8, (2, WIDTH)), 1.0, high)
    values[1, -25:] += 1.6
    values[chance.random(values.shape) < missing] = np.nan
    return values


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000), missing=st.sampled_from([0.0, 0.2, 0.6]), width=st.sampled_from([1.2, 2.55]),
    days=st.integers(1, 3),
)  # fmt: skip
def test_change_from_usual_is_the_live_rule_on_every_day(seed: int, missing: float, width: float, days: int) -> None:
    configured: dict[str, Any] = {"rules": {"ewma_change": {"width": width, "days": days}}}
    mean = days_with_gaps(seed, missing=missing)
    found = grids.unlike_usual(mean, configured)
    for row in range(2):
        for today in range(BEFORE, WIDTH):
            known = {day: float(mean[row, day]) for day in range(today - BEFORE, today) if np.isfinite(mean[row, day])}
            baseline = [value for day, value in known.items() if day < today - REVIEW_DAYS]
            recent = [(day, value) for day, value in known.items() if day >= today - REVIEW_DAYS]
            live = None
            if recent and recent[-1][0] == today - 1:
                live = change.unlike_usual("x", baseline, recent, better=-1, at=AT, settings=configured)
            assert found[row, today] == (live is not None)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), missing=st.sampled_from([0.0, 0.3, 0.8]), nights=st.integers(3, 9))
def test_short_nights_are_the_live_rule_on_every_day(seed: int, missing: float, nights: int) -> None:
    configured: dict[str, Any] = {"rules": {"sleep_short": {"of_nights": nights, "hours": 4.0, "efficiency": 60}}}
    hours, efficiency = days_with_gaps(seed, missing=missing), 20 * days_with_gaps(seed + 1, missing=missing)
    found = grids.short_nights(hours, efficiency, configured)
    for row in range(2):
        for today in range(BEFORE, WIDTH):
            window = range(today - nights + 1, today + 1)
            diary = [
                rhythm.Night(AT, *(None if np.isnan(v) else float(v) for v in (hours[row, d], efficiency[row, d])))
                for d in window
                if np.isfinite(hours[row, d]) or np.isfinite(efficiency[row, d])
            ]
            assert found[row, today] == (rhythm.short_nights(diary, settings=configured) is not None)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), rise=st.sampled_from([0.1, 0.5]), days=st.integers(1, 3))
def test_missed_meals_are_the_live_rule_on_every_day(seed: int, rise: float, days: int) -> None:
    configured: dict[str, Any] = {"rules": {"meals_missed": {"compensation_rise": rise, "days": days}}}
    chance = np.random.default_rng(seed)
    skipped = chance.integers(0, 4, (2, WIDTH)).astype(float)
    meals = chance.integers(0, 5, (2, WIDTH)).astype(float)
    compensated = np.minimum(chance.integers(0, 3, (2, WIDTH)), meals).astype(float)
    compensated[1, -20:] = meals[1, -20:]
    found = grids.meals_missed(skipped, compensated, np.where(meals > 0, meals, np.nan), configured)
    for row in range(2):
        for today in range(BEFORE, WIDTH):
            counts = {day: int(skipped[row, day]) for day in range(today - 5, today + 1)}
            live = rhythm.meals_missed(counts, today, at=AT, settings=configured)
            old, new = slice(today - BEFORE, today - REVIEW_DAYS), slice(today - 7, today + 1)
            if live is None and meals[row, old].sum() >= 14 and meals[row, new].sum() >= 14:
                usual, now = (compensated[row, part].sum() / meals[row, part].sum() for part in (old, new))
                live = rhythm.compensation_rise(float(usual), float(now), at=AT, settings=configured)
            assert found[row, today] == (live is not None)


def test_silence_counts_days_only_while_entries_are_asked_for() -> None:
    entered, asked, safety = np.zeros((3, 10), bool), np.ones((3, 10), bool), np.zeros((3, 10), bool)
    entered[:, 2] = True
    safety[1, 2] = True
    asked[2] = False
    found = grids.silence(entered, asked, safety, {})
    assert list(np.flatnonzero(found[0])) == [5, 6, 7, 8, 9]
    assert list(np.flatnonzero(found[1])) == [3, 4, 5, 6, 7, 8, 9]  # the last entry was about safety: after a day
    assert not found[2].any()


@pytest.mark.parametrize("cut", [BEFORE + 5, BEFORE + 30])
def test_what_comes_later_changes_nothing_before(cut: int) -> None:
    mean = days_with_gaps(3, missing=0.2)
    changed = mean.copy()
    changed[:, cut:] = 7.0
    assert (grids.unlike_usual(mean, {})[:, :cut] == grids.unlike_usual(changed, {})[:, :cut]).all()
    assert (
        grids.short_nights(mean, mean * 20, {})[:, :cut] == grids.short_nights(changed, changed * 20, {})[:, :cut]
    ).all()


def test_a_person_without_a_single_value_is_never_found() -> None:
    nothing = np.full((1, WIDTH), np.nan)
    assert not grids.unlike_usual(nothing, {}).any()
    assert not grids.short_nights(nothing, nothing, {}).any()
    assert not grids.meals_missed(nothing, nothing, nothing, {}).any()
    assert not grids.safety(nothing, {}).any()


def test_the_span_before_is_long_enough_for_every_window() -> None:
    assert timedelta(days=BEFORE) >= timedelta(days=REVIEW_DAYS + 56)
