"""The seam between pages and core: forms that act once, activity that keeps a session, sentences for refusals."""

import sqlite3
from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.calls import Calls
from dashboard import context
from models import SignInSession
from tests.app.conftest import SignIn
from tests.conftest import Database
from tests.factories.cast import NOW, Cast


def form_page() -> None:
    """One button that acts under this form's key, as pages do."""
    import streamlit as st

    from core.actions.receipts import already_done, give_receipt
    from dashboard import context

    def note(session, *, by, now, key):  # type: ignore[no-untyped-def]
        if not already_done(session, key=key, by=by.user_id, action="note"):
            give_receipt(session, key=key, by=by.user_id, action="note", now=now)

    context.current_user()
    context.show_toast()
    key = context.form_key("note")
    st.text(key)
    if st.button("Do it") and context.act(note, key=key, said="Done."):
        st.rerun()


def test_a_form_keeps_its_key_until_it_succeeds_and_says_so_once(sign_in: SignIn, cast: Cast) -> None:
    app = sign_in(AppTest.from_function(form_page), cast.alice).run()
    first = app.text[0].value
    assert app.run().text[0].value == first
    app.button[0].click().run()
    assert [toast.value for toast in app.toast] == ["Done."]
    assert app.text[0].value != first
    assert not app.run().toast


def test_a_page_that_found_the_database_busy_is_tried_again_by_a_button_and_nothing_typed_is_lost(
    sign_in: SignIn, cast: Cast, database: Database
) -> None:
    app = sign_in("pages/case_review.py", cast.alice)
    app.query_params["patient"] = str(cast.patient.id)
    reply = next(area for area in app.run().text_area if area.label == "Reply")
    reply.input("Half a sen").run()
    with sqlite3.connect(str(database.engine.url.database), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        app.run()
        other.execute("ROLLBACK")
    assert "try again in a moment" in app.warning[0].value
    assert not app.text_area
    assert reply.key not in app.session_state, "the server forgets the field as the browser does"
    app.button(key="try-again").click().run()
    assert next(area for area in app.text_area if area.label == "Reply").value == "Half a sen"
    assert not app.warning


def test_threat_09_in_a_fragment_acting_keeps_a_session_and_looking_does_not(
    sign_in: SignIn, cast: Cast, calls: Calls, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = sign_in(AppTest.from_function(form_page), cast.alice)
    monkeypatch.setattr(context, "_is_fragment_run", lambda: True)
    later = NOW + timedelta(minutes=20)
    monkeypatch.setattr(context, "calls", lambda: database.calls(later))

    def seen() -> object:
        with calls.transaction() as session:
            return session.exec(select(SignInSession.seen_at)).one()

    app.run()
    assert seen() == NOW
    app.button[0].click().run()
    assert seen() == later
