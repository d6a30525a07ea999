"""Reads of the narrow tables: exactly the rows of this patient and stretch, gaps as gaps, by one range scan."""

import numpy as np

from core.calls import Calls
from core.ingest.bulk import append
from core.ingest.columns import NEVER, PromptColumns, ValueColumns
from core.measures import PROMPTS_ANSWERED, catalogue
from core.queries.observations import days_of, newest_days, prompts_of, span_of, values_of
from tests.factories.cast import Cast

DAY = 86_400
SAD, CALM = catalogue()["sad"].id, catalogue()["relaxed"].id


def fill(calls: Calls, cast: Cast) -> None:
    """Two values of each measure on days 100, 101 and 103 for each of two patients; two prompts a day from day 100
    to 104, of which the first is answered until day 103."""
    days = np.asarray([100, 101, 103])
    at = (days[:, None] * DAY + np.asarray([30_000, 60_000])).ravel()
    for patient in (cast.patient, cast.other_patient):
        values = ValueColumns.of(
            patient_key=patient.key, at=np.tile(at, 2), measure_id=np.repeat([SAD, CALM], at.size),
            source_id=cast.source.id or 0, value=np.concatenate([np.arange(at.size) + 1.0, np.full(at.size, 7.0)]),
            day=np.tile(at // DAY, 2),
        )  # fmt: skip
        sent = (np.arange(100, 105)[:, None] * DAY + np.asarray([29_000, 59_000])).ravel()
        answered = np.where((np.arange(10) % 2 == 0) & (sent < 104 * DAY), sent + 60, NEVER)
        prompts = PromptColumns.of(
            patient_key=patient.key, sent_at=sent, kind="momentary", expires_at=sent + 900, answered_at=answered,
            source_id=1, day=sent // DAY,
        )  # fmt: skip
        with calls.transaction() as session:
            append(session, values, prompts)


def test_values_between_two_times_are_those_and_no_others(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    with calls.transaction() as session:
        view = values_of(session, patient=cast.patient, since=100 * DAY + 60_000, until=103 * DAY + 60_000)
        assert view.of(SAD)[1].tolist() == [2.0, 3.0, 4.0, 5.0]
        assert view.of(CALM)[1].tolist() == [7.0] * 4
        only = values_of(session, patient=cast.patient, since=0, until=200 * DAY, measures=[CALM])
        assert set(only.measure_id.tolist()) == {CALM}
        assert (np.diff(only.at) > 0).all()
        assert values_of(session, patient=cast.patient, since=0, until=200 * DAY, measures=[]).at.size == 0


def test_days_keep_their_gaps(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    with calls.transaction() as session:
        sad = days_of(session, patient=cast.patient, first=101, last=110).of(SAD)
        assert (sad.day.tolist(), sad.mean.tolist(), sad.n.tolist()) == ([101, 103], [3.5, 5.5], [2, 2])
        share = days_of(session, patient=cast.patient, first=0, last=110, measures=[PROMPTS_ANSWERED])
        assert share.mean.tolist() == [0.5, 0.5, 0.5, 0.5, 0.0]
        assert span_of(session, patient=cast.patient) == (100, 104)


def test_prompts_without_an_answer_are_read_too(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    with calls.transaction() as session:
        view = prompts_of(session, patient=cast.patient, since=103 * DAY, until=105 * DAY)
        assert view.answered.tolist() == [True, False, False, False]
        assert set(view.kind) == {"momentary"}


def test_a_day_of_unanswered_prompts_does_not_look_fresh(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    keys = [cast.patient.key, cast.other_patient.key]
    with calls.transaction() as session:
        newest = newest_days(session, patient_keys=keys, since=0)
        assert newest == {key: {SAD: 103, CALM: 103, PROMPTS_ANSWERED: 103} for key in keys}
        assert newest_days(session, patient_keys=keys, since=104) == {}


def test_someone_without_data_reads_as_empty(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        assert values_of(session, patient=cast.patient, since=0, until=DAY).at.size == 0
        assert days_of(session, patient=cast.patient, first=0, last=9).day.size == 0
        assert prompts_of(session, patient=cast.patient, since=0, until=DAY).kind == ()
        assert span_of(session, patient=cast.patient) is None


def test_reads_are_range_scans_of_the_key(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    with calls.transaction() as session:
        connection = session.connection()
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        for table, column in (("observation", "at"), ("observation_day", "day"), ("prompt", "sent_at")):
            where = f"WHERE patient_key = 1 AND {column} >= 5 AND {column} < 9 ORDER BY {column}"
            plan = str(connection.exec_driver_sql(f"{explain}SELECT * FROM {table} {where}").all())
            assert "PRIMARY KEY (patient_key=?" in plan or f"pk_{table}" in plan
            assert "Sort" not in plan
            assert "TEMP B-TREE" not in plan
