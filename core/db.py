"""The database engine: SQLite that keeps what it acknowledged, or PostgreSQL; one transaction for one service call."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core.errors import DatabaseBusy, DatabaseGone, DatabaseTrouble, StorageFull
from core.language import _

logger = logging.getLogger(__name__)
# What PostgreSQL says by code, in whatever language it speaks: class 08 and 57P are connections, 53 resources.
_BUSY = {"55P03", "40P01", "40001"}
_STORAGE = {"53100", "25006", "58030"}


def make_engine(url: str) -> Engine:
    """An engine for ``url``; on SQLite with WAL, foreign keys, full durability and immediate write transactions."""
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, pool_size=5, max_overflow=10, hide_parameters=True,
            connect_args={"options": "-c lock_timeout=5000"},
        )  # fmt: skip
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 5.0, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, _file(engine)))
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


def _file(engine: Engine) -> Path | None:
    name = engine.url.database
    return Path(name) if name and name != ":memory:" else None


def _begin_sqlite(file: Path | None, connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("vincle_one_look"):  # a single SELECT is a transaction of its own
        return
    if file is not None:
        _still_there(file, connection)
    begin = "BEGIN" if options.get("vincle_read_only") else "BEGIN IMMEDIATE"
    with driver_cursor(connection, begin) as cursor:
        cursor.execute(begin)


def _still_there(file: Path, connection: Any) -> None:
    """Refuse to write into a file that was taken away or put in another's place: it would keep nothing."""
    try:
        found = file.stat()
        now: tuple[int, ...] = (found.st_dev, found.st_ino)
    except FileNotFoundError:
        now = ()
    if connection.info.setdefault("vincle_file", now) != now or not now:
        if now:
            connection.invalidate()
        logger.error("database: the file is gone or another one stands in its place")
        raise _gone()


def _gone() -> DatabaseGone:
    return DatabaseGone(_("The database cannot be reached. Nothing was changed; try again in a minute."))


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: committed at the end, undone on any error; driver errors become named ones."""
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except DBAPIError as error:
        logger.error("database: %s %s", type(error.orig).__name__, _code(error))
        raise named(error) from error


@contextmanager
def driver_cursor(connection: Connection, statement: str) -> Iterator[Any]:
    """A cursor of the driver in the transaction of ``connection``, for what is carried out so often that SQLAlchemy's
    part of it is felt. Whoever listens to statements hears of ``statement`` as of any other; what the driver refuses of
    it is raised as ``DBAPIError``, without its values."""
    driver, refused = connection.connection, connection.dialect.loaded_dbapi.Error
    cursor = driver.cursor()
    try:
        for told in connection.dispatch.before_cursor_execute:
            told(connection, cursor, statement, (), None, False)
        yield cursor
    except refused as error:
        lost = connection.dialect.is_disconnect(error, driver.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, refused, hide_parameters=True, connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error  # fmt: skip
    finally:
        cursor.close()


def named(error: DBAPIError) -> DatabaseTrouble:
    """The named error of a driver's error, by its code, else by what it says."""
    code, text = _code(error), str(error.orig).lower()
    if code in _BUSY or "locked" in text or "busy" in text or "deadlock" in text or "lock timeout" in text:
        return DatabaseBusy(_("Someone else is saving right now. Nothing was changed; try again in a moment."))
    if code in _STORAGE or any(sign in text for sign in ("full", "readonly", "read-only", "no space", "disk i/o")):
        return StorageFull(_("The disk cannot be written. Nothing was changed; tell your administrator."))
    if error.connection_invalidated or code.startswith(("08", "57P")) or _says_gone(text):
        return _gone()
    return DatabaseTrouble(_("The database refused this. Nothing was changed; the cause is in the log."))


def _says_gone(text: str) -> bool:
    return "unable to open" in text or "connect" in text or "terminating" in text


def _code(error: DBAPIError) -> str:
    """The driver's code of an error (SQLSTATE, or SQLite's name), which holds nobody's words."""
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "")
