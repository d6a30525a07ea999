"""An administrator imports a study through the page: proposed, tried, taken in, seen by the therapist, taken back."""

from pathlib import Path

from playwright.sync_api import Page, expect
from sqlmodel import select

from core.settings import Settings
from core.start import open_installation
from models import ImportRun, Observation, Patient
from tests.browser.conftest import PASSWORD, Small, Visit, settle, wait_until

STUDY = "Participant;Sent;Cheerful;Down;Comment\n" + "".join(
    f"A17;{day:02d}/10/2026 09:00;{60 + day};{30 - day};x\n" for day in range(1, 15)
)


def tried(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Try it")).to_be_enabled(timeout=30_000)
    settle(page)
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("would be imported as study")).to_be_visible(timeout=30_000)
    settle(page)


def people(small: Small) -> list[Patient]:
    with open_installation(Settings(home=small.home)) as opened, opened.calls().transaction() as session:
        return list(session.exec(select(Patient).where(Patient.source == "study")))


def test_a_study_is_tried_imported_and_taken_back(small: Small, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "study.csv").write_text(STUDY)
    page = visit(small.server).sign_in("farid", PASSWORD, "/imports")
    tried(page, tmp_path / "study.csv")
    assert people(small) == []
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("imported as study", exact=False).first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1 person, 28 values")).to_be_visible(timeout=30_000)
    settle(page)
    (patient,) = people(small)
    with open_installation(Settings(home=small.home)) as opened, opened.calls().transaction() as session:
        values = session.exec(select(Observation).where(Observation.patient_key == patient.key)).all()
        assert len(values) == 28 and all(1 <= value.value <= 7 for value in values)
    page.get_by_role("button", name="Take back").first.click()
    page.get_by_role("button", name="Take this import back").click()
    wait_until(page, lambda: people(small) == [])
    expect(page.get_by_text("Taken back", exact=False).first).to_be_visible()
    with open_installation(Settings(home=small.home)) as opened, opened.calls().transaction() as session:
        assert session.exec(select(ImportRun.undone_at).where(ImportRun.file == "study.csv")).one() is not None
        assert not session.exec(select(Observation).where(Observation.patient_key == patient.key)).all()
