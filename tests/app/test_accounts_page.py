"""Accounts as an administrator keeps them: added, switched off and on, another role, a new password shown once."""

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.access.passwords import verify_password
from core.calls import Calls
from core.queries.accounts import AccountView, accounts_of
from models import Role, User
from tests.app.conftest import SignIn
from tests.factories.cast import Cast

PAGE = "pages/accounts.py"


@pytest.fixture
def page(sign_in: SignIn, cast: Cast) -> AppTest:
    app = sign_in(PAGE, cast.administrator).run()
    assert not app.exception
    return app


def account(calls: Calls, cast: Cast, username: str) -> AccountView:
    return next(one for one in calls.run(accounts_of, by=cast.administrator) if one.username == username)


def press(app: AppTest, label: str) -> AppTest:
    done = next(button for button in app.button if button.label == label).click().run()
    assert not done.exception
    return done


def opens(calls: Calls, username: str, password: str) -> bool:
    with calls.transaction() as session:
        hashed = session.exec(select(User.password_hash).where(User.username == username)).one()
    return verify_password(password, hashed)


def test_a_member_of_staff_is_added_and_the_password_shown_once(page: AppTest, calls: Calls, cast: Cast) -> None:
    page.text_input[0].set_value("Nora Vidal")
    page.text_input[1].set_value("nora")
    page.selectbox[2].set_value(cast.team.id)
    press(page, "Add")
    (password,) = [code.value for code in page.code]
    assert opens(calls, "nora", password)
    made = account(calls, cast, "nora")
    assert (made.name, made.role, made.team) == ("Nora Vidal", Role.THERAPIST, cast.team.name)
    page.run()
    assert not page.code


def test_a_clinician_without_a_team_is_refused_in_a_sentence(page: AppTest) -> None:
    page.text_input[0].set_value("Nora Vidal")
    page.text_input[1].set_value("nora")
    press(page, "Add")
    assert [warning.value for warning in page.warning] == ["A clinician belongs to a team of this service; name it."]
    assert not page.code


def test_an_account_is_switched_off_and_on(page: AppTest, calls: Calls, cast: Cast) -> None:
    page.selectbox[0].set_value("bob").run()
    press(page, "Switch off")
    assert not account(calls, cast, "bob").enabled
    press(page, "Switch on")
    assert account(calls, cast, "bob").enabled


def test_a_new_password_is_made_and_shown_once(page: AppTest, calls: Calls) -> None:
    page.selectbox[0].set_value("bob").run()
    press(page, "New password")
    (password,) = [code.value for code in page.code]
    assert opens(calls, "bob", password)
    page.run()
    assert not page.code


def test_another_role_is_given_and_ones_own_account_stays_on(page: AppTest, calls: Calls, cast: Cast) -> None:
    page.selectbox[0].set_value("bob").run()
    page.button_group[1].set_value(Role.TEAM_LEAD).run()
    press(page, "Give this role")
    assert account(calls, cast, "bob").role is Role.TEAM_LEAD
    own = next(one for one in calls.run(accounts_of, by=cast.administrator) if one.role is Role.ADMINISTRATOR)
    page.selectbox[0].set_value(own.username).run()
    press(page, "Switch off")
    assert [warning.value for warning in page.warning] == ["You cannot switch off your own account."]


def test_patients_go_by_their_user_name(page: AppTest, cast: Cast) -> None:
    page.button_group[0].set_value([Role.PATIENT]).run()
    shown = page.table[0].value
    assert list(shown["role"]) == ["patient"] * len(shown)
    assert list(shown["name"]) == list(shown["user name"])
    assert not [line for line in page.selectbox[0].options if cast.patient.family_name in line]
