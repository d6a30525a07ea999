"""Everything an import may write, as plain rows: two states of the database can be compared."""

from typing import Any

from core.calls import Calls

_TABLES = {
    "observation": "patient_key, at, measure_id, source_id",
    "observation_day": "patient_key, day, measure_id",
    "prompt": "patient_key, sent_at, kind",
    "source": "id",
    "patient": "key",
    "patient_key": "patient_id",
    "care_relationship": "id",
    "message_thread": "id",
    "step_of_care": "id",
    "programme": "id",
}


def contents(calls: Calls) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table in the order of its key."""
    with calls.engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY {order}")]
            for table, order in _TABLES.items()
        }
