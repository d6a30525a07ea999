"""What is read of a partition: single values only of days that have several, days and hours on each patient's own
calendar, also in the night in which the clocks go back."""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl
from sqlalchemy import insert
from sqlmodel import select

from core.calls import Calls
from core.clock import day_number, seconds
from core.signals.fetch import day_columns
from core.signals.read import Span, streams_of
from models import Message, MessageThread, Observation, ObservationDay, Patient, Prompt
from tests.factories.cast import Cast

SAD, STEPS = 6, 61
MADRID = "Europe/Madrid"
BACK = datetime(2026, 10, 25, tzinfo=UTC)  # at 01:00 UTC the clocks of Madrid go from 3 back to 2


def at(hour: int, minute: int = 0, day: int = 25) -> int:
    return seconds(BACK.replace(hour=hour, minute=minute, day=day))


def store(calls: Calls, patient: Patient, moments: Iterable[tuple[int, int, float]]) -> None:
    """Values (moment, measure, value) with the roll-ups of their days."""
    own = {"patient_key": patient.key}
    rows = [
        own | {"at": when, "measure_id": measure, "value": value, "source_id": 1} for when, measure, value in moments
    ]
    days: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        day = day_number(datetime.fromtimestamp(row["at"], UTC), patient.time_zone)
        days.setdefault((day, row["measure_id"]), []).append(row["value"])
    with calls.transaction() as session:
        session.connection().execute(insert(Observation), rows)
        session.connection().execute(insert(ObservationDay), [
            own | {"day": day, "measure_id": measure, "n": len(values), "total": sum(values), "total_squares": 0.0,
                   "low": min(values), "high": max(values)}
            for (day, measure), values in days.items()
        ])  # fmt: skip


def read(calls: Calls, *patients: Patient):  # type: ignore[no-untyped-def]
    today = day_number(BACK, MADRID)
    with calls.transaction() as session:
        return streams_of(session, Span(tuple(sorted(one.key for one in patients)), today - 10, today + 2))


def test_single_values_are_read_of_days_with_several_on_the_patients_calendar(calls: Calls, cast: Cast) -> None:
    patient, today = cast.patient, day_number(BACK, MADRID)
    twice_at_half_past_two = [(at(0, 30), SAD, 3.0), (at(1, 30), SAD, 5.0)]
    before_midnight_in_utc = [(at(22, 30, day=24), SAD, 2.0)]  # half past midnight on the 25th in Madrid
    alone = [(at(12, day=23), SAD, 4.0), (at(12, day=25), STEPS, 900.0), (at(13, day=25), STEPS, 800.0)]
    store(calls, patient, twice_at_half_past_two + before_midnight_in_utc + alone)
    found = read(calls, patient).moments
    assert found.sort("at").select("day", "measure_id", "value").rows() == [
        (today, SAD, 2.0), (today, SAD, 3.0), (today, SAD, 5.0)
    ]  # fmt: skip


def test_nobodys_values_are_mixed_with_anothers(calls: Calls, cast: Cast) -> None:
    store(calls, cast.patient, [(at(9), SAD, 1.0), (at(12), SAD, 2.0)])
    store(calls, cast.other_patient, [(at(9), SAD, 6.0), (at(12), SAD, 7.0)])
    found = read(calls, cast.patient, cast.other_patient).moments
    of = {key: part["value"].sort().to_list() for (key,), part in found.group_by("patient_key")}
    assert of == {cast.patient.key: [1.0, 2.0], cast.other_patient.key: [6.0, 7.0]}
    assert read(calls, cast.patient).moments["value"].sort().to_list() == [1.0, 2.0]


def test_prompts_have_the_hour_of_the_patients_clock_and_the_day_of_the_answer(calls: Calls, cast: Cast) -> None:
    today = day_number(BACK, MADRID)
    rows = [(at(0, 30), at(0, 40)), (at(1, 30), None), (at(22, 50, day=25), at(23, 10, day=25))]
    with calls.transaction() as session:
        session.connection().execute(insert(Prompt), [
            {"patient_key": cast.patient.key, "sent_at": sent, "kind": "momentary", "expires_at": sent + 5400,
             "answered_at": answered, "source_id": 1} for sent, answered in rows
        ])  # fmt: skip
    found = read(calls, cast.patient).prompts
    assert found.select("day", "hour", "answered_day").rows() == [
        (today, 2, today), (today, 2, None), (today, 23, today + 1)
    ]  # fmt: skip


def test_whether_a_message_was_read_and_when(calls: Calls, cast: Cast) -> None:
    read_at = BACK.replace(hour=5)
    with calls.transaction() as session:
        thread = session.exec(select(MessageThread).where(MessageThread.patient_id == cast.patient.id)).one()
        for known in (None, read_at):
            session.add(Message(
                thread_id=thread.id, patient_id=cast.patient.id, author_id=cast.alice.user_id, from_patient=False,
                sent_at=BACK, body=b"", read_at=known, read_by=None if known is None else cast.alice.user_id,
            ))  # fmt: skip
    found = read(calls, cast.patient).messages
    assert sorted(found["read"].to_list(), key=str) == [seconds(read_at), None]


def test_roll_ups_come_back_as_they_are_whatever_the_key_and_the_stretch_of_days(calls: Calls, cast: Cast) -> None:
    key, today = 2**31 - 1, day_number(BACK, MADRID)
    kept = [
        (key, today, SAD, 3, 10.5, 6.0),
        (key, today - 700, 2**15 - 1, 2**20, -1e9, 0.25),
        (7, today, SAD, 1, 4.0, 4.0),
    ]
    names = ("patient_key", "day", "measure_id", "n", "total", "high")
    rows = [dict(zip(names, row, strict=True)) | {"total_squares": 0.0, "low": 0.0} for row in kept]
    with calls.transaction() as session:
        session.connection().execute(insert(ObservationDay), rows)
        for first in (today - 700, 0, -80_000):  # somebody came in by a file in which they enrolled in 1750
            found = day_columns(session.connection(), [7, key], (first, today), [SAD, 2**15 - 1])
            assert sorted(pl.DataFrame(found).select(names).rows()) == sorted(kept)
