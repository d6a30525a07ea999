"""What was over the workload budget and waits for the team's meeting. A part of ``core.queries.meetings``, which checks
and audits."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from core.access.actor import Actor
from models import Alert, AlertState, Patient, Staff


@dataclass(frozen=True, slots=True)
class Waiting:
    """One alert on the weekly list since ``batched_on``, with whose it is."""

    alert_id: uuid.UUID
    patient_id: uuid.UUID
    name: str
    rule: str
    opened_at: datetime
    batched_on: date
    owner: str


def weekly_list(session: Session, *, actor: Actor, now: datetime) -> tuple[Waiting, ...]:
    """The alerts of the actor's team that nobody has taken up yet, by patient."""
    a, p = Alert, Patient
    rows = session.execute(
        select(a, p, Staff.name)
        .join(p, col(p.id) == col(a.patient_id))
        .join(Staff, col(Staff.id) == col(a.owner_id))
        .where(
            col(p.team_id) == actor.team_id, or_(col(p.left_on).is_(None), col(p.left_on) > now.date()),
            col(a.batched_on).is_not(None), col(a.state) == AlertState.NEW,
        )
        .order_by(col(p.family_name), col(p.given_name), col(a.due_at))
    )  # fmt: skip
    return tuple(
        Waiting(alert.id, patient.id, patient.name, alert.rule, alert.opened_at, alert.batched_on, owner)
        for alert, patient, owner in rows
        if alert.batched_on is not None
    )
