"""One import can be taken back: what it added goes, what was there before stays, and the days are right again."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from core.actions.import_runs import Undone, undo
from core.actions.imports import Request, import_csv
from core.actions.intake import Way, take_in
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile
from core.ingest.fhir import read_fhir
from core.queries.import_runs import RunView, import_runs
from models import (
    AuditEntry,
    ImportPiece,
    Message,
    MessageThread,
    Note,
    Patient,
    PatientKey,
    Prompt,
    QuestionnaireResponse,
)
from tests.factories.cast import NOW, Cast
from tests.factories.exports import csv_file, mapping
from tests.factories.fhir import bundle, communication, observation, person, phq9, written
from tests.factories.narrow import contents

HEADER = "who,day,clock,sad,calm\n"
MORNING = "p1,1/9/2026,8:00,5,40\np1,1/9/2026,20:00,3,60\n"
EVENING = "p1,1/9/2026,21:00,7,10\np2,2/9/2026,8:00,2,\n"


def take(calls: Calls, cast: Cast, folder: Path, rows: str) -> RunView | None:
    """The run of an import of these rows, if it was one."""
    known = {run.id for run in calls.run(import_runs, by=cast.administrator).runs}
    calls.run(import_csv, by=cast.administrator, request=Request(csv_file(folder, HEADER + rows), mapping()))
    fresh = [run for run in calls.run(import_runs, by=cast.administrator).runs if run.id not in known]
    return fresh[0] if fresh else None


def take_back(calls: Calls, cast: Cast, run: RunView | None, key: str = "undo-1") -> Undone | None:
    assert run is not None
    return calls.run(undo, by=cast.administrator, key=key, run_id=run.id)


def streams(calls: Calls) -> dict[str, object]:
    """What is known of everybody, but for the stubs of the forgotten."""
    return {table: rows for table, rows in contents(calls).items() if table != "patient"}


def count(calls: Calls, table: type) -> int:
    with calls.transaction() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_the_second_import_is_taken_back_and_the_first_is_as_it_was(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    take(calls, cast, tmp_path, MORNING)
    before, pieces = streams(calls), count(calls, ImportPiece)
    second = take(calls, cast, tmp_path, MORNING + EVENING)
    assert streams(calls) != before
    assert take_back(calls, cast, second) == Undone(values=3, rows=0, people=1, stayed=0)
    assert streams(calls) == before
    assert count(calls, ImportPiece) == pieces  # the keys of what is gone are not kept


def test_an_answer_that_came_late_is_open_again(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    take(calls, cast, tmp_path, "p1,1/9/2026,8:00,,\np1,1/9/2026,20:00,3,60\n")
    before = contents(calls)
    second = take(calls, cast, tmp_path, MORNING)
    with calls.transaction() as session:
        assert session.exec(select(func.count()).where(Prompt.answered_at.is_(None))).one() == 0  # type: ignore[union-attr]
    take_back(calls, cast, second)
    assert contents(calls) == before


def test_people_of_whom_nothing_else_is_known_are_forgotten_and_can_come_again(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    keys = count(calls, PatientKey)
    run = take(calls, cast, tmp_path, MORNING)
    take_back(calls, cast, run)
    assert count(calls, PatientKey) == keys
    again = take(calls, cast, tmp_path, MORNING)
    assert again is not None
    assert again.counts["new_patients"] == 1 and again.counts["new_observations"] == 4


def test_somebody_about_whom_something_was_written_since_stays(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run = take(calls, cast, tmp_path, MORNING)
    with calls.transaction() as session:
        patient = session.exec(select(Patient).where(Patient.source_ref == "p1")).one()
        session.add(
            Note(kind="contact", patient_id=patient.id, written_at=NOW, written_by=uuid.uuid4(), body=b"sealed")
        )
    done = take_back(calls, cast, run)
    assert done == Undone(values=4, rows=0, people=0, stayed=1)
    assert count(calls, Note) == 1


def test_questionnaires_and_messages_go_and_the_thread_waits_no_more(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    sent = bundle(person(), observation(), phq9(1, 1, 1), communication("Could we talk?"))
    before = {table: count(calls, table) for table in (QuestionnaireResponse, Message)}
    calls.run(
        take_in, by=cast.administrator, way=Way(source="partner", kind="fhir", name="Partner"),
        items=read_fhir(written(tmp_path, sent)), file="sent.json",
    )  # fmt: skip
    run = calls.run(import_runs, by=cast.administrator).runs[0]
    done = take_back(calls, cast, run)
    assert done is not None and (done.values, done.rows) == (1, 2)
    assert {table: count(calls, table) for table in before} == before
    with calls.transaction() as session:
        waiting = session.exec(select(MessageThread).where(MessageThread.needs_reply_since >= NOW - timedelta(days=30)))  # type: ignore[operator]
        assert not [thread for thread in waiting if session.get(PatientKey, thread.patient_id) is None]


def test_a_second_press_takes_nothing_back_and_another_one_is_told(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run = take(calls, cast, tmp_path, MORNING)
    take_back(calls, cast, run)
    assert take_back(calls, cast, run) is None
    with pytest.raises(ChangedMeanwhile, match="taken back already"):
        take_back(calls, cast, run, key="undo-2")


def test_who_may_not_import_takes_nothing_back(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    run = take(calls, cast, tmp_path, MORNING)
    assert run is not None
    with pytest.raises(AccessRefused):
        calls.run(undo, by=cast.alice, key="k", run_id=run.id)
    with calls.transaction() as session:
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "refused")).all()


def test_a_file_that_brings_nothing_new_is_no_run(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    assert take(calls, cast, tmp_path, MORNING) is not None
    assert take(calls, cast, tmp_path, MORNING) is None
