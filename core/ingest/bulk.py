"""Columns into the narrow tables, fast and on both databases: ``append`` for people nobody has values of yet (the
simulated cohort), ``merge`` for everything that may come twice (files, devices, a check-in sent again). Both write
the daily roll-up in the same transaction; neither commits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlmodel import Session, col, select

from core.db import driver_cursor
from core.ingest.added import Added
from core.ingest.columns import (
    NEVER,
    DayColumns,
    PromptColumns,
    ValueColumns,
    roll_up,
    roll_up_prompts,
)
from core.measures import PROMPTS_ANSWERED
from models import Patient

_AT_ONCE = 5_000  # rows of a batch that is tried as one that is new
_TOGETHER = 25  # rows of one statement on SQLite: a third less time than one each, and more save nothing
_OBSERVATION = ("patient_key", "at", "measure_id", "source_id", "value")
_PROMPT = ("patient_key", "sent_at", "kind", "expires_at", "opened_at", "answered_at", "source_id")
_DAY = ("patient_key", "day", "measure_id", "n", "total", "total_squares", "low", "high")
_ARRAYS = (
    dict.fromkeys(("value", "total", "total_squares", "low", "high"), "float8")
    | dict.fromkeys(("patient_key", "source_id", "day", "n"), "int")
    | {"at": "bigint", "measure_id": "smallint"}
)

_INCOMING_VALUES = """CREATE TEMPORARY TABLE IF NOT EXISTS incoming_value (
    patient_key INTEGER NOT NULL, at BIGINT NOT NULL, measure_id SMALLINT NOT NULL, source_id INTEGER NOT NULL,
    value DOUBLE PRECISION NOT NULL, day INTEGER NOT NULL)"""
_INCOMING_PROMPTS = """CREATE TEMPORARY TABLE IF NOT EXISTS incoming_prompt (
    patient_key INTEGER NOT NULL, sent_at BIGINT NOT NULL, kind VARCHAR(20) NOT NULL, expires_at BIGINT NOT NULL,
    opened_at BIGINT, answered_at BIGINT, source_id INTEGER NOT NULL, day INTEGER NOT NULL)"""
_SAME_VALUE = """o.patient_key = i.patient_key AND o.at = i.at AND o.measure_id = i.measure_id
    AND o.source_id = i.source_id"""
_SAME_PROMPT = "p.patient_key = i.patient_key AND p.sent_at = i.sent_at AND p.kind = i.kind"
_KEPT = f"FROM incoming_value i JOIN observation o ON {_SAME_VALUE}"
_ADD_DAY = """ON CONFLICT (patient_key, day, measure_id) DO UPDATE SET
    n = observation_day.n + excluded.n, total = observation_day.total + excluded.total,
    total_squares = observation_day.total_squares + excluded.total_squares,
    low = CASE WHEN excluded.low < observation_day.low THEN excluded.low ELSE observation_day.low END,
    high = CASE WHEN excluded.high > observation_day.high THEN excluded.high ELSE observation_day.high END"""
_TOTAL, _N = "(observation_day.total + excluded.total)", "(observation_day.n + excluded.n)"
_ADD_PROMPTS = f"""ON CONFLICT (patient_key, day, measure_id) DO UPDATE SET
    n = {_N}, total = {_TOTAL}, total_squares = {_TOTAL},
    low = CASE WHEN {_TOTAL} = {_N} THEN 1 ELSE 0 END, high = CASE WHEN {_TOTAL} > 0 THEN 1 ELSE 0 END"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did. ``duplicates`` were there before (or twice in the batch); those in ``differing`` (patient key,
    at, measure) had another value, and the stored one was kept. ``late_answers`` are prompts stored as unanswered
    that now have an answer."""

    new: int = 0
    duplicates: int = 0
    differing: tuple[tuple[int, int, int], ...] = ()
    new_prompts: int = 0
    duplicate_prompts: int = 0
    late_answers: int = 0

    def __add__(self, other: "Merged") -> "Merged":
        return Merged(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def append(session: Session, values: ValueColumns, prompts: PromptColumns | None = None) -> None:
    """Write rows that are certainly new, with their roll-up; all values of one patient's day must be in one call.

    For the simulated cohort: some hundred patients a call keep memory flat. A row that exists is an error.
    """
    connection = session.connection()
    values = values.ordered()
    write_rows(connection, "observation", _OBSERVATION, _columns(values, _OBSERVATION))
    write_days(connection, roll_up(values))
    if prompts is not None and len(prompts):
        prompts = prompts.ordered()
        write_rows(connection, "prompt", _PROMPT, _columns(prompts, _PROMPT))
        write_days(connection, roll_up_prompts(prompts))


def merge(
    session: Session, values: ValueColumns | None, prompts: PromptColumns | None = None, *, added: Added | None = None
) -> Merged:
    """Write what is not there yet and leave what is; the roll-up counts each value once. ``added`` hears the keys of
    what was new.

    Writers of the same patients wait for one another (row lock), so that no value is counted twice.
    """
    _lock(session, values, prompts)
    done = Merged()
    if values is not None and len(values):
        done += _merge_values(session.connection(), values, added)
    if prompts is not None and len(prompts):
        done += _merge_prompts(session.connection(), prompts, added)
    return done


def _lock(session: Session, values: ValueColumns | None, prompts: PromptColumns | None) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return  # one writer at a time anyway
    keys = {key for columns in (values, prompts) if columns is not None for key in columns.patient_key.tolist()}
    wanted = select(Patient.key).where(col(Patient.key).in_(sorted(keys))).order_by(col(Patient.key))
    session.exec(wanted.with_for_update(key_share=True)).all()


def _merge_values(connection: Connection, values: ValueColumns, added: Added | None) -> Merged:
    rows = values.ordered()
    if _all_new(connection, rows):
        _add_days(connection, roll_up(rows))
        if added is not None:
            added.note_columns(np.stack([rows.patient_key, rows.at, rows.measure_id], axis=1))
        return Merged(new=len(rows), duplicates=len(values) - len(rows))
    connection.exec_driver_sql(_INCOMING_VALUES)
    connection.exec_driver_sql("DELETE FROM incoming_value")
    write_rows(connection, "incoming_value", (*_OBSERVATION, "day"), _columns(rows, (*_OBSERVATION, "day")))
    found = connection.exec_driver_sql(f"SELECT i.patient_key, i.at, i.measure_id {_KEPT} WHERE o.value <> i.value")
    differing = tuple((int(key), int(at), int(measure)) for key, at, measure in found)
    connection.exec_driver_sql(
        f"DELETE FROM incoming_value AS i WHERE EXISTS (SELECT 1 FROM observation o WHERE {_SAME_VALUE})"
    )
    new = _number(connection, "SELECT count(*) FROM incoming_value")
    if new:
        names = ", ".join(_OBSERVATION)
        connection.exec_driver_sql(f"INSERT INTO observation ({names}) SELECT {names} FROM incoming_value")
        connection.exec_driver_sql(
            f"INSERT INTO observation_day ({', '.join(_DAY)}) SELECT patient_key, day, measure_id, count(*), "
            "sum(value), sum(value * value), min(value), max(value) FROM incoming_value "
            f"WHERE true GROUP BY patient_key, day, measure_id {_ADD_DAY}"
        )
        if added is not None:
            added.note_values(_rows(connection, "SELECT patient_key, at, measure_id FROM incoming_value"))
    return Merged(new=new, duplicates=len(values) - new, differing=differing)


def _all_new(connection: Connection, rows: ValueColumns) -> bool:
    """Write a small batch of which nothing is there yet, which is nearly every batch; otherwise write nothing."""
    if len(rows) > _AT_ONCE:
        return False
    if connection.dialect.name == "sqlite" and not _anything_near(connection, rows):
        return _write_once(connection, "observation", _OBSERVATION, rows, "") == len(rows)
    _drive(connection, "SAVEPOINT trial")
    written = _write_once(connection, "observation", _OBSERVATION, rows, "ON CONFLICT DO NOTHING")
    if written < len(rows):
        _drive(connection, "ROLLBACK TO SAVEPOINT trial")
    _drive(connection, "RELEASE SAVEPOINT trial")
    return written == len(rows)


def _anything_near(connection: Connection, rows: ValueColumns) -> bool:
    """Whether these people have any value of these sources between the first and the last of the batch. Where they
    have none, nothing can come twice, and what a savepoint copies is spared (SQLite, where nobody else writes)."""
    people, sources = sorted(set(rows.patient_key.tolist())), set(rows.source_id.tolist())
    marks = ("?, " * len(people)).removesuffix(", "), ("?, " * len(sources)).removesuffix(", ")
    wanted = (
        f"SELECT 1 FROM observation WHERE patient_key IN ({marks[0]}) AND at BETWEEN ? AND ? "
        f"AND source_id IN ({marks[1]}) LIMIT 1"
    )
    with driver_cursor(connection, wanted) as cursor:
        cursor.execute(wanted, (*people, int(rows.at.min()), int(rows.at.max()), *sources))
        return cursor.fetchone() is not None


def _add_days(connection: Connection, days: DayColumns) -> None:
    """Add a roll-up to the days that are there."""
    _write_once(connection, "observation_day", _DAY, days, _ADD_DAY)


def _write_once(connection: Connection, table: str, names: Sequence[str], rows: Any, on_conflict: str) -> int:
    """All rows in as few statements as are worth it; how many were written."""
    into, columns = f"INSERT INTO {table} ({', '.join(names)})", _columns(rows, names)
    if connection.dialect.name == "postgresql":
        given = ", ".join(f"%s::{_ARRAYS[name]}[]" for name in names)
        statement = f"{into} SELECT * FROM unnest({given}) WHERE true {on_conflict}"
        return connection.exec_driver_sql(statement, tuple(columns)).rowcount
    return _write_together(connection, into, columns, on_conflict)


def _write_together(connection: Connection, into: str, columns: list[list[Any]], on_conflict: str = "") -> int:
    """Columns by SQLite's driver, some rows a statement and what is left one by one; how many rows were written."""
    width, size = len(columns), len(columns) * len(columns[0])
    marks, laid_out = f"({', '.join('?' * width)})", [None] * size
    for place, column in enumerate(columns):
        laid_out[place::width] = column
    step = width * _TOGETHER
    full = size - size % step
    several = (laid_out[at : at + step] for at in range(0, full, step))
    singly = (laid_out[at : at + width] for at in range(full, size, width))
    written = _drive(connection, f"{into} VALUES {', '.join([marks] * _TOGETHER)} {on_conflict}", several)
    return written + (_drive(connection, f"{into} VALUES {marks} {on_conflict}", singly) if full < size else 0)


