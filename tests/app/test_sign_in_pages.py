"""Coming in, going out, and what each role finds."""

from pathlib import Path

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.actions.accounts import disable_account
from core.calls import Calls
from dashboard.navigation import entries
from models import AuditEntry, BreakGlass, SignInSession
from tests.app.conftest import FRAME, SignIn, open_on
from tests.factories.cast import Cast


def words(app: AppTest) -> str:
    """Everything written on the page."""
    kinds = (app.title, app.subheader, app.markdown, app.text, app.caption, app.warning, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_nobody_signed_in_sees_only_the_form(sign_in: SignIn, cast: Cast) -> None:
    app = open_on(FRAME).run()
    assert not app.exception
    assert [field.label for field in app.text_input] == ["User name", "Password"]


@pytest.mark.parametrize("page", [entry.file for entry in entries()])
def test_nobody_signed_in_finds_the_form_in_the_place_of_every_page(sign_in: SignIn, cast: Cast, page: str) -> None:
    app = open_on(f"pages/{page}").run()
    assert not app.exception
    assert [field.label for field in app.text_input] == ["User name", "Password"]
    assert app.session_state["sign_in_back"] == ("/" if page == "sign_out.py" else f"/{Path(page).stem}")


def test_wrong_password_says_so_once_and_signs_nobody_in(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = open_on(FRAME).run()
    app.text_input[0].set_value("alice")
    app.text_input[1].set_value("not her password")
    app.button[0].click().run()
    assert [warning.value for warning in app.warning] == ["User name or password is not right."]
    with calls.transaction() as session:
        assert session.exec(select(SignInSession)).all() == []


def test_roles_without_a_space_of_their_own_are_welcomed_honestly(sign_in: SignIn, cast: Cast) -> None:
    app = sign_in(FRAME, cast.administrator).run()
    assert not app.exception
    assert app.title[0].value.startswith("Welcome, ")


def test_the_patient_space_stays_closed_while_there_is_nobody_to_call(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    with calls.transaction() as session:
        session.merge(cast.service).crisis_contacts = []
    app = sign_in(FRAME, cast.patient_actor).run()
    assert "Your space is not open yet" in app.warning[0].value
    assert not app.title


def test_threat_03_a_disabled_person_is_out_at_the_next_click(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = sign_in("pages/access.py", cast.alice).run()
    assert app.title[0].value == "Access"
    calls.run(disable_account, by=cast.administrator, username="alice")
    app.run()
    assert [field.label for field in app.text_input] == ["User name", "Password"]


def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = sign_in("pages/sign_out.py", cast.alice).run()
    assert not app.exception
    with calls.transaction() as session:
        assert [row.end_reason for row in session.exec(select(SignInSession))] == ["signed_out"]


def test_threat_24_glass_is_broken_with_a_reason_and_reviewed_by_someone_else(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    app = sign_in("pages/access.py", cast.alice).run()
    app.text_input[0].set_value("Otto Weiss")
    app.text_input[1].set_value("1998-05-04")
    app.text_area[0].set_value("Called the ward in distress, nobody of his team answers")
    app.button[-1].click().run()
    assert not app.exception
    assert "The record of Otto Weiss is open to you until" in words(app)

    app = sign_in("pages/access.py", cast.lead).run()
    assert "1 emergency access to review" in words(app)
    assert "Otto" not in words(app)
    app.text_input[0].set_value("Justified: the covering colleague was ill")
    app.button[0].click().run()
    assert "No emergency access waits for a review." in words(app)
    with calls.transaction() as session:
        assert session.exec(select(BreakGlass)).one().reviewed_by == cast.lead.user_id


@pytest.mark.parametrize("who", ["director", "patient", "relative"])
def test_a_page_that_is_not_theirs_is_refused_in_a_sentence_and_logged(
    sign_in: SignIn, cast: Cast, calls: Calls, who: str
) -> None:
    actor = cast.everyone[who]
    app = sign_in(AppTest.from_file("../../pages/access.py", default_timeout=30), actor).run()
    assert "Your role does not include this" in app.warning[0].value
    assert not app.title
    with calls.transaction() as session:
        last = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()[-1]
    assert (last.action, last.actor_id, last.target) == ("refused", actor.user_id, "access_of")
