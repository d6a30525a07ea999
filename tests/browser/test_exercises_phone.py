"""An exercise on a phone, in Chromium at 390 × 844: begun, timed in the browser, done and judged there, and seen on the
therapist's case review, who assigned it without leaving that screen."""

import pytest
from playwright.sync_api import Page, expect

from core.actions.exercises import Agreed, assign_exercise
from core.start import open_installation
from tests.browser.conftest import PASSWORD, Small, Visit, settle
from tests.browser.test_patient_phone import PHONE
from tests.factories.installation import use_environment

WHY = "For the minutes before dinner."


@pytest.fixture(scope="module")
def breathing(small: Small) -> None:
    """Slow breathing of one minute, assigned to the patient of the other team."""
    with pytest.MonkeyPatch.context() as patch:
        use_environment(patch, home=small.home)
        with open_installation() as opened:
            opened.calls().run(
                assign_exercise, by=small.cast.charlie, key="breathing", patient_id=small.cast.other_patient.id,
                exercise="slow-breathing", agreed=Agreed(WHY, {"minutes": 1}, times_a_week=3),
            )  # fmt: skip


def to_the_timer(page: Page) -> None:
    page.locator("[class*='st-key-card_assigned']").filter(has_text="Slow breathing").get_by_role("button").tap()
    expect(page.get_by_role("timer")).to_have_text("1:00")


@pytest.mark.usefixtures("breathing")
def test_an_exercise_done_and_helped_is_seen_on_the_case_review(small: Small, visit: Visit) -> None:
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/my_exercises")
    expect(page.get_by_text(WHY)).to_be_visible()
    to_the_timer(page)
    page.clock.install()
    page.get_by_role("button", name="Start").tap()
    page.clock.run_for(5_000)
    expect(page.get_by_text("Breathe out")).to_be_visible()
    page.get_by_role("button", name="Pause").tap()
    left = page.get_by_role("timer").inner_text()
    page.clock.run_for(10_000)
    expect(page.get_by_role("timer")).to_have_text(left)
    page.get_by_role("button", name="Go on").tap()
    page.clock.run_for(61_000)
    expect(page.get_by_text("The time is over")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Done").dblclick()
    page.clock.run_for(2_000)
    expect(page.get_by_role("heading", name="You have done it")).to_be_visible()
    page.get_by_text("Quite a bit", exact=True).tap()
    settle(page)
    page.get_by_role("textbox").fill("The shoulders came down.")
    page.get_by_role("button", name="Back to my exercises").tap()
    expect(page.get_by_role("heading", name="Exercises")).to_be_visible()
    expect(page.get_by_text("done once this week")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    address = f"/case_review?patient={small.cast.other_patient.id}"
    screen = visit(small.server).sign_in("charlie", PASSWORD, address)
    expect(screen.get_by_text("Slow breathing: done once, helped 3 of 4")).to_be_visible(timeout=30_000)
    screen.get_by_role("button", name="Exercises:").click()
    expect(screen.get_by_text("“The shoulders came down.”")).to_be_visible()


def test_assigned_in_the_case_review_it_is_on_the_phone(small: Small, visit: Visit) -> None:
    address = f"/case_review?patient={small.cast.other_patient.id}"
    screen = visit(small.server).sign_in("charlie", PASSWORD, address)
    screen.get_by_role("button", name="Exercises:").click()
    screen.get_by_role("combobox", name="Exercise or reading").fill("Asking for")
    screen.keyboard.press("Enter")
    screen.locator(".st-key-assign-asking-for-help-why textarea").fill("When the evening gets loud.")
    screen.get_by_role("button", name="Assign", exact=True).click()
    expect(screen.get_by_text("is told that there is something new")).to_be_visible()
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/my_exercises")
    expect(page.get_by_text("When the evening gets loud.")).to_be_visible()
    page.locator("[class*='st-key-card_assigned']").filter(has_text="Asking for help").get_by_role("button").tap()
    for step in range(2, 7):
        page.get_by_role("button", name="Next").tap()
        expect(page.get_by_text(f"Step {step} of 6")).to_be_visible()
        settle(page)
    small_ones = page.evaluate(
        """[...document.querySelectorAll('.st-key-own_body .stButton button')]
           .filter(e => e.getBoundingClientRect().height < 43.5).length"""
    )
    assert small_ones == 0
