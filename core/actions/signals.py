"""A clinician sees a signal differently: who, when and why is kept beside the score, for the model's card."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotFound
from core.language import _
from core.vault import vault
from models import SignalDisagreement, SignalScore, new_id

LONGEST = 4000


class DisagreementReason(StrEnum):
    """Why a clinician sees it differently."""

    KNOWS_MORE = "knows_more"
    DATA_WRONG = "data_wrong"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"
    NOT_USEFUL = "not_useful"


def see_differently(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    key: str,
    patient_id: uuid.UUID,
    score_id: uuid.UUID,
    reason: str,
    text: str = "",
) -> None:
    """Record a disagreement with one score of a patient in reach; ``text`` is encrypted and optional.

    Raises ``AccessRefused``, ``NotFound`` (also for a score of another patient) and ``InvalidInput``.
    """
    check(by, Permission.DISAGREE_WITH_SIGNAL)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    score = session.get(SignalScore, score_id)
    if score is None or score.patient_id != patient.id:
        raise NotFound(_(NOT_FOUND))
    if already_done(session, key=key, by=by.user_id, action="see_signal_differently"):
        return
    row_id, words = new_id(), _checked(text)
    sealed = vault(session).close(session, patient.id, "signal_disagreement", row_id, words) if words else None
    why = _reason(reason)
    session.add(SignalDisagreement(id=row_id, score_id=score.id, at=now, by=by.user_id, reason=why, text=sealed))
    give_receipt(session, key=key, by=by.user_id, action="see_signal_differently", now=now, target=row_id)
    log.record(
        session,
        at=now,
        action="see_signal_differently",
        actor_id=by.user_id,
        patient_id=patient.id,
        target=score.id,
        detail={"signal": score.signal.value, "reason": why.value},
    )


def _reason(reason: str) -> DisagreementReason:
    try:
        return DisagreementReason(reason)
    except ValueError as error:
        raise InvalidInput(_("Choose why you see it differently.")) from error


def _checked(text: str) -> str:
    words = text.strip()
    if len(words) > LONGEST:
        raise InvalidInput(_("The text is too long: at most {n} characters.").format(n=LONGEST))
    return words
