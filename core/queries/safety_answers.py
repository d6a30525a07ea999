"""What the patient said when asked about safety: the last answer to each item with its date, who answered and what
stretch of time the question covers. Missing is never "no": not asked and not answered are their own states."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.clock import moment, seconds
from core.measures import by_id
from core.queries.observations import prompts_of, values_of
from core.queries.prepared import rows
from models import Informant, Patient, PromptKind, QuestionnaireResponse

LOOK_BACK = timedelta(days=28)
ENTRY_ITEMS = (30, 31, 32, 33)  # core.measures: wish, thoughts, and, only if so, intent and plan
QUESTIONNAIRE_ITEMS = (("phq-9", "9", 3.0, "two_weeks"), ("core-10", "6", 4.0, "week"))

State = Literal["answered", "not_answered", "not_asked"]


@dataclass(frozen=True, slots=True)
class SafetyAnswerView:
    """The newest answer to one item (``item`` is a measure's code, or ``instrument:item``). ``at`` is the moment of
    the answer, of the unanswered prompt where there is none, or ``None`` where nobody asked in the last 28 days."""

    item: str
    state: State
    at: datetime | None
    value: float | None
    high: float
    informant: Informant
    window: str


def safety_answers_of(session: Session, *, now: datetime, patient: Patient) -> tuple[SafetyAnswerView, ...]:
    """Entry items (wish and thoughts always, intent and plan where answered), then the questionnaires' safety items."""
    since, until = seconds(now - LOOK_BACK), seconds(now) + 1
    values = values_of(session, patient=patient, since=since, until=until, measures=ENTRY_ITEMS)
    unanswered = _newest_unanswered(session, patient, since, until)
    entries = []
    for number in ENTRY_ITEMS:
        at, value = values.of(number)
        measure = by_id()[number]
        high = measure.high or 1.0
        if at.size:
            last, silent_since = int(at[-1]), unanswered is not None and unanswered > int(at[-1])
            window = "day_before_silence" if silent_since else "day"
            answer = (moment(last), float(value[-1]), high, Informant.PATIENT, window)
            entries.append(SafetyAnswerView(measure.code, "answered", *answer))
        elif number in ENTRY_ITEMS[:2]:
            entries.append(_silent(measure.code, high, unanswered))
    return (*entries, *_questionnaires(session, patient, now))


def _silent(item: str, high: float, unanswered: int | None) -> SafetyAnswerView:
    at = None if unanswered is None else moment(unanswered)
    state: State = "not_asked" if at is None else "not_answered"
    return SafetyAnswerView(item, state, at, None, high, Informant.PATIENT, "day")


def _newest_unanswered(session: Session, patient: Patient, since: int, until: int) -> int | None:
    """When the newest safety prompt went out, if it stayed unanswered."""
    prompts = prompts_of(session, patient=patient, since=since, until=until)
    asked = [
        (int(sent), bool(answered))
        for sent, answered, kind in zip(prompts.sent_at, prompts.answered, prompts.kind, strict=True)
        if kind == PromptKind.SAFETY
    ]
    return asked[-1][0] if asked and not asked[-1][1] else None


def _questionnaires(session: Session, patient: Patient, now: datetime) -> list[SafetyAnswerView]:
    found = []
    for instrument, item, high, window in QUESTIONNAIRE_ITEMS:
        newest = next(iter(rows(session, _NEWEST, patient=patient.id, instrument=instrument, now=now)), None)
        name = f"{instrument}:{item}"
        if newest is None:
            found.append(SafetyAnswerView(name, "not_asked", None, None, high, Informant.PATIENT, window))
            continue
        value = newest.answers.get(item)
        state: State = "not_answered" if value is None else "answered"
        found.append(SafetyAnswerView(name, state, newest.answered_at, value, high, newest.informant, window))
    return found


_Q = QuestionnaireResponse
_NEWEST = (
    select(col(_Q.answered_at), col(_Q.answers), col(_Q.informant))
    .where(
        col(_Q.patient_id) == bindparam("patient"), col(_Q.instrument) == bindparam("instrument"),
        col(_Q.answered_at) <= bindparam("now"),
    )
    .order_by(col(_Q.answered_at).desc())
    .limit(1)
)  # fmt: skip
