"""Which rows are about a patient, found from the tables themselves: those that name the patient, and those that
belong to such a row (an alert's history, a score's factors). A new table is exported and erased without a line here."""

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session

from core.errors import KeyMissing
from core.vault import vault
from models import Base, Patient

Row = dict[str, Any]
# Keys and tokens open things and say nothing about a person; runs of an import are the service's.
SECRET = frozenset({"patient_key", "export_link"})
_OUTLIVES = frozenset({"audit_entry"})


def owned_tables(*, log: bool = True) -> list[Table]:
    """The tables with rows about patients, parents before children; ``log``: with the log of who looked."""
    owned: list[Table] = []
    for table in Base.metadata.sorted_tables:
        if table.name in SECRET or (table.name in _OUTLIVES and not log):
            continue
        if table.name == "patient" or _direct(table) is not None or _parents(table, owned):
            owned.append(table)
    return owned


def about(table: Table, patient: Patient, owned: list[Table]) -> ColumnElement[bool]:
    """The condition of the rows of ``table`` that are about ``patient``."""
    if table.name == "patient":
        return table.c.id == patient.id
    direct = _direct(table)
    if direct == "patient_id":
        return table.c.patient_id == patient.id
    if direct == "patient_key":
        return table.c.patient_key == patient.key
    column, parent = _parents(table, owned)[0]
    return table.c[column].in_(select(parent.c.id).where(about(parent, patient, owned)))


def everything(session: Session, patient: Patient) -> Iterator[tuple[str, list[Row]]]:
    """Each table's name and its rows about the patient, words opened. The patient was reached by the caller."""
    owned = owned_tables()
    for table in owned:
        rows = session.execute(
            select(table).where(about(table, patient, owned)).order_by(*table.primary_key)
        ).mappings()
        yield table.name, [_opened(session, patient, table.name, dict(row)) for row in rows]


def _direct(table: Table) -> str | None:
    return next((name for name in ("patient_id", "patient_key") if name in table.c), None)


def _parents(table: Table, owned: list[Table]) -> list[tuple[str, Table]]:
    known = {one.name: one for one in owned if one.name != "patient" and "id" in one.c}
    return [
        (key.parent.name, known[key.column.table.name])
        for key in table.foreign_keys
        if key.column.table.name in known and key.column.name == "id"
    ]


def _opened(session: Session, patient: Patient, table: str, row: Row) -> Row:
    """The row with its words readable, and without what proves the log."""
    row.pop("mac", None)
    for column, value in row.items():
        if isinstance(value, bytes):
            row[column] = _words(session, patient, table, column, row.get("id"), value)
    return row


def _words(session: Session, patient: Patient, table: str, column: str, row: Any, sealed: bytes) -> str | None:
    places = (table, f"{table}.{column}", f"{table}.{column.partition('_')[0]}")
    number = row if isinstance(row, uuid.UUID) else patient.id
    for place in places:
        try:
            return vault(session).open(session, patient.id, place, number, sealed)
        except KeyMissing:
            continue
    return None
