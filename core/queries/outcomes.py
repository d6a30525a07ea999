"""What questionnaires say of how a patient is, over time: their totals as answered. The patient sees them in their own
course, the clinician beside what is asked of them now."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.clock import day_number
from core.instruments import instruments
from core.instruments.checks import span
from core.queries.prepared import rows
from core.queries.timeline import LEAST_DAYS
from models import Informant, Patient, QuestionnaireResponse

# (d) how somebody is, in this order; what is asked about the service or the pair is not among them
OUTCOMES = ("core-10", "phq-9", "gad-7", "hads", "distress-thermometer", "ede-qs", "who-5", "reqol-10", "ors")


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One questionnaire with a total, oldest first: (when, total on ``low`` to ``high``). ``better``: +1 where a higher
    number means more of something wished for, -1 where it means more of a burden."""

    code: str
    answered: tuple[tuple[datetime, float], ...]
    low: float
    high: float
    better: int


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """Every outcome questionnaire of one patient, on their day numbers ``first`` to ``last`` (today)."""

    patient_id: uuid.UUID
    name: str
    time_zone: str
    first: int
    last: int
    outcomes: tuple[OutcomeView, ...]


def outcomes(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> OutcomesView:
    """All totals of one patient for who treats them. Raises ``NotFound`` out of reach and ``AccessRefused`` for a role
    that reads no record."""
    check(by, Permission.READ_RECORD)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    found = by_instrument(answered(session, patient))
    log.record(
        session, at=now, action="read_outcomes", actor_id=by.user_id, patient_id=patient.id,
        detail={"questionnaires": len(found)},
    )  # fmt: skip
    last = day_number(now, patient.time_zone)
    first = min((day_number(one.answered[0][0], patient.time_zone) for one in found), default=last)
    return OutcomesView(patient.id, patient.name, patient.time_zone, min(first, last - LEAST_DAYS + 1), last, found)


Answered = Sequence[tuple[str, datetime, float]]


def answered(session: Session, patient: Patient) -> list[tuple[str, datetime, float]]:
    """Every outcome questionnaire that the patient answered: its code, when, and its total; oldest first."""
    return [(row.instrument, row.answered_at, row.total) for row in rows(session, _SCORES, patient=patient.id)]


def by_instrument(found: Answered) -> tuple[OutcomeView, ...]:
    """The same for each questionnaire, in the order of ``OUTCOMES``; those that were not answered are not in it."""
    made = []
    for code in OUTCOMES:
        totals = tuple((at, total) for of, at, total in found if of == code)
        if totals:
            definition = instruments()[code]
            low, high = span(definition, definition.total) if definition.total else (0.0, 0.0)
            made.append(OutcomeView(code, totals, low, high, definition.better))
    return tuple(made)


_Q = QuestionnaireResponse
_SCORES = (
    select(col(_Q.instrument), col(_Q.answered_at), col(_Q.total))
    .where(col(_Q.patient_id) == bindparam("patient"), col(_Q.informant) == Informant.PATIENT)
    .where(col(_Q.instrument).in_(OUTCOMES), col(_Q.total).is_not(None))
    .order_by(col(_Q.answered_at))
)
