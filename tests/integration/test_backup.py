"""Backup under writes, restored elsewhere: counts, hashes and the chain are equal; the wrong key opens nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func
from sqlmodel import select

from core.audit import log
from core.backup import back_up, restore
from core.db import make_engine
from core.errors import InvalidInput, NotPossible
from core.keys import Keys
from core.vault import Vault
from models import AuditEntry, Patient
from tests.conftest import Database
from tests.factories.cast import NOW, make_cast
from tests.factories.installation import stamp

OTHER_KEYS = Keys(master=bytes(range(64, 96)), audit=bytes(range(96, 128)))


@pytest.fixture
def filled(database: Database) -> Database:
    """A stamped database with the cast and a few audit entries."""
    stamp(database.engine)
    with database.calls().transaction() as session:
        make_cast(session)
        for _ in range(3):
            log.record(session, at=NOW, action="read", actor_id=None)
    return database


@pytest.fixture
def elsewhere(filled: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the same kind."""
    if filled.kind == "sqlite":
        engine = make_engine(f"sqlite+pysqlite:///{tmp_path / 'elsewhere.db'}")
        yield engine
        engine.dispose()
        return
    with request.getfixturevalue("postgres_server").database("template1") as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def test_threat_49_a_backup_restored_elsewhere_is_equal_and_opens_with_its_keys(
    filled: Database, elsewhere: Engine, tmp_path: Path
) -> None:
    made = back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    assert restore(elsewhere, filled.keys, tmp_path / "b.vincle") == made
    assert (made.rows["patient"], made.rows["audit_entry"]) == (2, 3)
    restored = Database(filled.kind, elsewhere.url.render_as_string(hide_password=False), elsewhere)
    with restored.calls().transaction() as session:
        assert log.verify(session, filled.keys.audit) == log.Verdict(3)
        patient = session.exec(select(Patient).where(Patient.key == 1)).one()
        vault = Vault(filled.keys.master)
        sealed = vault.close(session, patient.id, "note", patient.id, "gràcies")
        assert vault.open(session, patient.id, "note", patient.id, sealed) == "gràcies"


def test_a_restored_database_goes_on_numbering_its_sources(filled: Database, elsewhere: Engine, tmp_path: Path) -> None:
    from models import Source

    back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    restore(elsewhere, filled.keys, tmp_path / "b.vincle")
    with Database(filled.kind, "", elsewhere).calls().transaction() as session:
        session.add(Source(code="csv-2", kind="csv", name="a file", created_at=NOW))
        session.flush()
        assert len(session.exec(select(Source)).all()) == 2


def test_threat_49_a_backup_made_while_others_write_holds_one_moment(
    filled: Database, elsewhere: Engine, tmp_path: Path
) -> None:
    stop = threading.Event()
    began = threading.Event()

    def write() -> None:
        calls = filled.calls()
        while not stop.is_set():
            with calls.transaction() as session:
                log.record(session, at=NOW, action="write", actor_id=None)
            began.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert began.wait(10)
        made = back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    finally:
        stop.set()
        writer.join()
    restore(elsewhere, filled.keys, tmp_path / "b.vincle")  # verifies rows and chain, or raises
    with Database(filled.kind, "", elsewhere).calls().transaction() as session:
        assert session.exec(select(func.count()).select_from(AuditEntry)).one() == made.audit_seq >= 4


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[:-1], id="cut by a byte"),
        pytest.param(lambda data: data[:100], id="cut short"),
        pytest.param(lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:], id="one bit"),
        pytest.param(lambda data: b"PK" + data[2:], id="another kind of file"),
        pytest.param(lambda data: b"", id="empty"),
    ],
)
def test_a_spoilt_backup_restores_nothing(filled: Database, elsewhere: Engine, tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    (tmp_path / "spoilt").write_bytes(spoil((tmp_path / "b.vincle").read_bytes()))
    with pytest.raises(InvalidInput):
        restore(elsewhere, filled.keys, tmp_path / "spoilt")
    assert_empty(elsewhere)


def test_threat_49_another_installations_key_is_refused(filled: Database, elsewhere: Engine, tmp_path: Path) -> None:
    back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    with pytest.raises(InvalidInput, match="another master key"):
        restore(elsewhere, OTHER_KEYS, tmp_path / "b.vincle")
    assert_empty(elsewhere)


def test_threat_49_another_audit_key_is_refused(filled: Database, elsewhere: Engine, tmp_path: Path) -> None:
    back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    with pytest.raises(InvalidInput, match="audit log"):
        restore(elsewhere, Keys(filled.keys.master, OTHER_KEYS.audit), tmp_path / "b.vincle")
    assert_empty(elsewhere)


def test_nothing_is_overwritten(filled: Database, tmp_path: Path) -> None:
    back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    with pytest.raises(InvalidInput, match="exists already"):
        back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    with pytest.raises(NotPossible, match="not empty"):
        restore(filled.engine, filled.keys, tmp_path / "b.vincle")


def test_a_backup_shows_no_name_and_no_one_else_may_read_it(filled: Database, tmp_path: Path) -> None:
    back_up(filled.engine, filled.keys, tmp_path / "b.vincle")
    assert b"Puig" not in (tmp_path / "b.vincle").read_bytes()
    assert (tmp_path / "b.vincle").stat().st_mode & 0o077 == 0


def assert_empty(engine: Engine) -> None:
    from sqlalchemy import inspect

    assert inspect(engine).get_table_names() == []
