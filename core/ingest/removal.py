"""Taking rows back that one import added, on both databases; the daily roll-up of whoever is touched is made anew from
what remains. Nothing commits."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

from core.ingest.added import Added
from core.ingest.bulk import write_days, write_rows
from core.ingest.columns import NEVER, PromptColumns, ValueColumns, day_numbers, roll_up, roll_up_prompts
from models import Observation, ObservationDay, Patient, Prompt

_GONE_VALUES = """CREATE TEMPORARY TABLE IF NOT EXISTS gone_value (
    patient_key INTEGER NOT NULL, at BIGINT NOT NULL, measure_id SMALLINT NOT NULL)"""
_GONE_PROMPTS = """CREATE TEMPORARY TABLE IF NOT EXISTS gone_prompt (
    patient_key INTEGER NOT NULL, sent_at BIGINT NOT NULL, kind VARCHAR(20) NOT NULL)"""
_THEIR_PROMPTS = "(patient_key, sent_at, kind) IN (SELECT patient_key, sent_at, kind FROM gone_prompt)"


def remove(session: Session, added: Added, *, source_id: int) -> int:
    """Take the values and prompts of ``added`` out, and the answers it gave to older prompts; how many values."""
    connection = session.connection()
    _fill(connection, "gone_value", _GONE_VALUES, ("patient_key", "at", "measure_id"), added.values.T.tolist())
    removed = connection.exec_driver_sql(
        f"DELETE FROM observation WHERE source_id = {int(source_id)} AND (patient_key, at, measure_id) IN "
        "(SELECT patient_key, at, measure_id FROM gone_value)"
    ).rowcount
    names = ("patient_key", "sent_at", "kind")
    _fill(connection, "gone_prompt", _GONE_PROMPTS, names, [*added.late.T.tolist(), added.late_kinds.tolist()])
    connection.exec_driver_sql(f"UPDATE prompt SET answered_at = NULL WHERE {_THEIR_PROMPTS}")
    _fill(connection, "gone_prompt", _GONE_PROMPTS, names, [*added.prompts.T.tolist(), added.prompt_kinds.tolist()])
    connection.exec_driver_sql(f"DELETE FROM prompt WHERE {_THEIR_PROMPTS}")
    return int(removed)


def touched(added: Added) -> set[int]:
    """The keys of the patients of whom something was added."""
    return set(np.concatenate([added.values[:, 0], added.prompts[:, 0], added.late[:, 0]]).tolist())


def roll_up_again(session: Session, patients: Iterable[Patient]) -> None:
    """Make the days of these patients anew from their values and prompts."""
    for patient in patients:
        session.execute(delete(ObservationDay).where(col(ObservationDay.patient_key) == patient.key))
        _values_of(session, patient)
        _prompts_of(session, patient)


def _values_of(session: Session, patient: Patient) -> None:
    o = Observation
    wanted = select(col(o.at), col(o.measure_id), col(o.source_id), col(o.value)).where(
        col(o.patient_key) == patient.key
    )
    at, measure, source, value = _columns(session.execute(wanted).all(), 4)
    rows = ValueColumns.of(
        patient_key=patient.key, at=at, measure_id=measure, source_id=source, value=value,
        day=day_numbers(at, patient.time_zone),
    )  # fmt: skip
    write_days(session.connection(), roll_up(rows))


def _prompts_of(session: Session, patient: Patient) -> None:
    p = Prompt
    wanted = select(col(p.sent_at), col(p.kind), col(p.answered_at)).where(col(p.patient_key) == patient.key)
    sent, kind, answered = _columns(session.execute(wanted).all(), 3)
    rows = PromptColumns.of(
        patient_key=patient.key, sent_at=sent, kind=kind, expires_at=sent,
        answered_at=[NEVER if one is None else one for one in answered], source_id=0,
        day=day_numbers(sent, patient.time_zone),
    )  # fmt: skip
    write_days(session.connection(), roll_up_prompts(rows))


def _columns(rows: Iterable[Any], width: int) -> list[list[Any]]:
    listed = list(rows)
    return [[row[number] for row in listed] for number in range(width)]


def _fill(connection: Connection, table: str, made: str, names: tuple[str, ...], columns: list[list[Any]]) -> None:
    connection.exec_driver_sql(made)
    connection.exec_driver_sql(f"DELETE FROM {table}")
    write_rows(connection, table, names, columns)
