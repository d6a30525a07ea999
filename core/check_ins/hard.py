"""Whether answers or words tell of a hard moment: then whom to call is shown before anything else."""

from collections.abc import Mapping
from datetime import datetime

from core.rules.cues.scan import Informant, scan
from core.rules.said import CSSRS, cssrs, safety_item


def hard_answers(code: str, answers: Mapping[str, float | None], *, at: datetime) -> bool:
    """Whether an answer about not wanting to live is above zero (``answers`` of the instrument ``code`` by item); by
    the fixed thresholds, whatever a service configured for its alerts."""
    if safety_item(code, answers, at=at, informant="patient") is not None:
        return True
    return code == CSSRS and cssrs(answers, at=at, informant="patient") is not None


def hard_words(words: str, *, informant: Informant = "patient") -> bool:
    """Whether a person wrote of not wanting to live or of hurting themselves, or a relative of another doing so
    (``core.rules.cues``): phrases are found, nothing is estimated, and words in which none is found say nothing about
    safety."""
    return scan(words, informant=informant).response is not None
