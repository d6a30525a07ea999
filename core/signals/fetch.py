"""Rows of the database straight into columns, without an object for each value in between: the roll-ups are the bulk of
what a night reads (1,700 rows for each patient). SQLite hands over its cursor, PostgreSQL the bytes of a patient at a
time. Tables are looked up key by key along their own order, so they are read in places only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import psycopg
from sqlalchemy import BigInteger, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Columns = dict[str, pl.Series]
NEVER = -1


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A table's columns: whole numbers, then real ones; ``where`` and ``source`` in SQL of both databases."""

    source: str
    where: str
    whole: tuple[str, ...]
    real: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()  # of the whole ones, where they are not plain columns

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in their order."""
        return (*self.whole, *self.real)

    @property
    def asked(self) -> tuple[str, ...]:
        """The expressions of the columns."""
        return (*(self.expressions or self.whole), *self.real)


def day_columns(connection: Connection, keys: Sequence[int], days: tuple[int, int], measures: Sequence[int]) -> Columns:
    """patient_key, day, measure_id, n, total, high of the roll-ups of ``keys`` on the days from … to … (both
    included)."""
    since = max(int(days[0]), int(days[1]) - _DAYS + 1)
    within = _between("day", (since, days[1]))
    where = f"patient_key IN ({_numbers(keys)}) AND {within} AND measure_id IN ({_numbers(measures)})"
    place = f"patient_key * {_PATIENT} + (day - ({since})) * {_DAY} + measure_id"
    read = _read(connection, _Wanted("observation_day", where, ("place", "n"), ("total", "high"), (place, "n")))
    place_of = read.pop("place")
    key, day, measure = place_of // _PATIENT, place_of % _PATIENT // _DAY + since, place_of % _DAY
    return {"patient_key": key, "day": day, "measure_id": measure, **read}


# Three whole numbers come as one, because every value costs an object: 32 bits of a key, 16 of a day (179 years), 15.
_DAY, _DAYS = 2**15, 2**16
_PATIENT = _DAY * _DAYS


def moment_columns(connection: Connection, spans: pl.DataFrame, measures: Sequence[int]) -> Columns:
    """patient_key, at, measure_id, value of the single values in ``spans`` (patient_key, first, last in seconds, both
    included)."""
    rows = ", ".join(f"({int(key)}, {int(first)}, {int(last)})" for key, first, last in spans.iter_rows())
    source = f"(VALUES {rows or '(-1, 0, 0)'}) AS span {_SPAN[connection.dialect.name]}"
    where = f"measure_id IN ({_numbers(measures)})"
    return _read(connection, _Wanted(source, where, ("patient_key", "at", "measure_id"), ("value",)))


# SQLite has to be told to begin with the spans; PostgreSQL finds out.
_SPAN = {
    "sqlite": "CROSS JOIN observation ON patient_key = span.column1 AND at BETWEEN span.column2 AND span.column3",
    "postgresql": "JOIN observation ON patient_key = span.column1 AND at BETWEEN span.column2 AND span.column3",
}


def prompt_columns(connection: Connection, keys: Sequence[int], sent: tuple[int, int]) -> Columns:
    """patient_key, sent_at, answered_at (``NEVER`` while unanswered) of the prompts sent between two moments."""
    where = f"patient_key IN ({_numbers(keys)}) AND {_between('sent_at', sent)}"
    plain = ("patient_key", "sent_at", "answered_at")
    asked = (*plain[:2], f"coalesce(answered_at, {NEVER})")
    return _read(connection, _Wanted("prompt", where, plain, expressions=asked))


def _between(column: str, ends: tuple[int, int]) -> str:
    return f"{column} BETWEEN {int(ends[0])} AND {int(ends[1])}"


def _read(connection: Connection, wanted: _Wanted) -> Columns:
    rows = _sent(connection, wanted) if connection.dialect.name == "postgresql" else _iterated(connection, wanted)
    return {name: pl.Series(name, _native(rows[name])) for name in wanted.names}


def _native(column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.ascontiguousarray(column, column.dtype.newbyteorder("="))


def _iterated(connection: Connection, wanted: _Wanted) -> np.ndarray[Any, Any]:
    statement = f"SELECT {', '.join(wanted.asked)} FROM {wanted.source} WHERE {wanted.where}"
    shape = np.dtype([*((name, np.int64) for name in wanted.whole), *((name, np.float64) for name in wanted.real)])
    cursor: Any = connection.exec_driver_sql(statement).cursor
    rows = np.fromiter(cursor, shape)
    cursor.close()
    return rows


def _sent(connection: Connection, wanted: _Wanted) -> np.ndarray[Any, Any]:
    """PostgreSQL strings the rows of each patient together, every number as it sends it (big-endian), and hands them
    over whole: a row at a time costs the client ten times as much."""
    numbers = [f"int8send(({one})::bigint)" for one in wanted.asked[: len(wanted.whole)]]
    numbers += [f"float8send({one})" for one in wanted.real]
    packed = f"string_agg({' || '.join(numbers)}, ''::bytea)"
    statement = f"SELECT {packed} FROM {wanted.source} WHERE {wanted.where} GROUP BY patient_key"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor(binary=True) as cursor:
            raw = b"".join(rows for (rows,) in cursor.execute(statement))
    except psycopg.Error as error:  # SQLAlchemy does not see what goes past it
        raise DBAPIError(statement[:40], None, error) from error
    return np.frombuffer(raw, [*((name, ">i8") for name in wanted.whole), *((name, ">f8") for name in wanted.real)])


def _numbers(values: Sequence[int]) -> str:
    """Whole numbers as SQL; an impossible one where there are none, so that the list is never empty."""
    return ", ".join(str(int(value)) for value in values) or "-1"


class Epoch(FunctionElement[int]):
    """``Epoch(column)``: whole seconds since 1970-01-01 UTC of a time, worked out by the database, which spares a
    ``datetime`` for each row."""

    type = BigInteger()
    inherit_cache = True


@compiles(Epoch, "sqlite")
def _epoch_sqlite(element: Epoch, compiler: Any, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(Epoch, "postgresql")
def _epoch_postgresql(element: Epoch, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"
