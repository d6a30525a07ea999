"""Backup and restore. A backup is one file closed with the installation's master key (which is not in it: keep
``VINCLE_HOME/keys`` elsewhere) that holds a consistent picture of the database, made while others write: SQLite's
own online copy, or PostgreSQL's ``COPY`` of every table in one snapshot. Models are not in it; they are trained again.
A restore goes into an empty database of the same kind, and counts, hashes and the audit chain must agree."""

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core.audit.log import verify
from core.db import make_engine, named
from core.errors import DatabaseTrouble, InvalidInput, NotPossible, StorageFull
from core.keys import Keys
from core.language import _
from core.migrate import current, revision_of, upgrade_within
from core.sealed import SealedReader, SealedWriter

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: the database's kind and revision, rows of each table (in an order in which they
    can be written), each file's SHA-256, and the end of the audit chain."""

    made_at: str
    kind: str
    revision: str
    rows: dict[str, int]
    hashes: dict[str, str]
    audit_seq: int
    audit_mac: str


def back_up(engine: Engine, keys: Keys, target: Path) -> Manifest:
    """Write a backup of the database to ``target`` (refused where a file stands there already)."""
    if target.exists():
        raise InvalidInput(_("{file} exists already; a backup never overwrites.").format(file=target))
    revision = current(engine)
    if revision is None:
        raise NotPossible(_("There is no database to back up yet."))
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            manifest = _picture(engine, Path(folder), revision)
            unfinished = Path(folder) / "sealed"
            _seal(Path(folder), manifest, unfinished, keys.master)
            unfinished.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise StorageFull(_("The backup could not be written: {why}.").format(why=error)) from error
    except psycopg.Error as error:
        raise DatabaseTrouble(_("The database could not be read for the backup.")) from error
    except DBAPIError as error:
        raise named(error) from error
    return manifest


