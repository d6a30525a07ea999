"""A database that is held by someone else, or goes away in the middle: a sentence, nothing half written, and the
next call works."""

import shutil
import sqlite3
import uuid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from core.audit import log
from core.db import make_engine
from core.errors import DatabaseBusy, DatabaseGone, DatabaseTrouble
from tests.conftest import Database
from tests.factories.cast import NOW


def record(database: Database) -> None:
    with database.calls().transaction() as session:
        log.record(session, at=NOW, action="read", actor_id=None)


def entries(database: Database) -> int:
    with database.calls().transaction() as session:
        verdict = log.verify(session, database.keys.audit)
        assert verdict.intact
        return verdict.entries


def test_a_database_held_by_another_writer_is_busy_and_then_free(database: Database) -> None:
    record(database)
    other = make_engine(database.url)
    with other.connect() as connection, connection.begin():
        if database.kind == "postgres":
            connection.execute(text("SELECT pg_advisory_xact_lock(7316)"))
        else:
            connection.execute(text("SELECT 1"))  # begun immediately: the write lock is held
        with pytest.raises(DatabaseBusy, match="try again in a moment"):
            record(database)
    other.dispose()
    record(database)
    assert entries(database) == 2


@pytest.mark.postgres
def test_threat_52_a_connection_cut_in_the_middle_of_a_call_writes_nothing_and_the_next_call_works(
    request: pytest.FixtureRequest,
) -> None:
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    with server.database(template) as url:
        database = Database("postgres", url, make_engine(url))
        record(database)
        with pytest.raises(DatabaseGone, match="cannot be reached"), database.calls().transaction() as session:
            log.record(session, at=NOW, action="read", actor_id=None)
            cut_all(url)
            session.execute(text("SELECT 1"))
        record(database)
        assert entries(database) == 2
        database.engine.dispose()


def write_back(file: Path) -> None:
    """Bring everything from the write-ahead log into the file itself."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def cut_all(url: str) -> None:
    admin = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_file_that_is_taken_away_takes_no_write_and_serves_again_when_it_is_back(sqlite_database: Database) -> None:
    record(sqlite_database)
    file = Path(str(sqlite_database.engine.url.database))
    write_back(file)
    away = file.with_suffix(".away")
    file.rename(away)
    for _time in range(2):
        with pytest.raises(DatabaseGone, match="cannot be reached"):
            record(sqlite_database)
        assert not file.exists()
    away.rename(file)
    record(sqlite_database)
    assert entries(sqlite_database) == 2


def test_a_file_put_in_anothers_place_is_noticed_and_then_served(sqlite_database: Database) -> None:
    record(sqlite_database)
    file = Path(str(sqlite_database.engine.url.database))
    write_back(file)
    copy = file.with_suffix(".copy")
    shutil.copy(file, copy)
    record(sqlite_database)  # into the file that goes away
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    copy.rename(file)
    with pytest.raises(DatabaseGone):
        record(sqlite_database)
    record(sqlite_database)
    assert entries(sqlite_database) == 2


def test_the_log_names_the_cause_without_anybodys_words(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with (
        pytest.raises(DatabaseTrouble, match="the cause is in the log") as refused,
        database.calls().transaction() as session,
    ):
        session.execute(
            text("INSERT INTO service (id, name) VALUES (:id, :name)"), {"id": uuid.uuid4().hex, "name": "canary words"}
        )
    assert any(
        cause in caplog.text for cause in ("database: NotNullViolation 23502", "IntegrityError SQLITE_CONSTRAINT")
    )
    assert "canary" not in caplog.text
    assert "canary words" not in str(refused.value)
