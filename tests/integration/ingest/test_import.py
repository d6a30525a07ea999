"""An import is all or nothing, whatever interrupts it; what comes again is known; who may not, does not."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.actions import imports
from core.actions.imports import Request, import_csv
from core.actions.patients import Admission, admit
from core.calls import Calls
from core.errors import AccessRefused, ImportRefused, NotFound
from core.export.sheets import neutral
from core.ingest import bulk
from core.ingest.placement import Wish
from core.ingest.report import Report
from core.measures import catalogue
from models import AuditEntry, Observation, Patient, Programme, Source
from tests.conftest import Database
from tests.factories.cast import Cast
from tests.factories.exports import SIMPLE, csv_file, mapping
from tests.factories.narrow import contents

HEADER = "who,day,clock,sad,calm\n"


def export(folder: Path, people: int = 3, days: int = 4) -> Path:
    rows = [
        f"p{person},{day + 1}/9/2026,{hour}:00,{(person + day) % 7 + 1},{'' if hour == 8 else 50}\n"
        for person in range(people)
        for day in range(days)
        for hour in (8, 20)
    ]
    return csv_file(folder, HEADER + "".join(rows))


def run(calls: Calls, by: Actor, file: Path, **more: Any) -> Report:
    how = more.pop("how", None) or mapping()
    return calls.run(import_csv, by=by, request=Request(file, how, **more))


def test_an_error_in_the_middle_leaves_nothing(
    calls: Calls, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, file = contents(calls), export(tmp_path)
    monkeypatch.setattr(imports, "_BATCH", 7)
    real, calls_made = bulk.merge, []

    def breaks(*arguments: Any, **more: Any) -> bulk.Merged:
        calls_made.append(arguments)
        if len(calls_made) == 3:
            raise RuntimeError("the plug was pulled")
        return real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "merge", breaks)
        with pytest.raises(RuntimeError, match="plug"):
            run(calls, cast.administrator, file)
    assert contents(calls) == before
    assert run(calls, cast.administrator, file).new_observations == 36


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlmodel import select
from core.access.accounts import operator
from core.actions import imports
from core.calls import Calls
from core.db import make_engine
from core.ingest import bulk
from core.ingest.load import parse_mapping
from core.keys import Keys
from models import Service

calls = Calls(make_engine(sys.argv[1]), Keys(master=bytes(range(32)), audit=bytes(range(32, 64))))
with calls.transaction() as session:
    service = session.exec(select(Service.id)).one()
imports._BATCH = 7
real, done = bulk.merge, []

def dies(*arguments, **more):
    done.append(real(*arguments, **more))
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return done[-1]

bulk.merge = dies
request = imports.Request(Path(sys.argv[2]), parse_mapping(sys.argv[3], name="m"))
calls.run(imports.import_csv, by=operator(service), request=request)
"""


def test_threat_44_a_process_killed_in_the_middle_leaves_nothing(
    database: Database, calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    before, file = contents(calls), export(tmp_path)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, database.url, str(file), SIMPLE],
        check=False, capture_output=True, text=True, cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": "."},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert contents(calls) == before
    assert run(calls, cast.administrator, file).new_observations == 36


