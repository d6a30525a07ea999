"""Made together without a browser: an idea is proposed, opened, rated, worked out and answered for."""

from streamlit.testing.v1 import AppTest

from core.actions.ideas import Words, propose_idea
from core.calls import Calls
from core.queries.ideas import IdeaView, idea, ideas
from models import IdeaState
from tests.app.conftest import SignIn
from tests.factories.cast import Cast

PAGE = "pages/made_together.py"


def only(calls: Calls, cast: Cast) -> IdeaView:
    (line,) = calls.run(ideas, by=cast.lead).ideas
    return calls.run(idea, by=cast.lead, idea_id=line.id)


def press(app: AppTest, label: str, place: int = 0) -> AppTest:
    return [button for button in app.button if button.label == label][place].click().run()


def field(app: AppTest, label: str, place: int = 0):  # type: ignore[no-untyped-def]  # a text area of AppTest
    return [area for area in app.text_area if area.label == label][place]


def test_a_patient_proposes_an_idea_in_their_words(sign_in: SignIn, calls: Calls, cast: Cast) -> None:
    app = sign_in(PAGE, cast.patient_actor).run()
    assert not app.exception
    field(app, "What is needed?").set_value("Fewer questions on bad days")
    app.text_input[0].set_value("Patients in the first weeks")
    field(app, "What would be better then?").set_value("I would not leave it alone")
    press(app, "Propose")
    assert not app.exception
    line = only(calls, cast).line
    assert (line.need, line.name) == ("Fewer questions on bad days", None)
    assert "**Fewer questions on bad days**" in [each.value for each in app.markdown]
    assert not field(app, "What is needed?").value  # the form is empty again


def test_an_idea_is_rated_worked_out_and_answered_for(sign_in: SignIn, calls: Calls, cast: Cast) -> None:
    made = calls.run(propose_idea, by=cast.alice, key="p", words=Words("A word for families", "Families", "Calm meals"))
    app = sign_in(PAGE, cast.lead)
    app.query_params["idea"] = str(made)
    app.run()
    assert not app.exception
    for slider, mark in zip(app.slider, (3, 9, 7), strict=True):
        slider.set_value(mark)
    press(app, "Rate")
    assert only(calls, cast).line.own == (3, 9, 7)
    field(app, "Thinks", 1).set_value("What do I say at the table?")
    press(app, "Keep", 1)
    therapist = only(calls, cast).maps[1]
    assert (therapist.thinks, therapist.version) == ("What do I say at the table?", 1)
    field(app, "What happens").set_value("They sit down to eat.")
    press(app, "Keep", 2)
    assert [frame.words for frame in only(calls, cast).frames] == ["They sit down to eat."]
    app.selectbox[0].set_value("tried")
    press(app, "Say so")
    assert only(calls, cast).line.state is IdeaState.TRIED
    assert not app.exception


def test_who_does_not_steer_is_not_offered_to(sign_in: SignIn, calls: Calls, cast: Cast) -> None:
    made = calls.run(propose_idea, by=cast.alice, key="p", words=Words("A word for families", "Families", "Calm meals"))
    app = sign_in(PAGE, cast.relative_actor)
    app.query_params["idea"] = str(made)
    app.run()
    assert not app.exception
    assert "Say so" not in [button.label for button in app.button]


def test_an_idea_that_is_not_there_is_a_sentence(sign_in: SignIn, cast: Cast) -> None:
    app = sign_in(PAGE, cast.alice)
    app.query_params["idea"] = "5b3c7b34-1111-4222-8333-444455556666"
    app.run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == ["There is no such idea."]
