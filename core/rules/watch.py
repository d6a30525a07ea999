"""The daily look at what nobody sends: silence, days unlike usual, missed meals, short nights, messages that wait. Each
rule opens at most one alert and adds nothing while it is open; after closing it keeps quiet until the next review."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from core.clock import day_date, day_number, moment, seconds
from core.ingest.columns import day_numbers
from core.measures import catalogue
from core.queries.observations import DaysView, days_of, prompts_of, values_of
from core.rules import change, rhythm
from core.rules.catalogue import RULES
from core.rules.due import WorkingHours, working_days_on
from core.rules.evaluate import open_or_add, settings_of
from core.rules.expected_course import find_off_course
from core.rules.findings import Fact, Finding
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import Alert, AlertEvent, AlertState, AlertVerb, Message, MessageThread, Patient, Service

LOOK_BACK = timedelta(days=28)  # further back there is no last entry to be silent since
ENTRY = timedelta(hours=1)  # answers this close together are one entry
RECENT_DAYS, ENOUGH_MEALS = 7, 14  # (d) for the share of meals with compensation
SAFETY = tuple(catalogue()[code].id for code in ("wish_not_alive", "suicidal_thoughts"))


@dataclass(frozen=True, slots=True)
class _Look:
    """Whose days are looked at, when, with which thresholds."""

    session: Session
    patient: Patient
    now: datetime
    today: int
    settings: dict[str, Any]

    def days(self, first: int, last: int, *codes: str) -> DaysView:
        measures = [catalogue()[code].id for code in codes]
        return days_of(self.session, patient=self.patient, first=first, last=last, measures=measures)


def watch(session: Session, *, patient: Patient, now: datetime) -> list[Alert]:
    """Run the rules on the days of one patient in treatment up to ``now``; the alerts that were opened."""
    look = _Look(session, patient, now, day_number(now, patient.time_zone), settings_of(session, patient))
    opened = []
    for rule, finding in _PARTS:
        asked = RULES[rule].runs(look.settings) and _listens(session, patient, rule, day_date(look.today))
        found = finding(look) if asked else None
        if found is not None:
            opened.append(open_or_add(session, patient=patient, finding=found, now=now))
    return opened


def _listens(session: Session, patient: Patient, rule: str, today: date) -> bool:
    """Whether the rule has no open alert for this patient, and the next review of its last one has come."""
    mine = select(Alert.id).where(col(Alert.patient_id) == patient.id, col(Alert.rule) == rule)
    if session.exec(mine.where(col(Alert.state) != AlertState.CLOSED)).first():
        return False
    e = AlertEvent
    closings = select(e).where(col(e.alert_id).in_(mine), col(e.verb) == AlertVerb.CLOSE).order_by(col(e.at).desc())
    last = session.exec(closings.limit(1)).first()
    return last is None or last.next_review is None or last.next_review <= today


def _silence(look: _Look) -> Finding | None:
    since, until = seconds(look.now - LOOK_BACK), seconds(look.now) + 1
    values = values_of(look.session, patient=look.patient, since=since, until=until)
    if not values.at.size:
        return None
    last = int(values.at.max())
    newest = values.at > last - ENTRY.total_seconds()
    safety = newest & np.isin(values.measure_id, SAFETY) & (values.value > 0)
    prompts = prompts_of(look.session, patient=look.patient, since=last + 1, until=until)
    return rhythm.silence(
        moment(last), asked_since=bool((prompts.expires_at < seconds(look.now)).any()),
        after_safety=bool(safety.any()), now=look.now, settings=look.settings,
    )  # fmt: skip


def _unlike_usual(look: _Look) -> Finding | None:
    """Negative affect of the last two weeks against the eight before, whole days only."""
    first, last = look.today - REVIEW_DAYS - WINDOW_DAYS, look.today - 1
    days = look.days(first, last, "irritated", "anxious", "sad", "insecure")
    means = {
        int(day): float(days.total[days.day == day].sum() / days.n[days.day == day].sum())
        for day in np.unique(days.day)
    }  # fmt: skip
    border = look.today - REVIEW_DAYS
    baseline = [mean for day, mean in means.items() if day < border]
    recent = [(day, mean) for day, mean in means.items() if day >= border]
    if not recent or recent[-1][0] < last:
        return None  # nothing is known of yesterday
    return change.unlike_usual(
        "negative_affect", baseline, recent, better=-1, at=_noon(look, last), settings=look.settings
    )  # fmt: skip


def _meals(look: _Look) -> Finding | None:
    since = seconds(look.now) - 4 * 86_400
    values = values_of(
        look.session, patient=look.patient, since=since, until=seconds(look.now) + 1, measures=[catalogue()["meal"].id]
    )
    days = day_numbers(values.at[values.value == 0], look.patient.time_zone)
    skipped = {int(day): int(n) for day, n in zip(*np.unique(days, return_counts=True), strict=True)}
    missed = partial(rhythm.meals_missed, skipped, at=look.now, settings=look.settings)
    return missed(look.today) or missed(look.today - 1) or _compensation(look)


def _compensation(look: _Look) -> Finding | None:
    border = look.today - REVIEW_DAYS
    before = look.days(border - WINDOW_DAYS, border - 1, "compensation")
    newest = look.days(look.today - RECENT_DAYS, look.today, "compensation")
    if before.n.sum() < ENOUGH_MEALS or newest.n.sum() < ENOUGH_MEALS:
        return None
    usual, now = (float(view.total.sum() / view.n.sum()) for view in (before, newest))
    return rhythm.compensation_rise(usual, now, at=look.now, settings=look.settings)


def _nights(look: _Look) -> Finding | None:
    nights = int(RULES["sleep_short"].threshold("of_nights", look.settings))
    days = look.days(look.today - nights + 1, look.today, "sleep_hours", "sleep_efficiency")
    hours, efficiency = (_by_day(days.of(catalogue()[code].id)) for code in ("sleep_hours", "sleep_efficiency"))
    diary = [
        rhythm.Night(_noon(look, day), hours.get(day), efficiency.get(day)) for day in sorted({*hours, *efficiency})
    ]
    return rhythm.short_nights(diary, settings=look.settings)


def _by_day(days: DaysView) -> dict[int, float]:
    return {int(day): float(mean) for day, mean in zip(days.day, days.mean, strict=True)}


def _waiting(look: _Look) -> Finding | None:
    m, rule = Message, RULES["message_unanswered"]
    unread = select(m.sent_at).where(
        col(m.patient_id) == look.patient.id, col(m.from_patient), col(m.read_at).is_(None)
    )  # fmt: skip
    unanswered = select(MessageThread.needs_reply_since).where(col(MessageThread.patient_id) == look.patient.id)
    service = look.session.get_one(Service, look.patient.service_id)
    for asked, limit in (
        (look.session.exec(unread.order_by(col(m.sent_at)).limit(1)).first(), "unread_days"),
        (look.session.exec(unanswered).first(), "unanswered_days"),
    ):
        days = int(rule.threshold(limit, look.settings))
        if asked is not None and working_days_on(WorkingHours.of(service), asked, days) <= look.now:
            waited = round((look.now - asked) / timedelta(hours=1), 1)
            window = f"{days} working days"
            fact = Fact(asked, "message", waited, threshold=24.0 * days, informant="patient", window=window)
            return Finding(rule.code, (fact,))
    return None


def _off_course(look: _Look) -> Finding | None:
    return find_off_course(look.session, patient=look.patient, now=look.now)


def _noon(look: _Look, day: int) -> datetime:
    """A moment that is on this day of the patient's calendar, wherever the patient lives."""
    there = datetime.combine(day_date(day), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
    return min(there, look.now)


_PARTS: tuple[tuple[str, Callable[[_Look], Finding | None]], ...] = (
    ("no_entries", _silence), ("ewma_change", _unlike_usual), ("meals_missed", _meals), ("sleep_short", _nights),
    ("message_unanswered", _waiting), ("off_course", _off_course),
)  # fmt: skip
