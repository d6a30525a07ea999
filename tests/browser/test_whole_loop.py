"""The loop a therapist came for, in a real Chromium: sign in → Today → open → read → close the
alert → reply → rate → sign out, and afterwards
the database holds what was done, once, with its entries in a log that verifies."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.access.passwords import hash_password
from core.audit import log
from core.settings import Settings
from core.start import open_installation
from core.vault import vault
from models import (
    Alert,
    AlertEvent,
    AlertState,
    AlertVerb,
    AllianceRating,
    AuditEntry,
    Message,
    MessageThread,
    Observation,
    Patient,
    Role,
    Side,
    User,
)
from tests.browser.conftest import PASSWORD, Small, Visit, Visitor, settle, sign_out
from tests.factories.cast import Cast, make_cast
from tests.factories.exports import study
from tests.factories.installation import command
from tests.factories.server import Server, running
from tests.factories.story import happenings

CLOSING = "I called; she is with her sister tonight. «Què tal?» <b>ok</b>"
REPLY = "Gràcies for writing. Thursday at ten? 1 < 2 & *not* bold"
DONE = {"read_case_review", "close_alert", "write_message", "rate_alliance"}


@dataclass(frozen=True, slots=True)
class Done:
    """Where the loop is gone through, and on whose case."""

    home: Path
    server: Server
    patient_id: uuid.UUID
    name: str


@pytest.fixture(params=["made up", "bringmann2013"])
def done(request: pytest.FixtureRequest) -> Iterator[Done]:
    """Alice's patient of the cast, and a person who came by import of a published study."""
    if request.param == "made up":
        small: Small = request.getfixturevalue("small")
        yield Done(small.home, small.server, small.own.patient.id, small.own.patient.name)
    else:
        yield request.getfixturevalue("imported")


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Done]:
    """An installation with the cast into which the study was imported as an administrator would do it; one of its
    people, treated by Alice, then writes, rates and has an alert, as someone in treatment does."""
    file, home, now = study("bringmann2013/esm.csv"), tmp_path / "imported", datetime.now(UTC)
    with open_installation(Settings(home=home)) as opened:
        with opened.calls().transaction() as session:
            cast = make_cast(session, now=now)
            for user in session.exec(select(User)):
                user.password_hash = hash_password(PASSWORD, rounds=4)
        command(
            home, "import", "csv", str(file), "--mapping", "bringmann2013", "--therapist", "alice",
            "--ending", f"{now:%Y-%m-%d}",
        )  # fmt: skip
        with opened.calls().transaction() as session:
            patient = _begin_treatment(session, cast, now)
    with running(home, home / "server.log") as server:
        yield Done(home, server, patient.id, patient.name)


def _begin_treatment(session: Session, cast: Cast, now: datetime) -> Patient:
    """Give the person with most values an account, and what happens in a treatment."""
    most = select(Observation.patient_key).group_by(col(Observation.patient_key)).order_by(func.count().desc()).limit(1)
    patient = session.exec(select(Patient).where(col(Patient.key) == most.scalar_subquery())).one()
    user = User(
        service_id=cast.service.id, username="study.person", password_hash="!", password_set_at=now,
        name=patient.name, role=Role.PATIENT,
    )  # fmt: skip
    session.add(user)
    session.flush()
    patient.user_id = user.id
    if session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).first() is None:
        session.add(MessageThread(patient_id=patient.id))
    session.flush()
    happenings(session, cast, patient, own=True, now=now)
    return patient


def open_from_today(visitor: Visitor, done: Done) -> Page:
    """Sign in, and open the case in one click from the work list."""
    page = visitor.sign_in("alice", PASSWORD)
    page.get_by_role("link", name=done.name).first.click()
    page.wait_for_url(f"**/case_review?patient={done.patient_id}")
    settle(page)
    return page


