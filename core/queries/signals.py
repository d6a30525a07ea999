"""What the four signals say about one patient, ready for the cards: the safety answers as they were given first, then
each model's newest estimate or its abstention, the factors behind it by clinical domain, and who saw it differently.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.queries.safety_answers import SafetyAnswerView, safety_answers_of
from core.signals.questions import QUESTIONS, SIMULATED
from core.vault import vault
from models import Patient, Signal, SignalContribution, SignalDisagreement, SignalScore, User

STALE_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class FactorView:
    """One feature's part: its value and this patient's own usual (``None`` where missing), and its contribution on
    the scale of the explanation (log-odds; WHO-5 points for quality of life)."""

    feature: str
    value: float | None
    usual: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class DomainView:
    """The factors of one clinical domain, largest first, and their sum."""

    domain: str
    contribution: float
    factors: tuple[FactorView, ...]


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """Who saw this score differently, when and why (``text`` is the clinician's own)."""

    by: str
    at: datetime
    reason: str
    text: str | None


@dataclass(frozen=True, slots=True)
class SignalView:
    """One signal's newest answer. ``score_id`` is ``None`` while nothing was computed; ``abstained`` comes with
    ``reasons`` (codes with numbers, see ``core.signals.abstain``). Probabilities are 0–1, quality of life WHO-5 points.
    """

    signal: Signal
    horizon_days: int | None
    score_id: uuid.UUID | None
    as_of: datetime | None
    stale: bool
    abstained: bool
    reasons: tuple[dict[str, Any], ...]
    estimate: float | None
    lower: float | None
    upper: float | None
    usual: float | None
    coverage: dict[str, float]
    domains: tuple[DomainView, ...]
    model_version: str | None
    disagreements: tuple[DisagreementView, ...]

    @property
    def learned_on_simulated(self) -> bool:
        """Whether the model was trained on simulated people."""
        return bool(self.model_version and self.model_version.startswith(SIMULATED))


@dataclass(frozen=True, slots=True)
class SignalsView:
    """The four cards of one patient in their order, and the safety answers that stand above them."""

    patient_id: uuid.UUID
    given_name: str
    pronoun: str
    time_zone: str
    simulated: bool
    can_disagree: bool
    safety_answers: tuple[SafetyAnswerView, ...]
    cards: tuple[SignalView, ...]


def signals(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> SignalsView:
    """The signals of a patient in reach; the read is written to the audit log."""
    check(by, Permission.READ_SIGNALS)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    log.record(session, at=now, action="read_signals", actor_id=by.user_id, patient_id=patient.id)
    return signals_of(session, by=by, now=now, patient=patient)


def signals_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> SignalsView:
    """The signals of a patient who was already reached (part of the case review)."""
    check(by, Permission.READ_SIGNALS)
    newest = _newest(session, patient.id, now)
    ids = [score.id for score in newest.values()]
    contributions = _contributions(session, ids)
    disagreements = _disagreements(session, patient.id, ids)
    return SignalsView(
        patient_id=patient.id,
        given_name=patient.given_name,
        pronoun=patient.pronoun,
        time_zone=patient.time_zone,
        simulated=patient.simulated,
        can_disagree=can(by, Permission.DISAGREE_WITH_SIGNAL),
        safety_answers=safety_answers_of(session, now=now, patient=patient),
        cards=tuple(_card(signal, newest.get(signal), contributions, disagreements, now) for signal in Signal),
    )


def _newest(session: Session, patient_id: uuid.UUID, now: datetime) -> dict[Signal, SignalScore]:
    """The newest score of each signal: one look at the end of the patient's scores, all four are made together."""
    rows = session.exec(
        select(SignalScore)
        .where(col(SignalScore.patient_id) == patient_id, col(SignalScore.as_of) <= now)
        .order_by(col(SignalScore.as_of).desc())
        .limit(2 * len(Signal))
    ).all()
    newest: dict[Signal, SignalScore] = {}
    for row in rows:
        newest.setdefault(row.signal, row)
    return newest


def _contributions(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[SignalContribution]]:
    found: dict[uuid.UUID, list[SignalContribution]] = {}
    rows = session.exec(select(SignalContribution).where(col(SignalContribution.score_id).in_(ids)))
    for row in rows:
        found.setdefault(row.score_id, []).append(row)
    return found


def _disagreements(
    session: Session, patient_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[DisagreementView]]:
    rows = session.exec(
        select(SignalDisagreement, User.name)
        .join(User, col(User.id) == col(SignalDisagreement.by))
        .where(col(SignalDisagreement.score_id).in_(ids))
        .order_by(col(SignalDisagreement.at))
    )
    found: dict[uuid.UUID, list[DisagreementView]] = {}
    for row, name in rows:
        words = None
        if row.text is not None:
            words = vault(session).open(session, patient_id, "signal_disagreement", row.id, row.text)
        found.setdefault(row.score_id, []).append(DisagreementView(name, row.at, row.reason, words))
    return found


def _card(
    signal: Signal,
    score: SignalScore | None,
    contributions: dict[uuid.UUID, list[SignalContribution]],
    disagreements: dict[uuid.UUID, list[DisagreementView]],
    now: datetime,
) -> SignalView:
    horizon = QUESTIONS[signal].horizon_days
    if score is None:
        return SignalView(
            signal,
            horizon,
            None,
            None,
            False,
            True,
            ({"code": "not_scored"},),
            None,
            None,
            None,
            None,
            {},
            (),
            None,
            (),
        )
    return SignalView(
        signal=signal,
        horizon_days=horizon,
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
        domains=by_domain(contributions.get(score.id, [])),
        model_version=score.model_version,
        disagreements=tuple(disagreements.get(score.id, [])),
    )


def by_domain(rows: Sequence[SignalContribution]) -> tuple[DomainView, ...]:
    """Contributions grouped by clinical domain; largest sum first, ties by name, likewise the factors within."""
    groups: dict[str, list[FactorView]] = {}
    for row in rows:
        groups.setdefault(row.domain, []).append(FactorView(row.feature, row.value, row.usual, row.contribution))
    views = [
        DomainView(
            domain,
            sum(factor.contribution for factor in factors),
            tuple(sorted(factors, key=lambda factor: (-abs(factor.contribution), factor.feature))),
        )
        for domain, factors in groups.items()
    ]
    return tuple(sorted(views, key=lambda view: (-abs(view.contribution), view.domain)))