def test_small_batches_and_large_ones_write_the_same(
    calls: Calls, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = export(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(imports, "_BATCH", 5)
        small = run(calls, cast.administrator, file)
    before = contents(calls)
    large = run(calls, cast.administrator, file)
    assert contents(calls) == before
    assert (small.new_observations, large.duplicates) == (36, 36)


def test_a_file_that_has_grown_brings_only_what_is_new(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run(calls, cast.administrator, export(tmp_path, people=2, days=2))
    report = run(calls, cast.administrator, export(tmp_path, people=3, days=3))
    assert (report.observations, report.duplicates, report.new_observations) == (27, 12, 15)
    assert (report.prompts, report.new_prompts, report.new_patients) == (18, 10, 1)


def test_a_value_that_contradicts_the_stored_one_is_listed_and_the_stored_one_stays(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    run(calls, cast.administrator, csv_file(tmp_path, HEADER + "a,1/9/2026,8:00,3,\n"))
    report = run(calls, cast.administrator, csv_file(tmp_path, HEADER + "a,1/9/2026,8:00,5,50\n"))
    assert [(cell.line, cell.column, cell.reason.value) for cell in report.rejected] == [(2, "sad", "differs")]
    assert (report.observations, report.new_observations, report.duplicates) == (1, 1, 0)
    with calls.transaction() as session:
        sad = select(Observation.value).where(col(Observation.measure_id) == catalogue()["sad"].id)
        assert session.exec(sad).all() == [3.0]


def test_an_answer_stored_as_missing_is_filled_when_it_comes(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run(calls, cast.administrator, csv_file(tmp_path, HEADER + "a,1/9/2026,8:00,,\na,1/9/2026,9:00,2,\n"))
    report = run(calls, cast.administrator, csv_file(tmp_path, HEADER + "a,1/9/2026,8:00,3,\n"))
    assert (report.new_observations, report.new_prompts, report.duplicate_prompts) == (1, 0, 1)
    (day,) = [row for row in contents(calls)["observation_day"] if row[2] == 99]
    assert day[3:5] == (2, 2.0)


def test_days_can_be_moved_to_the_present_and_then_only_in_the_same_way(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    file = csv_file(tmp_path, HEADER + "a,1/9/2019,8:00,3,\na,4/9/2019,8:00,3,\n")
    report = run(calls, cast.administrator, file, ending=date(2026, 11, 17))
    assert (str(report.first_day), str(report.last_day), report.shift_days) == ("2026-11-14", "2026-11-17", 2631)
    with pytest.raises(ImportRefused, match=r"moved by \+2631 days"):
        run(calls, cast.administrator, file)
    with pytest.raises(ImportRefused, match="future"):
        run(calls, cast.administrator, file, ending=date(2027, 1, 1))
    with pytest.raises(ImportRefused, match="before 1900"):
        run(calls, cast.administrator, file, ending=date(1, 1, 1))
    assert run(calls, cast.administrator, file, ending=date(2026, 11, 17)).new_observations == 0


def test_a_study_whose_name_begins_like_another_is_another(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    file = export(tmp_path)
    run(calls, cast.administrator, file)
    other = mapping(SIMPLE, **{"source: simple": "source: simple-2"})
    assert run(calls, cast.administrator, file, how=other).new_observations == 36
    with calls.transaction() as session:
        assert session.exec(select(Source.code).where(col(Source.kind) == "import")).all() == [
            "import:simple", "import:simple-2",
        ]  # fmt: skip


def test_a_refused_file_leaves_nothing_and_says_why(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    before = contents(calls)
    for text in (HEADER, HEADER + "a,2020-01-01,8:00,3,\n" * 3, HEADER + "a,1/9/2026,8:00,sad,\n" * 30):
        with pytest.raises(ImportRefused):
            run(calls, cast.administrator, csv_file(tmp_path, text))
    assert contents(calls) == before


def test_a_wrong_mapping_is_noticed_before_a_long_file_is_read(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    heard: list[int] = []
    file = csv_file(tmp_path, HEADER + "a,2020-01-01,8:00,3,\n" * 20_000)
    with pytest.raises(ImportRefused, match="none of the 500 rows"):
        run_heard(calls, cast.administrator, file, heard)
    assert heard == [500]


def run_heard(calls: Calls, by: Actor, file: Path, heard: list[int]) -> Report:
    return calls.run(import_csv, by=by, request=Request(file, mapping()), progress=heard.append)


@pytest.mark.parametrize("who", ["therapist", "team lead", "director", "patient", "relative"])
def test_threat_19_only_an_administrator_imports(calls: Calls, cast: Cast, tmp_path: Path, who: str) -> None:
    before = contents(calls)
    with pytest.raises(AccessRefused):
        run(calls, cast.everyone[who], export(tmp_path))
    assert contents(calls) == before
    with calls.transaction() as session:
        refused = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "refused")).one()
        assert refused.target == "import_csv"


def test_people_go_where_they_are_wished(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run(calls, cast.administrator, export(tmp_path), wish=Wish(therapist="charlie", programme=cast.programme.code))
    with calls.transaction() as session:
        people = session.exec(select(Patient).where(col(Patient.source) == "simple")).all()
        assert {(person.team_id, person.programme_id) for person in people} == {(cast.other_team.id, cast.programme.id)}


def test_people_without_a_wish_stand_in_a_programme_made_for_imports(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run(calls, cast.administrator, export(tmp_path))
    with calls.transaction() as session:
        made = session.exec(select(Programme).where(col(Programme.code) == "imported-study")).one()
        people = session.exec(select(Patient).where(col(Patient.source) == "simple")).all()
        assert {person.programme_id for person in people} == {made.id}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(team="Green"), r"no team Green\. There are: Blue, Ochre"),
        (Wish(therapist="nobody"), "no therapist nobody on the team Blue"),
        (Wish(team="Blue", therapist="charlie"), "no therapist charlie on the team Blue"),
        (Wish(programme="dance"), "no programme dance"),
    ],
)
def test_a_wish_that_cannot_be_met_names_what_there_is(
    calls: Calls, cast: Cast, tmp_path: Path, wish: Wish, said: str
) -> None:
    with pytest.raises(ImportRefused, match=said):
        run(calls, cast.administrator, export(tmp_path), wish=wish)


def test_admitting_the_same_person_twice_gives_the_same_record(calls: Calls, cast: Cast) -> None:
    form = admission(cast)
    first = calls.run(admit, by=cast.administrator, admission=form)
    second = calls.run(admit, by=cast.administrator, admission=form)
    assert first.id == second.id
    assert first.key not in (cast.patient.key, cast.other_patient.key)


def test_a_therapist_of_another_team_cannot_be_given_a_patient_of_this_one(calls: Calls, cast: Cast) -> None:
    with pytest.raises(NotFound, match="therapist"):
        calls.run(admit, by=cast.administrator, admission=admission(cast, therapist=cast.charlie))


def admission(cast: Cast, *, therapist: Actor | None = None) -> Admission:
    treating = (therapist or cast.alice).staff_id
    assert treating is not None
    return Admission(
        given_name="Study", family_name="7", time_zone="Europe/Madrid", enrolled_on=date(2026, 9, 1),
        team_id=cast.team.id, programme_id=cast.programme.id, therapist_id=treating, source="s", source_ref="7",
    )  # fmt: skip


def test_words_of_a_rejected_cell_are_neither_in_the_log_nor_in_the_report(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    words = "my mother left"
    report = run(calls, cast.administrator, csv_file(tmp_path, HEADER + f"a,1/9/2026,8:00,{words},50\n"))
    assert len(report.rejected) == 1
    assert words not in str(report)
    with calls.transaction() as session:
        assert words not in _log(session)


def _log(session: Session) -> str:
    return str([entry.detail for entry in session.exec(select(AuditEntry))])


def test_formulas_in_cells_are_words_and_leave_as_words(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    """A cell that a spreadsheet would run: as an answer it is rejected, as an id it is a name like any other."""
    evil = "=HYPERLINK(1)"
    file = csv_file(tmp_path, HEADER + f"{evil},1/9/2026,8:00,3,50\np1,1/9/2026,8:00,+3+cmd|calc,=1+1\n")
    report = run(calls, cast.administrator, file)
    assert [(cell.column, cell.reason.value) for cell in report.rejected] == [
        ("sad", "not_a_number"), ("calm", "not_a_number"),
    ]  # fmt: skip
    assert (report.new_observations, report.new_patients) == (2, 2)
    with calls.transaction() as session:
        names = session.exec(select(Patient.family_name).where(col(Patient.source) == "simple")).all()
    assert sorted(names) == [evil, "p1"] and neutral(evil) == f"'{evil}"
