"""``python -m dashboard seed``, and what ``make run`` asks of the simulated service."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from core.start import open_installation
from dashboard.__main__ import main
from models import Service
from seed.demonstration import carry_on, plan_for
from tests.factories.cast import NOW
from tests.factories.installation import use_environment


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "installation"
    use_environment(monkeypatch, home=folder)
    return folder


def run(*arguments: str) -> int:
    try:
        main(["seed", *arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_the_command_says_what_it_wrote_and_where_the_sign_ins_are(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--patients", "6", "--days", "40", "--seed", "3", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["patients"], told["seed"], told["days"]) == (6, 3, 40)
    assert told["observations"] > 500
    assert len(json.loads((home / "demo-logins.json").read_text())) == told["sign_ins"]


def test_a_second_seeding_is_refused_in_one_sentence_and_keeps_the_sign_ins(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--patients", "4", "--days", "30")
    kept = (home / "demo-logins.json").read_text()
    capsys.readouterr()
    assert run("--patients", "4", "--days", "30") == 1
    assert "There is a service here already" in capsys.readouterr().err
    assert (home / "demo-logins.json").read_text() == kept


def test_a_later_start_carries_on_and_says_so_once(home: Path) -> None:
    run("--patients", "6", "--days", "40")
    said: list[str] = []
    with open_installation() as opened:
        with opened.calls().transaction() as session:
            seeded = session.exec(select(Service)).one().settings["simulation"]["seeded_at"]
        later = datetime.fromisoformat(seeded) + timedelta(days=3)
        carry_on(opened, later, said.append)
        carry_on(opened, later + timedelta(minutes=5), said.append)
    assert len(said) == 1
    assert "carried on" in said[0]


def test_a_simulated_service_of_another_kind_is_left_alone(home: Path) -> None:
    with open_installation() as opened:
        with opened.calls().transaction() as session:
            session.add(Service(name="Demo", time_zone="UTC", country="ES", simulated=True))
        carry_on(opened, NOW, lambda _sentence: None)
        with opened.calls().transaction() as session:
            assert session.exec(select(Service)).one().carried_on_to is None


def test_a_larger_service_has_therapists_and_teams_in_proportion() -> None:
    small, large = plan_for(120, 365, 1, NOW), plan_for(10_000, 365, 1, NOW)
    assert (small.therapists, small.teams) == (6, 2)
    assert large.therapists == 167
    assert large.therapists / large.teams <= 12
    assert large.teams % 2 == 0, "each programme has its teams"
