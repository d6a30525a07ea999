"""A patient on a phone, in Chromium at 390 × 844: from the request on the first screen to the answers in the database,
from an answer about safety to whom to call and to the therapist's screen; pressed twice, the connection lost."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from core.actions.observations import PromptSent, store_prompts
from core.measures import catalogue
from core.start import open_installation
from models import PromptKind
from tests.browser.conftest import PASSWORD, Small, Visit, settle, wait_until
from tests.factories.installation import use_environment

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CODE = {measure.id: code for code, measure in catalogue().items()}


def kept(small: Small, since: datetime) -> list[tuple[str, float]]:
    """The answers of the patient of the other team since a moment, as they stand in the database."""
    statement = "SELECT measure_id, value FROM observation WHERE patient_key = ? AND at >= ? ORDER BY at, measure_id"
    with closing(sqlite3.connect(small.home / "vincle.db")) as connection:
        rows = connection.execute(statement, (small.cast.other_patient.key, int(since.timestamp())))
        return [(CODE[number], value) for number, value in rows]


def alerts(small: Small) -> int:
    statement = "SELECT count(*) FROM alert WHERE rule = 'safety_answer' AND state <> 'closed'"
    with closing(sqlite3.connect(small.home / "vincle.db")) as connection:
        return int(connection.execute(statement).fetchone()[0])


def scale(page: Page, question: str, value: int) -> None:
    page.get_by_role("radiogroup", name=question).get_by_role("radio", name=str(value), exact=True).tap()


@pytest.fixture
def due(small: Small) -> datetime:
    """A request for a check-in that went out ten minutes ago; the moment from which answers are looked at."""
    now = datetime.now(UTC).replace(microsecond=0)
    with pytest.MonkeyPatch.context() as patch:
        use_environment(patch, home=small.home)
        with open_installation() as opened, opened.calls().transaction() as session:
            sent = now - timedelta(minutes=10)
            assert small.cast.source.id is not None
            store_prompts(
                session, patient=small.cast.other_patient, source_id=small.cast.source.id,
                prompts=[PromptSent(sent, now + timedelta(hours=1), PromptKind.MOMENTARY)],
            )  # fmt: skip
    return now - timedelta(seconds=1)


def test_from_the_request_to_the_answers_and_thanks(small: Small, visit: Visit, due: datetime) -> None:
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD)
    expect(page.get_by_role("heading", name="Otto")).to_be_visible()
    page.get_by_role("button", name="Answer").tap()
    scale(page, "Cheerful", 5)
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    assert kept(small, due) == [("cheerful", 5)]  # before anything is finished
    for value in (2, 4, 4):  # another answer corrects the first, pressing twice changes nothing
        scale(page, "Relaxed", value)
        settle(page)
    page.get_by_role("button", name="Next").tap()
    settle(page)
    page.reload()  # the connection is lost and the page comes back: what was answered is found again
    settle(page)
    for screen in range(2, 7):
        expect(page.get_by_text(f"{screen} of 7")).to_be_visible()
        settle(page)  # the button of the screen before is gone
        page.get_by_role("button", name="Skip").tap()
    expect(page.get_by_text("7 of 7")).to_be_visible()
    page.get_by_role("textbox").first.fill("Swam a little.")
    page.get_by_role("button", name="Done").dblclick()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert kept(small, due) == [("cheerful", 5), ("relaxed", 4)]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screen = visit(small.server).sign_in("charlie", PASSWORD, f"/case_review?patient={small.cast.other_patient.id}")
    expect(screen.get_by_text("Swam a little.").first).to_be_visible(timeout=30_000)


def test_targets_are_as_big_as_a_thumb(small: Small, visit: Visit) -> None:
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/check_in?about=momentary")
    expect(page.get_by_role("radiogroup").first).to_be_visible()
    settle(page)
    small_ones = page.evaluate(
        """[...document.querySelectorAll('.st-key-own_body [role=radio], .st-key-own_body .stButton button')]
           .filter(e => { const r = e.getBoundingClientRect(); return r.height < 43.5 || r.width < 43.5 }).length"""
    )
    assert small_ones == 0


def test_an_answer_about_safety_opens_help_at_once_and_reaches_the_therapist(small: Small, visit: Visit) -> None:
    since = datetime.now(UTC).replace(microsecond=0)
    before = alerts(small)
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/check_in?about=safety")
    page.get_by_text("A little", exact=True).tap()
    expect(page.get_by_role("heading", name="You are not alone with this")).to_be_visible()
    assert alerts(small) == before + 1
    assert kept(small, since) == [("wish_not_alive", 1)]
    assert page.get_by_role("link", name="Call 112").get_attribute("href") == "tel:112"
    expect(page.get_by_text("not watched round the clock").first).to_be_visible()
    expect(page.get_by_text("has reached Charlie")).to_be_visible()
    page.get_by_role("button", name="Go on with the questions").tap()
    expect(page.get_by_role("heading", name="think about taking your life")).to_be_visible()
    address = f"/case_review?patient={small.cast.other_patient.id}"
    screen = visit(small.server).sign_in("charlie", PASSWORD, address)
    expect(screen.get_by_text("Safety answer in a check-in").first).to_be_visible(timeout=30_000)
    expect(screen.get_by_text("Newest entry").first).to_be_visible()


def test_threat_43_an_answer_given_while_the_connection_is_lost_is_kept_once(small: Small, visit: Visit) -> None:
    since, lines = datetime.now(UTC).replace(microsecond=0), list[WebSocketRoute]()
    visitor = visit(small.server, **PHONE)

    def connect(line: WebSocketRoute) -> None:
        lines.append(line)
        line.connect_to_server()

    visitor.context.route_web_socket("**/_stcore/stream", connect)
    page = visitor.sign_in("otto", PASSWORD, "/check_in?about=urges")
    scale(page, "To binge", 3)
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    lines[-1].close()
    scale(page, "To get rid of food", 2)
    wait_until(page, lambda: len(lines) > 1 and len(kept(small, since)) > 1)  # the browser comes back by itself
    settle(page)
    assert kept(small, since) == [("urge_binge", 3), ("urge_purge", 2)]


def test_answers_that_come_faster_than_they_are_written_are_all_kept(small: Small, visit: Visit) -> None:
    since = datetime.now(UTC).replace(microsecond=0)
    page = visit(small.server, **PHONE).sign_in("otto", PASSWORD, "/check_in?about=momentary")
    for first, between, last in ((2, 1, 4), (3, 2, 5)):
        with closing(sqlite3.connect(small.home / "vincle.db", isolation_level=None)) as another_writer:
            another_writer.execute("BEGIN IMMEDIATE")  # whoever writes now waits
            for question, value in (("Cheerful", first), ("Relaxed", between), ("Cheerful", last)):
                scale(page, question, value)
                page.wait_for_timeout(100)
        said = [("cheerful", last), ("relaxed", between)]
        wait_until(page, lambda said=said: kept(small, since) == said)  # type: ignore[misc]
        settle(page)
