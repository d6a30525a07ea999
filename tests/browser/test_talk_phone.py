"""A patient on a phone, in Chromium at 390 × 844: a message reaches the therapist's screen and comes back answered and
read; a rating of working together is seen there and in the patient's own course."""

import pytest
from playwright.sync_api import Page, expect

from core.actions.alliance import rate_as_therapist
from core.start import open_installation
from tests.browser.conftest import PASSWORD, Small, Visit, settle
from tests.browser.test_patient_phone import PHONE
from tests.factories.installation import use_environment

ASKED = "Could we go through Sunday's dinner? <b>It was hard</b>"
ANSWERED = "Yes, first thing on Thursday."


def case(small: Small) -> str:
    return f"/case_review?patient={small.cast.other_patient.id}"


def fits(page: Page) -> bool:
    """Nothing lies beside the screen, and every button that is seen is as big as a thumb."""
    return bool(
        page.evaluate(
            """document.documentElement.scrollWidth <= window.innerWidth
               && [...document.querySelectorAll('.st-key-own_body button, .st-key-own_body [role=radio]')]
                  .map(e => e.getBoundingClientRect()).every(r => r.height === 0 || r.height >= 43.5)"""
        )
    )


def therapist_rated(small: Small) -> None:
    """Charlie has said how session 1 was, so that nothing of Otto's waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        use_environment(patch, home=small.home)
        with open_installation() as opened:
            opened.calls().run(
                rate_as_therapist, by=small.cast.charlie, key="rated", patient_id=small.cast.other_patient.id,
                appointment_id=small.other.held_id, answers={str(item): 4.0 for item in range(1, 11)},
            )  # fmt: skip


def test_a_message_is_seen_answered_and_marked_as_read_on_both_sides(small: Small, visit: Visit) -> None:
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/my_messages")
    box = page.get_by_placeholder("Write a message…")
    box.fill(ASKED)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_text(ASKED)).to_have_count(1, timeout=30_000)
    expect(box).to_have_value("")
    assert fits(page)

    screen = visit(small.server).sign_in("charlie", PASSWORD, case(small))
    expect(screen.get_by_text(ASKED)).to_be_visible(timeout=30_000)
    screen.get_by_placeholder("Reply").fill(ANSWERED)
    screen.get_by_role("button", name="Send").first.click()
    expect(screen.get_by_text(ANSWERED)).to_be_visible(timeout=30_000)

    page.reload()
    expect(page.get_by_text(ANSWERED)).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Read by Charlie").first).to_be_visible()
    settle(page)
    screen.reload()
    expect(screen.get_by_text("Read by Otto").first).to_be_visible(timeout=30_000)


def test_a_rating_is_seen_by_the_therapist_and_in_the_own_course(small: Small, visit: Visit) -> None:
    therapist_rated(small)
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/us")
    page.get_by_role("button", name="Rate", exact=True).tap()
    questions = page.locator("[class*='st-key-scale5_rate'] [role=radiogroup]")
    expect(questions).to_have_count(12)
    for number in range(12):
        questions.nth(number).get_by_role("radio", name="2", exact=True).tap()
    assert fits(page)
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_text("You have said 2 times how it is for you.")).to_be_visible(timeout=30_000)
    page.goto(f"{small.server.url}/my_course")
    expect(page.get_by_text("You rated it 2 times in this time; the last time 2 of 5.")).to_be_visible(timeout=30_000)
    settle(page)
    assert fits(page)

    screen = visit(small.server).sign_in("charlie", PASSWORD, case(small))
    expect(screen.get_by_text("For Otto, goals fell from 4 to 2.").first).to_be_visible(timeout=30_000)
    expect(screen.get_by_text("Otto said on").first).to_be_visible()
