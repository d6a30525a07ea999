"""The way in and out, as a person takes it: form, bar, sign-out; and nothing is asked of strangers."""

from tests.browser.conftest import PASSWORD, Small, Visit, settle, sign_out


def test_a_therapist_signs_in_and_out_and_the_browser_has_nothing_to_complain_of(small: Small, visit: Visit) -> None:
    visitor = visit(small.server)
    page = visitor.sign_in("alice", PASSWORD)
    sign_out(page, "Alice")
    settle(page)
    assert visitor.strangers == []
    assert visitor.complaints == []


def test_a_wrong_password_is_answered_with_a_sentence_and_no_session(small: Small, visit: Visit) -> None:
    visitor = visit(small.server)
    page = visitor.page()
    page.get_by_label("User name").fill("bob")
    page.get_by_label("Password", exact=True).fill("not his")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for(timeout=30_000)
    assert visitor.context.cookies() == [] or all("vincle" not in c["name"] for c in visitor.context.cookies())
