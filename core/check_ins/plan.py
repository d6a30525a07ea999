"""How a person is asked: the hours they are awake, how often in the closer look at the start, what comes after it, and
about what. A programme's default lies under what patient and therapist agreed; both are configuration."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from core.errors import InvalidInput
from core.language import _
from models import Patient, Programme, PromptPlan

MOST_A_DAY = 8  # (d) requests a day, all kinds together
LONGEST_BASELINE = 28  # (d) days
EATING_PROGRAMMES = frozenset({"eating-disorder-day-care"})


@dataclass(frozen=True, slots=True)
class Plan:
    """Times are on the person's own clock (``"08:00"``); nobody is asked before ``wakes`` or after ``sleeps``. In the
    first ``baseline_days`` there are ``baseline_a_day`` short requests spread over the day, later ``moments_a_day``.
    ``safety``: opted into the daily questions about safety. ``remind_after``: minutes until one is asked once more, 0
    for never. ``paused_until``: nobody is asked before this day. Defaults are ours, without published evidence."""

    wakes: str = "08:00"
    sleeps: str = "22:00"
    baseline_days: int = 14
    baseline_a_day: int = 3
    moments_a_day: int = 0
    morning: bool = True
    evening: bool = True
    safety: bool = False
    eating: bool = False
    remind_after: int = 30
    paused_until: str | None = None

    @property
    def hours(self) -> tuple[time, time]:
        """The first and the last time at which somebody may be asked."""
        return time.fromisoformat(self.wakes), time.fromisoformat(self.sleeps)

    def a_day(self, *, baseline: bool) -> int:
        """Requests a day, in the closer look at the start or after it."""
        return (self.baseline_a_day if baseline else self.moments_a_day) + self.morning + self.evening + self.safety


@dataclass(frozen=True, slots=True)
class Agreed:
    """The plan in force for one patient: ``own`` where the two agreed on it, with the version that was seen;
    ``baseline_from``: first day of the closer look, which ends before ``baseline_until``."""

    plan: Plan
    own: bool
    version: int
    baseline_from: date

    @property
    def baseline_until(self) -> date:
        """The first day after the closer look at the start."""
        return self.baseline_from + timedelta(days=self.plan.baseline_days)


def agreed(session: Session, patient: Patient) -> Agreed:
    """The plan of a patient already in reach."""
    programme, own = session.get_one(Programme, patient.programme_id), session.get(PromptPlan, patient.id)
    return _agreed(patient, programme_default(programme), own)


def plans_of(session: Session, patients: list[Patient]) -> dict[int, Agreed]:
    """The plans of many patients by their key, read at once."""
    defaults = {row.id: programme_default(row) for row in session.exec(select(Programme))}
    ids = [patient.id for patient in patients]
    own = {row.patient_id: row for row in session.exec(select(PromptPlan).where(col(PromptPlan.patient_id).in_(ids)))}
    return {patient.key: _agreed(patient, defaults[patient.programme_id], own.get(patient.id)) for patient in patients}


def _agreed(patient: Patient, default: Plan, own: PromptPlan | None) -> Agreed:
    if own is None:
        return Agreed(default, False, 0, patient.enrolled_on)
    return Agreed(with_settings(default, own.settings), True, own.version, own.baseline_from or patient.enrolled_on)


def programme_default(programme: Programme) -> Plan:
    """What a programme asks of everybody: ``settings["prompts"]`` over our own default."""
    eating = Plan(eating=programme.code in EATING_PROGRAMMES)
    return with_settings(eating, programme.settings.get("prompts", {}))


def asks_about_eating(session: Session, patient: Patient) -> bool:
    """Whether meals and urges belong to this person's check-ins."""
    return agreed(session, patient).plan.eating


def with_settings(plan: Plan, settings: Mapping[str, Any]) -> Plan:
    """The plan with what is configured; raises ``InvalidInput`` for what cannot be, with the reason."""
    known = {field.name for field in fields(Plan)}
    if set(settings) - known:
        raise InvalidInput(_("Unknown in a plan of prompts: {names}.").format(names=", ".join(set(settings) - known)))
    made = replace(plan, **dict(settings))
    check_plan(made)
    return made


def settings_of(plan: Plan) -> dict[str, Any]:
    """A plan as it is kept."""
    return asdict(plan)


def check_plan(plan: Plan) -> None:
    """Raise ``InvalidInput`` unless the plan can be kept: a day of at least six hours, no more than ``MOST_A_DAY``."""
    try:
        first, last = plan.hours
        if plan.paused_until is not None:
            date.fromisoformat(plan.paused_until)
    except ValueError as error:
        raise InvalidInput(_("Times are written like 08:00, days like 2026-03-14.")) from error
    if (last.hour * 60 + last.minute) - (first.hour * 60 + first.minute) < 6 * 60:
        raise InvalidInput(_("Between waking and sleeping there must be at least six hours of the same day."))
    if not (0 <= plan.baseline_days <= LONGEST_BASELINE and 0 <= plan.remind_after <= 180):
        raise InvalidInput(_("The closer look lasts at most 28 days, and a reminder comes within three hours."))
    if min(plan.baseline_a_day, plan.moments_a_day) < 0 or _most(plan) > MOST_A_DAY:
        raise InvalidInput(_("At most {n} requests a day: more only wears out.").format(n=MOST_A_DAY))


def _most(plan: Plan) -> int:
    return max(plan.a_day(baseline=True), plan.a_day(baseline=False))
