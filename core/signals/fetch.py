"""Rows of the database straight into columns, without an object for each value in between: the roll-ups are the bulk of
what a night reads (1,700 rows for each patient). SQLite hands over its cursor, PostgreSQL a binary copy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import psycopg
from sqlalchemy import BigInteger, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_WHOLE = ("patient_key", "day", "measure_id", "n")
_REAL = ("total", "total_squares", "high")
_ROWS = np.dtype([*((name, np.int64) for name in _WHOLE), *((name, np.float64) for name in _REAL)])
# A row of PostgreSQL's binary copy: the number of fields, and before each value its length; all of it big-endian.
_COPIED = np.dtype(
    [("fields", ">i2")]
    + [part for name in _WHOLE for part in ((f"{name}_bytes", ">i4"), (name, ">i8"))]
    + [part for name in _REAL for part in ((f"{name}_bytes", ">i4"), (name, ">f8"))]
)
_COPY_HEAD, _COPY_TAIL = 19, 2  # bytes: signature with flags and extension length; end mark


def day_columns(
    connection: Connection, keys: Sequence[int], days: tuple[int, int], measures: Sequence[int]
) -> dict[str, pl.Series]:
    """patient_key, day, measure_id, n, total, total_squares, high of the roll-ups of ``keys`` on the days from …
    to … (both included). The keys are looked up one by one along the table's own order, so it is read in places only.
    """
    copied = connection.dialect.name == "postgresql"
    rows = _copied(connection, keys, days, measures) if copied else _iterated(connection, keys, days, measures)
    return {name: pl.Series(name, _native(rows[name])) for name in (*_WHOLE, *_REAL)}


def _native(column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.ascontiguousarray(column, column.dtype.newbyteorder("="))


def _iterated(
    connection: Connection, keys: Sequence[int], days: tuple[int, int], measures: Sequence[int]
) -> np.ndarray[Any, Any]:
    statement = (
        f"SELECT {', '.join((*_WHOLE, *_REAL))} FROM observation_day WHERE patient_key IN ({_numbers(keys)}) "
        f"AND day BETWEEN ? AND ? AND measure_id IN ({_numbers(measures)})"
    )
    cursor: Any = connection.exec_driver_sql(statement, days).cursor
    rows = np.fromiter(cursor, _ROWS)
    cursor.close()
    return rows


def _copied(
    connection: Connection, keys: Sequence[int], days: tuple[int, int], measures: Sequence[int]
) -> np.ndarray[Any, Any]:
    names = ", ".join((*(f"{name}::bigint" for name in _WHOLE), *_REAL))
    statement = (
        f"COPY (SELECT {names} FROM observation_day WHERE patient_key = ANY(ARRAY[{_numbers(keys)}]::int[]) "
        f"AND day BETWEEN {int(days[0])} AND {int(days[1])} AND measure_id = ANY(ARRAY[{_numbers(measures)}]::int[])) "
        "TO STDOUT (FORMAT BINARY)"
    )
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            raw = b"".join(copy)
    except psycopg.Error as error:  # SQLAlchemy does not see what goes past it
        raise DBAPIError("COPY observation_day", None, error) from error
    return np.frombuffer(
        raw, _COPIED, offset=_COPY_HEAD, count=(len(raw) - _COPY_HEAD - _COPY_TAIL) // _COPIED.itemsize
    )


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
