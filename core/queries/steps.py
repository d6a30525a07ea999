"""Steps of care of one person: where they are, how they came there, what is suggested on which facts, what the patient
asked for, and what was decided by whom. A suggestion that was decided on stays away until something new speaks for
it, or until the day that was set for looking again."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, func, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.reach import patient_in_reach
from core.audit.log import record
from core.clock import day_date, day_number
from core.measures import catalogue
from core.queries.observations import days_of
from core.queries.prepared import rows
from core.rules.catalogue import RULES, Ground
from core.stepped.definition import Plan
from core.stepped.library import plan_of
from core.stepped.suggest import Answered, Standing, Suggestion, suggestions
from core.vault import vault
from models import (
    Alert,
    Appointment,
    AppointmentState,
    Patient,
    PatientView,
    Programme,
    QuestionnaireResponse,
    StepDecision,
    StepOfCare,
    StepRequest,
    StepWish,
    User,
)

LONELY_DAYS = 28  # days of "lonely" read; each criterion takes its own part of them
SAFETY_FOR = timedelta(days=14)  # (d) an answered safety alert stands as a need this long
SAFETY_RULES = [code for code, rule in RULES.items() if rule.ground is Ground.SAID and code != "srs_low"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time on one step; ``ended_on`` is the first day on another (``None``: still)."""

    step: int
    started_on: date
    ended_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """What the patient asked for, in their words, and when it was answered."""

    id: uuid.UUID
    wish: StepWish
    words: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision: who, when, from which step to which, on which grounds, with the patient's view and both's words."""

    id: uuid.UUID
    decided_at: datetime
    by: str
    from_step: int
    to_step: int
    reasons: tuple[str, ...]
    patient_view: PatientView
    patient_words: str
    words: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class StepsView:
    """The steps of one person. ``step`` is the present one (``None``: left the programme, or never on a step);
    ``names`` are those of the programme; ``source`` says where its criteria are from."""

    patient_id: uuid.UUID
    given_name: str
    time_zone: str
    now: datetime
    step: int | None
    since: date | None
    names: Mapping[int, str]
    source: str
    suggestions: tuple[Suggestion, ...]
    stretches: tuple[Stretch, ...]
    decisions: tuple[DecisionView, ...]
    requests: tuple[RequestView, ...]
    may_decide: bool

    def name(self, step: int | None) -> str:
        """The name of a step, empty where it has none."""
        return "" if step is None else self.names.get(step, "")

    @property
    def waiting(self) -> tuple[RequestView, ...]:
        """What the patient asked for and nobody has decided on."""
        return tuple(request for request in self.requests if request.answered_at is None)


@dataclass(frozen=True, slots=True)
class StepsPageView:
    """The page of one case: whose, and its steps."""

    name: str
    programme: str
    steps: StepsView


@dataclass(frozen=True, slots=True)
class OwnStepView:
    """For the patient: the present step by its name, since when, and what they asked for that waits for an answer."""

    step: int | None
    name: str
    since: date | None
    waiting: RequestView | None


def steps_page(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> StepsPageView:
    """Read the steps of a patient in reach. Raises ``AccessRefused`` or ``NotFound``."""
    check(by, Permission.DECIDE_STEP)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    record(session, at=now, action="read_steps", actor_id=by.user_id, patient_id=patient.id)
    programme = session.get_one(Programme, patient.programme_id)
    return StepsPageView(patient.name, programme.name, steps_of(session, by=by, now=now, patient=patient))


def own_step_of(session: Session, *, patient: Patient) -> OwnStepView:
    """What the patient sees of it in their own space; reached and audited by the caller."""
    programme = session.get_one(Programme, patient.programme_id)
    present = _present(stretches_of(session, patient))
    waiting = [request for request in _requests(session, patient) if request.answered_at is None]
    step = present.step if present else None
    return OwnStepView(
        step, names_of(programme).get(step or 0, ""), present.started_on if present else None,
        waiting[0] if waiting else None,
    )  # fmt: skip


def steps_of(
    session: Session, *, by: Actor, now: datetime, patient: Patient, stretches: tuple[Stretch, ...] | None = None
) -> StepsView:
    """The same as ``steps_page``, for a patient already reached and audited by the caller; ``stretches``: where they
    were read already."""
    programme = session.get_one(Programme, patient.programme_id)
    plan = plan_of(programme.code, programme.settings)
    stretches = stretches_of(session, patient) if stretches is None else stretches
    requests = _requests(session, patient)
    decisions, present = _decisions(session, patient), _present(stretches)
    left = patient.left_on is not None and patient.left_on <= now.date()
    found: list[Suggestion] = []
    if present is not None and not left:
        person = _standing(session, patient, plan, present, requests, now)
        found = _still_new(suggestions(plan, person), decisions, person.today)
    return StepsView(
        patient_id=patient.id, given_name=patient.given_name or patient.name, time_zone=patient.time_zone, now=now,
        step=present.step if present and not left else None, since=present.started_on if present else None,
        names=names_of(programme), source=plan.source if plan else "", suggestions=tuple(found), stretches=stretches,
        decisions=decisions, requests=requests, may_decide=can(by, Permission.DECIDE_STEP) and not left,
    )  # fmt: skip


def names_of(programme: Programme) -> dict[int, str]:
    """The steps of a programme by number."""
    return {int(step["step"]): str(step.get("name", "")) for step in programme.steps if "step" in step}


def _present(stretches: Sequence[Stretch]) -> Stretch | None:
    return stretches[-1] if stretches and stretches[-1].ended_on is None else None


def _still_new(found: Sequence[Suggestion], decisions: Sequence[DecisionView], today: date) -> list[Suggestion]:
    """Without what the newest decision already knew, unless its day of review has come."""
    newest = decisions[0] if decisions else None
    if newest is None or (newest.review_on is not None and newest.review_on <= today):
        return list(found)
    return [s for s in found if any(fact.at > newest.decided_at for reason in s.reasons for fact in reason.facts)]


def _standing(
    session: Session, patient: Patient, plan: Plan | None, present: Stretch, requests: Sequence[RequestView],
    now: datetime,
) -> Standing:  # fmt: skip
    zone = ZoneInfo(patient.time_zone)
    began = datetime.combine(present.started_on, time(), zone)
    ((held,),) = rows(session, _SESSIONS, patient=patient.id, began=began, now=now)
    return Standing(
        step=present.step, since=present.started_on, today=now.astimezone(zone).date(),
        answered=_answered(session, patient, plan, now), lonely=_lonely(session, patient, now), sessions=held,
        safety=_safety(session, patient, now),
        wishes=[(request.wish, request.asked_at) for request in requests if request.answered_at is None],
    )  # fmt: skip


def _answered(session: Session, patient: Patient, plan: Plan | None, now: datetime) -> dict[str, list[Answered]]:
    steps = plan.steps if plan else ()
    moves = [criterion for step in steps for move in step.moves for criterion in (*move.any_of, *move.all_of)]
    wanted = {code for criterion in moves if (code := getattr(criterion, "instrument", None))}
    found: defaultdict[str, list[Answered]] = defaultdict(list)
    asked = rows(session, _ANSWERS, patient=patient.id, wanted=sorted(wanted), now=now) if wanted else ()
    for code, at, total, parts in asked:
        scores = dict(parts) if total is None else {**parts, "total": total}
        found[code].append(Answered(at, scores))
    return found


def _lonely(session: Session, patient: Patient, now: datetime) -> list[tuple[date, float]]:
    today = day_number(now, patient.time_zone)
    measure = catalogue()["lonely"].id
    days = days_of(session, patient=patient, first=today - LONELY_DAYS, last=today, measures=[measure])
    return [(day_date(day), mean) for day, mean in zip(days.day.tolist(), days.mean.tolist(), strict=True)]


def _safety(session: Session, patient: Patient, now: datetime) -> list[tuple[str, datetime]]:
    """What was said about safety: alerts still open, and those of the last two weeks."""
    said = rows(session, _SAID, patient=patient.id, since=now - SAFETY_FOR)
    return [(rule, at.astimezone(UTC)) for rule, at in said]


def stretches_of(session: Session, patient: Patient) -> tuple[Stretch, ...]:
    """The time on each step, oldest first; a part of other queries."""
    found = [Stretch(*row) for row in rows(session, _STRETCHES, patient=patient.id)]
    return tuple(sorted(found, key=lambda one: (one.started_on, one.ended_on or date.max)))


def _requests(session: Session, patient: Patient) -> tuple[RequestView, ...]:
    return tuple(
        RequestView(
            row.id, row.wish, _open(session, patient, "step_request", row.id, row.words), row.asked_at, row.answered_at
        )
        for row in rows(session, _REQUESTS, patient=patient.id)
    )


def _decisions(session: Session, patient: Patient) -> tuple[DecisionView, ...]:
    return tuple(
        DecisionView(
            row.id, row.decided_at, row.name or "", row.from_step, row.to_step, tuple(row.reasons), row.patient_view,
            _open(session, patient, "step_decision.patient", row.id, row.patient_words),
            _open(session, patient, "step_decision", row.id, row.words), row.review_on,
        )
        for row in rows(session, _DECISIONS, patient=patient.id)
    )  # fmt: skip


def _open(session: Session, patient: Patient, place: str, row: uuid.UUID, sealed: bytes | None) -> str:
    return vault(session).open(session, patient.id, place, row, sealed) if sealed else ""


_PATIENT: BindParameter[Any] = bindparam("patient")
_NOW: BindParameter[Any] = bindparam("now")
_A, _Q, _R = Appointment, QuestionnaireResponse, StepRequest
_SESSIONS = select(func.count()).where(
    col(_A.patient_id) == _PATIENT, col(_A.state) == AppointmentState.HELD, col(_A.starts_at) >= bindparam("began"),
    col(_A.starts_at) <= _NOW,
)  # fmt: skip
_ANSWERS = (
    select(col(_Q.instrument), col(_Q.answered_at), col(_Q.total), col(_Q.subscales))
    .where(
        col(_Q.patient_id) == _PATIENT, col(_Q.instrument).in_(bindparam("wanted", expanding=True)),
        col(_Q.answered_at) <= _NOW,
    )
    .order_by(col(_Q.answered_at))
)  # fmt: skip
_SAID = (
    select(col(Alert.rule), col(Alert.opened_at))
    .where(
        col(Alert.patient_id) == _PATIENT, col(Alert.rule).in_(SAFETY_RULES),
        col(Alert.closed_at).is_(None) | (col(Alert.opened_at) > bindparam("since")),
    )
    .order_by(col(Alert.opened_at))
)  # fmt: skip
_STRETCHES = (
    select(col(StepOfCare.step), col(StepOfCare.started_on), col(StepOfCare.ended_on), col(StepOfCare.reason))
    .where(col(StepOfCare.patient_id) == _PATIENT)
    .order_by(col(StepOfCare.started_on))
)
_REQUESTS = (
    select(col(_R.id), col(_R.wish), col(_R.words), col(_R.asked_at), col(_R.answered_at))
    .where(col(_R.patient_id) == _PATIENT)
    .order_by(col(_R.asked_at).desc())
)
_DECISIONS = (
    select(StepDecision, col(User.name))
    .outerjoin(User, col(User.id) == col(StepDecision.decided_by))
    .where(col(StepDecision.patient_id) == _PATIENT)
    .order_by(col(StepDecision.decided_at).desc())
)
