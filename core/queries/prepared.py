"""Statements that are written once, as constants of their module, and carried out past the ORM. What SQLAlchemy works
out of one (its text, the order of its parameters, how values are converted) is kept for the process; after that it
costs little more than the driver. To build, look up and wrap took three quarters of the time of a case review."""

import uuid
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import CompoundSelect, Connection, Dialect, Executable, Insert, Row, Select, Update, Uuid
from sqlmodel import Session

from core.db import driver_cursor

Known = Select[Any] | CompoundSelect[Any]
AnyRow = Row[*tuple[Any, ...]]
_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as one kind of database takes it. ``binds``: a parameter in the text, what it is worth where nobody
    says, how a value is converted; ``lists``: the same for one that stands for several, with their names in the text;
    ``places`` their order where the driver counts them; ``row`` makes the row."""

    sql: str
    binds: tuple[tuple[str, Any, _Convert | None], ...]
    lists: tuple[tuple[str, Any, _Convert | None, tuple[str, ...]], ...]
    places: tuple[str, ...] | None
    row: Callable[[Any], Any]


def rows(session: Session, statement: Executable, /, **values: Any) -> Sequence[AnyRow]:
    """The rows of ``statement`` with ``values`` for its bound parameters, columns by their names. What the transaction
    changed before is written first, so that it is seen."""
    session.flush()
    return look(session.connection(), statement, values)


def look(connection: Connection, statement: Executable, values: dict[str, Any]) -> Sequence[AnyRow]:
    """The same on a connection. Raises ``DBAPIError`` for what the driver refuses."""
    lengths = tuple([(name, len(value)) for name, value in values.items() if isinstance(value, list | tuple)])
    plan = _plan(statement, connection.dialect, lengths)
    if plan is None or not isinstance(statement, Known):
        found: Sequence[AnyRow] = connection.execute(statement, values).all()
        return found
    told, kinds = ask(connection, plan.sql, _in_order(plan, values))
    if not told:
        return ()
    conversions = _conversions(statement, connection.dialect, kinds)
    if conversions:
        columns = list(zip(*told, strict=True))
        for place, convert in conversions:
            columns[place] = tuple([convert(value) for value in columns[place]])
        told = list(zip(*columns, strict=True))
    return [plan.row(one) for one in told]


def _in_order(plan: _Plan, values: Mapping[str, Any]) -> Any:
    given = {
        name: convert(values.get(name, default)) if convert else values.get(name, default)
        for name, default, convert in plan.binds
    }
    for name, default, convert, places in plan.lists:
        several = values.get(name, default)
        given.update(zip(places, map(convert, several) if convert else several, strict=True))
    return given if plan.places is None else tuple([given[name] for name in plan.places])


def ask(connection: Connection, sql: str, given: Any) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    """The rows as the driver gives them, and what kind of value it says each column holds. Raises ``DBAPIError``."""
    with driver_cursor(connection, sql) as cursor:
        cursor.execute(sql, given)
        return cast("list[tuple[Any, ...]]", cursor.fetchall()), tuple([told[1] for told in cursor.description])


def change(session: Session, statement: Insert | Update, /, **values: Any) -> int:
    """Carry out ``statement`` with ``values``, of which those that are no parameter of it are columns; how many rows
    it wrote. Raises ``DBAPIError`` for what the driver refuses."""
    session.flush()
    connection = session.connection()
    plan = _plan_of_change(statement, connection.dialect, tuple(values))
    with driver_cursor(connection, plan.sql) as cursor:
        cursor.execute(plan.sql, _in_order(plan, values))
        return int(cursor.rowcount)


@lru_cache(maxsize=1024)
def _plan(statement: Executable, dialect: Dialect, lengths: tuple[tuple[str, int], ...]) -> _Plan | None:
    """What is known of ``statement`` for a database and lists of these ``lengths``; ``None`` where its text depends on
    more than that (a list is empty, a value stands in the text)."""
    if not isinstance(statement, Known):
        return None
    made = statement.compile(dialect=dialect)
    named = {name: bind for bind, name in made.bind_names.items()}
    several: dict[str, Any] = {made.bind_names[bind]: bind.value for bind in made.post_compile_params}
    several |= {name: (None,) * length for name, length in lengths if name in several}
    if made.literal_execute_params or made.escaped_bind_names or not all(several.values()):
        return None
    text = made.construct_expanded_state({**dict.fromkeys(named), **several}, escape_names=False) if several else None
    convert = {name: _given(bind.type, dialect) for name, bind in named.items()}
    places = (text or made).positiontup if made.positional else None
    row = namedtuple("row", list(statement.selected_columns.keys()), rename=True)  # type: ignore[misc]
    return _Plan(
        sql=text.statement if text else str(made),
        binds=tuple((name, bind.value, convert[name]) for name, bind in named.items() if name not in several),
        lists=tuple(
            (name, named[name].value, convert[name], tuple(names))
            for name, names in (text.parameter_expansion if text else {}).items()
        ),
        places=None if places is None else tuple(places),
        row=row._make,
    )


@lru_cache(maxsize=1024)
def _plan_of_change(statement: Insert | Update, dialect: Dialect, names: tuple[str, ...]) -> _Plan:
    """The same of a change that sets these columns. What the tables leave to SQLAlchemy to fill in is refused."""
    made: Any = statement.compile(dialect=dialect, column_keys=list(names))
    if made.prefetch or made.postfetch or made.effective_returning:
        raise TypeError(f"{statement.entity_description['name']}: a column has a default of its own; give its value")
    binds = [(name, bind.value, _given(bind.type, dialect)) for bind, name in made.bind_names.items()]
    return _Plan(str(made), tuple(binds), (), tuple(made.positiontup) if made.positional else None, tuple)


@lru_cache(maxsize=1024)
def _conversions(statement: Known, dialect: Dialect, kinds: tuple[Any, ...]) -> list[tuple[int, _Convert]]:
    """The columns of a row that are converted on the way back, and how."""
    columns = zip(statement.selected_columns, kinds, strict=True)
    found = [(place, _taken(column.type, dialect, kind)) for place, (column, kind) in enumerate(columns)]
    return [(place, convert) for place, convert in found if convert is not None]


def _given(kind: Any, dialect: Dialect) -> _Convert | None:
    found: _Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _taken(kind: Any, dialect: Dialect, told: Any) -> _Convert | None:
    found: _Convert | None = kind.dialect_impl(dialect).result_processor(dialect, told)
    return _identifier if found is not None and isinstance(kind, Uuid) and kind.as_uuid else found


@lru_cache(maxsize=16_384)
def _identifier(text: str | None) -> uuid.UUID | None:
    """An identifier kept as text; the same ones stand in many rows, and making one costs more than reading it."""
    return None if text is None else uuid.UUID(text)
