"""Deciding on a step of care, and asking for one. What was suggested at that moment is kept with the decision; nothing
here moves anybody by itself."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotPossible
from core.language import _, say_time
from core.queries.steps import StepsView, names_of, steps_of
from core.rules.evaluate import on_words
from core.rules.owners import first_owner
from core.rules.words import STEP_REQUEST, Written
from core.vault import vault
from models import (
    Outbox,
    Patient,
    PatientView,
    Programme,
    StepDecision,
    StepOfCare,
    StepRequest,
    StepWish,
    new_id,
)

LONGEST = 2000  # (d) characters
LATEST_REVIEW = timedelta(days=366)  # (d)
SHARED_DECISION = "shared decision"  # where no criterion pointed there


def ask_for_step(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, wish: str, words: str = ""
) -> uuid.UUID | None:
    """The patient asks for more, less or other support (a ``StepWish``), in words or without. Who leads the treatment
    is told; it stays a suggestion until somebody decides.

    Raises ``NotPossible`` while an earlier one waits, ``InvalidInput``. ``None`` on a second press of the same form.
    """
    check(by, Permission.ASK_FOR_STEP)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="ask_for_step"):
        return None
    _refuse_second(session, patient)
    try:
        wanted = StepWish(wish)
    except ValueError as error:
        raise InvalidInput(_("Say whether you want more, less or other support.")) from error
    row, said = new_id(), _words(words)
    sealed = vault(session).close(session, patient.id, "step_request", row, said) if said else None
    session.add(
        StepRequest(id=row, patient_id=patient.id, wish=wanted, words=sealed, asked_at=now, asked_by=by.user_id)
    )  # fmt: skip
    session.flush()
    log.record(session, at=now, action="ask_for_step", actor_id=by.user_id, patient_id=patient.id, target=row)
    _tell(session, first_owner(session, patient, now)[1].id, "step_asked", row, now)
    on_words(session, patient=patient, written=Written(STEP_REQUEST, row, now, said), now=now)
    give_receipt(session, key=key, by=by.user_id, action="ask_for_step", now=now, target=row)
    return row


def decide_step(  # noqa: PLR0913  everything that a decision has to answer for
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, from_step: int, to_step: int,
    patient_view: str, patient_words: str = "", words: str = "", review_on: date | None = None,
) -> uuid.UUID | None:  # fmt: skip
    """Decide to change from ``from_step`` (as seen on screen) to ``to_step``, or to stay; with the patient's view (a
    ``PatientView``) and words of both. It answers what the patient asked for, and they are told.

    Raises ``ChangedMeanwhile`` where the present step is another by now, ``NotPossible`` for who left the programme,
    ``InvalidInput`` for an unknown step, no view, or a review that is not between today and a year from now.
    """
    check(by, Permission.DECIDE_STEP)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="decide_step"):
        return None
    view = steps_of(session, by=by, now=now, patient=patient)
    _refuse_otherwise(session, patient, view, from_step, to_step)
    decision = _decision(by, now, patient, view, to_step, _view(patient_view))
    decision.patient_words = _seal(session, patient, "step_decision.patient", decision.id, patient_words)
    decision.words = _seal(session, patient, "step_decision", decision.id, words)
    decision.review_on = _review(review_on, now, patient)
    session.add(decision)
    if to_step != from_step:
        _change(session, by, patient, decision, now)
    _answer(session, by, patient, now)
    session.flush()
    log.record(
        session, at=now, action="decide_step", actor_id=by.user_id, patient_id=patient.id, target=decision.id,
        detail={"from": from_step, "to": to_step, "reasons": decision.reasons, "patient": decision.patient_view.value},
    )  # fmt: skip
    if patient.user_id is not None:
        _tell(session, patient.user_id, "step_decided", decision.id, now)
    give_receipt(session, key=key, by=by.user_id, action="decide_step", now=now, target=decision.id)
    return decision.id


def _refuse_second(session: Session, patient: Patient) -> None:
    r = StepRequest
    waiting = session.exec(
        select(r.asked_at).where(col(r.patient_id) == patient.id, col(r.answered_at).is_(None))
    ).first()  # fmt: skip
    if waiting is not None:
        words = _("You asked on {when} already; your team will answer you.")
        raise NotPossible(words.format(when=say_time(waiting, patient.time_zone)))


def _refuse_otherwise(session: Session, patient: Patient, view: StepsView, from_step: int, to_step: int) -> None:
    if view.step is None or not view.may_decide:
        raise NotPossible(_("{name} is on no step of a programme now.").format(name=view.given_name))
    if view.step != from_step:
        newest = view.decisions[0] if view.decisions else None
        words = _("{name} decided on {when} for step {n}. Nothing was changed; look at it again.")
        raise ChangedMeanwhile(
            words.format(
                name=newest.by if newest and newest.by else _("Somebody"), n=view.step,
                when=say_time(newest.decided_at, patient.time_zone) if newest else "",
            )
        )  # fmt: skip
    if to_step not in names_of(session.get_one(Programme, patient.programme_id)):
        raise InvalidInput(_("This programme has no step {n}.").format(n=to_step))


def _decision(
    by: Actor, now: datetime, patient: Patient, view: StepsView, to_step: int, told: PatientView
) -> StepDecision:
    """With what was suggested: for a change what spoke for it, for staying everything that was weighed."""
    weighed = [s for s in view.suggestions if to_step in (view.step, s.to) or s.to is None]
    reasons = [reason for suggestion in weighed for reason in suggestion.reasons]
    evidence = [{"ground": reason.ground.value, **fact.as_json()} for reason in reasons for fact in reason.facts]
    return StepDecision(
        id=new_id(), patient_id=patient.id, decided_at=now, decided_by=by.user_id, from_step=view.step or 0,
        to_step=to_step, reasons=list(dict.fromkeys(reason.ground.value for reason in reasons)), evidence=evidence,
        patient_view=told,
    )  # fmt: skip


def _change(session: Session, by: Actor, patient: Patient, decision: StepDecision, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    s = StepOfCare
    for row in session.exec(select(s).where(col(s.patient_id) == patient.id, col(s.ended_on).is_(None))):
        row.ended_on = max(today, row.started_on)
    reason = ", ".join(code.replace("_", " ") for code in decision.reasons) or SHARED_DECISION
    session.add(
        StepOfCare(
            patient_id=patient.id, step=decision.to_step, started_on=today, reason=reason, decided_by=by.user_id
        )
    )  # fmt: skip


def _answer(session: Session, by: Actor, patient: Patient, now: datetime) -> None:
    r = StepRequest
    for row in session.exec(select(r).where(col(r.patient_id) == patient.id, col(r.answered_at).is_(None))):
        row.answered_at, row.answered_by = now, by.user_id


def _tell(session: Session, recipient: uuid.UUID, kind: str, row: uuid.UUID, now: datetime) -> None:
    session.add(Outbox(made_at=now, kind=kind, recipient_id=recipient, payload={"id": str(row)}))


def _seal(session: Session, patient: Patient, place: str, row: uuid.UUID, words: str) -> bytes | None:
    said = _words(words)
    return vault(session).close(session, patient.id, place, row, said) if said else None


def _words(words: str) -> str:
    text = words.replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise InvalidInput(_("The text is too long: at most {n} characters.").format(n=LONGEST))
    return text


def _view(told: str) -> PatientView:
    try:
        return PatientView(told)
    except ValueError as error:
        raise InvalidInput(_("Say what the patient thinks of it.")) from error


def _review(day: date | None, now: datetime, patient: Patient) -> date | None:
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    if day is not None and not today <= day <= today + LATEST_REVIEW:
        raise InvalidInput(_("The day of the next look lies between today and a year from now."))
    return day
