"""Brings a database to this Vincle's tables: made when new, backed up and migrated when older, refused when newer.

The whole way up is one transaction on both databases, so that a migration that is interrupted has not happened.
"""

import logging
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from core.db import make_engine, named
from core.errors import DatabaseTrouble, NewerDatabase
from core.language import _

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7317  # PostgreSQL advisory lock: one process migrates at a time
logger = logging.getLogger(__name__)


def revisions(folder: Path = FOLDER) -> list[str]:
    """All revisions in order; a file is named ``<revision>_<what>.py`` and the numbers count up without gaps."""
    names = sorted(file.name for file in (folder / "versions").glob("[0-9]*.py"))
    return [re.match(r"\d+", name).group() for name in names]  # type: ignore[union-attr]


def head(folder: Path = FOLDER) -> str:
    """The revision of this Vincle."""
    return revisions(folder)[-1]


def revision_of(connection: Connection) -> str | None:
    """The revision a database stands at; ``None`` when it holds nothing of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def current(engine: Engine) -> str | None:
    """The revision the database behind ``engine`` stands at (see ``revision_of``); raises ``DatabaseTrouble``."""
    try:
        with engine.connect() as connection:
            return revision_of(connection)
    except DBAPIError as error:
        raise named(error) from error


def migrate(engine: Engine, *, back_up: Callable[[str], object], folder: Path = FOLDER) -> bool:
    """Bring the database to ``head``; whether anything was done.

    ``back_up`` is called with the old revision before an existing database is touched. Raises ``NewerDatabase``
    for a revision we do not know, ``DatabaseTrouble`` when it failed (nothing has changed then).
    """
    at = current(engine)
    _refuse_unknown(at, folder)
    if at == head(folder):
        return False
    if at is not None:
        back_up(at)
    try:
        _upgrade(engine, folder)
    except DBAPIError as error:
        logger.exception("migration failed")
        raise named(error) from error
    return True


def _refuse_unknown(at: str | None, folder: Path) -> None:
    if at is not None and at not in revisions(folder):
        sentence = _(
            "This database was made by a newer Vincle (version {found}; this one knows {known}). "
            "Nothing was touched; install the newer Vincle."
        )
        raise NewerDatabase(sentence.format(found=at, known=head(folder)))


def upgrade_within(connection: Connection, revision: str = "head", folder: Path = FOLDER) -> None:
    """Migrate upward inside the caller's transaction."""
    from alembic import command  # imported here: a start that migrates nothing need not wait for it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(config, revision)


def _upgrade(engine: Engine, folder: Path) -> None:
    own = _migration_engine(engine)
    try:
        with own.begin() as connection:
            upgrade_within(connection, folder=folder)
            _check_references(connection)
    finally:
        own.dispose()


def _migration_engine(engine: Engine) -> Engine:
    """An engine of its own: on SQLite a rebuilt table must not fire foreign keys (they are checked at the end)."""
    url = engine.url.render_as_string(hide_password=False)
    if engine.dialect.name != "sqlite":
        return create_engine(url, poolclass=NullPool)
    own = make_engine(url)
    event.listen(own, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    return own


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseTrouble(_("The migration would have broken the data; nothing was changed."))
