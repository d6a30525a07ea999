"""What is said to a clinician of questionnaires over time: change against measurement error, where that is known."""

from datetime import UTC, datetime, timedelta

import pytest

from core.queries.outcomes import OutcomeView
from dashboard.wording import outcomes as words

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def answered(code: str, *totals: float, better: int = -1) -> OutcomeView:
    days = [(NOW - timedelta(days=len(totals) - number), value) for number, value in enumerate(totals)]
    return OutcomeView(code, tuple(days), 0.0, 100.0, better)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (answered("core-10", 18, 13), "The change is within measurement error (6)."),
        (answered("core-10", 18, 12), "Better by more than measurement error (6)."),
        (answered("core-10", 12, 18), "Worse by more than measurement error (6)."),
        (answered("who-5", 40, 50, better=1), "Better by more than measurement error (10)."),
        (answered("who-5", 50, 40, better=1), "Worse by more than measurement error (10)."),
        (answered("reqol-10", 20, 26, better=1),
         "Better by more than measurement error (5). That figure is recalled, not verified."),
        (answered("ede-qs", 20, 4), "How much change is more than measurement error is not known for this total."),
        (answered("hads", 20, 4), "How much change is more than measurement error is not known for this total."),
    ],
)  # fmt: skip
def test_a_change_is_told_against_measurement_error(outcome: OutcomeView, said: str) -> None:
    assert words.change(outcome) == said


def test_of_one_answer_no_change_is_told() -> None:
    assert words.first_and_newest(answered("phq-9", 7), "Europe/Madrid") == "Answered once, 28 Nov: 7."


def test_lines_on_the_total_are_named_and_those_on_a_scale_are_not_drawn() -> None:
    said = words.lines_sentence(answered("who-5", 40))
    assert said == (
        "Dotted: 28 or less, assess for depression; 50 or less, reduced well-being. "
        "A line is where to ask, not a verdict."
    )
    assert [cut.value for cut in words.lines(answered("hads", 9))] == [13]
