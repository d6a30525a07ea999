"""From roll-ups to the day values that are shown: one series for each clinical domain, on the scale its measures have.

Where all measures of a domain that a person uses share one scale, the series is their mean on that scale (an imported
study's 1–5 stays 1–5); where they differ, each is first put on 0–100 % of its own scale. Urges show the strongest urge
of the day, meals how many were eaten (partly counts half), activity and sleep one amount.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.measures import PROMPTS_ANSWERED, by_id, catalogue
from core.queries.observations import DaysView
from core.rules.usual import Days, Usual, Values, usual_of
from models import Domain, Measure, Scale


class Unit(StrEnum):
    """What the numbers of a series are."""

    SCALE = "scale"
    PERCENT_OF_SCALE = "percent_of_scale"
    MEALS = "meals"
    MINUTES = "minutes"
    STEPS = "steps"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Series:
    """Day values of one domain, ``day`` rising; days without a value are absent. ``low``/``high`` are the ends of the
    scale (``high`` is ``nan`` where it has none), ``of`` what was asked or reported that day (meals), ``better`` the
    clinical direction, ``measures`` the codes that went in, ``usual`` the person's own or ``None``.
    """

    domain: Domain
    day: Days
    value: Values
    of: Values
    low: float
    high: float
    unit: Unit
    better: int
    measures: tuple[str, ...]
    usual: Usual | None

    def between(self, first: int, last: int) -> "Series":
        """The days ``first`` to ``last``; the usual stays."""
        rows = (self.day >= first) & (self.day <= last)
        return Series(
            self.domain, self.day[rows], self.value[rows], self.of[rows], self.low, self.high, self.unit, self.better,
            self.measures, self.usual,
        )  # fmt: skip

    def settled(self, today: int) -> "Series":
        """Without ``today`` where the values are counted up over the day: half a day is not a low one."""
        counted = self.unit in (Unit.MEALS, Unit.MINUTES, Unit.STEPS)
        return self.between(0, today - 1) if counted else self


def all_series(days: DaysView, *, last: int) -> dict[Domain, Series]:
    """The series of every domain that has any value in ``days``, with the usual as seen from day ``last``."""
    made = ((domain, make(days, last)) for domain, make in _MAKERS.items())
    return {domain: series for domain, series in made if series is not None}


def series_of(days: DaysView, domain: Domain, *, last: int) -> Series | None:
    """The same of one domain; ``None`` where it has no value."""
    return _MAKERS[domain](days, last)


def entry_days(days: DaysView) -> Days:
    """Days with an entry by the person: a rating, a meal, or any prompt that was answered."""
    rows = np.isin(days.measure_id, _told()) & ((days.measure_id != PROMPTS_ANSWERED) | (days.total > 0))
    return np.unique(days.day[rows])


def runs_without(present: Days, *, first: int, last: int, at_least: int = 2) -> tuple[tuple[int, int], ...]:
    """Stretches of ``at_least`` days between ``first`` and ``last`` that are not in ``present`` (rising), as
    (first day, last day)."""
    inside = present[(present >= first) & (present <= last)]
    edges = np.concatenate(([first - 1], inside, [last + 1]))
    breaks = np.flatnonzero(np.diff(edges) > at_least)
    return tuple((int(edges[i]) + 1, int(edges[i + 1]) - 1) for i in breaks)


@lru_cache(maxsize=1)
def _told() -> tuple[int, ...]:
    """The measures that a person tells, by number."""
    measured = (Domain.ACTIVITY, Domain.PHYSIOLOGY, Domain.SLEEP)
    return tuple(m.id for m in by_id().values() if m.domain not in measured)


@lru_cache(maxsize=32)
def _rated(domain: Domain) -> tuple[Measure, ...]:
    """The ratings of a domain."""
    return tuple(m for m in by_id().values() if m.domain is domain and m.scale is Scale.RATING)


def _used(days: DaysView, candidates: Iterable[Measure]) -> list[Measure]:
    present = set(days.measure_id.tolist())
    return [measure for measure in candidates if measure.id in present]


def _ratings(days: DaysView, last: int, domain: Domain, *, strongest: bool = False) -> Series | None:
    used = _used(days, _rated(domain))
    if not used:
        return None
    rows = np.isin(days.measure_id, [m.id for m in used])
    number, value = days.measure_id[rows], days.mean[rows]
    scales = {(m.low or 0.0, m.high or 0.0) for m in used}
    low, high = scales.pop() if len(scales) == 1 else (0.0, 100.0)
    if scales:
        value = _percent(number, value, used)
    day, place = np.unique(days.day[rows], return_inverse=True)
    merged = _strongest(place, value, len(day)) if strongest else np.bincount(place, value) / np.bincount(place)
    return Series(
        domain, day, merged, np.bincount(place).astype(float), low, high,
        Unit.PERCENT_OF_SCALE if scales else Unit.SCALE, used[0].better, tuple(m.code for m in used),
        usual_of(day, merged, last=last),
    )  # fmt: skip


def _percent(number: NDArray[np.int64], value: Values, used: list[Measure]) -> Values:
    ends = {m.id: (m.low or 0.0, m.high or 0.0) for m in used}
    low, high = (np.array([ends[n][i] for n in number.tolist()]) for i in (0, 1))
    return np.asarray(100 * (value - low) / (high - low), np.float64)


def _strongest(place: NDArray[np.intp], value: Values, size: int) -> Values:
    top = np.full(size, -np.inf)
    np.maximum.at(top, place, value)
    return top


def _meals(days: DaysView, last: int) -> Series | None:
    meal = catalogue()["meal"]
    rows = days.of(meal.id)
    if not len(rows.day):
        return None
    eaten, told = rows.total / (meal.high or 2.0), rows.n.astype(float)
    usual = usual_of(rows.day, eaten, last=last)
    return Series(
        Domain.MEALS, rows.day, eaten, told, 0.0, max(5.0, float(told.max())), Unit.MEALS, 1, (meal.code,), usual
    )


def _amount(days: DaysView, last: int, codes: tuple[str, ...]) -> Series | None:
    used = _used(days, (catalogue()[code] for code in codes))
    if not used:
        return None
    measure = used[0]
    rows = days.of(measure.id)
    summed = measure.code in ("activity_minutes", "steps")
    value = rows.total if summed else rows.mean
    unit = {"activity_minutes": Unit.MINUTES, "steps": Unit.STEPS, "sleep_hours": Unit.HOURS}
    return Series(
        measure.domain, rows.day, value, rows.n.astype(float), measure.low or 0.0,
        (measure.high or np.nan) if measure.code not in unit else np.nan,
        unit.get(measure.code, Unit.SCALE), measure.better, (measure.code,), usual_of(rows.day, value, last=last),
    )  # fmt: skip


_MAKERS: dict[Domain, Callable[[DaysView, int], Series | None]] = {
    Domain.POSITIVE_AFFECT: lambda d, n: _ratings(d, n, Domain.POSITIVE_AFFECT),
    Domain.NEGATIVE_AFFECT: lambda d, n: _ratings(d, n, Domain.NEGATIVE_AFFECT),
    Domain.URGES: lambda d, n: _ratings(d, n, Domain.URGES, strongest=True),
    Domain.MEALS: _meals,
    Domain.ACTIVITY: lambda d, n: _amount(d, n, ("activity_minutes", "steps", "outdoors")),
    Domain.SLEEP: lambda d, n: _amount(d, n, ("sleep_hours", "sleep_quality")),
}