def close_the_alert(page: Page) -> None:
    """Say what was done about the alert, when it is looked at again, and that it was useful."""
    alert = page.locator("[class*='st-key-alert-']").first
    alert.get_by_role("button").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("In a few words").fill(CLOSING)
    form.get_by_text("Yes", exact=True).click()
    form.get_by_role("button", name="Close the alert").click()
    expect(form).to_have_count(0, timeout=30_000)
    settle(page)


def reply(page: Page) -> None:
    """Answer the message beside it; the box is empty afterwards and the words stand in the thread."""
    box = page.get_by_placeholder("Reply to")
    box.fill(REPLY)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_test_id("stText").get_by_text(REPLY, exact=True)).to_be_visible(timeout=30_000)
    settle(page)
    expect(box).to_have_count(1, timeout=30_000)
    expect(box).to_have_value("")


def rate(page: Page) -> None:
    """The therapist's own view of the last session: every question answered with 4."""
    page.get_by_role("button", name="Rate").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("radiogroup")).to_have_count(10)
    for group in form.get_by_role("radiogroup").all():
        group.get_by_text("4", exact=True).click()
    form.get_by_role("button", name="Record my rating").click()
    expect(form).to_have_count(0, timeout=30_000)
    settle(page)


def stands_on_one_screen(page: Page) -> None:
    """The page keeps still; each of the three columns scrolls by itself where it holds more."""
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollHeight <= main.clientHeight")
    ways = (
        page.locator(".st-key-case_columns")
        .get_by_test_id("stColumn")
        .evaluate_all("columns => columns.map(one => getComputedStyle(one.firstElementChild).overflowY)")
    )
    assert ways[:3] == ["auto"] * 3


def test_the_whole_loop(done: Done, visit: Visit) -> None:
    visitor = visit(done.server)
    page = open_from_today(visitor, done)
    expect(page.get_by_text(done.name).first).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    stands_on_one_screen(page)
    close_the_alert(page)
    reply(page)
    rate(page)
    assert f"patient={done.patient_id}" in page.url
    sign_out(page, "Alice")
    assert visitor.strangers == []
    assert visitor.complaints == []
    with open_installation(Settings(home=done.home)) as opened, opened.calls().transaction() as session:
        assert_alert_closed(session, done)
        assert_replied_once(session, done)
        assert_rated_once(session, done)
        assert set(actions_on(session, done)) >= DONE
        assert [actions_on(session, done).count(action) for action in sorted(DONE - {"read_case_review"})] == [1, 1, 1]
        assert log.verify(session, opened.keys.audit).intact


def assert_alert_closed(session: Session, done: Done) -> None:
    alert = session.exec(select(Alert).where(col(Alert.patient_id) == done.patient_id)).one()
    assert alert.state is AlertState.CLOSED
    closing = session.exec(
        select(AlertEvent).where(col(AlertEvent.alert_id) == alert.id, col(AlertEvent.verb) == AlertVerb.CLOSE)
    ).one()
    assert closing.text is not None
    assert vault(session).open(session, done.patient_id, "alert_event", closing.id, closing.text) == CLOSING
    assert closing.useful is True
    assert closing.next_review is not None


def assert_replied_once(session: Session, done: Done) -> None:
    messages = session.exec(select(Message).where(col(Message.patient_id) == done.patient_id)).all()
    theirs, ours = ([message for message in messages if message.from_patient is side] for side in (True, False))
    assert [vault(session).open(session, done.patient_id, "message", one.id, one.body) for one in ours] == [REPLY]
    assert all(message.read_at is not None for message in theirs)
    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == done.patient_id)).one()
    assert thread.needs_reply_since is None


def assert_rated_once(session: Session, done: Done) -> None:
    ratings = session.exec(
        select(AllianceRating).where(
            col(AllianceRating.patient_id) == done.patient_id, col(AllianceRating.side) == Side.THERAPIST
        )
    ).all()
    assert [(rating.goal, rating.task, rating.bond) for rating in ratings] == [(4.0, 4.0, 4.0)]


def actions_on(session: Session, done: Done) -> list[str]:
    return list(session.exec(select(AuditEntry.action).where(col(AuditEntry.patient_id) == done.patient_id)))
