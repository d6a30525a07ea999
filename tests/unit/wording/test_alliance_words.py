"""A gap reads as expected, a change as a question, and nobody's fault."""

import uuid

import pytest

from core.queries.alliance import AllianceView, Change
from dashboard.wording import alliance as words
from models import Side
from tests.factories.alliance_views import due, rating, view

SESSION = uuid.uuid4()


def pair(
    goal: float, task: float, bond: float, *, is_own: bool = True, changes: tuple[Change, ...] = ()
) -> AllianceView:
    theirs = rating(Side.PATIENT, goal=goal, task=task, bond=bond, session=SESSION)
    own = rating(Side.THERAPIST, goal=4.0, task=4.0, bond=4.0, session=SESSION)
    return view(theirs, own, is_own=is_own, changes=changes)


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        ((4.2, 4.0, 3.8), ["You and Laia see it alike: goal, task and bond lie less than half a point apart."]),
        ((4.0, 4.0, 4.8), ["Laia sees the bond 0.8 higher than you do. That is the usual direction."]),
        ((3.4, 4.0, 4.2), [
            "Laia sees goals 0.6 lower than you do. Most pairs differ the other way round. "
            "Worth asking what Laia hopes for now."
        ]),
        ((4.0, 3.0, 4.0), [
            "Laia sees tasks 1 lower than you do. Most pairs differ the other way round. "
            "Worth asking whether what you do together makes sense to Laia.",
            "A point or more apart: worth taking to supervision. It is expected to happen, not a fault.",
        ]),
    ],
)  # fmt: skip
def test_the_gap_is_said_with_what_is_usual(ratings: tuple[float, float, float], said: list[str]) -> None:
    assert words.gap_sentences(pair(*ratings)) == said


def test_a_colleague_reads_the_therapists_name_instead_of_you() -> None:
    seen = pair(3.0, 4.0, 4.0, is_own=False)
    assert "1 lower than Alice does" in words.gap_sentences(seen)[0]
    assert words.therapist_label(seen) == "Alice"


def test_different_sessions_are_not_compared() -> None:
    theirs = rating(Side.PATIENT, goal=2.0, task=2.0, bond=2.0, session=uuid.uuid4(), number=3)
    own = rating(Side.THERAPIST, goal=4.0, task=4.0, bond=4.0, session=uuid.uuid4(), number=4)
    assert words.gap_sentences(view(theirs, own)) == [
        "Two different sessions (Laia: 3, you: 4), so the two are not compared."
    ]


def test_changes_beyond_error_name_both_values_and_the_own_usual() -> None:
    changes = (Change(Side.PATIENT, "goal", 4.3, 3.4, 4.2), Change(Side.THERAPIST, "bond", 3.0, 4.0, None))
    assert words.change_sentences(pair(3.4, 4.0, 4.0, changes=changes)) == [
        "For Laia, goals fell from 4.3 to 3.4 (usually 4.2).",
        "For you, the bond rose from 3 to 4.",
        "Each by more than measurement error.",
    ]
    assert words.change_sentences(pair(4.0, 4.0, 4.0)) == []


def test_what_was_recalled_and_not_read_in_a_source_is_said_so() -> None:
    assert "(figure recalled, not verified)" in words.footnote(pair(4.0, 4.0, 4.0))


def test_a_rating_that_waits_says_why_it_is_not_shown_without_its_value() -> None:
    waiting = view(None, None, waiting=due(8, patient_rated=True), withheld=True)
    assert words.withheld(waiting) == (
        "Laia has rated session 8. It shows here once yours is recorded, so that each view is your own."
    )


def test_nothing_is_called_poor_failing_or_at_risk() -> None:
    said = " ".join(
        [*words.gap_sentences(pair(1.0, 1.0, 1.0)), words.footnote(pair(1, 1, 1)), words.empty(view(None, None))]
    ).lower()
    assert not any(word in said for word in ("poor", "fail", "bad", "risk", "weak"))


def test_the_figure_is_said_for_those_who_do_not_see_it() -> None:
    assert words.figure_text(pair(3.0, 4.0, 4.5)) == (
        "Alliance as item means from 1 to 5. Laia: goals 3, tasks 4, the bond 4.5; you: goals 4, tasks 4, the bond 4."
    )
