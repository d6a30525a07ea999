"""The patient's side of the pair without a browser: rated once, goals said yes to, a conversation and a step asked for,
help at once where words of a hard moment were written."""

import re

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actions.goals import add_goal
from core.calls import Calls
from core.queries.own_messages import own_messages
from core.queries.us import us
from models import Alert, AllianceRating
from tests.app.conftest import SignIn
from tests.app.test_my_messages import everything
from tests.app.test_patient_space import HOSTILE, titles
from tests.factories.alliance import hold_session
from tests.factories.cast import Cast


def opened(sign_in: SignIn, cast: Cast) -> AppTest:
    return sign_in("pages/us.py", cast.patient_actor).run()


def press(app: AppTest, label: str, number: int = 0) -> AppTest:
    return [button for button in app.button if button.label == label][number].click().run()


def test_a_session_is_rated_and_stands_in_the_graph(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with calls.transaction() as session:
        hold_session(session, cast, number=3, days_ago=2)
    app = opened(sign_in, cast)
    assert "How did session 3 with Alice feel to you?" in titles(app)
    app.button(key="rate").click().run()
    questions = [one for one in app.get("button_group") if str(one.key).startswith("rate-")]
    assert len(questions) == 12
    for question in questions[:11]:  # one of a part may stay open
        question.set_value(4)
    press(app, "Send")
    with calls.transaction() as session:
        (rating,) = session.exec(select(AllianceRating)).all()
        assert (rating.goal, rating.task, rating.bond, len(rating.answers)) == (4.0, 4.0, 4.0, 11)
    assert titles(app)[0] == "Us"
    assert "You have said once how it is for you." in everything(app)


def test_too_much_left_open_is_said_and_nothing_of_it_is_lost(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    app.button(key="rate").click().run()
    next(one for one in app.get("button_group") if str(one.key).startswith("rate-")).set_value(2)
    press(app, "Send")
    assert "Too many questions are open" in app.warning[0].value
    assert next(one for one in app.get("button_group") if str(one.key).startswith("rate-")).value == 2
    press(app, "Not now")
    assert titles(app)[0] == "Us"
    assert calls.run(us, by=cast.patient_actor).ratings == ()


def test_a_goal_is_agreed_to_and_words_stay_words(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    calls.run(add_goal, by=cast.alice, key="g", patient_id=cast.patient.id, kind="goal", title=HOSTILE)
    app = opened(sign_in, cast)
    assert "1 waits for a word from you" in everything(app)
    assert not [markdown for markdown in app.markdown if re.search(r"(?<!\\)<img", markdown.value)]
    press(app, "I agree")
    assert "you agreed on 18 Nov" in everything(app)
    assert calls.run(us, by=cast.patient_actor).goals.asked_of_me == ()


def test_a_conversation_becomes_a_message(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    app.text_area[0].set_value("About last week.")
    press(app, "Ask")
    (message,) = calls.run(own_messages, by=cast.patient_actor).thread.messages
    assert message.body == "I would like to talk with you about how we work together.\n\nAbout last week."


def test_another_step_is_asked_for_once_and_then_waits(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    press(app, "Ask", 1)
    assert "more, less or other support" in app.warning[0].value
    next(one for one in app.get("button_group") if one.options and "More support" in str(one.options)).set_value("more")
    press(app, "Ask", 1)
    assert "You asked for more support on 18 November" in everything(app)
    assert len([button for button in app.button if button.label == "Ask"]) == 1


def test_words_of_a_hard_moment_lead_to_whom_to_call(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    app.text_area[0].set_value("I want to kill myself tonight.")
    press(app, "Ask")
    assert titles(app)[0] == "You are not alone with this"
    with calls.transaction() as session:
        assert [alert.rule.startswith("words_") for alert in session.exec(select(Alert))] == [True]
