"""A database that is held by someone else, or goes away in the middle: a sentence, nothing half written, and the
next call works."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from core.audit import log
from core.db import make_engine
from core.errors import DatabaseBusy, DatabaseGone
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
def test_a_connection_cut_in_the_middle_of_a_call_writes_nothing_and_the_next_call_works(
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


def cut_all(url: str) -> None:
    admin = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
