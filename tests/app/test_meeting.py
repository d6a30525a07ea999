"""The weekly meeting on screen: begun from the agenda, walked through, decided, ended, its minutes read."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.actions.meetings import end_meeting, start_meeting
from core.calls import Calls
from tests.app.conftest import SignIn
from tests.factories.cast import Cast
from tests.factories.story import Story, make_story

PAGE = "pages/meeting.py"


@pytest.fixture
def story(calls: Calls, cast: Cast) -> Story:
    with calls.transaction() as session:
        return make_story(session, cast, own=True)


def said(app: AppTest) -> str:
    return "\n".join(str(node.value) for node in (*app.markdown, *app.caption, *app.text))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def opened(sign_in: SignIn, actor: Any) -> AppTest:
    app = sign_in(PAGE, actor).run()
    assert not app.exception, app.exception
    return app


def test_a_meeting_from_beginning_to_minutes(sign_in: SignIn, cast: Cast, story: Story) -> None:
    app = opened(sign_in, cast.lead)
    assert "1 person has a reason" in said(app)
    press(app, "Begin the meeting")
    assert "1 person on the agenda" in said(app)
    press(app, "Next")
    assert "Laia Puig" in said(app)
    assert "1 of 1" in said(app)
    assert "Answer to PHQ" in said(app)
    app.text_area[0].set_value("One more *week* on this step.")
    press(app, "Write down the decision")
    assert "One more \\*week\\* on this step" in said(app)
    press(app, "End the meeting")
    assert not app.exception
    assert "1 decisions" in "".join(box.label for box in app.expander)


def test_an_action_is_agreed_and_ticked_off(sign_in: SignIn, cast: Cast, story: Story) -> None:
    app = opened(sign_in, cast.lead)
    press(press(app, "Begin the meeting"), "Next")
    app.text_input(key=next(box.key for box in app.text_input if str(box.key).startswith("action-"))).set_value("Ring.")
    press(app, "Agree on it")
    assert "Choose who does it." in [warning.value for warning in app.warning]
    owner = next(box for box in app.selectbox if str(box.key).startswith("owner-"))
    app.text_input(key=next(box.key for box in app.text_input if str(box.key).startswith("action-"))).set_value("Ring.")
    owner.select("Bob")
    press(app, "Agree on it")
    box = next(box for box in app.checkbox if "Ring" in box.label)
    assert "Ring. \\(Bob, by" in box.label
    box.check().run()
    assert [box for box in app.checkbox if "Ring" in box.label] == []


def test_the_keyboard_turns_to_the_next_and_the_one_before(sign_in: SignIn, cast: Cast, story: Story) -> None:
    app = press(opened(sign_in, cast.lead), "Begin the meeting")
    keys = {button.label: button.proto.shortcut for button in app.button if button.label in ("Next", "Previous")}
    assert keys == {"Next": "right", "Previous": "left"}


def test_an_empty_agenda_says_so_warmly(sign_in: SignIn, calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        from models import Patient

        session.get_one(Patient, cast.patient.id).left_on = cast.patient.enrolled_on
    assert "Nobody needs the meeting" in said(opened(sign_in, cast.lead))


def test_both_see_the_same_place_of_the_same_meeting(
    sign_in: SignIn, calls: Calls, cast: Cast, story: Story
) -> None:  # fmt: skip
    calls.run(start_meeting, by=cast.lead, key="k", patient_ids=[cast.patient.id])
    press(opened(sign_in, cast.alice), "Next")
    assert "1 of 1" in said(opened(sign_in, cast.bob))
    calls.run(end_meeting, by=cast.alice, key="e")
    assert "Open from earlier meetings" in said(opened(sign_in, cast.bob))
