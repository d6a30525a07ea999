"""Statements that are written once, as constants of their module, and read past the ORM: to build a statement and to
make entities of its rows took three quarters of the time of a case review."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row
from sqlmodel import Session

AnyRow = Row[*tuple[Any, ...]]


def rows(session: Session, statement: Executable, /, **values: Any) -> Sequence[AnyRow]:
    """The rows of ``statement`` with ``values`` for its bound parameters, columns by their names. What the transaction
    changed before is written first, so that it is seen."""
    session.flush()
    found: Sequence[AnyRow] = session.connection().execute(statement, values).all()
    return found
