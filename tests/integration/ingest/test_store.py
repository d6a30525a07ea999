"""Values and prompts reach the narrow tables once, with a roll-up that always agrees with them."""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from core.actions.observations import PromptSent, Stored, store, store_prompts
from core.calls import Calls
from core.clock import day_number, seconds
from core.errors import InvalidInput
from core.ingest.bulk import append, merge
from core.ingest.columns import NEVER, PromptColumns, ValueColumns, day_numbers
from core.measures import PROMPTS_ANSWERED, catalogue
from models import Observation, ObservationDay, Prompt
from tests.factories.cast import Cast

AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
SAD, CALM = catalogue()["sad"].id, catalogue()["relaxed"].id


def days(session: Session, measure: int) -> list[tuple[int, int, float, float, float, float]]:
    rows = session.exec(select(ObservationDay).order_by("patient_key", "day")).all()
    return [(r.day, r.n, r.total, r.total_squares, r.low, r.high) for r in rows if r.measure_id == measure]


def test_values_are_stored_with_their_days_and_a_second_time_changes_nothing(calls: Calls, cast: Cast) -> None:
    values = [(AT, SAD, 2.0), (AT + timedelta(hours=4), SAD, 6.0), (AT + timedelta(days=1), SAD, 5.0)]
    for expected in (Stored(3, 0), Stored(0, 3)):
        with calls.transaction() as session:
            assert store(session, patient=cast.patient, source_id=source(cast), values=values) == expected
    with calls.transaction() as session:
        day = day_number(AT, cast.patient.time_zone)
        assert days(session, SAD) == [(day, 2, 8.0, 40.0, 2.0, 6.0), (day + 1, 1, 5.0, 25.0, 5.0, 5.0)]


