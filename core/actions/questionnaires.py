"""Answers to an instrument, scored by its definition and held against the rules in the same transaction, so that an
answer about suicide asks for a response the moment it is stored."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotPossible
from core.instruments import instrument, score
from core.instruments.scoring import check_version
from core.language import _
from core.queries.questionnaires_due import forms_due, nothing_due
from core.rules.evaluate import on_questionnaire
from models import Informant, Patient, QuestionnaireResponse, Role


def record_answers(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, code: str,
    answers: Mapping[str, float | None], version: str | None = None,
) -> QuestionnaireResponse | None:  # fmt: skip
    """Store and score the answers of one instrument (``answers``: item id → the number beside the chosen option).

    A patient answers their own; a clinician enters what the patient answered on paper (the informant stays the
    patient) or an instrument that is the therapist's. Raises ``InvalidInput`` for an unknown instrument or item, an
    impossible answer, none at all, or a ``version`` (default: the one in force) that is retired. ``None`` on a second
    press of the same form.
    """
    check(by, Permission.ANSWER_QUESTIONNAIRES)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="record_answers"):
        return None
    informant = Informant(instrument(code).informant)
    if by.role is Role.PATIENT and informant is not Informant.PATIENT:
        raise InvalidInput(_("This questionnaire is for therapists."))
    if version is not None:
        check_version(instrument(code), version)
    response = _scored(patient.id, code, answers, informant, now)
    session.add(response)
    session.flush()
    give_receipt(session, key=key, by=by.user_id, action="record_answers", now=now, target=response.id)
    log.record(
        session, at=now, action="record_answers", actor_id=by.user_id, patient_id=patient.id, target=response.id,
        detail={"instrument": code, "missing": len(instrument(code).items) - len(response.answers)},
    )  # fmt: skip
    on_questionnaire(session, patient=patient, response=response, now=now)
    return response


def answer_due(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, code: str,
    answers: Mapping[str, float | None],
) -> QuestionnaireResponse | None:  # fmt: skip
    """Store and score an instrument that the calendar asks for now: of the patient, or (a clinician) of the therapist.

    Raises ``NotPossible`` where it is not asked for, so that nothing is answered twice, and whatever
    ``record_answers`` raises. ``None`` on a second press of the same form.
    """
    check(by, Permission.ANSWER_QUESTIONNAIRES)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="record_answers"):
        return None
    session.exec(select(Patient.id).where(col(Patient.id) == patient.id).with_for_update()).one()
    due = forms_due(session, patient_ids=[patient.id], now=now).get(patient.id, nothing_due(patient.id))
    asked = due.patient if by.role is Role.PATIENT else due.therapist
    if code not in {form.instrument for form in asked}:
        words = _("{name} is not asked for at the moment; it may have been answered already. Nothing was changed.")
        raise NotPossible(words.format(name=instrument(code).name))
    return record_answers(session, by=by, now=now, key=key, patient_id=patient.id, code=code, answers=answers)


def _scored(
    patient_id: uuid.UUID, code: str, answers: Mapping[str, float | None], informant: Informant, now: datetime
) -> QuestionnaireResponse:
    given = {item: answer for item, answer in answers.items() if answer is not None}
    if not given:
        raise InvalidInput(_("Nothing was answered."))
    scored = score(code, given)
    return QuestionnaireResponse(
        patient_id=patient_id, instrument=code, version=instrument(code).version, informant=informant, answered_at=now,
        answers={item: float(answer) for item, answer in given.items()}, total=scored.total,
        subscales={name: value for name, value in scored.subscales.items() if value is not None},
    )  # fmt: skip
