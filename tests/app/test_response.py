"""What needs a response in the case review, pressed through as a clinician does, with the database looked at after."""

from datetime import timedelta

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.access.actor import Actor
from core.calls import Calls
from core.rules.evaluate import open_or_add
from core.rules.findings import Fact, Finding
from core.vault import vault
from models import Alert, AlertEvent, AlertState, AlertVerb, FamilyNote, Message, MessageThread
from tests.app.conftest import SignIn
from tests.factories.cast import NOW, Cast
from tests.factories.course import make_course

PAGE = "pages/case_review.py"
FACT = Fact(NOW - timedelta(days=4), "silence", 4, informant="patient")
MARKUP = "<img src=x onerror=alert(1)> **bold** [here](javascript:x)"


@pytest.fixture
def alert(calls: Calls, cast: Cast) -> Alert:
    with calls.transaction() as session:
        make_course(session, cast)
        for old in session.exec(select(Alert)).all():
            old.state, old.closed_at, old.closed_by = AlertState.CLOSED, NOW - timedelta(days=30), cast.alice.user_id
        return open_or_add(session, patient=cast.patient, finding=Finding("no_entries", (FACT,)), now=NOW)


@pytest.fixture
def opened(calls: Calls, cast: Cast, alert: Alert, sign_in: SignIn):  # type: ignore[no-untyped-def]
    def run(by: Actor | None = None) -> AppTest:
        app = sign_in(PAGE, by or cast.alice)
        app.query_params["patient"] = str(cast.patient.id)
        return app.run()

    return run


def said(app: AppTest) -> str:
    return "\n".join(element.value for kind in ("markdown", "caption", "text") for element in app.get(kind))


def now_of(calls: Calls, alert: Alert) -> Alert:
    with calls.transaction() as session:
        return session.get_one(Alert, alert.id)


def events(calls: Calls, alert: Alert) -> list[AlertVerb]:
    with calls.transaction() as session:
        found = session.exec(
            select(AlertEvent).where(col(AlertEvent.alert_id) == alert.id).order_by(col(AlertEvent.at))
        )
        return [event.verb for event in found]


def press(app: AppTest, label: str, *, over: str) -> AppTest:
    """Press the button ``label`` of the form that the button ``over`` opened. (A form over the page is a fragment in a
    browser; a test runs the whole page, in which it stands only where it was asked for.)"""
    app.button(key=over).click()
    return next(button for button in app.button if button.label == label and button.key != over).click().run()


def test_an_alert_says_when_what_and_what_is_asked_for(opened) -> None:  # type: ignore[no-untyped-def]
    words = said(opened())
    assert "No entries for a while" in words
    assert "No entries since Sat 14 Nov 10:30" in words.replace("\\", "")
    assert "risk" not in words.lower().replace("asterisk", "")


def test_seen_is_marked_and_the_button_goes(opened, calls: Calls, alert: Alert) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    app.button(key=f"acknowledge-{alert.id}").click().run()
    assert not app.exception
    assert now_of(calls, alert).state is AlertState.ACKNOWLEDGED
    assert f"acknowledge-{alert.id}" not in [button.key for button in app.button]
    assert "Marked as seen by you." in [toast.value for toast in app.toast]


def test_an_alert_is_closed_with_words_and_a_next_review(opened, calls: Calls, alert: Alert) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    app.button(key=f"close-{alert.id}").click().run()
    next(area for area in app.text_area if area.label == "In a few words").input("We spoke, she is back on Monday.")
    press(app, "Close the alert", over=f"close-{alert.id}")
    assert not app.exception
    kept = now_of(calls, alert)
    assert (kept.state, kept.closed_by is not None) == (AlertState.CLOSED, True)
    assert events(calls, alert)[-1] is AlertVerb.CLOSE
    assert "Nothing needs an answer here at the moment." in said(app)


def test_without_words_it_stays_open_and_says_why(opened, calls: Calls, alert: Alert) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    app.button(key=f"close-{alert.id}").click().run()
    press(app, "Close the alert", over=f"close-{alert.id}")
    assert len(app.warning) == 1
    assert now_of(calls, alert).state is AlertState.NEW


def test_an_alert_is_handed_over_to_a_colleague(opened, calls: Calls, cast: Cast, alert: Alert) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    app.button(key=f"hand_over-{alert.id}").click().run()
    choice = next(box for box in app.selectbox if box.label == "To whom")
    choice.select_index(choice.options.index("Bob"))
    press(app, "Hand over", over=f"hand_over-{alert.id}")
    assert now_of(calls, alert).owner_id == cast.bob.staff_id


def test_a_reply_is_sent_once_and_the_box_is_empty(opened, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    reply = next(area for area in app.text_area if area.label == "Reply")
    reply.input(MARKUP).run()
    app.button(key="send-reply").click().run()
    assert not app.exception
    assert next(area for area in app.text_area if area.label == "Reply").value == ""
    assert MARKUP in [text.value for text in app.text]  # as text, never as Markdown
    with calls.transaction() as session:
        sent = session.exec(
            select(Message).where(~col(Message.from_patient)).order_by(col(Message.sent_at).desc())
        ).first()
        assert sent is not None
        assert vault(session).open(session, cast.patient.id, "message", sent.id, sent.body) == MARKUP
        thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == cast.patient.id)).one()
        assert thread.needs_reply_since is None


def test_a_half_written_reply_outlives_what_is_done_beside_it(opened, alert: Alert) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    next(area for area in app.text_area if area.label == "Reply").input("Half a sen").run()
    app.button(key=f"acknowledge-{alert.id}").click().run()
    assert next(area for area in app.text_area if area.label == "Reply").value == "Half a sen"


def test_looking_marks_what_the_patient_wrote_as_read(opened, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    opened()
    with calls.transaction() as session:
        theirs = session.exec(select(Message).where(col(Message.from_patient))).all()
    assert {message.read_by for message in theirs} == {cast.alice.user_id}


def test_the_family_is_heard_with_who_they_are(opened, calls: Calls) -> None:  # type: ignore[no-untyped-def]
    words = said(opened())
    assert "Marta Puig" in words
    with calls.transaction() as session:
        (note,) = session.exec(select(FamilyNote)).all()
    assert note.body is not None


def test_a_family_note_is_answered_from_a_form_over_the_page(opened, calls: Calls) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    with calls.transaction() as session:
        (note,) = session.exec(select(FamilyNote)).all()
    app.button(key=f"answer-{note.id}").click().run()
    next(area for area in app.text_area if area.label == "Answer Marta Puig").input("Thank you.")
    app.button(key=f"answer-{note.id}").click()
    app.button(key=f"send-answer-{note.id}").click().run()
    assert not app.exception
    assert "Thank you." in [text.value for text in app.text]
