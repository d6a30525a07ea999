"""How one patient is asked, as patient and therapist see it together: the plan, what it costs in questions a week, the
times of today, and what became of the requests of the last weeks."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.check_ins.plan import Agreed, agreed
from core.check_ins.schedule import Slot, questions_a_week, slots
from core.queries.prompts import Compliance, compliance, sent_between
from models import Patient, PromptPlan, Role, User

WEEK, MONTH = timedelta(days=7), timedelta(days=28)


@dataclass(frozen=True, slots=True)
class PromptPlanView:
    """``questions`` a week in the closer look and after it; ``week`` and ``month``: what became of the requests, all
    kinds together; ``by_kind`` of the month; ``own``: the patient is reading."""

    patient_id: uuid.UUID
    name: str
    own: bool
    agreed: Agreed
    baseline: bool
    questions: tuple[int, int]
    today: tuple[Slot, ...]
    today_date: date
    week: Compliance
    month: Compliance
    by_kind: dict[str, Compliance]
    changed_at: datetime | None
    changed_by: str | None
    time_zone: str


def prompt_plan(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> PromptPlanView:
    """The plan of a patient in reach. Raises ``NotFound`` out of reach."""
    check(by, Permission.PLAN_PROMPTS)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    log.record(session, at=now, action="read_prompt_plan", actor_id=by.user_id, patient_id=patient.id)
    plan, today = agreed(session, patient), now.astimezone(ZoneInfo(patient.time_zone)).date()
    rows = sent_between(session, patient=patient, since=now - MONTH, until=now)
    week = [row for row in rows if row.sent_at >= (now - WEEK).timestamp()]
    changed_at, changed_by = _changed(session, patient)
    return PromptPlanView(
        patient_id=patient.id, name=patient.name, own=by.role is Role.PATIENT, agreed=plan,
        baseline=plan.baseline_from <= today < plan.baseline_until,
        questions=(questions_a_week(plan.plan, first_weeks=True), questions_a_week(plan.plan, first_weeks=False)),
        today=slots(plan, patient_id=patient.id, day=today, time_zone=patient.time_zone), today_date=today,
        week=compliance(week, now), month=compliance(rows, now), time_zone=patient.time_zone,
        by_kind={
            kind: compliance([row for row in rows if row.kind == kind], now) for kind in sorted({r.kind for r in rows})
        },
        changed_at=changed_at, changed_by=changed_by,
    )  # fmt: skip


def _changed(session: Session, patient: Patient) -> tuple[datetime | None, str | None]:
    row = session.get(PromptPlan, patient.id)
    if row is None:
        return None, None
    return row.changed_at, session.exec(select(User.name).where(col(User.id) == row.changed_by)).first()
