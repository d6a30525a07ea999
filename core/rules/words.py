"""The rules on what somebody wrote: its language cues (``core.rules.cues``) as facts that say where in which encrypted
text the words stand, and how that text is opened again to quote them. The words themselves are nowhere else."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from core.exercises.answers import words_among
from core.rules.cues.scan import NOW, Cue, Informant, scan
from core.rules.findings import Fact, Finding
from core.vault import vault
from models import Base, CheckIn, ExerciseDoing, FamilyNote, LeaveRequest, Message, Patient, StepRequest

MESSAGE, FAMILY_NOTE, CHECK_IN, STEP_REQUEST = "message", "family_note", "check_in", "step_request"
ABOUT_SELF, LEAVING = "family_note.about_self", "leave_request"
EXERCISE, EXERCISE_FORM = "exercise_doing", "exercise_doing.answers"
_PLACES: Mapping[str, tuple[type[Base], str]] = MappingProxyType(
    {
        MESSAGE: (Message, "body"),
        FAMILY_NOTE: (FamilyNote, "body"),
        ABOUT_SELF: (FamilyNote, "about_self"),
        LEAVING: (LeaveRequest, "words"),
        CHECK_IN: (CheckIn, "words"),
        STEP_REQUEST: (StepRequest, "words"),
        EXERCISE: (ExerciseDoing, "words"),
        EXERCISE_FORM: (ExerciseDoing, "answers"),
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written at ``at``: its words, and the table (``place``) and row in which they were stored."""

    place: str
    row: uuid.UUID
    at: datetime
    words: str

    @property
    def informant(self) -> Informant:
        """Whose words: of a family's note what is said of another is said of the patient."""
        return "relative" if self.place in (FAMILY_NOTE, ABOUT_SELF) else "patient"


def words_that_ask(written: Written) -> Finding | None:
    """``words_now`` where any cue asks for a response now, else ``words_same_day``; every cue is a fact of it."""
    found = scan(written.words, informant=written.informant)
    if found.response is None:
        return None
    rule = "words_now" if found.response == NOW else "words_same_day"
    return Finding(rule, tuple(_fact(written, cue) for cue in found.cues))


def _fact(written: Written, cue: Cue) -> Fact:
    return Fact(
        written.at, "words", item=cue.code, start=cue.start, end=cue.end, place=written.place,
        message_id=str(written.row), informant=written.informant,
    )  # fmt: skip


def quotes(
    session: Session, *, patient: Patient, facts: Iterable[Fact], relatives: Collection[uuid.UUID] = ()
) -> dict[Fact, str]:
    """The words of each fact of kind ``words``, read from where they are stored; of the family's notes those of
    ``relatives`` (whose notes may be read now). What is no longer there has none."""
    asked = [fact for fact in facts if fact.kind == "words"]
    texts = {
        key: _text(session, patient, key, relatives) for key in {(fact.place or "", fact.message_id) for fact in asked}
    }
    found = {fact: texts[fact.place or "", fact.message_id][fact.start : fact.end] for fact in asked}
    return {fact: words for fact, words in found.items() if words}


def _text(
    session: Session, patient: Patient, key: tuple[str, str | None], relatives: Collection[uuid.UUID]
) -> str:  # fmt: skip
    place, row = key
    if place not in _PLACES or row is None:
        return ""
    (table, column), row_id = _PLACES[place], uuid.UUID(row)
    kept = session.get(table, row_id)
    if kept is None or kept.patient_id != patient.id:  # type: ignore[attr-defined]
        return ""
    if isinstance(kept, FamilyNote) and kept.relative_id not in relatives:
        return ""
    sealed = getattr(kept, column)
    if sealed is None:
        return ""
    text = vault(session).open(session, patient.id, place, row_id, sealed)
    return words_among(text) if place == EXERCISE_FORM else text