def _drive(connection: Connection, statement: str, rows: Iterable[Sequence[Any]] | None = None) -> int:
    """A statement by the driver alone, for each of ``rows``, in the same transaction; how many rows were written."""
    with driver_cursor(connection, statement) as cursor:
        if rows is None:
            cursor.execute(statement)
        else:
            cursor.executemany(statement, rows)
        return int(cursor.rowcount)


def _merge_prompts(connection: Connection, prompts: PromptColumns, added: Added | None) -> Merged:
    rows = prompts.ordered()
    connection.exec_driver_sql(_INCOMING_PROMPTS)
    connection.exec_driver_sql("DELETE FROM incoming_prompt")
    write_rows(connection, "incoming_prompt", (*_PROMPT, "day"), _columns(rows, (*_PROMPT, "day")))
    late = _late_answers(connection, added)
    connection.exec_driver_sql(
        f"DELETE FROM incoming_prompt AS i WHERE EXISTS (SELECT 1 FROM prompt p WHERE {_SAME_PROMPT})"
    )
    new = _number(connection, "SELECT count(*) FROM incoming_prompt")
    if new:
        names = ", ".join(_PROMPT)
        connection.exec_driver_sql(f"INSERT INTO prompt ({names}) SELECT {names} FROM incoming_prompt")
        _count_prompts(connection, "count(*)", "true")
        if added is not None:
            added.note_prompts(_rows(connection, "SELECT patient_key, sent_at, kind FROM incoming_prompt"))
    return Merged(new_prompts=new, duplicate_prompts=len(prompts) - new, late_answers=late)


