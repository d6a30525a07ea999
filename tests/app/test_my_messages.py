"""The patient's messages without a browser: sent once, the draft kept, read marks on both sides, help at once where
words of a hard moment were written, words as words."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actions.messages import mark_read, reply
from core.calls import Calls
from core.errors import DatabaseBusy
from core.queries.own_messages import own_messages
from models import Alert, Message
from tests.app.conftest import SignIn
from tests.app.test_patient_space import HOSTILE, said, titles
from tests.factories.cast import Cast


def opened(sign_in: SignIn, cast: Cast) -> AppTest:
    return sign_in("pages/my_messages.py", cast.patient_actor).run()


def bodies(calls: Calls, cast: Cast) -> list[str]:
    return [message.body for message in calls.run(own_messages, by=cast.patient_actor).thread.messages]


def test_a_message_is_written_sent_and_marked_when_it_was_read(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    assert "Write Alice whatever is on your mind" in said(app)
    app.text_area[0].set_value("Lunch was hard.").run()
    app.button(key="send-message").click().run()
    assert bodies(calls, cast) == ["Lunch was hard."]
    assert app.text_area[0].value == ""
    assert "Not read yet" in everything(app)
    calls.run(mark_read, by=cast.bob, key="r", patient_id=cast.patient.id)
    assert "Read by Bob" in everything(app.run())


def everything(app: AppTest) -> str:
    return "\n".join(node.value for node in (*app.markdown, *app.text, *app.caption)).replace("\\", "")


def test_what_came_is_new_once_and_then_read(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    calls.run(reply, by=cast.alice, key="a", patient_id=cast.patient.id, body=HOSTILE)
    app = opened(sign_in, cast)
    assert "new" in everything(app)
    assert HOSTILE in [text.value for text in app.text]
    assert not [markdown for markdown in app.markdown if "onerror" in markdown.value]
    with calls.transaction() as session:
        assert session.exec(select(Message)).one().read_by == cast.patient_actor.user_id
    assert "-badge[new]" not in everything(app.run())


def test_a_half_written_message_survives_another_page(sign_in: SignIn, cast: Cast) -> None:
    app = opened(sign_in, cast)
    app.text_area[0].set_value("Half a sent").run()
    app.switch_page("../pages/my_day.py").run()
    app.switch_page("../pages/my_messages.py").run()
    assert app.text_area[0].value == "Half a sent"


def test_an_empty_press_sends_nothing_and_scolds_nobody(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    app.button(key="send-message").click().run()
    assert bodies(calls, cast) == []
    assert not app.warning


def test_words_of_a_hard_moment_lead_to_whom_to_call(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    app.text_area[0].set_value("I want to kill myself tonight.").run()
    app.button(key="send-message").click().run()
    assert titles(app)[0] == "You are not alone with this"
    with calls.transaction() as session:
        assert [alert.rule.startswith("words_") for alert in session.exec(select(Alert))] == [True]


def test_help_comes_and_the_draft_stays_where_it_could_not_be_sent(
    sign_in: SignIn, cast: Cast, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise DatabaseBusy("Someone else is saving right now.")

    app = opened(sign_in, cast)
    app.text_area[0].set_value("I want to kill myself tonight.").run()
    monkeypatch.setattr("core.actions.messages.on_words", full)
    app.button(key="send-message").click().run()
    assert titles(app)[0] == "You are not alone with this"
    assert bodies(calls, cast) == []
    app.switch_page("../pages/my_messages.py").run()
    assert app.text_area[0].value == "I want to kill myself tonight."
