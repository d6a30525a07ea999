"""A patient's exercises and what their therapist assigns, without a browser: the reason as words, steps one after the
other, a form kept once, help at once for words of a hard moment, and the list in front of the case."""

from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actions.exercises import Agreed, assign_exercise
from core.calls import Calls
from core.queries.exercises import my_exercises, patient_exercises
from models import Alert, ExerciseDoing
from tests.app.conftest import SignIn
from tests.app.test_patient_space import HOSTILE
from tests.factories.cast import Cast


def assign(calls: Calls, cast: Cast, exercise: str, **more: Any) -> Any:
    return calls.run(
        assign_exercise, by=cast.alice, key=exercise, patient_id=cast.patient.id, exercise=exercise,
        agreed=Agreed(**more),
    )  # fmt: skip


def opened(sign_in: SignIn, cast: Cast, **parameters: object) -> AppTest:
    app = sign_in("pages/my_exercises.py", cast.patient_actor)
    for name, value in parameters.items():
        app.query_params[name] = str(value)
    return app.run()


def everything(app: AppTest) -> str:
    return "\n".join(node.value for node in (*app.markdown, *app.text, *app.caption)).replace("\\", "")


def doings(calls: Calls) -> list[ExerciseDoing]:
    with calls.transaction() as session:
        return list(session.exec(select(ExerciseDoing)))


def test_the_reason_stands_there_as_words_and_example_times_say_that_they_are_examples(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    assign(calls, cast, "grounding", why=HOSTILE, times_a_week=2)
    app = opened(sign_in, cast)
    assert not app.exception
    assert HOSTILE in [text.value for text in app.text]
    assert not [markdown for markdown in app.markdown if "onerror" in markdown.value]
    assert "Agreed on with Alice" in everything(app)
    assert "2 times a week" in everything(app)


def test_nothing_assigned_still_offers_the_library(sign_in: SignIn, cast: Cast) -> None:
    app = opened(sign_in, cast)
    assert "Nothing is assigned to you now" in everything(app)
    assert app.button(key="offer-slow-breathing")
    with pytest.raises(KeyError):
        app.button(key="offer-energy-plan")


def test_steps_come_one_after_the_other_and_looking_alone_begins_nothing(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    number = assign(calls, cast, "grounding")
    app = opened(sign_in, cast, exercise="grounding", assigned=number)
    assert doings(calls) == []
    assert "Step 1 of 6" in everything(app)
    for place in range(5):
        app.button(key=f"next-{place}").click().run()
    (row,) = doings(calls)
    assert (row.assignment_id, row.done_at) == (number, None)
    app.button(key="done").click().run()
    assert "You have done it." in everything(app)
    app.radio[0].set_value(4).run()
    app.text_area[0].set_value("Calmer.").run()
    app.button(key="finish").click().run()
    (done,) = calls.run(my_exercises, by=cast.patient_actor).doings
    assert (done.helped, done.words) == (4, "Calmer.")


def test_a_form_keeps_what_was_filled_in_and_nothing_else(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast, exercise="values")
    app.text_area[0].set_value("To be there for my sister.").run()
    app.button(key="done").click().run()
    (done,) = calls.run(patient_exercises, by=cast.alice, patient_id=cast.patient.id).doings
    assert done.answers == {"matters": "To be there for my sister."}


def test_words_of_a_hard_moment_in_a_form_are_an_alert_and_open_help(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast, exercise="values")
    app.text_area[0].set_value("I want to kill myself tonight.").run()
    app.button(key="done").click().run()
    with calls.transaction() as session:
        assert session.exec(select(Alert)).one().rule == "words_now"
    assert "You are not alone with this" in "\n".join(title.value for title in (*app.title, *app.markdown))


@pytest.mark.parametrize(
    "asked", [{"exercise": "juggling"}, {"exercise": "energy-plan"}, {"exercise": "values", "done": "x"}]
)
def test_an_address_of_something_else_is_no_fault(sign_in: SignIn, cast: Cast, asked: dict[str, str]) -> None:
    assert not opened(sign_in, cast, **asked).exception


def test_a_clinician_assigns_one_without_leaving_the_case(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = sign_in("pages/case_review.py", cast.alice)
    app.query_params["patient"] = str(cast.patient.id)
    app.run()
    assert "Nothing assigned" in app.button(key="exercises").label.replace("\\", "")
    app.button(key="exercises").click().run()
    app.selectbox(key="exercise-choice").set_value("slow-breathing").run()
    app.text_area(key="assign-slow-breathing-why").set_value("Before dinner.")
    app.number_input(key="assign-slow-breathing-minutes").set_value(3)
    app.button(key="assign-slow-breathing").click().run()
    (one,) = calls.run(my_exercises, by=cast.patient_actor).assigned
    assert (one.exercise, one.why, one.parameters["minutes"]) == ("slow-breathing", "Before dinner.", 3)
    assert "1 assigned" in app.button(key="exercises").label
