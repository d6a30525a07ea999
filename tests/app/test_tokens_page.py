"""Tokens without a browser: one is made and shown once, and revoked."""

from sqlmodel import select

from core.calls import Calls
from core.queries.api_tokens import api_tokens_of
from models import ApiToken
from tests.app.conftest import SignIn
from tests.factories.cast import Cast

PAGE = "pages/tokens.py"


def test_a_token_is_made_shown_once_and_revoked(sign_in: SignIn, calls: Calls, cast: Cast) -> None:
    app = sign_in(PAGE, cast.administrator).run()
    assert not app.exception
    app.text_input[0].set_value("Ring-Gateway")
    app.button_group[0].set_value(["observations", "fhir"])
    next(button for button in app.button if button.label == "Make a token").click().run()
    assert not app.exception
    (shown,) = [code.value for code in app.code]
    assert shown.startswith("vincle_")
    (token,) = calls.run(api_tokens_of, by=cast.administrator).tokens
    assert (token.name, token.scopes, token.holds) == ("ring-gateway", ("fhir", "observations"), True)
    with calls.transaction() as session:
        assert session.exec(select(ApiToken.token_hash)).one() != shown
    app.run()
    assert not app.code  # nowhere to be seen again
    app.button(key=f"revoke-{token.id}").click().run()
    assert not app.exception
    assert [one.holds for one in calls.run(api_tokens_of, by=cast.administrator).tokens] == [False]


def test_a_name_that_is_none_is_one_sentence(sign_in: SignIn, calls: Calls, cast: Cast) -> None:
    app = sign_in(PAGE, cast.administrator).run()
    app.text_input[0].set_value("a name with spaces")
    app.button_group[0].set_value(["observations"])
    next(button for button in app.button if button.label == "Make a token").click().run()
    assert [warning.value for warning in app.warning] == ["A token is named with up to 40 letters, digits and hyphens."]
    assert calls.run(api_tokens_of, by=cast.administrator).tokens == ()
