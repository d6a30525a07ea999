"""The published studies come in exactly as plain pandas counts them, on both databases; twice changes nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlmodel import Session, col, select

from core.access.reach import patient_in_reach
from core.actions.imports import Request, import_csv
from core.audit.log import verify
from core.calls import Calls
from core.clock import moment
from core.ingest.load import load_mapping
from core.ingest.report import Report
from core.measures import PROMPTS_ANSWERED, catalogue
from core.queries.observations import days_of, prompts_of, span_of, values_of
from models import AuditEntry, CareRelationship, MessageThread, Observation, ObservationDay, Patient, Prompt
from tests.conftest import KEYS
from tests.factories.cast import NOW, Cast
from tests.factories.exports import study
from tests.factories.narrow import contents

ITEMS = ["opgewkt_", "pieker", "angstig_", "somber__", "ontspann", "onplplez"]
QUESTIONS = [f"Q{number}" for number in range(1, 19)]


def run(calls: Calls, cast: Cast, name: str, file: Path, **more: bool) -> Report:
    request = Request(file, load_mapping(Path(name)), **more)  # type: ignore[arg-type]
    return calls.run(import_csv, by=cast.administrator, request=request)


@pytest.fixture
def bringmann() -> tuple[Path, pd.DataFrame]:
    """The file, and what pandas makes of it; the index is the line in the file."""
    file = study("bringmann2013/esm.csv")
    table = pd.read_csv(file, index_col=0)
    return file, table.set_axis(pd.RangeIndex(2, len(table) + 2))


@pytest.fixture
def fried() -> tuple[Path, pd.DataFrame]:
    """The file, and what pandas makes of it; the index is the line in the file."""
    file = study("fried2021/ema.csv")
    table = pd.read_csv(file)
    return file, table.set_axis(pd.RangeIndex(2, len(table) + 2))


def test_bringmann_comes_in_as_pandas_counts_it(calls: Calls, cast: Cast, bringmann: tuple[Path, pd.DataFrame]) -> None:
    file, table = bringmann
    report = run(calls, cast, "bringmann2013", file)
    asked = table[table.beepno.notna()]
    good = asked.assign(onplplez=asked.onplplez.where(asked.onplplez.between(-3, 3)))
    once = table[table.neur.notna() & table.beepno.notna()].subjno.nunique()
    assert (report.rows, report.patients, report.new_patients) == (len(table), 130, 130)
    assert (report.prompts, report.unanswered) == (len(asked), int(asked[ITEMS].isna().all(axis=1).sum()))
    assert report.observations == report.new_observations == int(good[ITEMS].notna().sum().sum()) + once
    assert report.rows == report.prompts + report.blank_rows + report.rejected_rows
    assert report.ignored_columns == ["informat04"]
    with calls.transaction() as session:
        assert_equal_sums(session, "bringmann2013", good, {"subjno": ITEMS})
        assert_roll_ups_agree(session)


def test_bringmann_lists_the_value_outside_its_scale_and_the_answers_without_a_beep(
    calls: Calls, cast: Cast, bringmann: tuple[Path, pd.DataFrame]
) -> None:
    file, table = bringmann
    report = run(calls, cast, "bringmann2013", file, dry_run=True)
    outside = table.index[table.onplplez.notna() & ~table.onplplez.between(-3, 3)]
    (value,) = [cell for cell in report.rejected if cell.reason == "out_of_range"]
    assert (value.line, value.column, value.number) == (outside[0], "onplplez", -4.0)
    answers = [*ITEMS, "neur"]
    lost = table[table.beepno.isna() & table[answers].notna().any(axis=1)]
    expected = {(line, name) for line, row in lost[answers].notna().iterrows() for name in answers if row[name]}
    assert {(cell.line, cell.column) for cell in report.rejected if cell.reason == "no_moment"} == expected
    assert [cell.line for cell in report.rejected if cell.reason == "missing_time"] == lost.index.to_list()
    assert report.blank_rows == int(table.beepno.isna().sum()) - len(lost)


def test_bringmann_has_two_periods_and_a_person_without_any_answer(
    calls: Calls, cast: Cast, bringmann: tuple[Path, pd.DataFrame]
) -> None:
    file, _table = bringmann
    run(calls, cast, "bringmann2013", file)
    with calls.transaction() as session:
        silent = patient_of(session, "bringmann2013", "10806")
        prompts = prompts_of(session, patient=silent, since=0, until=2**40)
        assert (prompts.answered.size, int(prompts.answered.sum())) == (200, 0)
        assert values_of(session, patient=silent, since=0, until=2**40).at.size == 0
        first = patient_of(session, "bringmann2013", "10720")
        assert (first.name, str(first.enrolled_on), first.time_zone) == (
            "Study 10720",
            "2010-01-11",
            "Europe/Amsterdam",
        )
        span = span_of(session, patient=first)
        assert span is not None
        days = days_of(session, patient=first, first=span[0], last=span[1], measures=[PROMPTS_ANSWERED])
        assert days.n.tolist() == [10] * 20
        assert np.flatnonzero(np.diff(days.day) > 1).tolist() == [9]
        cheerful = values_of(session, patient=first, since=0, until=2**40, measures=[catalogue()["cheerful"].id])
        assert (moment(int(cheerful.at[0])).isoformat(), cheerful.value[0]) == ("2010-01-11T11:45:00+00:00", 4.0)


def test_fried_comes_in_as_pandas_counts_it(calls: Calls, cast: Cast, fried: tuple[Path, pd.DataFrame]) -> None:
    file, table = fried
    report = run(calls, cast, "fried2021", file)
    assert (report.rows, report.patients, report.prompts) == (len(table), table.ID.nunique(), len(table))
    assert report.new_prompts == len(table.drop_duplicates(["ID", "Scheduled"]))
    assert report.unanswered == int(table[QUESTIONS].isna().all(axis=1).sum())
    assert report.new_observations == int(table[QUESTIONS].notna().sum().sum())
    assert report.rejected == []
    with calls.transaction() as session:
        answered = table[table[QUESTIONS].notna().any(axis=1)].drop_duplicates(["ID", "Scheduled"])
        stored = session.exec(select(Prompt).where(col(Prompt.answered_at).is_not(None))).all()
        assert len(stored) == len(answered)
        table = table.assign(ID=table.ID.str.removeprefix("User #"))
        assert_equal_sums(session, "fried2021", table, {"ID": QUESTIONS})
        assert_roll_ups_agree(session)


def test_fried_is_placed_on_each_persons_own_clock_through_the_change_to_summer_time(
    calls: Calls, cast: Cast, fried: tuple[Path, pd.DataFrame]
) -> None:
    file, _table = fried
    run(calls, cast, "fried2021", file)
    with calls.transaction() as session:
        zones = {ref: patient_of(session, "fried2021", ref).time_zone for ref in ("25290", "25297", "25309", "25341")}
        assert zones == {
            "25290": "Europe/Amsterdam", "25297": "Europe/Istanbul", "25309": "Europe/Moscow", "25341": "Europe/Athens",
        }  # fmt: skip
        prompts = prompts_of(session, patient=patient_of(session, "fried2021", "25290"), since=0, until=2**40)
        sent = [moment(int(at)).isoformat() for at in prompts.sent_at]
        assert sent[0] == "2020-03-16T11:00:00+00:00"
        assert "2020-03-28T11:00:00+00:00" in sent
        assert "2020-03-29T10:00:00+00:00" in sent
        assert moment(int(prompts.answered_at[0])).isoformat() == "2020-03-16T11:04:45+00:00"
        moscow = prompts_of(session, patient=patient_of(session, "fried2021", "25309"), since=0, until=2**40)
        assert moment(int(moscow.sent_at[0])).isoformat() == "2020-03-16T11:00:00+00:00"


@pytest.mark.parametrize("name", ["bringmann2013", "fried2021"])
def test_importing_twice_changes_nothing_and_trying_writes_nothing(calls: Calls, cast: Cast, name: str) -> None:
    file = study({"bringmann2013": "bringmann2013/esm.csv", "fried2021": "fried2021/ema.csv"}[name])
    empty = contents(calls)
    tried = run(calls, cast, name, file, dry_run=True)
    assert contents(calls) == empty
    first = run(calls, cast, name, file)
    assert (tried.counts | {"dry_run": False}, tried.rejected) == (first.counts, first.rejected)
    before = contents(calls)
    second = run(calls, cast, name, file)
    assert contents(calls) == before
    assert (second.new_observations, second.new_prompts, second.new_patients) == (0, 0, 0)
    assert (second.duplicates, second.duplicate_prompts) == (second.observations, second.prompts)
    assert second.rejected == first.rejected


def test_imported_people_are_the_therapists_and_the_import_is_in_the_log(
    calls: Calls, cast: Cast, bringmann: tuple[Path, pd.DataFrame]
) -> None:
    file, _table = bringmann
    report = run(calls, cast, "bringmann2013", file)
    with calls.transaction() as session:
        patient = patient_of(session, "bringmann2013", "10725")
        assert patient_in_reach(session, by=cast.alice, patient_id=patient.id, now=NOW).id == patient.id
        assert session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).one()
        care = session.exec(select(CareRelationship).where(col(CareRelationship.patient_id) == patient.id)).one()
        assert care.staff_id == cast.alice.staff_id
        entry = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "import")).one()
        assert entry.actor_id == cast.administrator.user_id
        assert (entry.detail["sha256"], entry.detail["new_patients"]) == (report.sha256, 130)
        assert verify(session, KEYS.audit).intact


def patient_of(session: Session, source: str, ref: str) -> Patient:
    wanted = select(Patient).where(col(Patient.source) == source, col(Patient.source_ref) == ref)
    return session.exec(wanted).one()


def assert_equal_sums(session: Session, source: str, table: pd.DataFrame, by: dict[str, list[str]]) -> None:
    """Count and sum of each column, for each person, as stored and as pandas has it."""
    columns = load_mapping(Path(source)).columns
    ((person, names),) = by.items()
    refs = {p.key: str(p.source_ref) for p in session.exec(select(Patient).where(col(Patient.source) == source))}
    stored: dict[tuple[str, int], tuple[int, float]] = {}
    for key, number, value in session.exec(select(Observation.patient_key, Observation.measure_id, Observation.value)):
        n, total = stored.get((refs[key], number), (0, 0.0))
        stored[(refs[key], number)] = (n + 1, total + value)
    for name in names:
        measure = columns[name].catalogued.id
        expected = table.groupby(table[person].astype(str))[name].agg(["count", "sum"])
        for ref, (count, total) in expected[expected["count"] > 0].iterrows():
            assert stored.pop((str(ref), measure)) == (count, total)
    assert {measure for _ref, measure in stored} <= {catalogue()["neuroticism"].id}


def assert_roll_ups_agree(session: Session) -> None:
    """The days of each measure hold as many values, and the same sum, as the values themselves."""
    values = session.exec(select(Observation.measure_id, Observation.value)).all()
    rolled = session.exec(select(ObservationDay.measure_id, ObservationDay.n, ObservationDay.total)).all()
    raw = pd.DataFrame([tuple(row) for row in values], columns=["m", "v"])
    days = pd.DataFrame([tuple(row) for row in rolled])
    days = days[days[0] != PROMPTS_ANSWERED].groupby(0).sum()
    expected = raw.groupby("m").v.agg(["count", "sum"])
    assert days[1].to_list() == expected["count"].to_list()
    assert days[2].to_list() == pytest.approx(expected["sum"].to_list())
