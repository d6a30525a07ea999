"""When a person is asked on a day: from the plan, on the person's own clock (clock changes included), spread over the
hours they are awake. The same day always gives the same times, so that finding what is due twice asks once."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.check_ins.blocks import Kind, screens
from core.check_ins.plan import Agreed, Plan
from models import PromptKind

LASTS = {
    PromptKind.MOMENTARY: timedelta(minutes=90), PromptKind.MORNING: timedelta(hours=3),
    PromptKind.EVENING: timedelta(minutes=150), PromptKind.SAFETY: timedelta(minutes=150),
}  # fmt: skip  # (d) until a request has run out
BEFORE_SLEEP = timedelta(minutes=60)  # (d) the evening request comes so long before the end of the day
_EDGE = 0.15  # of each stretch of the day at its ends, so that two requests never follow closely


@dataclass(frozen=True, slots=True)
class Slot:
    """One request: kind, moment and until when it counts as in time (UTC, whole seconds)."""

    kind: PromptKind
    sent_at: datetime
    expires_at: datetime


def slots(agreed: Agreed, *, patient_id: uuid.UUID, day: date, time_zone: str) -> tuple[Slot, ...]:
    """The requests of one day of the person's calendar, in order of time; none on a paused day."""
    plan = agreed.plan
    if plan.paused_until is not None and day < date.fromisoformat(plan.paused_until):
        return ()
    first, last = plan.hours
    evening = _minutes(last) - int(BEFORE_SLEEP.total_seconds() // 60)
    asked = [(PromptKind.MOMENTARY, minute) for minute in _moments(agreed, patient_id, day, evening)]
    if plan.morning:
        asked.append((PromptKind.MORNING, _minutes(first)))
    if plan.evening:
        asked.append((PromptKind.EVENING, evening))
    if plan.safety:
        asked.append((PromptKind.SAFETY, evening))
    made = (_slot(kind, day, minute, ZoneInfo(time_zone)) for kind, minute in asked)
    return tuple(sorted(made, key=lambda slot: (slot.sent_at, slot.kind)))


def baseline(agreed: Agreed, day: date) -> bool:
    """Whether ``day`` belongs to the closer look at the start."""
    return agreed.baseline_from <= day < agreed.baseline_until


def questions_a_week(plan: Plan, *, first_weeks: bool) -> int:
    """How many questions a week the plan asks at most: what patient and therapist weigh."""

    def count(kind: Kind) -> int:
        return sum(len(screen.questions) for screen in screens(kind, eating=plan.eating, given={}))

    moments = plan.baseline_a_day if first_weeks else plan.moments_a_day
    a_day = moments * count(Kind.MOMENTARY) + plan.morning * count(Kind.MORNING) + plan.evening * count(Kind.EVENING)
    return 7 * (a_day + plan.safety * count(Kind.SAFETY))


def _moments(agreed: Agreed, patient_id: uuid.UUID, day: date, end: int) -> list[int]:
    """Minutes of the day of the short requests: one at a chance moment of each equal stretch."""
    plan = agreed.plan
    count = plan.baseline_a_day if baseline(agreed, day) else plan.moments_a_day
    begin = _minutes(plan.hours[0]) + 30  # after the night's questions
    if not count:
        return []
    stretch = (end - 30 - begin) / count
    return [
        int(begin + stretch * (number + _EDGE + (1 - 2 * _EDGE) * _chance(patient_id, day, number)))
        for number in range(count)
    ]


def _chance(patient_id: uuid.UUID, day: date, number: int) -> float:
    """A number in [0, 1) that is always the same for this request."""
    drawn = hashlib.sha256(f"{patient_id}:{day.isoformat()}:{number}".encode()).digest()
    return int.from_bytes(drawn[:6], "big") / 2**48


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _slot(kind: PromptKind, day: date, minute: int, zone: ZoneInfo) -> Slot:
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    sent = local.astimezone(UTC)
    return Slot(kind, sent, sent + LASTS[kind])
