"""When a person's own entries would have opened an alert: the findings behind the simulated history of alerts.

The thresholds are those of the clinical reference. The product's own rules (``core.rules``) watch what comes in from
now on; these only make the past plausible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from core.clock import moment
from core.ingest.columns import NEVER, PromptColumns, ValueColumns
from core.measures import catalogue
from core.rules.findings import Fact
from models import AllianceRating, Message, QuestionnaireResponse, Side
from seed.person import Person
from seed.plan import Real, Whole
from seed.rows import Row, Rows

LAMBDA, LIMIT, BASELINE_DAYS = 0.10, 2.55, 28
NEGATIVE = ("irritated", "anxious", "sad", "insecure")
Shown = dict[str, Any]
WINDOWS = {"phq-9": "two_weeks", "core-10": "week"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applied at a moment, with its facts."""

    rule: str
    at: datetime
    evidence: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """The values and prompts of one person (``key``), cut out of a chunk that is in key order."""

    key: int
    values: ValueColumns
    prompts: PromptColumns

    def of(self, code: str) -> tuple[Whole, Whole, Real]:
        """Times, days and values of one measure."""
        first, last = np.searchsorted(self.values.patient_key, [self.key, self.key + 1])
        rows = np.flatnonzero(self.values.measure_id[first:last] == catalogue()[code].id) + first
        return self.values.at[rows], self.values.day[rows], self.values.value[rows]

    def answered(self) -> Whole:
        """Times of all answers, in order."""
        first, last = np.searchsorted(self.prompts.patient_key, [self.key, self.key + 1])
        at = self.prompts.answered_at[first:last]
        return np.sort(at[at != NEVER])


def findings(person: Person, rows: Rows, said: Said) -> list[Finding]:
    """Every finding up to now, in order of time."""
    parts = (_safety(said), _scores(rows), _alliance(rows), _silence(person, said), _meals(person, said),
             _sleep(said), _change(person, said), _waiting(rows))  # fmt: skip
    found = [finding for part in parts for finding in part if finding.at <= person.plan.now]
    return sorted(found, key=lambda finding: finding.at)


def fact(at: datetime, kind: str, value: float, **more: Any) -> Shown:
    """One fact of an alert's evidence."""
    return Fact(at=at, kind=kind, value=round(float(value), 2), **more).as_json()


def _safety(said: Said) -> Iterator[Finding]:
    for code in ("wish_not_alive", "suicidal_thoughts"):
        at, _day, value = said.of(code)
        for row in np.flatnonzero(value > 0).tolist():
            when = moment(int(at[row]))
            shown = fact(when, "answer", value[row], measure=code, low=0, high=4, informant="patient", window="today")
            yield Finding("safety_answer", when, (shown,))


def _scores(rows: Rows) -> Iterator[Finding]:
    first: dict[str, float] = {}
    for row in sorted(rows.by_table.get(QuestionnaireResponse, []), key=lambda r: r["answered_at"]):
        code, at, total = row["instrument"], row["answered_at"], row["total"]
        for instrument, item, rule in (("phq-9", "9", "phq9_item9"), ("core-10", "6", "core10_item6")):
            if code == instrument and row["answers"].get(item, 0) >= 1:
                answer = row["answers"][item]
                yield Finding(
                    rule,
                    at,
                    (_answered(at, code, answer, item=item, low=0, high=4 - (code == "phq-9"), window=WINDOWS[code]),),
                )
        if total is None:
            continue
        if code == "srs" and total < 36:
            yield Finding("srs_low", at, (_answered(at, code, total, threshold=36, kind="score"),))
        if code == "core-10":
            yield from _course(row, first.setdefault(code, total), rows)


def _course(row: Row, first: float, rows: Rows) -> Iterator[Finding]:
    at, total = row["answered_at"], row["total"]
    shown = _answered(at, "core-10", total, usual=first, threshold=first + 6, kind="score")
    if total - first >= 6:
        yield Finding("reliable_deterioration", at, (shown,))
    elif total - first >= 3 and total >= 18 and at - _begun(rows) > timedelta(days=35):
        yield Finding("off_course", at, (shown | {"threshold": first},))


def _begun(rows: Rows) -> datetime:
    began: datetime = min(row["answered_at"] for row in rows.by_table[QuestionnaireResponse])
    return began


def _answered(at: datetime, code: str, value: float, *, kind: str = "answer", **more: Any) -> Shown:
    return fact(at, kind, value, instrument=code, informant="patient", **more)


def _alliance(rows: Rows) -> Iterator[Finding]:
    earlier: dict[str, list[float]] = {"goal": [], "task": [], "bond": []}
    newest: dict[Side, tuple[Row, float]] = {}
    for row in sorted(rows.by_table.get(AllianceRating, []), key=lambda r: r["rated_at"]):
        at, mean = row["rated_at"], (row["goal"] + row["task"] + row["bond"]) / 3
        newest[row["side"]] = (row, mean)
        if row["side"] is Side.PATIENT:
            for part, before in earlier.items():
                if before and row[part] <= max(before) - 0.9:
                    shown = fact(at, "rating", row[part], instrument=row["instrument"], subscale=part,
                                 usual=round(max(before), 2), threshold=0.7, informant="patient")  # fmt: skip
                    yield Finding("alliance_fall", at, (shown,))
                before.append(row[part])
        yield from _gap(at, newest)


