"""The rule on signs of the body: weight lost two weeks in a row, a slow heart at rest, food or drink refused. They ask
for a *medical* review on the same day. A low body mass index is shown beside one of them and never asks by itself."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from core.clock import moment, seconds
from core.measures import catalogue
from core.queries.observations import values_of
from core.rules.catalogue import RULES
from core.rules.findings import Fact, Finding
from models import Patient

Settings = Mapping[str, Any] | None
WEIGHT, INDEX, HEART, REFUSED = "weight", "body_mass_index", "resting_heart_rate", "intake_refused"
MEASURES = (WEIGHT, INDEX, HEART, REFUSED)
FRESH = timedelta(days=2)  # (d) an older reading is no news for a review today
WEEK, SLACK = timedelta(days=7), timedelta(days=3)  # (d) weights a week apart, give or take three days
INDEX_HOLDS = timedelta(days=21)  # (d)
DAYS = 24  # that are looked at: two weeks and their slack, three weeks of the index


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a measure of the body, in the measure's unit."""

    at: datetime
    measure: str
    value: float


def readings_of(session: Session, *, patient: Patient, now: datetime) -> list[Reading]:
    """What is stored of the last weeks, one reading of each measure a day (UTC): the lowest, of a refusal the
    highest."""
    numbers = {catalogue()[code].id: code for code in MEASURES}
    since, until = seconds(now - timedelta(days=DAYS)), seconds(now) + 1
    view = values_of(session, patient=patient, since=since, until=until, measures=numbers)
    kept: dict[tuple[int, str], Reading] = {}
    for at, number, value in zip(view.at.tolist(), view.measure_id.tolist(), view.value.tolist(), strict=True):
        code, day = numbers[number], at // 86_400
        before = kept.get((day, code))
        if before is None or (value > before.value if code == REFUSED else value < before.value):
            kept[day, code] = Reading(moment(at), code, value)
    return list(kept.values())


def signs_of_the_body(readings: Iterable[Reading], *, now: datetime, settings: Settings = None) -> Finding | None:
    """``medical_signs``: of the readings of the last weeks (any order), a weight that fell by at least 1 kg a week in
    each of the last two weeks, a resting heart rate below 40, or a refusal; with a body mass index below 13 beside
    them. ``None`` without one of the three."""
    rule = RULES["medical_signs"]
    known = sorted((one for one in readings if one.at <= now), key=lambda one: one.at)
    fresh = [one for one in known if now - one.at <= FRESH]
    facts = [
        *_weight_lost(
            [one for one in known if one.measure == WEIGHT], rule.threshold("loss_per_week", settings), now
        ),
        *_newest(fresh, HEART, below=rule.threshold("heart_rate_below", settings)),
        *(Fact(one.at, "series", one.value, measure=REFUSED) for one in fresh if one.measure == REFUSED and one.value),
    ]  # fmt: skip
    if not facts:
        return None
    standing = [one for one in known if now - one.at <= INDEX_HOLDS]
    facts += _newest(standing, INDEX, below=rule.threshold("index_below", settings))
    return Finding(rule.code, tuple(facts))


def _weight_lost(weights: Sequence[Reading], per_week: float, now: datetime) -> list[Fact]:
    """The newest weight where it and the one a week before each lie a week's loss below the one before."""
    if not weights or now - weights[-1].at > FRESH:
        return []
    steps = [weights[-1]]
    for _week in range(2):
        before = [one for one in weights if WEEK - SLACK <= steps[-1].at - one.at <= WEEK + SLACK]
        if not before:
            return []
        steps.append(min(before, key=lambda one: abs(steps[-1].at - one.at - WEEK)))
    for later, earlier in itertools.pairwise(steps):
        if (earlier.value - later.value) * (WEEK / (later.at - earlier.at)) < per_week - 1e-9:
            return []
    newest = steps[0]
    return [
        Fact(newest.at, "series", newest.value, measure=WEIGHT, usual=steps[2].value, threshold=per_week)
    ]  # fmt: skip


def _newest(readings: Sequence[Reading], measure: str, *, below: float) -> list[Fact]:
    mine = [one for one in readings if one.measure == measure]
    if not mine or mine[-1].value >= below:
        return []
    return [Fact(mine[-1].at, "series", mine[-1].value, measure=measure, threshold=below)]
