"""How an installation opens: what is made, what is carried on, and every refusal as one sentence that changes
nothing."""

import json
import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.audit import log
from core.doctor import examine
from core.errors import KeyMissing, NewerDatabase, SettingsError, StorageFull, VincleError
from core.measures import catalogue
from core.settings import Settings
from core.start import (
    Demonstration,
    Installation,
    Say,
    complete_catalogue,
    load_settings,
    open_installation,
    start,
    write_catalogue,
)
from dashboard.__main__ import command_files, main
from models import Measure, Service
from tests.factories.cast import NOW, make_cast
from tests.factories.installation import encoded, use_environment


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """An empty VINCLE_HOME, with the embedded database or the address of an empty PostgreSQL one."""
    folder = tmp_path / "installation"
    if request.param == "sqlite":
        use_environment(monkeypatch, home=folder)
        yield folder
        return
    with request.getfixturevalue("postgres_server").database("template1") as url:
        use_environment(monkeypatch, home=folder, url=url.replace("postgresql+psycopg://", "postgresql://"))
        yield folder


def write_something() -> None:
    with open_installation() as opened, opened.calls().transaction() as session:
        log.record(session, at=NOW, action="read", actor_id=None)


class Recorder:
    """Stands in for the parts above core and remembers in which order they were asked."""

    def __init__(self, *, models: bool) -> None:
        self.asked: list[str] = []
        self.models = models

    def _part(self, name: str):  # type: ignore[no-untyped-def]
        def part(installation: Installation, now: datetime, say: Say) -> None:
            self.asked.append(name)
            if name == "seed":
                with installation.calls().transaction() as session:
                    session.add(Service(name="Demo", time_zone="UTC", country="ES", simulated=True))

        return part

    def parts(self) -> Demonstration:
        return Demonstration(
            *(self._part(name) for name in ("seed", "carry_on", "train", "score")), lambda settings: self.models
        )


def begin(recorder: Recorder) -> None:
    with open_installation() as opened:
        start(opened, recorder.parts(), now=NOW, say=lambda _sentence: None)


def test_the_first_start_seeds_trains_and_scores_and_the_second_only_carries_on(home: Path) -> None:
    first, second = Recorder(models=False), Recorder(models=True)
    begin(first)
    begin(second)
    assert first.asked == ["seed", "train", "score"]
    assert second.asked == ["carry_on", "score"]


def test_a_service_of_real_people_is_never_seeded_nor_carried_on(home: Path) -> None:
    with open_installation() as opened, opened.calls().transaction() as session:
        session.add(Service(name="Clinic", time_zone="UTC", country="ES"))
    recorder = Recorder(models=True)
    begin(recorder)
    assert recorder.asked == ["score"]


def test_keys_are_made_once_each_for_its_owner_alone(home: Path) -> None:
    write_something()
    before = {file.name: file.read_text() for file in (home / "keys").iterdir()}
    assert set(before) == {"master.key", "audit.key"}
    assert before["master.key"] != before["audit.key"]
    for path, mode in [(home / "keys", 0o700), *((file, 0o600) for file in (home / "keys").iterdir())]:
        assert path.stat().st_mode & 0o777 == mode
    write_something()
    assert {file.name: file.read_text() for file in (home / "keys").iterdir()} == before


@pytest.mark.parametrize("name", ["master", "audit"])
def test_a_missing_key_for_existing_data_is_refused_and_never_made_anew(home: Path, name: str) -> None:
    write_something()
    file = home / "keys" / f"{name}.key"
    file.rename(home / "elsewhere")
    with pytest.raises(KeyMissing, match=f"{name} key is missing"):
        open_installation()
    assert not file.exists()
    (home / "elsewhere").rename(file)
    write_something()


@pytest.mark.parametrize("name", ["master", "audit"])
def test_another_key_for_existing_data_is_refused_before_anything_is_written_with_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with open_installation() as opened, opened.calls().transaction() as session:
        make_cast(session)
        log.record(session, at=NOW, action="read", actor_id=None)
    right = (home / "keys" / f"{name}.key").read_text()
    monkeypatch.setenv(f"VINCLE_{name.upper()}_KEY", encoded(os.urandom(32)))
    with pytest.raises(KeyMissing, match=f"The {name} key is not the one"):
        open_installation()
    assert [one.sentence for one in examine(load_settings()) if one.code == "keys" and not one.well]
    monkeypatch.setenv(f"VINCLE_{name.upper()}_KEY", right)
    write_something()


