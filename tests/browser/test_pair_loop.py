"""The loop of a strain in a real Chromium: the panel asks, the conversation is recorded, it is said that it mended;
what the patient does not agree to stands in the panel; the step they asked for is decided with their view."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from core.access.passwords import hash_password
from core.actions.goals import add_goal, mark_goal
from core.actions.steps import ask_for_step
from core.calls import Calls
from core.settings import Settings
from core.start import open_installation
from models import AllianceRating, AllianceTalk, Appointment, AppointmentState, Mended, Side, StepDecision, User
from tests.browser.conftest import PASSWORD, Visit, settle
from tests.factories.cast import Cast, make_cast
from tests.factories.server import Server, running

TASK = "Plan the weekend's meals on Friday <b>x</b>"
WORDS = "«Em semblava decidit.» It had been decided without her. 1 < 2"


@dataclass(frozen=True, slots=True)
class Strained:
    """Where it happens, and to whom."""

    home: Path
    server: Server
    patient_id: uuid.UUID


@pytest.fixture(scope="module")
def strained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strained]:
    """The cast; Laia's agreement on goals fell, she does not agree to a task, and asks for more support."""
    home, now = tmp_path_factory.mktemp("strained"), datetime.now(UTC)
    with open_installation(Settings(home=home)) as opened:
        with opened.calls().transaction() as session:
            cast = make_cast(session, now=now)
            for user in session.exec(select(User)):
                user.password_hash = hash_password(PASSWORD, rounds=4)
            rate(session, cast, now)
        say(opened.calls(), cast)
    with running(home, home / "server.log") as server:
        yield Strained(home, server, cast.patient.id)


def rate(session: Session, cast: Cast, now: datetime) -> None:
    """Four sessions that both rated; goals fell after the last."""
    for number, goal in ((1, 4.2), (3, 4.4), (4, 4.3), (8, 2.6)):
        assert cast.alice.staff_id is not None
        at = now - timedelta(days=42 - 5 * number)
        held = Appointment(
            patient_id=cast.patient.id, staff_id=cast.alice.staff_id, number=number, starts_at=at,
            state=AppointmentState.HELD,
        )  # fmt: skip
        session.add(held)
        session.flush()
        for side, value, by in ((Side.PATIENT, goal, cast.patient.user_id), (Side.THERAPIST, 4.0, cast.alice.user_id)):
            session.add(
                AllianceRating(
                    patient_id=cast.patient.id, staff_id=cast.alice.staff_id, appointment_id=held.id, side=side,
                    instrument=f"wai-sr-{side.value}", rated_at=at + timedelta(hours=2), rated_by=by, goal=value,
                    task=4.0, bond=4.5,
                )
            )  # fmt: skip


def say(calls: Calls, cast: Cast) -> None:
    where = {"patient_id": cast.patient.id}
    aim = calls.run(add_goal, by=cast.alice, key="g", kind="task", title=TASK, **where)
    calls.run(
        mark_goal, by=cast.patient_actor, key="m", aim_id=aim, version=1, agrees=False, words="Dinners first.", **where
    )
    calls.run(ask_for_step, by=cast.patient_actor, key="a", wish="more", words="Twice a week?", **where)


def open_case(visit: Visit, strained: Strained) -> Page:
    page = visit(strained.server).sign_in("alice", PASSWORD)
    page.goto(f"{strained.server.url}/case_review?patient={strained.patient_id}")
    settle(page)
    return page


def test_a_strain_is_seen_talked_about_and_mended(strained: Strained, visit: Visit) -> None:
    page = open_case(visit, strained)
    panel = page.locator(".st-key-card_alliance")
    expect(panel.get_by_text("Agreement on goals lower than usual. Worth asking about?")).to_be_visible()
    expect(panel.get_by_text("goals 2.6, usually 4.3")).to_be_visible()
    expect(panel.get_by_text(TASK)).to_be_visible()
    panel.get_by_role("button", name="We talked about it").click()
    form = page.get_by_role("dialog")
    form.get_by_label("What you both said").fill(WORDS)
    form.get_by_role("button", name="Record the conversation").click()
    expect(form).to_have_count(0, timeout=30_000)
    settle(page)
    expect(
        panel.get_by_text(re.compile("Alice talked about it on .* How it stands now was not said yet"))
    ).to_be_visible()
    panel.get_by_role("link", name="More on the pair").click()
    page.wait_for_url(f"**/alliance?patient={strained.patient_id}")
    settle(page)
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.get_by_role("button", name="How is it now?").click()
    form = page.get_by_role("dialog")
    form.get_by_text("Mended", exact=True).click()
    form.get_by_role("button", name="Record", exact=True).click()
    expect(form).to_have_count(0, timeout=30_000)
    expect(page.get_by_text(re.compile(r"Alice talked about it .*It mended\."))).to_be_visible()
    with open_installation(Settings(home=strained.home)) as opened, opened.calls().transaction() as session:
        (talk,) = session.exec(select(AllianceTalk)).all()
        assert (talk.about, talk.mended, talk.version) == (["goal"], Mended.MENDED, 2)


def test_a_goal_not_agreed_to_is_shown_with_what_they_would_rather(strained: Strained, visit: Visit) -> None:
    page = visit(strained.server).sign_in("alice", PASSWORD)
    page.goto(f"{strained.server.url}/alliance?patient={strained.patient_id}")
    settle(page)
    goals = page.locator(".st-key-card_goals")
    expect(goals.get_by_text(TASK)).to_be_visible()
    expect(goals.get_by_text("“Dinners first.”")).to_be_visible()
    expect(goals.get_by_text("disagreed on")).to_be_visible()


def test_what_was_asked_for_is_decided_with_the_patients_view(strained: Strained, visit: Visit) -> None:
    visitor = visit(strained.server)
    page = visitor.sign_in("alice", PASSWORD)
    page.goto(f"{strained.server.url}/case_review?patient={strained.patient_id}")
    settle(page)
    page.get_by_role("link", name="Laia asks for more support").click()
    page.wait_for_url(f"**/steps?patient={strained.patient_id}")
    settle(page)
    expect(page.get_by_text("“Twice a week?”")).to_be_visible()
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="Step 2").click()
    page.get_by_text("is unsure", exact=True).click()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text(re.compile("Alice decided for Step 2 · Day care; Laia is unsure"))).to_be_visible()
    settle(page)
    assert visitor.strangers == []
    with open_installation(Settings(home=strained.home)) as opened, opened.calls().transaction() as session:
        (decision,) = session.exec(select(StepDecision)).all()
        assert (decision.from_step, decision.to_step, decision.reasons) == (1, 2, ["asked"])
