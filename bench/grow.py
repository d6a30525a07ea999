"""Makes a large service out of a small one: every patient, with everything that hangs on them, is copied as often as
wanted, each copy with its own team and therapists. So the large one has the small one's real distributions, and what
is measured on both differs in size alone. SQLite only; in SQL, so that twenty million rows take a minute."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table, Uuid

from models import Base

# One for the whole service, or not a patient's: never copied.
_SHARED = frozenset(
    {"service", "programme", "measure", "source", "audit_entry", "audit_head", "action_receipt", "outbox",
     "service_figures", "api_token", "export_link", "import_run", "import_piece", "chore",
     "sign_in_session", "sign_in_ticket", "attempt_counter", "scoring_run", "scoring_shard",
     "release", "idea", "empathy_map", "story_frame", "idea_rating"}
)  # fmt: skip
_NARROW = frozenset({"observation", "observation_day", "prompt"})
_STREAMS = frozenset({"observation"})


def grow(file: Path, copies: int, *, observations: int | None = None) -> None:
    """Copy everyone in the database ``file`` ``copies`` times. The raw observations stop growing at about
    ``observations`` (the copies beyond have their daily roll-ups and all else); ``None`` copies them all."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-400000;")
    per_copy = max(1, _one(connection, "SELECT count(*) FROM observation"))
    span = _one(connection, "SELECT coalesce(max(key), 0) + 1 FROM patient")
    with_streams = copies if observations is None else min(copies, max(0, observations // per_copy - 1))
    _remember_originals(connection)
    for copy in range(1, copies + 1):
        connection.execute("BEGIN")
        for statement in _statements(copy, span, streams=copy <= with_streams):
            connection.execute(statement)
        connection.execute("COMMIT")
    connection.executescript("DROP TABLE originals; ANALYZE;")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _one(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])


def _remember_originals(connection: sqlite3.Connection) -> None:
    """How far the original rows of each copied table reach (copies come behind them)."""
    connection.execute("CREATE TEMP TABLE originals (name TEXT PRIMARY KEY, last INTEGER)")
    for table in Base.metadata.sorted_tables:
        if table.name not in _SHARED | _NARROW:
            reach = _one(connection, f'SELECT coalesce(max(rowid), 0) FROM "{table.name}"')
            connection.execute("INSERT INTO originals VALUES (?, ?)", (table.name, reach))


def _statements(copy: int, span: int, *, streams: bool) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        if table.name in _SHARED or (table.name in _STREAMS and not streams):
            continue
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_value(column, copy, span) for column in table.columns)
        originals = _originals(table, span)
        yield f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM "{table.name}" WHERE {originals}'


def _originals(table: Table, span: int) -> str:
    if table.name in _NARROW:
        return f"patient_key < {span}"
    return f"rowid <= (SELECT last FROM originals WHERE name = '{table.name}')"


def _value(column: Column[object], copy: int, span: int) -> str:
    """The copied value of a column: identifiers get the copy's number in front, so that references meet, and a version
    that no identifier has, so that a copy is never its own original."""
    name = f'"{column.name}"'
    if column.name in ("key", "patient_key"):
        return f"{name} + {copy * span}"
    if column.name == "username":
        return f"{name} || '-{copy}'"
    if column.name == "source_ref":
        return f"CASE WHEN {name} IS NOT NULL THEN {name} || '-{copy}' END"
    if isinstance(column.type, Uuid) and _is_copied(column):
        marked = f"'{copy:06x}' || substr({name}, 7, 6) || 'f' || substr({name}, 14)"
        return f"CASE WHEN {name} IS NOT NULL THEN {marked} END"
    return name


def _is_copied(column: Column[object]) -> bool:
    targets = {key.column.table.name for key in column.foreign_keys}
    return not targets & _SHARED if targets else bool(column.primary_key or column.unique or column.name == "id")
