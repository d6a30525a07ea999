"""The four questions as constants: what each asks, over which horizon, and the shape of its answer."""

from dataclasses import dataclass

from models import EventKind, Signal


@dataclass(frozen=True, slots=True)
class Question:
    """One signal's question. ``event`` is what is counted within ``horizon_days`` after the moment of the score
    (``None`` where the target is a questionnaire); ``probability`` tells a chance from WHO-5 points."""

    signal: Signal
    horizon_days: int | None
    event: EventKind | None
    probability: bool = True


QUESTIONS: dict[Signal, Question] = {
    Signal.SAFETY: Question(Signal.SAFETY, 14, EventKind.CRISIS),
    Signal.RELAPSE: Question(Signal.RELAPSE, 28, EventKind.RELAPSE),
    Signal.PROGNOSIS: Question(Signal.PROGNOSIS, None, None),
    Signal.QUALITY_OF_LIFE: Question(Signal.QUALITY_OF_LIFE, 28, None, probability=False),
}

OUTCOME_WEEKS = 12  # prognosis: reliable improvement on CORE-10 by week 12 of treatment
RELIABLE_CHANGE = 6.0  # CORE-10, clinical reference (Barkham 2013)
SIMULATED = "simulated-"  # begins the version of a model that was trained on simulated people, wherever it is named
