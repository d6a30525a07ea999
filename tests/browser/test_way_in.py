"""The way in and out, as a person takes it: form, bar, sign-out; and nothing is asked of strangers."""

from playwright.sync_api import expect

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


def test_a_link_to_a_case_opens_it_after_signing_in(small: Small, visit: Visit) -> None:
    visitor = visit(small.server)
    link = f"/case_review?patient={small.cast.patient.id}"
    page = visitor.page(link)
    page.get_by_label("User name").wait_for(timeout=30_000)
    settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == small.server.url + link
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Needs response")).to_be_visible(timeout=30_000)
    settle(page)
    assert page.url == small.server.url + link
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert visitor.strangers == []


def test_the_keyboard_alone_opens_a_case_from_today_and_one_sees_where_it_is(small: Small, visit: Visit) -> None:
    page = visit(small.server).page()
    page.get_by_label("User name").focus()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Waiting for an answer")).to_be_visible(timeout=30_000)
    settle(page)
    first = page.get_by_role("link", name="Laia Puig").first
    for _step in range(25):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break
    assert first.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Needs response")).to_be_visible(timeout=30_000)


def test_a_link_to_a_page_of_another_role_is_one_calm_sentence(small: Small, visit: Visit) -> None:
    visitor = visit(small.server)
    page = visitor.sign_in("erika", PASSWORD, f"/case_review?patient={small.cast.patient.id}")
    expect(page.get_by_text("Your role does not include this")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text(small.cast.patient.name)).to_have_count(0)
