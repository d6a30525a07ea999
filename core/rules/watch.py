"""The look at what time brings and nobody sends: silence, days unlike usual, missed meals, short nights, signs of the
body, messages that wait. Each rule opens at most one alert and adds nothing while it is open; after closing it keeps
quiet until the next review."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from sqlmodel import Session

from core.audit import log
from core.clock import moment, noon, seconds
from core.ingest.columns import day_numbers
from core.measures import catalogue
from core.queries.observations import DaysView, values_of
from core.rules import change, medical, rhythm
from core.rules.catalogue import RULES
from core.rules.due import working_days_on
from core.rules.evaluate import open_or_add
from core.rules.expected_course import find_off_course
from core.rules.findings import Fact, Finding
from core.rules.look import AFFECT, Look, asked_and_unanswered, last_entry, looks
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import Alert, Patient

LOOK_BACK = timedelta(days=28)  # further back there is no last entry to be silent since
ENTRY = timedelta(hours=1)  # answers this close together are one entry
RECENT_DAYS, ENOUGH_MEALS = 7, 14  # (d) for the share of meals with compensation
SAFETY = tuple(catalogue()[code].id for code in ("wish_not_alive", "suicidal_thoughts"))
NIGHTS = ("sleep_hours", "sleep_efficiency")
MEASURES = (*AFFECT, "meal", "compensation", *NIGHTS, *medical.MEASURES)
_CALCULATION = (ArithmeticError, LookupError, TypeError, ValueError)  # a rule's own fault, never the database's
logger = logging.getLogger(__name__)


def watch(session: Session, *, patient: Patient, now: datetime) -> list[Alert]:
    """Run the rules on the days of one patient in treatment up to ``now``; the alerts that were opened."""
    log.take_turn(session)  # before it is seen which rules keep quiet: two rounds at once open one alert
    (look,) = looks(session, patients=[patient], now=now, measures=MEASURES)
    return [open_or_add(session, patient=patient, finding=found, now=now) for found in findings(look)]


def anything_found(session: Session, *, patients: Sequence[Patient], now: datetime) -> list[Patient]:
    """Those of ``patients`` for whom ``watch`` would open something; reads only."""
    return [look.patient for look in looks(session, patients=patients, now=now, measures=MEASURES) if findings(look)]


def findings(look: Look) -> list[Finding]:
    """What the rules that are switched on and not quiet find. One that fails is named in the log and rests; the others
    go on."""
    found = []
    for rule, part in PARTS:
        if rule in look.quiet or not RULES[rule].runs(look.settings):
            continue
        try:
            finding = part(look)
        except _CALCULATION as error:
            logger.error("rule %s failed: %s", rule, type(error).__name__)
            continue
        if finding is not None:
            found.append(finding)
    return found


def _silence(look: Look) -> Finding | None:
    last = last_entry(look.session, look.patient, since=look.now - LOOK_BACK, until=look.now)
    rule = RULES["no_entries"]
    soonest = min(rule.threshold(name, look.settings) for name in ("task_hours", "after_safety_hours"))
    if last is None or look.now - moment(last) < timedelta(hours=soonest):
        return None
    newest = values_of(
        look.session, patient=look.patient, since=last - int(ENTRY.total_seconds()) + 1, until=last + 1,
        measures=SAFETY,
    )  # fmt: skip
    return rhythm.silence(
        moment(last), asked_since=asked_and_unanswered(look.session, look.patient, after=last, until=look.now),
        after_safety=bool((newest.value > 0).any()), now=look.now, settings=look.settings,
    )  # fmt: skip


def _unlike_usual(look: Look) -> Finding | None:
    """Negative affect of the last two weeks against the eight before, whole days only."""
    first, last = look.today - REVIEW_DAYS - WINDOW_DAYS, look.today - 1
    days = look.days(first, last, *AFFECT)
    place = days.day - first
    n, total = (np.bincount(place, weights=column, minlength=last - first + 1) for column in (days.n, days.total))
    if not n.size or n[-1] == 0:
        return None  # nothing is known of yesterday
    means = [(first + at, float(total[at] / n[at])) for at in np.flatnonzero(n).tolist()]
    border = look.today - REVIEW_DAYS
    baseline = [mean for day, mean in means if day < border]
    recent = [(day, mean) for day, mean in means if day >= border]
    return change.unlike_usual(
        "negative_affect", baseline, recent, better=-1, at=noon(last, look.now), settings=look.settings
    )  # fmt: skip


def _meals(look: Look) -> Finding | None:
    skipped = _skipped(look)
    missed = partial(rhythm.meals_missed, skipped, at=look.now, settings=look.settings)
    found = (missed(look.today) or missed(look.today - 1)) if skipped else None
    return found or _compensation(look)


def _skipped(look: Look) -> dict[int, int]:
    """Meals said to be skipped on each of the last days; read one by one only where the roll-up knows of any."""
    span = int(RULES["meals_missed"].threshold("days", look.settings)) + 1
    if not (look.days(look.today - span, look.today, "meal").low == 0).any():
        return {}
    since, until = seconds(look.now) - (span + 1) * 86_400, seconds(look.now) + 1
    values = values_of(
        look.session, patient=look.patient, since=since, until=until, measures=[catalogue()["meal"].id]
    )  # fmt: skip
    days = day_numbers(values.at[values.value == 0], look.patient.time_zone)
    return {int(day): int(n) for day, n in zip(*np.unique(days, return_counts=True), strict=True)}


def _compensation(look: Look) -> Finding | None:
    border = look.today - REVIEW_DAYS
    before = look.days(border - WINDOW_DAYS, border - 1, "compensation")
    newest = look.days(look.today - RECENT_DAYS, look.today, "compensation")
    if before.n.sum() < ENOUGH_MEALS or newest.n.sum() < ENOUGH_MEALS:
        return None
    usual, now = (float(view.total.sum() / view.n.sum()) for view in (before, newest))
    return rhythm.compensation_rise(usual, now, at=look.now, settings=look.settings)


def _nights(look: Look) -> Finding | None:
    nights = int(RULES["sleep_short"].threshold("of_nights", look.settings))
    days = look.days(look.today - nights + 1, look.today, *NIGHTS)
    hours, efficiency = (_by_day(days.of(catalogue()[code].id)) for code in NIGHTS)
    diary = [
        rhythm.Night(noon(day, look.now), hours.get(day), efficiency.get(day)) for day in sorted({*hours, *efficiency})
    ]
    return rhythm.short_nights(diary, settings=look.settings)


def _by_day(days: DaysView) -> dict[int, float]:
    return {int(day): float(mean) for day, mean in zip(days.day, days.mean, strict=True)}


def _body(look: Look) -> Finding | None:
    if not look.days(look.today - medical.DAYS, look.today, *medical.MEASURES).day.size:
        return None  # nobody measured anything
    readings = medical.readings_of(look.session, patient=look.patient, now=look.now)
    return medical.signs_of_the_body(readings, now=look.now, settings=look.settings)


def _waiting(look: Look) -> Finding | None:
    rule = RULES["message_unanswered"]
    for asked, limit in ((look.waiting.unread, "unread_days"), (look.waiting.unanswered, "unanswered_days")):
        days = int(rule.threshold(limit, look.settings))
        if asked is not None and working_days_on(look.hours, asked, days) <= look.now:
            waited = round((look.now - asked) / timedelta(hours=1), 1)
            window = f"{days} working days"
            fact = Fact(asked, "message", waited, threshold=24.0 * days, informant="patient", window=window)
            return Finding(rule.code, (fact,))
    return None


def _off_course(look: Look) -> Finding | None:
    return find_off_course(look.session, patient=look.patient, now=look.now)


PARTS: tuple[tuple[str, Callable[[Look], Finding | None]], ...] = (
    ("no_entries", _silence), ("ewma_change", _unlike_usual), ("meals_missed", _meals), ("sleep_short", _nights),
    ("medical_signs", _body), ("message_unanswered", _waiting), ("off_course", _off_course),
)  # fmt: skip
