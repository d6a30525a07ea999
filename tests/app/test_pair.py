"""The alliance panel and the page of a pair: a rupture is one question, a conversation takes its place, goals are said
to be agreed or not; and the page of steps with its decision."""

import re
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.access.actor import Actor
from core.actions.goals import add_goal, mark_goal
from core.actions.steps import ask_for_step
from core.calls import Calls
from core.queries.goals import Stand, shared_goals
from core.queries.pair import pair_page
from core.queries.steps import steps_page
from models import Mended, PatientView
from tests.app.conftest import SignIn
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import NOW, Cast


@pytest.fixture
def strained(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        for number, goal in ((1, 4.2), (3, 4.4), (4, 4.3), (8, 2.6)):
            held = hold_session(session, cast, number=number, days_ago=42 - 5 * number)
            patient_rates(session, cast, held, goal=goal, task=4.0, bond=4.5)
            therapist_rates(session, cast, held, goal=4.0, task=4.0, bond=4.0)


@pytest.fixture
def opened(sign_in: SignIn, cast: Cast):  # type: ignore[no-untyped-def]
    def run(page: str, by: Actor | None = None, patient: object = None) -> AppTest:
        app = sign_in(f"pages/{page}.py", by or cast.alice)
        if patient is not False:
            app.query_params["patient"] = str(cast.patient.id if patient is None else patient)
        return app.run()

    return run


def markdown(app: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for element in app.markdown))


@pytest.mark.usefixtures("strained")
def test_the_panel_asks_one_question_and_takes_the_conversation(opened, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    app = opened("case_review")
    said = markdown(app)
    assert said.count("Worth asking about?") == 1
    assert "goals 2.6, usually 4.3" in said
    app.button(key="talked").click().run()
    app.text_area[-1].set_value("She had felt overruled.")
    next(button for button in app.button if button.label == "Record the conversation").click().run()
    assert not app.exception
    assert "Worth asking about?" not in markdown(app)
    assert "Alice talked about it on 18 Nov (goals)" in markdown(app)
    (talk,) = calls.run(pair_page, by=cast.alice, patient_id=cast.patient.id).pair.talks
    assert (talk.words, talk.about) == ("She had felt overruled.", ("goal",))


@pytest.mark.usefixtures("strained")
def test_the_page_says_how_it_stands(opened, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    app = opened("alliance")
    assert not app.exception
    assert "Both views over sessions" in markdown(app)
    assert "tasks 4, usually 4" in markdown(app)
    app.button(key="talk-add").click().run()
    next(button for button in app.button if button.label == "Record the conversation").click().run()
    next(button for button in app.button if button.label == "How is it now?").click().run()
    app.get("button_group")[-1].set_value(Mended.MENDED.value)
    next(button for button in app.button if button.label == "Record").click().run()
    assert not app.exception
    assert "It mended." in markdown(app)
    (talk,) = calls.run(pair_page, by=cast.alice, patient_id=cast.patient.id).pair.talks
    assert talk.mended is Mended.MENDED


def test_a_goal_the_patient_does_not_agree_to_stands_in_the_panel_and_on_the_page(  # type: ignore[no-untyped-def]
    opened, calls: Calls, cast: Cast
) -> None:
    where = {"patient_id": cast.patient.id}
    goal = calls.run(add_goal, by=cast.alice, key="g", kind="task", title="Plan the weekend on Friday", **where)
    calls.run(
        mark_goal, by=cast.patient_actor, key="m", aim_id=goal, version=1, agrees=False, words="Dinners first.", **where
    )
    assert "Not agreed by both: “Plan the weekend on Friday”" in markdown(opened("case_review"))
    app = opened("alliance")
    assert "disagreed on 18 Nov" in markdown(app)
    assert "“Dinners first.”" in [element.value for element in app.text]


def test_a_clinician_adds_agrees_and_finishes(opened, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    where = {"patient_id": cast.patient.id}
    goal = calls.run(add_goal, by=cast.patient_actor, key="g", kind="goal", title="Sing in the choir again", **where)
    app = opened("alliance")
    app.button(key=f"agree-{goal}").click().run()
    (aim,) = calls.run(shared_goals, by=cast.alice, **where).aims
    assert (aim.therapist.stand, aim.agreed) == (Stand.AGREES, True)
    next(button for button in app.button if button.label == "Finish").click().run()
    assert not app.exception
    (aim,) = calls.run(shared_goals, by=cast.alice, **where).aims
    assert (aim.open, aim.outcome) == (False, "reached")


def test_what_the_patient_asks_for_stands_in_the_head_and_is_decided_on(opened, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    calls.run(
        ask_for_step, by=cast.patient_actor, key="a", patient_id=cast.patient.id, wish="more", words="Twice a week?"
    )
    assert "Laia asks for more support" in [link.proto.label for link in opened("case_review").get("page_link")]
    app = opened("steps")
    assert "A request is a reason by itself." in markdown(app)
    assert "“Twice a week?”" in [element.value for element in app.text]
    record = next(button for button in app.button if button.label == "Record the decision")
    record.click().run()
    assert [warning.value for warning in app.warning] == ["Choose the step from now on, or to stay."]
    app.selectbox[0].set_value(2)
    app.get("button_group")[0].set_value(PatientView.AGREES.value)
    next(button for button in app.button if button.label == "Record the decision").click().run()
    assert not app.exception
    view = calls.run(steps_page, by=cast.alice, patient_id=cast.patient.id).steps
    assert (view.step, view.waiting, view.decisions[0].review_on) == (2, (), NOW.date() + timedelta(weeks=4))


def test_a_director_sees_the_flow_and_no_case(opened, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    for patient in (False, None):
        app = opened("steps", by=cast.director, patient=patient)
        assert not app.exception
        assert "Steps of care" in markdown(app)
        assert "Laia" not in markdown(app)


def test_threat_20_somebody_elses_patient_tells_nothing(opened, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    for page in ("alliance", "steps"):
        app = opened(page, patient=cast.other_patient.id)
        assert [warning.value for warning in app.warning] == ["There is no such record among those you can open."]
        assert "Otto" not in markdown(app)


def test_nobody_rated_nothing_watched_nothing_said(opened) -> None:  # type: ignore[no-untyped-def]
    app = opened("alliance")
    assert not app.exception
    assert [caption.value for caption in app.caption if "Nobody has rated yet" in caption.value]
    assert "Worth asking about?" not in markdown(app)