def _late_answers(connection: Connection, added: Added | None) -> int:
    """Fill the answers of prompts that were stored unanswered, and count them on their days."""
    open_one = f"EXISTS (SELECT 1 FROM prompt p WHERE {_SAME_PROMPT} AND p.answered_at IS NULL)"
    late = f"i.answered_at IS NOT NULL AND {open_one}"
    count = _number(connection, f"SELECT count(*) FROM incoming_prompt i WHERE {late}")
    if count:
        _count_prompts(connection, "0", late)
        if added is not None:
            wanted = f"SELECT i.patient_key, i.sent_at, i.kind FROM incoming_prompt i WHERE {late}"
            added.note_prompts(_rows(connection, wanted), late=True)
        connection.exec_driver_sql(
            "UPDATE prompt AS p SET answered_at = i.answered_at, opened_at = coalesce(p.opened_at, i.opened_at) "
            f"FROM incoming_prompt i WHERE {_SAME_PROMPT} AND p.answered_at IS NULL AND i.answered_at IS NOT NULL"
        )
    return count


def _count_prompts(connection: Connection, sent: str, which: str) -> None:
    """Add prompts to their days: ``low`` is 1 only where all were answered, ``high`` where any was."""
    connection.exec_driver_sql(
        f"INSERT INTO observation_day ({', '.join(_DAY)}) SELECT i.patient_key, i.day, {PROMPTS_ANSWERED}, {sent}, "
        "count(i.answered_at), count(i.answered_at), CASE WHEN count(i.answered_at) = count(*) THEN 1 ELSE 0 END, "
        f"CASE WHEN count(i.answered_at) > 0 THEN 1 ELSE 0 END FROM incoming_prompt i WHERE {which} "
        f"GROUP BY i.patient_key, i.day {_ADD_PROMPTS}"
    )


def write_days(connection: Connection, days: DayColumns) -> None:
    write_rows(connection, "observation_day", _DAY, _columns(days, _DAY))


def _columns(rows: Any, names: Sequence[str]) -> list[list[Any]]:
    return [_plain(getattr(rows, name), nullable=name in ("opened_at", "answered_at")) for name in names]


def _plain(column: NDArray[Any], *, nullable: bool) -> list[Any]:
    plain: list[Any] = column.tolist()
    return [None if value == NEVER else value for value in plain] if nullable else plain


def write_rows(connection: Connection, table: str, names: Sequence[str], columns: list[list[Any]]) -> None:
    if not columns[0]:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, zip(*columns, strict=True))
        return
    _write_together(connection, f"INSERT INTO {table} ({', '.join(names)})", columns)


def _copy(connection: Connection, table: str, names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
    with driver_cursor(connection, statement) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _rows(connection: Connection, statement: str) -> list[Any]:
    return [tuple(row) for row in connection.exec_driver_sql(statement)]


def _number(connection: Connection, statement: str) -> int:
    return int(connection.exec_driver_sql(statement).scalar_one())
