"""Agreeing on how a patient is asked: patient and therapist, either of them, on the version that was seen."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.check_ins.plan import agreed, programme_default, settings_of, with_settings
from core.errors import ChangedMeanwhile
from core.language import _, say_time
from models import Patient, Programme, PromptPlan, User


def agree_on_prompts(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, settings: Mapping[str, Any],
    version: int, baseline_from: date | None = None,
) -> int:  # fmt: skip
    """Keep what was agreed (fields of ``core.check_ins.plan.Plan``; what is left out stays); returns the new version.

    ``version`` is the one that was seen, 0 where there was none: ``ChangedMeanwhile`` where the other side was faster.
    ``baseline_from`` begins the closer look anew. Raises ``InvalidInput`` for what cannot be asked of anybody.
    """
    check(by, Permission.PLAN_PROMPTS)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="agree_on_prompts"):
        return version
    row = session.get(PromptPlan, patient.id, populate_existing=True)
    _refuse_stale(session, patient, row, version)
    plan = with_settings(agreed(session, patient).plan, settings)
    kept = _different(session, patient, settings_of(plan))
    if row is None:
        row = PromptPlan(patient_id=patient.id, changed_at=now, changed_by=by.user_id, version=0)
        session.add(row)
    row.settings, row.version, row.changed_at, row.changed_by = kept, row.version + 1, now, by.user_id
    row.baseline_from = baseline_from or row.baseline_from
    session.flush()
    log.record(
        session, at=now, action="agree_on_prompts", actor_id=by.user_id, patient_id=patient.id,
        detail={"version": row.version},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="agree_on_prompts", now=now, target=row.id)
    return row.version


def _different(session: Session, patient: Patient, settings: dict[str, Any]) -> dict[str, Any]:
    """What differs from the programme: the rest follows the programme when that changes."""
    default = settings_of(programme_default(session.get_one(Programme, patient.programme_id)))
    return {name: value for name, value in settings.items() if value != default[name]}


def _refuse_stale(session: Session, patient: Patient, row: PromptPlan | None, version: int) -> None:
    if row is None or row.version == version:
        return
    who = session.exec(select(User.name).where(col(User.id) == row.changed_by)).first() or _("Somebody")
    said = _("{name} changed this plan on {time}. Look at it again.")
    raise ChangedMeanwhile(said.format(name=who, time=say_time(row.changed_at, patient.time_zone)))