def _gap(at: datetime, newest: dict[Side, tuple[Row, float]]) -> Iterator[Finding]:
    if len(newest) < 2 or newest[Side.PATIENT][0]["appointment_id"] != newest[Side.THERAPIST][0]["appointment_id"]:
        return
    if abs(newest[Side.PATIENT][1] - newest[Side.THERAPIST][1]) >= 1:
        facts = tuple(
            fact(row["rated_at"], "rating", mean, instrument=row["instrument"], threshold=1.0, informant=side.value)
            for side, (row, mean) in newest.items()
        )
        yield Finding("alliance_gap", at, facts)


def _silence(person: Person, said: Said) -> Iterator[Finding]:
    ends = int(min(person.plan.now, person.at(min(person.ends, person.known + 9), 0)).timestamp())
    times = np.append(said.answered(), ends)
    for row in np.flatnonzero(np.diff(times) >= 72 * 3600).tolist():
        last = moment(int(times[row]))
        at = last + timedelta(hours=72)
        yield Finding("no_entries", at, (fact(last, "silence", 72, threshold=72, window="72 h", informant="patient"),))


def _meals(person: Person, said: Said) -> Iterator[Finding]:
    _at, day, value = said.of("meal")
    if not day.size:
        return
    days, skipped = np.unique(day[value == 0], return_counts=True)
    many = days[skipped >= 2]
    for second in many[1:][np.diff(many) == 1].tolist():
        at = person.at(second - person.enrolled, 21.8)
        yield Finding("meals_missed", at, (fact(at, "series", 2, measure="meal", threshold=2, window="2 days",
                                                informant="patient"),))  # fmt: skip


def _sleep(said: Said) -> Iterator[Finding]:
    at, _day, hours = said.of("sleep_hours")
    _at, _day, efficiency = said.of("sleep_efficiency")
    for row in range(6, hours.size):
        week = slice(row - 6, row + 1)
        if at[row] - at[row - 6] > 10 * 86_400:
            continue
        when = moment(int(at[row]))
        if (hours[week] < 5).sum() >= 3:
            yield Finding("sleep_short", when, (_nights(when, "sleep_hours", hours[week].min(), 5),))
        elif (efficiency[week] < 85).sum() >= 4:
            yield Finding("sleep_short", when, (_nights(when, "sleep_efficiency", efficiency[week].min(), 85),))


def _nights(at: datetime, measure: str, value: float, threshold: float) -> Shown:
    return fact(at, "series", value, measure=measure, threshold=threshold, window="7 nights", informant="patient")


def _change(person: Person, said: Said) -> Iterator[Finding]:
    """EWMA of the day means of negative affect against four baseline weeks; breached on two consecutive days."""
    parts = [said.of(code) for code in NEGATIVE]
    days, where = np.unique(parts[0][1], return_inverse=True)
    if days.size <= BASELINE_DAYS:
        return
    sums = sum(np.bincount(where, weights=value, minlength=days.size) for _at, _day, value in parts)
    mean = np.asarray(sums) / np.bincount(where, minlength=days.size) / len(parts)
    centre, spread = mean[:BASELINE_DAYS].mean(), mean[:BASELINE_DAYS].std() + 0.05
    smoothed, breached = centre, 0
    for number in range(BASELINE_DAYS, days.size):
        smoothed = LAMBDA * mean[number] + (1 - LAMBDA) * smoothed
        steps = number - BASELINE_DAYS + 1
        limit = LIMIT * spread * np.sqrt(LAMBDA / (2 - LAMBDA) * (1 - (1 - LAMBDA) ** (2 * steps)))
        breached = breached + 1 if smoothed > centre + limit else 0
        if breached == 2:
            at = person.at(int(days[number]) - person.enrolled, 22.5)
            shown = fact(at, "series", smoothed, measure="negative_affect", usual=round(float(centre), 2),
                         threshold=round(float(centre + limit), 2), window="2 days", informant="patient")  # fmt: skip
            yield Finding("ewma_change", at, (shown,))


def _waiting(rows: Rows) -> Iterator[Finding]:
    """Messages that waited two working days for an answer (taken here as 60 hours)."""
    asked: datetime | None = None
    letters = rows.by_table.get(Message, [])
    for number, row in enumerate(letters):
        following = letters[number + 1]["sent_at"] if number + 1 < len(letters) else None
        asked = (asked or row["sent_at"]) if row["from_patient"] else None
        late = asked + timedelta(hours=60) if asked else None
        if asked and late and (following is None or following > late):
            yield Finding("message_unanswered", late, (fact(asked, "message", 60, threshold=48, window="2 working days",
                                                            informant="patient"),))  # fmt: skip
