"""Words of the patient's side of the pair, and its graph: an offer and no duty, something to talk about, no verdict."""

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.queries.alliance import Change, RatingView
from core.queries.goals import GoalsView, Stance, Stand
from core.queries.steps import OwnStepView, RequestView
from core.queries.us import RateOffer, UsView
from dashboard.charts.own_ratings import own_ratings_figure
from dashboard.charts.palette import DARK, LIGHT
from dashboard.wording import us as words
from models import Side, StepWish
from tests.factories.cast import NOW, ZONE

NEVER_SAID = re.compile(r"\b(risk|fail\w*|poor|worse|bad|low|must|due|score\w*)\b", re.IGNORECASE)


def rated(days_ago: int, goal: float | None, number: int | None = 4) -> RatingView:
    at = NOW - timedelta(days=days_ago)
    return RatingView(Side.PATIENT, at, None if number is None else uuid.uuid4(), number, goal, 4.0, 4.5)


DUE = RateOffer(uuid.UUID(int=1), 4, NOW - timedelta(days=1), due=True)
VIEW = UsView(
    patient_id=uuid.UUID(int=2), time_zone=ZONE, now=NOW, therapist="Alice", offer=DUE, ratings=(), changes=(),
    goals=GoalsView(uuid.UUID(int=2), "Laia", ZONE, Side.PATIENT, (), {}),
    step=OwnStepView(2, "Day care", date(2026, 10, 23), None),
)  # fmt: skip
FELL = Change(Side.PATIENT, "goal", 4.5, 3.0, None)
TWO = replace(VIEW, ratings=(rated(20, 4.5), rated(2, 3.0)))


def test_what_can_be_rated_is_a_question() -> None:
    assert words.offer_title(DUE, VIEW) == "How did session 4 with Alice feel to you?"
    assert words.offer_time(DUE, VIEW).startswith("Tuesday 17 November. Twelve short questions")
    free = RateOffer(None, None, None, due=False)
    assert words.offer_title(free, VIEW) == "How is it with Alice for you now?"
    assert words.offer_time(free, VIEW) == "Twelve short questions, about two minutes."
    assert "Nobody asks for this one" in words.offer_time(replace(DUE, due=False), VIEW)


def test_who_sees_it_and_when() -> None:
    assert "once they have given their own" in words.who_reads(VIEW, DUE)
    assert words.who_reads(VIEW, RateOffer(None, None, None, due=False)).startswith("Alice sees it when")


def test_the_sentence_beside_the_graph() -> None:
    assert "stand here" in words.over_time(VIEW)
    assert words.over_time(replace(VIEW, ratings=(rated(2, 4.0),))) == "You have said once how it is for you."
    assert words.over_time(TWO).endswith("much like the one before.")
    fell = words.over_time(replace(TWO, changes=(FELL,)))
    assert "Where we are going: 3 of 5, the time before 4.5." in fell
    assert "talk about it with Alice" in fell
    rose = words.over_time(replace(TWO, changes=(replace(FELL, before=3.0, now=4.5),)))
    assert "talk about it" not in rose


@pytest.mark.parametrize("changes", [(), (FELL,), (replace(FELL, subscale="bond"),)])
def test_nothing_is_a_verdict(changes: tuple[Change, ...]) -> None:
    said = " ".join(
        [words.over_time(replace(TWO, changes=changes)), words.offer_time(DUE, VIEW), words.lead(VIEW),
         words.who_reads(VIEW, DUE), words.rated_today(VIEW)]
    )  # fmt: skip
    assert not NEVER_SAID.search(said)


def test_what_each_side_says_about_a_goal() -> None:
    assert words.stance(Stance(Stand.NOT_SAID, None), None, ZONE) == "you have not said yet"
    assert words.stance(Stance(Stand.AGREES, NOW), "Alice", ZONE) == "Alice agreed on 18 Nov"
    assert words.stance(Stance(Stand.DOES_NOT, NOW), None, ZONE) == "you see it differently, said on 18 Nov"


def test_the_step_and_what_was_asked_for() -> None:
    assert words.step_line(VIEW) == "You are on this step since 23 October: Day care."
    asked = RequestView(uuid.uuid4(), StepWish.MORE, "", NOW, None)
    waiting = replace(VIEW, step=replace(VIEW.step, waiting=asked))
    assert words.step_waiting(waiting) == (
        "You asked for more support on 18 November. Alice was told; you decide together."
    )
    assert words.step_line(replace(VIEW, step=OwnStepView(None, "", None, None))).startswith("You are on no step")


def test_a_conversation_is_asked_for_in_the_patients_name() -> None:
    assert words.conversation("us", "  ") == "I would like to talk with you about how we work together."
    assert words.conversation("else", "My exam.") == "I would like to talk with you.\n\nMy exam."
    assert all(words.about(code) and words.conversation(code, "") for code in words.ABOUT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "ratings", [TWO.ratings, (rated(2, 4.0),), (rated(9, None), rated(2, 4.0, None))], ids=["two", "one", "open"]
)
def test_the_graph_is_a_valid_one_of_three_rows(ratings: tuple[RatingView, ...], theme: object) -> None:
    figure = own_ratings_figure(replace(VIEW, ratings=ratings), theme).checked()  # type: ignore[arg-type]
    goal, task, bond = figure.data
    assert list(task.y) == [4.0] * len(ratings)
    assert list(bond.y) == [4.5] * len(ratings)
    assert len(goal.y) == sum(rating.goal is not None for rating in ratings)
    assert {trace.line.color for trace in figure.data} == {theme.patient}  # type: ignore[attr-defined]
    assert goal.hovertext[-1].endswith(f"{goal.y[-1]:g} of 5")
