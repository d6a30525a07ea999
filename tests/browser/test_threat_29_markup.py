"""Threat 29: script tags, event handlers, ``javascript:`` and remote images in what people write are inert in a real
browser: nothing runs, nothing is asked of another host, and the words stand there as they were written."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from core.access.passwords import hash_password
from core.start import open_installation
from core.vault import vault
from models import (
    AgreementKind,
    BreakGlass,
    FamilyNote,
    Message,
    Patient,
    Programme,
    Relative,
    SharedAim,
    StepOfCare,
    StepRequest,
    Team,
    User,
)
from tests.browser.conftest import PASSWORD, Visit, settle
from tests.factories.cast import Cast, make_cast
from tests.factories.installation import use_environment
from tests.factories.server import Server, running
from tests.factories.story import make_story

SHORT = "<img src=x onerror=window.pwned=1>![p](http://evil.test/a.png)"
LONG = (
    '<script>window.pwned=1</script><img src="http://evil.test/b.png" onerror="window.pwned=1">'
    "<svg onload=window.pwned=1></svg>[press](javascript:window.pwned=1) ![p](http://evil.test/c.png)\n\n"
    "<iframe src='http://evil.test/d'></iframe><a href='http://evil.test/e'>here</a> :red[loud] $x^2$ **bold**"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cast]]:
    """An installation in which every free text and every name is an attack."""
    home, now = tmp_path_factory.mktemp("hostile"), datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        use_environment(patch, home=home)
        with open_installation() as opened, opened.calls().transaction() as session:
            cast = make_cast(session, now=now)
            make_story(session, cast, own=True, now=now)
            poison(session, cast, now)
    with running(home, home / "server.log") as server:
        yield server, cast


def poison(session: Session, cast: Cast, now: datetime) -> None:
    for user in session.exec(select(User)):
        user.password_hash = hash_password(PASSWORD, rounds=4)
        user.name = user.name if user.username == "alice" else SHORT
    for kind, fields in (
        (Patient, ("given_name", "family_name")), (Relative, ("name",)), (Team, ("name",)), (Programme, ("name",)),
        (BreakGlass, ("reason",)), (StepOfCare, ("reason",)),
    ):  # fmt: skip
        for row in session.exec(select(kind)):
            for field in fields:
                setattr(row, field, SHORT)
    session.add(SharedAim(patient_id=cast.patient.id, kind=AgreementKind.GOAL, label=SHORT, made_at=now))
    wish = StepRequest(patient_id=cast.patient.id, wish="more", asked_at=now, asked_by=cast.patient_actor.user_id)
    wish.words = vault(session).close(session, cast.patient.id, "step_request", wish.id, LONG)
    session.add(wish)
    for table, kind in (("message", Message), ("family_note", FamilyNote)):
        for row in session.exec(select(kind).where(col(kind.patient_id) == cast.patient.id)):
            row.body = vault(session).close(session, cast.patient.id, table, row.id, LONG)


PAGES = (
    "/", "/case_review?patient={patient}", "/alliance?patient={patient}", "/steps?patient={patient}", "/access",
    "/signals",
)  # fmt: skip


@pytest.mark.parametrize("page_of", PAGES)
def test_threat_29_what_people_write_is_inert(hostile: tuple[Server, Cast], visit: Visit, page_of: str) -> None:
    server, cast = hostile
    visitor = visit(server)
    visitor.sign_in("alice", PASSWORD).close()
    page = visitor.page(page_of.format(patient=cast.patient.id))
    settle(page)
    for opener in page.get_by_test_id("stPopoverButton").all():
        if opener.is_visible():
            opener.click()
            page.keyboard.press("Escape")
    assert page.evaluate("window.pwned") is None
    assert visitor.strangers == []
    assert [said for said in visitor.complaints if "evil.test" in said or "Content Security" in said] == []
    assert page.locator("a[href^='javascript'], img[src*='evil.test'], iframe[src*='evil.test']").count() == 0


def test_threat_29_the_words_of_a_message_stand_there_as_written(hostile: tuple[Server, Cast], visit: Visit) -> None:
    server, cast = hostile
    page = visit(server).sign_in("alice", PASSWORD)
    page.goto(f"{server.url}/case_review?patient={cast.patient.id}")
    settle(page)
    expect(page.get_by_text("<script>window.pwned=1</script>").first).to_be_visible()
    assert page.get_by_text("Something went wrong").count() == 0
