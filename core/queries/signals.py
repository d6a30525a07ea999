"""What the four signals say about one patient, ready for the cards: the safety answers as they were given first, then
each model's newest estimate or its abstention, the factors behind it by clinical domain, and who saw it differently.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.queries.prepared import AnyRow, rows
from core.queries.safety_answers import safety_answers_of
from core.queries.signal_views import ChangeView, DisagreementView, OutcomeMark, SignalsView, SignalView
from core.signals.explain import Given, answer, by_domain, difference, per_margin
from core.signals.questions import QUESTIONS
from core.vault import vault
from models import Patient, QuestionnaireResponse, Signal, SignalContribution, SignalDisagreement, SignalScore, User

STALE_AFTER = timedelta(days=3)
WEEK = 7 * 86_400.0
FEW_NIGHTS, NIGHTS = 2, 8  # how far back an earlier score is looked for: mostly it is the one before


def signals(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> SignalsView:
    """The signals of a patient in reach; the read is written to the audit log."""
    check(by, Permission.READ_SIGNALS)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    log.record(session, at=now, action="read_signals", actor_id=by.user_id, patient_id=patient.id)
    return signals_of(session, by=by, now=now, patient=patient)


def signals_of(
    session: Session, *, by: Actor, now: datetime, patient: Patient, opened: Collection[Signal] = tuple(Signal)
) -> SignalsView:
    """The signals of a patient who was already reached (part of the case review). What stands behind an estimate is
    read for the cards that are ``opened``; the others have no ``domains`` and no ``change``."""
    check(by, Permission.READ_SIGNALS)
    newest = _newest(session, patient.id, now)
    ids = [score.id for scores in newest.values() for score in scores]
    contributions = _contributions(session, [score.id for signal in opened for score in newest.get(signal, ())])
    disagreements = _disagreements(session, patient.id, ids)
    cards = tuple(_card(signal, newest.get(signal, []), contributions, disagreements, now) for signal in Signal)
    return SignalsView(
        patient_id=patient.id,
        given_name=patient.given_name,
        pronoun=patient.pronoun,
        time_zone=patient.time_zone,
        simulated=patient.simulated,
        can_disagree=can(by, Permission.DISAGREE_WITH_SIGNAL),
        safety_answers=safety_answers_of(session, now=now, patient=patient),
        cards=cards,
        outcomes=_outcomes(session, patient, next((card.course for card in cards if card.course), None)),
    )


def _outcomes(session: Session, patient: Patient, course: dict[str, Any] | None) -> tuple[OutcomeMark, ...]:
    """The answers since the start of the expected course."""
    if course is None:
        return ()
    start = datetime.fromisoformat(course["start"])
    found = rows(session, _OUTCOMES, patient=patient.id, instrument=course["instrument"], start=start)
    return tuple(OutcomeMark((at - start).total_seconds() / WEEK, total) for at, total in found)


def _newest(session: Session, patient_id: uuid.UUID, now: datetime) -> dict[Signal, list[AnyRow]]:
    """The newest score of each signal and the one before it by the same model, which can be compared: a look at the
    end of the patient's scores, all four are made together, and a longer one where there is nothing to compare."""
    found = _of_nights(session, patient_id, now, FEW_NIGHTS)
    paired = all(len(scores) > 1 or scores[0].abstained for scores in found.values())
    return found if paired else _of_nights(session, patient_id, now, NIGHTS)


def _of_nights(session: Session, patient_id: uuid.UUID, now: datetime, nights: int) -> dict[Signal, list[AnyRow]]:
    found: dict[Signal, list[AnyRow]] = {}
    for row in rows(session, _SCORES, patient=patient_id, now=now, most=nights * len(Signal)):
        kept = found.setdefault(row.signal, [])
        if not kept or (len(kept) == 1 and _comparable(kept[0], row)):
            kept.append(row)
    return found


def _comparable(now: AnyRow, before: AnyRow) -> bool:
    both = not now.abstained and not before.abstained
    return both and bool(now.model_version == before.model_version)


Parts = dict[uuid.UUID, dict[str, Given]]


def _contributions(session: Session, ids: Sequence[uuid.UUID]) -> Parts:
    found: Parts = {}
    for score_id, *given in rows(session, _CONTRIBUTIONS, scores=ids) if ids else ():
        found.setdefault(score_id, {})[given[0]] = Given(*given)
    return found