def test_values_that_come_later_join_the_day_that_is_there(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        store(session, patient=cast.patient, source_id=source(cast), values=[(AT, SAD, 4.0)])
    with calls.transaction() as session:
        late = [(AT, SAD, 4.0), (AT + timedelta(hours=1), SAD, 1.0), (AT + timedelta(hours=1), CALM, 7.0)]
        assert store(session, patient=cast.patient, source_id=source(cast), values=late) == Stored(2, 1)
        assert [row[1:] for row in days(session, SAD)] == [(2, 5.0, 17.0, 1.0, 4.0)]
        assert [row[1:] for row in days(session, CALM)] == [(1, 7.0, 49.0, 7.0, 7.0)]


def test_another_value_for_a_stored_moment_is_counted_and_the_stored_one_kept(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        merge(session, one_value(cast, 4.0))
    with calls.transaction() as session:
        done = merge(session, one_value(cast, 5.0))
        assert (done.new, done.duplicates) == (0, 1)
        assert done.differing == ((cast.patient.key, seconds(AT), SAD),)
        assert session.exec(select(Observation.value)).all() == [4.0]


@pytest.mark.parametrize(("measure", "value"), [(SAD, 8.0), (SAD, float("nan")), (9999, 1.0)])
def test_an_impossible_value_is_refused_and_nothing_is_stored(
    calls: Calls, cast: Cast, measure: int, value: float
) -> None:
    with pytest.raises(InvalidInput), calls.transaction() as session:
        store(session, patient=cast.patient, source_id=source(cast), values=[(AT, SAD, 3.0), (AT, measure, value)])
    with calls.transaction() as session:
        assert session.exec(select(Observation)).all() == []


def test_a_prompt_takes_its_answer_when_it_comes_and_never_loses_it(calls: Calls, cast: Cast) -> None:
    sent = PromptSent(sent_at=AT, expires_at=AT + timedelta(hours=1))
    other = PromptSent(sent_at=AT + timedelta(hours=3), expires_at=AT + timedelta(hours=4))
    answered = PromptSent(sent_at=AT, expires_at=sent.expires_at, answered_at=AT + timedelta(minutes=5))
    for prompts, counted in (
        ([sent, other], (2, 0.0, 0.0, 0.0, 0.0)),
        ([answered], (2, 1.0, 1.0, 0.0, 1.0)),
        ([sent], (2, 1.0, 1.0, 0.0, 1.0)),
    ):
        with calls.transaction() as session:
            store_prompts(session, patient=cast.patient, source_id=source(cast), prompts=prompts)
            assert [row[1:] for row in days(session, PROMPTS_ANSWERED)] == [counted]
    with calls.transaction() as session:
        stored = session.exec(select(Prompt).order_by("sent_at")).all()
        assert [row.answered_at for row in stored] == [seconds(AT + timedelta(minutes=5)), None]


def test_appended_rows_equal_merged_ones(calls: Calls, cast: Cast) -> None:
    values, prompts = made_up(cast, 400)
    with calls.transaction() as session:
        append(session, values, prompts)
        appended = everything(session)
        session.rollback()
    with calls.transaction() as session:
        half = np.arange(len(values)) % 2 == 0
        merge(session, values.take(half), prompts)
        merge(session, values, prompts)
        merged = everything(session)
    assert merged == pytest.approx(appended)
    assert len(appended) > 1000


def test_appending_what_is_there_is_an_error_and_leaves_nothing(calls: Calls, cast: Cast) -> None:
    values, _prompts = made_up(cast, 5)
    with calls.transaction() as session:
        append(session, values)
        before = len(everything(session))
    with pytest.raises(DBAPIError), Session(calls.engine) as session, session.begin():
        append(session, values)
    with calls.transaction() as session:
        assert len(everything(session)) == before


def test_threat_43_the_same_entry_sent_twice_at_once_counts_once(calls: Calls, cast: Cast) -> None:
    values = [(AT + timedelta(minutes=m), SAD, 3.0) for m in range(50)]
    results: list[Stored] = []

    def send() -> None:
        with calls.transaction() as session:
            results.append(store(session, patient=cast.patient, source_id=source(cast), values=values))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((r.new, r.duplicates) for r in results) == [(0, 50), (0, 50), (0, 50), (50, 0)]
    with calls.transaction() as session:
        assert [row[1:3] for row in days(session, SAD)] == [(50, 150.0)]


def source(cast: Cast) -> int:
    assert cast.source.id is not None
    return cast.source.id


def one_value(cast: Cast, value: float) -> ValueColumns:
    return ValueColumns.of(
        patient_key=cast.patient.key, at=[seconds(AT)], measure_id=SAD, source_id=source(cast), value=[value], day=1
    )


def made_up(cast: Cast, rows: int) -> tuple[ValueColumns, PromptColumns]:
    at = seconds(AT) + np.arange(rows) * 5_000
    day = day_numbers(at, cast.patient.time_zone)
    both = np.repeat([cast.patient.key, cast.other_patient.key], rows)
    values = ValueColumns.of(
        patient_key=both, at=np.tile(at, 2), measure_id=np.tile([SAD, CALM, SAD, SAD], rows)[: 2 * rows],
        source_id=source(cast), value=np.arange(2 * rows) % 7 + 1.0, day=np.tile(day, 2),
    )  # fmt: skip
    prompts = PromptColumns.of(
        patient_key=both, sent_at=np.tile(at, 2), kind="momentary", expires_at=np.tile(at, 2) + 900,
        answered_at=np.where(np.arange(2 * rows) % 3 == 0, NEVER, np.tile(at, 2) + 60), source_id=source(cast),
        day=np.tile(day, 2),
    )  # fmt: skip
    return values, prompts


def everything(session: Session) -> list[float]:
    """Every cell of the three tables, in the order of their keys."""
    cells: list[float] = []
    for table in ("observation", "observation_day"):
        order = "patient_key, at, measure_id" if table == "observation" else "patient_key, day, measure_id"
        rows = session.connection().exec_driver_sql(f"SELECT * FROM {table} ORDER BY {order}").all()
        cells += [float(cell) for row in rows for cell in row]
    prompts = session.exec(select(Prompt).order_by("patient_key", "sent_at")).all()
    return cells + [float(p.answered_at or -1) for p in prompts]
