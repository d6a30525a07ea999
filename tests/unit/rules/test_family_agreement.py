"""Whether a relative's note agrees with the patient's own entries of those days: the rule, and its sentence."""

import numpy as np
import pytest

from core.rules.family_agreement import Agreement, Verdict, agreement_of, direction, said_of
from core.rules.usual import Basis, Usual
from dashboard.wording.family_notes import agreement as sentence

LAST = 100
USUAL = Usual(3.0, 2.0, 4.0, 56, Basis.EIGHT_WEEKS)


def found(recent: dict[int, float], *, said: str, days: int = 3) -> Agreement:
    """Eight weeks around 3 (from 2 to 4) before the last two, then ``recent`` values by how many days ago."""
    day = [*range(LAST - 69, LAST - 13), *(LAST - ago for ago in sorted(recent, reverse=True))]
    value = [2.0 + (number % 3) for number in range(56)] + [recent[ago] for ago in sorted(recent, reverse=True)]
    return agreement_of(np.array(day), np.array(value), said=said, last=LAST, days=days, span=6.0)


@pytest.mark.parametrize(
    ("mean", "entered"), [(3.4, "usual"), (3.5, "usual"), (3.6, "harder"), (2.5, "usual"), (2.4, "better")]
)
def test_unlike_usual_begins_half_of_the_way_to_the_edge_of_the_band(mean: float, entered: str) -> None:
    assert direction(mean, USUAL, 6.0) == entered


def test_of_a_usual_without_width_a_twentieth_of_the_scale_is_needed() -> None:
    flat = Usual(1.0, 1.0, 1.0, 56, Basis.EIGHT_WEEKS)
    assert [direction(value, flat, 6.0) for value in (1.2, 1.4)] == ["usual", "harder"]


@pytest.mark.parametrize(
    ("values", "said", "verdict", "entered"),
    [
        ({0: 5, 1: 5, 2: 4}, "harder", Verdict.AGREES, "harder"),
        ({0: 5, 1: 5, 2: 4}, "usual", Verdict.DIFFERS, "harder"),
        ({0: 3, 1: 3}, "harder", Verdict.DIFFERS, "usual"),
        ({0: 2, 1: 2}, "better", Verdict.AGREES, "better"),
        ({0: 2, 1: 2}, "harder", Verdict.DIFFERS, "better"),
        ({5: 6, 6: 6}, "harder", Verdict.NO_ENTRIES, None),
    ],
)
def test_only_the_days_of_the_note_are_compared(
    values: dict[int, float], said: str, verdict: Verdict, entered: str | None
) -> None:
    one = found(values, said=said)
    assert (one.verdict, one.entered, one.days_with) == (verdict, entered, sum(ago < 3 for ago in values))


def test_without_ten_days_there_is_no_usual_to_compare_with() -> None:
    one = agreement_of(np.arange(95, 101), np.full(6, 5.0), said="harder", last=LAST, days=3, span=6.0)
    assert (one.verdict, one.days_with) == (Verdict.NO_USUAL, 3)


@pytest.mark.parametrize(
    ("how", "noticed", "said"),
    [("better", {"mood": "worse"}, "better"), (None, {"mood": "worse"}, "harder"), (None, {"meals": "worse"}, None),
     (None, {"mood": "same"}, "usual"), (None, {}, None)],
)  # fmt: skip
def test_what_was_said_of_the_days_is_asked_for_or_read_from_the_mood(
    how: str | None, noticed: dict[str, str], said: str | None
) -> None:
    assert said_of(how, noticed) == said


def test_the_sentence_takes_no_side() -> None:
    differs = sentence(Agreement(Verdict.DIFFERS, "better", "harder", 2, 3), "Laia")
    assert differs == (
        "Differs from Laia's own entries of those days: more low feelings than usual (2 of 3 days have an entry). "
        "Worth asking both."
    )
    assert "own entries of those days: low feelings about as usual (1 of 1 day has an entry)" in sentence(
        Agreement(Verdict.AGREES, "usual", "usual", 1, 1), "Laia"
    )
    assert "nothing to compare" in sentence(Agreement(Verdict.NO_ENTRIES, "harder", None, 0, 3), "Laia")