def test_a_log_that_another_wrote_can_still_be_judged(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_something()
    monkeypatch.setenv("VINCLE_AUDIT_KEY", encoded(os.urandom(32)))
    with open_installation(with_any_log=True) as opened, opened.calls().transaction() as session:
        assert log.verify(session, opened.keys.audit).bad_seq == 1


def test_an_entry_that_was_changed_is_not_taken_for_another_key(home: Path) -> None:
    write_something()
    with open_installation() as opened, opened.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'nothing' WHERE seq = 1"))
    write_something()


def test_key_files_that_are_absent_or_no_text_are_told_from_lost_ones(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINCLE_MASTER_KEY_FILE", str(home.parent / "absent"))
    with pytest.raises(KeyMissing, match="does not exist"):
        open_installation()
    (home.parent / "absent").write_bytes(os.urandom(32) + b"\xff")
    with pytest.raises(SettingsError, match="cannot be read"):
        open_installation()
    assert not (home / "keys").exists()


@pytest.mark.parametrize(
    "key",
    ["", "secret", "changeme" * 6, encoded(bytes(32)), encoded(b"abcd" * 8), encoded(bytes(range(16))), "é" * 44],
)
def test_threat_18_a_default_or_short_secret_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("VINCLE_MASTER_KEY", key)
    with pytest.raises(SettingsError):
        open_installation()
    assert not (home / "keys").exists()


def test_keys_from_files_of_the_environment_are_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MASTER", "AUDIT"):
        file = home.parent / name
        file.write_text(encoded(os.urandom(32)) + "\n")
        monkeypatch.setenv(f"VINCLE_{name}_KEY_FILE", str(file))
    write_something()
    assert not (home / "keys").exists()
    (home.parent / "MASTER").unlink()
    with pytest.raises(KeyMissing):
        open_installation()


def test_a_newer_database_is_refused_in_one_sentence(home: Path) -> None:
    with open_installation() as opened, opened.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="newer Vincle"):
        open_installation()


def test_an_address_that_is_none_and_a_server_that_is_gone_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import DatabaseGone

    use_environment(monkeypatch, home=tmp_path, url="not an address")
    with pytest.raises(SettingsError, match="VINCLE_DATABASE_URL"):
        open_installation()
    use_environment(monkeypatch, home=tmp_path, url="mysql://somebody@127.0.0.1/vincle")
    with pytest.raises(SettingsError, match="PostgreSQL or SQLite"):
        open_installation()
    use_environment(monkeypatch, home=tmp_path, url=f"postgresql:///vincle?host={tmp_path}")
    with pytest.raises(DatabaseGone, match="cannot be reached"):
        open_installation()


def test_a_home_that_is_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    use_environment(monkeypatch, home=tmp_path / "file")
    with pytest.raises(StorageFull, match="VINCLE_HOME"):
        open_installation()


def test_the_catalogue_is_written_once_and_corrected_where_it_changed(home: Path) -> None:
    with open_installation() as opened, opened.calls().transaction() as session:
        assert write_catalogue(session) == len(catalogue())
        assert write_catalogue(session) == 0
        session.exec(select(Measure).where(Measure.code == "sad")).one().label = "Something else"
        assert write_catalogue(session) == 1
        assert session.exec(select(Measure.label).where(Measure.code == "sad")).one() == "Sad"


def test_measures_that_are_missing_are_there_before_anything_is_served(home: Path) -> None:
    with open_installation() as opened:
        calls = opened.calls()
        complete_catalogue(calls)
        with calls.transaction() as session:
            assert session.exec(select(Measure.label).where(Measure.code == "sad")).one() == "Sad"
            assert write_catalogue(session) == 0


def test_the_same_cast_fits_into_a_migrated_database(home: Path) -> None:
    with open_installation() as opened, opened.calls().transaction() as session:
        assert make_cast(session).patient.name == "Laia Puig"


def test_the_doctor_looks_and_changes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main_quietly(["doctor", "--json"])
    before = json.loads(capsys.readouterr().out)
    assert all(finding["well"] for finding in before)
    assert not home.exists()
    write_something()
    (home / "keys" / "audit.key").unlink()
    assert main_quietly(["doctor", "--json"]) == 1
    after = {finding["code"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert not after["keys"]["well"]
    assert "audit key is missing" in after["keys"]["sentence"]


def test_the_doctor_names_a_model_that_cannot_be_used(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_something()
    for signal in ("safety", "relapse"):
        version = home / "models" / signal / "simulated-1"
        version.mkdir(parents=True)
        (version / "manifest.json").write_text("{}")
        (version.parent / "current").write_text("simulated-1")
    assert main_quietly(["doctor", "--json"]) == 1
    found = {finding["code"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert not found["models"]["well"]
    assert "relapse (model_tampered)" in found["models"]["sentence"]
    assert "quality_of_life (model_missing)" in found["models"]["sentence"]


def test_an_error_of_ours_is_one_sentence_on_the_command_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_something()
    (home / "keys" / "master.key").unlink()
    assert main_quietly(["audit", "verify", "--json"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert json.loads(said.out)["kind"] == "KeyMissing"


def main_quietly(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    return int(stopped.value.code or 0)


def test_help_names_every_command_without_importing_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main_quietly(["--help"]) == 0
    said = capsys.readouterr().out
    assert {name for name in command_files() if name not in said} == set()
    assert {"run", "doctor", "audit", "backup", "restore"} <= set(command_files())


def test_every_named_error_can_be_shown() -> None:
    def family(parent: type[VincleError]) -> list[type[VincleError]]:
        return [parent, *(found for child in parent.__subclasses__() for found in family(child))]

    assert all(kind.__doc__ for kind in family(VincleError))
    assert Settings.model_config["env_prefix"] == "VINCLE_"


def test_a_faulty_definition_of_an_instrument_refuses_the_start_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import start as module
    from core.errors import InstrumentRefused
    from core.instruments.library import FOLDER, load

    faulty = tmp_path / "definitions"
    faulty.mkdir()
    text = (FOLDER / "phq-9.yaml").read_text()
    (faulty / "phq-9.yaml").write_text(text.replace("{id: 2,", "{id: 1,"))
    monkeypatch.setattr(module, "instruments", lambda: load(faulty))
    with pytest.raises(InstrumentRefused, match=r"phq-9\.yaml was refused: item 1 is defined twice"):
        module.open_installation(Settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()
