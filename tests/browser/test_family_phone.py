"""A relative and a patient on their phones, in Chromium at 390 × 844: a family note reaches the therapist's screen and
comes back answered; a withdrawn consent takes it from both screens, and the therapist sees that it was withdrawn."""

import zipfile

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Small, Visit, settle
from tests.browser.test_patient_phone import PHONE

NOTE = "She stayed in her room on Friday."
LEAST = 43.5  # px that a thumb hits, less half a pixel of rounding


def case(small: Small) -> str:
    return f"/case_review?patient={small.cast.patient.id}"


def fits(page: Page) -> bool:
    """Nothing lies beside the screen, and every target of the page is as big as a thumb."""
    return bool(
        page.evaluate(
            """least => document.documentElement.scrollWidth <= window.innerWidth
               && [...document.querySelectorAll('.st-key-own_body button, .st-key-own_body .stCheckbox label')]
                  .every(e => e.getBoundingClientRect().height === 0 || e.getBoundingClientRect().height >= least)""",
            LEAST,
        )
    )


def test_a_family_note_is_seen_and_answered_by_the_therapist_and_gone_when_consent_is_withdrawn(
    small: Small, visit: Visit
) -> None:
    relative = visit(small.server, **PHONE).sign_in("marta", PASSWORD)
    expect(relative.get_by_text("is read by Alice and colleagues of the Blue")).to_be_visible()
    expect(relative.get_by_text("not watched round the clock").first).to_be_visible()
    relative.get_by_role("radio", name="the last 3 days").or_(relative.get_by_text("the last 3 days")).first.tap()
    settle(relative)
    relative.get_by_text("harder", exact=True).first.tap()
    settle(relative)
    relative.get_by_label("What I noticed").fill(NOTE)
    relative.get_by_label("How I am").fill("Tired.")
    relative.get_by_role("button", name="Send").tap()
    expect(relative.get_by_text(NOTE)).to_be_visible(timeout=30_000)
    expect(relative.get_by_text("Not read yet").first).to_be_visible()
    assert fits(relative)

    therapist = visit(small.server).sign_in("alice", PASSWORD, case(small))
    expect(therapist.get_by_text(NOTE)).to_be_visible(timeout=30_000)
    expect(therapist.get_by_text("Marta Puig, mother · about the 3 days up to").first).to_be_visible()
    expect(therapist.get_by_text("Laia's own entries of those days").first).to_be_visible()
    therapist.locator("[class*='st-key-note-'] button", has_text="Answer").first.click()
    therapist.get_by_label("Answer Marta Puig").first.fill("Thank you. We talk about it on Thursday.")
    therapist.get_by_role("button", name="Send").last.click()
    expect(therapist.get_by_text("not seen yet")).to_be_visible(timeout=30_000)
    relative.reload()
    expect(relative.get_by_text("Thank you. We talk about it on Thursday.")).to_be_visible(timeout=30_000)
    expect(relative.get_by_text("Read by Alice").first).to_be_visible()

    patient = visit(small.server, **PHONE).sign_in("laia", PASSWORD, "/privacy")
    expect(patient.get_by_text("Marta Puig, mother", exact=True)).to_be_visible()
    assert fits(patient)
    patient.get_by_text("Can write notes that your team reads").tap()
    expect(patient.get_by_text("It holds at once")).to_be_visible(timeout=30_000)
    relative.get_by_label("What I noticed").fill("One more thing.")
    relative.get_by_role("button", name="Send").tap()
    expect(relative.get_by_text("nothing is shared here")).to_be_visible(timeout=30_000)
    expect(relative.get_by_text(NOTE)).to_have_count(0)

    therapist.reload()
    expect(therapist.get_by_text("Since you last met").first).to_be_visible(timeout=30_000)
    settle(therapist)
    expect(therapist.get_by_text(NOTE)).to_have_count(0)
    therapist.locator("button", has_text="consent").first.click()
    expect(therapist.get_by_text("Marta Puig (mother): family notes · withdrawn on")).to_be_visible()


def test_a_copy_of_everything_is_downloaded_by_a_link_that_is_good_once(small: Small, visit: Visit) -> None:
    page = visit(small.server, **PHONE).sign_in("laia", PASSWORD, "/privacy")
    page.get_by_role("button", name="Tables to read").tap()
    link = page.get_by_role("link", name="Download: Tables to read")
    expect(link).to_be_visible()
    address = f"{small.server.url}{link.get_attribute('href')}"
    with page.expect_download() as started:
        page.evaluate("address => { location.href = address }", address)
    with zipfile.ZipFile(started.value.path()) as archive:
        assert {"patient.csv", "audit_entry.csv", "consent.csv"} <= set(archive.namelist())
    again = page.request.get(address)
    assert again.status == 404
    assert "This link is over" in again.text()