def _disagreements(
    session: Session, patient_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[DisagreementView]]:
    found: dict[uuid.UUID, list[DisagreementView]] = {}
    for row in rows(session, _DISAGREEMENTS, scores=ids) if ids else ():
        words = None
        if row.text is not None:
            words = vault(session).open(session, patient_id, "signal_disagreement", row.id, row.text)
        found.setdefault(row.score_id, []).append(DisagreementView(row.name, row.at, row.reason, words))
    return found


def _card(
    signal: Signal,
    scores: Sequence[AnyRow],
    contributions: Parts,
    disagreements: dict[uuid.UUID, list[DisagreementView]],
    now: datetime,
) -> SignalView:
    if not scores:
        return _not_scored(signal)
    score, probability = scores[0], QUESTIONS[signal].probability
    own = contributions.get(score.id)
    base, rate = None, 1.0
    if score.margin is not None and score.base_margin is not None:
        base = answer(score.base_margin, probability=probability)
        rate = per_margin(score.base_margin, score.margin, probability=probability)
    return SignalView(
        signal=signal,
        horizon_days=QUESTIONS[signal].horizon_days,
        score_id=score.id,
        as_of=score.as_of,
        stale=now - score.as_of > STALE_AFTER,
        abstained=score.abstained,
        reasons=tuple(score.reasons),
        estimate=score.estimate,
        lower=score.lower,
        upper=score.upper,
        usual=score.usual,
        coverage=dict(score.coverage),
        base=base,
        domains=by_domain(own.values(), rate) if own else (),
        change=_change(scores, contributions, probability=probability) if own else None,
        course=score.course,
        model_version=score.model_version,
        disagreements=tuple(disagreements.get(score.id, [])),
    )


def _change(scores: Sequence[AnyRow], contributions: Parts, *, probability: bool) -> ChangeView | None:
    if len(scores) < 2:
        return None
    now, before = scores[0], scores[1]
    if now.margin is None or before.margin is None or before.estimate is None:
        return None
    moved = difference(
        contributions.get(before.id, {}), contributions.get(now.id, {}), start=before.margin, end=now.margin,
        probability=probability,
    )  # fmt: skip
    return ChangeView(before.as_of, before.estimate, moved)


def _not_scored(signal: Signal) -> SignalView:
    return SignalView(
        signal=signal,
        horizon_days=QUESTIONS[signal].horizon_days,
        score_id=None,
        as_of=None,
        stale=False,
        abstained=True,
        reasons=({"code": "not_scored"},),
        estimate=None,
        lower=None,
        upper=None,
        usual=None,
        coverage={},
        base=None,
        domains=(),
        change=None,
        course=None,
        model_version=None,
        disagreements=(),
    )


_OF_SCORES: BindParameter[Any] = bindparam("scores", expanding=True)
_SCORES = (
    select(SignalScore)
    .where(col(SignalScore.patient_id) == bindparam("patient"), col(SignalScore.as_of) <= bindparam("now"))
    .order_by(col(SignalScore.as_of).desc())
    .limit(bindparam("most", type_=Integer))
)
_CONTRIBUTIONS = select(
    col(SignalContribution.score_id), col(SignalContribution.feature), col(SignalContribution.domain),
    col(SignalContribution.value), col(SignalContribution.usual), col(SignalContribution.contribution),
).where(col(SignalContribution.score_id).in_(_OF_SCORES))  # fmt: skip
_DISAGREEMENTS = (
    select(
        col(SignalDisagreement.id), col(SignalDisagreement.score_id), col(SignalDisagreement.at),
        col(SignalDisagreement.reason), col(SignalDisagreement.text), col(User.name),
    )
    .join(User, col(User.id) == col(SignalDisagreement.by))
    .where(col(SignalDisagreement.score_id).in_(_OF_SCORES))
    .order_by(col(SignalDisagreement.at))
)  # fmt: skip
_OUTCOMES = (
    select(col(QuestionnaireResponse.answered_at), col(QuestionnaireResponse.total))
    .where(
        col(QuestionnaireResponse.patient_id) == bindparam("patient"),
        col(QuestionnaireResponse.instrument) == bindparam("instrument"),
        col(QuestionnaireResponse.answered_at) >= bindparam("start"),
        col(QuestionnaireResponse.total).is_not(None),
    )
    .order_by(col(QuestionnaireResponse.answered_at))
)
