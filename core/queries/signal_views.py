"""What the cards of the four signals are given: facts and codes, frozen."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.queries.safety_answers import SafetyAnswerView
from core.signals.explain import DomainView
from core.signals.questions import SIMULATED
from models import Signal


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """Who saw this score differently, when and why (``text`` is the clinician's own)."""

    by: str
    at: datetime
    reason: str
    text: str | None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What changed since the last score before this one, made by the same model: then and now, and by how much of the
    difference each clinical domain goes with it (``part`` of the domains adds up to it)."""

    since: datetime
    before: float
    domains: tuple[DomainView, ...]


@dataclass(frozen=True, slots=True)
class SignalView:
    """One signal's newest answer. ``score_id`` is ``None`` while nothing was computed; ``abstained`` comes with
    ``reasons`` (codes with numbers, see ``core.signals.abstain``). Probabilities are 0–1, quality of life WHO-5 points;
    ``base`` is the answer for the average of the training data, and with the parts of the ``domains`` it adds up to
    the ``estimate``. ``course`` is the expected course (``core.signals.course``), also while the estimate is withheld.
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
    base: float | None
    domains: tuple[DomainView, ...]
    change: ChangeView | None
    course: dict[str, Any] | None
    model_version: str | None
    disagreements: tuple[DisagreementView, ...]

    @property
    def learned_on_simulated(self) -> bool:
        """Whether the model was trained on simulated people."""
        return bool(self.model_version and self.model_version.startswith(SIMULATED))


@dataclass(frozen=True, slots=True)
class OutcomeMark:
    """One total of the outcome measure, so many weeks after the first."""

    week: float
    total: float


@dataclass(frozen=True, slots=True)
class SignalsView:
    """The four cards of one patient in their order, the safety answers that stand above them, and the answers on the
    outcome measure that the expected course is drawn behind (none without one)."""

    patient_id: uuid.UUID
    given_name: str
    pronoun: str
    time_zone: str
    simulated: bool
    can_disagree: bool
    safety_answers: tuple[SafetyAnswerView, ...]
    cards: tuple[SignalView, ...]
    outcomes: tuple[OutcomeMark, ...] = ()
