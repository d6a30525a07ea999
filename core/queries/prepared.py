"""Statements that are written once, as constants of their module, and read past the ORM. What SQLAlchemy works out of
one (its text, the order of its parameters, how values are converted) is kept for the process; after that a read costs
little more than the driver. To build, look up and wrap took three quarters of the time of a case review."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Executable, Row, Select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

AnyRow = Row[*tuple[Any, ...]]
_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as one kind of database takes it. ``binds``: a parameter in the text, what it is worth where nobody
    says, how a value is converted; ``places`` their order where the driver counts them; ``row`` makes the row."""

    sql: str
    binds: tuple[tuple[str, Any, _Convert | None], ...]
    places: tuple[str, ...] | None
    row: Callable[[Any], Any]


def rows(session: Session, statement: Executable, /, **values: Any) -> Sequence[AnyRow]:
    """The rows of ``statement`` with ``values`` for its bound parameters, columns by their names. What the transaction
    changed before is written first, so that it is seen."""
    session.flush()
    return look(session.connection(), statement, values)


def look(connection: Connection, statement: Executable, values: dict[str, Any]) -> Sequence[AnyRow]:
    """The same on a connection. Raises ``DBAPIError`` for what the driver refuses."""
    plan = _plan(statement, connection.dialect)
    if plan is None or not isinstance(statement, Select):
        found: Sequence[AnyRow] = connection.execute(statement, values).all()
        return found
    given = {
        name: convert(values.get(name, default)) if convert else values.get(name, default)
        for name, default, convert in plan.binds
    }
    in_order = tuple(given[name] for name in plan.places) if plan.places is not None else given
    told, kinds = _ask(connection, plan.sql, in_order)
    if not told:
        return ()
    conversions = _conversions(statement, connection.dialect, kinds)
    if conversions:
        columns = list(zip(*told, strict=True))
        for place, convert in conversions:
            columns[place] = tuple([convert(value) for value in columns[place]])
        told = list(zip(*columns, strict=True))
    return [plan.row(one) for one in told]


def _ask(connection: Connection, sql: str, given: Any) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    """The rows as the driver gives them, and what kind of value it says each column holds."""
    driver = connection.connection
    cursor = driver.cursor()
    try:
        cursor.execute(sql, given)
        return cast("list[tuple[Any, ...]]", cursor.fetchall()), tuple([told[1] for told in cursor.description])
    except connection.dialect.loaded_dbapi.Error as error:
        lost = connection.dialect.is_disconnect(error, driver.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql, None, error, connection.dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error  # fmt: skip
    finally:
        cursor.close()


@lru_cache(maxsize=1024)
def _plan(statement: Executable, dialect: Dialect) -> _Plan | None:
    """What is known of ``statement`` for a database; ``None`` where its text depends on the values (lists)."""
    if not isinstance(statement, Select):
        return None
    made = statement.compile(dialect=dialect)
    if made.post_compile_params or made.literal_execute_params:
        return None
    binds = tuple((name, bind.value, _given(bind.type, dialect)) for name, bind in made.binds.items())
    row = namedtuple("row", list(statement.selected_columns.keys()), rename=True)  # type: ignore[misc]
    places = tuple(made.positiontup or ()) if made.positional else None
    return _Plan(sql=str(made), binds=binds, places=places, row=row._make)


@lru_cache(maxsize=1024)
def _conversions(statement: Select[Any], dialect: Dialect, kinds: tuple[Any, ...]) -> list[tuple[int, _Convert]]:
    """The columns of a row that are converted on the way back, and how."""
    columns = zip(statement.selected_columns, kinds, strict=True)
    found = [(place, _taken(column.type, dialect, kind)) for place, (column, kind) in enumerate(columns)]
    return [(place, convert) for place, convert in found if convert is not None]


def _given(kind: Any, dialect: Dialect) -> _Convert | None:
    found: _Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _taken(kind: Any, dialect: Dialect, told: Any) -> _Convert | None:
    found: _Convert | None = kind.dialect_impl(dialect).result_processor(dialect, told)
    return found
