"""The database engine: SQLite that keeps what it acknowledged, or PostgreSQL; one transaction for one service call."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core.errors import DatabaseBusy, DatabaseGone, DatabaseTrouble, StorageFull


def make_engine(url: str) -> Engine:
    """An engine for ``url``; on SQLite with WAL, foreign keys, full durability and immediate write transactions."""
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, pool_size=5, max_overflow=10, connect_args={"options": "-c lock_timeout=5000"}
        )
    engine = create_engine(url, connect_args={"timeout": 5.0, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "synchronous=FULL",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    mode = connection.get_execution_options().get("vincle_read_only", False)
    connection.exec_driver_sql("BEGIN" if mode else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: committed at the end, undone on any error; driver errors become named ones."""
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except DBAPIError as error:
        raise named(error) from error


def named(error: DBAPIError) -> DatabaseTrouble:
    """The named error of a driver's error, by what it says."""
    text = str(error.orig).lower()
    if "locked" in text or "busy" in text or "deadlock" in text or "lock timeout" in text:
        return DatabaseBusy("Someone else is saving right now. Nothing was changed; try again in a moment.")
    if "full" in text or "readonly" in text or "read-only" in text or "no space" in text or "disk i/o" in text:
        return StorageFull("The disk cannot be written. Nothing was changed; tell your administrator.")
    if error.connection_invalidated or "unable to open" in text or "connect" in text or "terminating" in text:
        return DatabaseGone("The database cannot be reached. Nothing was changed; try again in a minute.")
    return DatabaseTrouble("The database refused this. Nothing was changed; the cause is in the log.")