def back_up_before_migration(engine: Engine, keys: Keys, home: Path, revision: str, say: Callable[[str], None]) -> Path:
    """Back up an older database into ``home/backups`` before it is migrated; the file."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = home / "backups" / f"before-migration-from-{revision}-{stamp}.vincle"
    back_up(engine, keys, target)
    say(_("The older database was backed up to {file}").format(file=target))
    return target


def restore(engine: Engine, keys: Keys, source: Path) -> Manifest:
    """Write a backup into the empty database behind ``engine``, all or nothing.

    Raises ``InvalidInput`` where the file does not open or does not agree with itself, ``NotPossible`` where the
    database holds something already or is of another kind.
    """
    if current(engine) is not None:
        raise NotPossible(_("The database is not empty; a backup is restored into an empty one only."))
    with tempfile.TemporaryDirectory(prefix="vincle-restore-") as name:
        folder = Path(name)
        manifest = _unseal(source, folder, keys.master)
        if manifest.kind != engine.dialect.name:
            raise NotPossible(_("This backup is of a {kind} database; restore it into one.").format(kind=manifest.kind))
        try:
            (_restore_sqlite if manifest.kind == "sqlite" else _restore_postgres)(engine, keys, folder, manifest)
        except (psycopg.Error, OSError) as error:
            raise StorageFull(_("The backup could not be written back; nothing was restored.")) from error
        except DBAPIError as error:
            raise named(error) from error
    return manifest


def _picture(engine: Engine, folder: Path, revision: str) -> Manifest:
    if engine.dialect.name == "sqlite":
        return _picture_sqlite(Path(cast(str, engine.url.database)), folder, revision)
    return _picture_postgres(engine, folder, revision)


def _picture_sqlite(file: Path, folder: Path, revision: str) -> Manifest:
    copy = folder / "vincle.db"
    source, target = sqlite3.connect(f"file:{file}?mode=ro", uri=True), sqlite3.connect(copy)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
        tables = [row[0] for row in target.execute("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name")]
        rows = {name: _one(target, f'SELECT count(*) FROM "{name}"') for name in tables if "sqlite_" not in name}
        head = target.execute("SELECT seq, mac FROM audit_head").fetchone() or (0, "")
    finally:
        source.close()
        target.close()
    return _manifest("sqlite", revision, rows, {copy.name: _hash(copy)}, head)


def _one(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])


def _picture_postgres(engine: Engine, folder: Path, revision: str) -> Manifest:
    rows: dict[str, int] = {}
    hashes: dict[str, str] = {}
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        for table in _tables_in_order(connection):
            file = folder / f"{table}.copy"
            rows[table] = _copy_out(connection, table, file)
            hashes[file.name] = _hash(file)
        head = connection.execute(text("SELECT seq, mac FROM audit_head")).first() or (0, "")
    return _manifest("postgresql", revision, rows, hashes, tuple(head))


def _tables_in_order(connection: Connection) -> list[str]:
    """Tables such that a referenced one comes before those that refer to it."""
    found = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _keys in found if name is not None and name != "alembic_version"]


def _driver_cursor(connection: Connection) -> Any:
    return cast(Any, connection.connection.driver_connection).cursor()


def _copy_out(connection: Connection, table: str, file: Path) -> int:
    columns = ", ".join(f'"{column["name"]}"' for column in inspect(connection).get_columns(table))
    with _driver_cursor(connection) as cursor, file.open("wb") as out:
        out.write(columns.encode() + b"\n")
        with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT (FORMAT binary)') as copy:
            for piece in copy:
                out.write(piece)
        return int(cursor.rowcount)


def _manifest(
    kind: str, revision: str, rows: dict[str, int], hashes: dict[str, str], head: tuple[Any, ...]
) -> Manifest:
    return Manifest(datetime.now(UTC).isoformat(), kind, revision, rows, hashes, int(head[0]), str(head[1]))


def _hash(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _seal(folder: Path, manifest: Manifest, target: Path, master_key: bytes) -> None:
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest)))
    with SealedWriter(target, master_key) as out, tarfile.open(fileobj=out, mode="w|gz") as tar:
        for name in [_MANIFEST, *manifest.hashes]:
            tar.add(folder / name, arcname=name)


def _unseal(source: Path, folder: Path, master_key: bytes) -> Manifest:
    try:
        with source.open("rb") as handle, tarfile.open(fileobj=SealedReader(handle, master_key), mode="r|gz") as tar:
            tar.extractall(folder, filter="data")
        manifest = Manifest(**json.loads((folder / _MANIFEST).read_text()))
    except OSError as error:
        raise InvalidInput(_("The backup {file} cannot be read.").format(file=source)) from error
    except (tarfile.TarError, ValueError, TypeError) as error:
        raise InvalidInput(_("This backup is damaged; nothing was restored.")) from error
    if any(_hash(folder / name) != digest for name, digest in manifest.hashes.items()):
        raise InvalidInput(_("This backup does not agree with itself; nothing was restored."))
    return manifest


def _restore_sqlite(engine: Engine, keys: Keys, folder: Path, manifest: Manifest) -> None:
    check = make_engine(f"sqlite+pysqlite:///{folder / 'vincle.db'}")
    try:
        with check.connect() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                raise InvalidInput(_("This backup is damaged; nothing was restored."))
            _agree(connection, keys, manifest)
    finally:
        check.dispose()
    engine.dispose()
    target = Path(cast(str, engine.url.database))
    for leftover in (target, target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        leftover.unlink(missing_ok=True)  # an empty database, as was made sure of
    unfinished = target.with_name(target.name + ".restoring")
    shutil.copyfile(folder / "vincle.db", unfinished)
    unfinished.rename(target)


def _restore_postgres(engine: Engine, keys: Keys, folder: Path, manifest: Manifest) -> None:
    with engine.begin() as connection:
        upgrade_within(connection, manifest.revision)
        for table in manifest.rows:
            _copy_in(connection, table, folder / f"{table}.copy")
        connection.execute(text("SELECT setval(pg_get_serial_sequence('source', 'id'), max(id)) FROM source"))
        _agree(connection, keys, manifest)


def _copy_in(connection: Connection, table: str, file: Path) -> None:
    with _driver_cursor(connection) as cursor, file.open("rb") as source:
        columns = source.readline().decode().strip()
        with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT binary)') as copy:
            while piece := source.read(1024 * 1024):
                copy.write(piece)


def _agree(connection: Connection, keys: Keys, manifest: Manifest) -> None:
    """Raise ``InvalidInput`` unless revision, rows and the end of the audit chain are those of the manifest."""
    found = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in manifest.rows}
    if found != manifest.rows or revision_of(connection) != manifest.revision:
        raise InvalidInput(_("The restored rows are not those of the backup; nothing was restored."))
    with Session(bind=connection) as session:
        verdict = verify(session, keys.audit)
    if not verdict.intact or verdict.entries != manifest.audit_seq:
        raise InvalidInput(_("The audit log in this backup does not hold; nothing was restored."))
