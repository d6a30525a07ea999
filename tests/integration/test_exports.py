"""A person gets everything that is held about them, complete, readable and valid, by a link that is good once; and can
be forgotten, for good."""

import base64
import csv
import io
import json
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as rows_of

from core.access.actor import Actor
from core.actions.erasure import LIST, erase, erase_again, note_erased
from core.actions.exports import Exported, make_export_link, take_export
from core.actions.family_notes import Noticed, answer_family_note, write_family_note
from core.actions.ideas import Words as Proposal
from core.actions.ideas import propose_idea
from core.actions.leaving import answer_leaving, ask_to_leave, take_back_leaving
from core.actions.notifications import add_channel
from core.audit import log
from core.calls import Calls
from core.errors import InvalidInput, KeyMissing, NotFound
from core.export.everything import about, owned_tables
from core.export.tables import as_csv
from core.ingest.fhir import read_fhir
from core.ingest.items import Value, Words
from core.measures import catalogue
from core.queries.ideas import idea
from core.vault import vault
from models import Message, NotificationChannel, Observation, Patient, PatientKey, User
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.story import Story, make_story

PROPOSAL = Proposal("Fewer questions on bad days", "Patients", "I would answer more", named=True)
OWN = {"account", "sign_in_session", "notification_channel", "idea", "idea_rating"}


@pytest.fixture
def story(calls: Calls, cast: Cast) -> Story:
    with calls.transaction() as session:
        return make_story(session, cast, own=True)


def link(calls: Calls, by: Actor, story: Story, form: str = "csv") -> str:
    token = calls.run(make_export_link, by=by, key=f"k-{form}-{by.name}", patient_id=story.patient.id, form=form)
    assert token is not None
    return str(token)


def export(calls: Calls, cast: Cast, story: Story, form: str) -> Exported:
    by = cast.patient_actor
    return calls.run(take_export, by=by, token=link(calls, by, story, form))


def tables(made: Exported) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def held(calls: Calls, patient: Patient) -> dict[str, int]:
    """How many rows about the patient each table holds, the log left out."""
    owned = owned_tables(log=False)
    with calls.transaction() as session:
        return {
            table.name: session.execute(
                select(func.count()).select_from(table).where(about(table, patient, owned))
            ).scalar_one()
            for table in owned
        }


def test_threat_54_the_tables_hold_every_row_about_the_person_and_every_word_is_readable(
    calls: Calls, cast: Cast, story: Story
) -> None:
    found = tables(export(calls, cast, story, "csv"))
    expected = {name: number for name, number in held(calls, story.patient).items() if number}
    assert {name: len(rows) for name, rows in found.items() if name not in {"audit_entry", *OWN}} == expected
    assert {"message", "observation", "alert", "family_note", "shared_aim"} <= set(found)
    sample = found["observation"][0]
    assert sample["measure"] in catalogue() and datetime.fromisoformat(sample["at"]) <= NOW
    assert date.fromisoformat(found["observation_day"][0]["day"]) <= NOW.date()
    words = [row["body"] for row in found["message"] + found["family_note"]]
    assert all(words) and not any(word.startswith("b'") for word in words)
    assert "mac" not in found["audit_entry"][0]


def test_threat_54_what_the_family_wrote_was_answered_and_what_was_said_on_leaving_is_in_the_tables(
    calls: Calls, cast: Cast, story: Story
) -> None:
    noticed = Noticed(body="She slept until noon.", about_self="Tired.")
    note = calls.run(write_family_note, by=cast.relative_actor, key="n", noticed=noticed)
    calls.run(answer_family_note, by=cast.alice, key="a", note_id=note, body="Thank you, Marta.")
    calls.run(take_back_leaving, by=cast.patient_actor, key="t")
    leaving = calls.run(ask_to_leave, by=cast.patient_actor, key="l", words="I am moving.")
    calls.run(answer_leaving, by=cast.alice, key="al", request_id=leaving, answer="Let us talk.")
    found = tables(export(calls, cast, story, "csv"))
    assert {"She slept until noon.", "Tired."} <= {
        row[c] for row in found["family_note"] for c in ("body", "about_self")
    }
    assert [row["body"] for row in found["family_answer"]] == ["Thank you, Marta."]
    assert ("I am moving.", "Let us talk.") in {(row["words"], row["answer"]) for row in found["leave_request"]}


def test_threat_54_what_somebody_proposed_and_how_they_are_reached_is_only_in_the_copy_they_ask_for_themselves(
    calls: Calls, cast: Cast, story: Story
) -> None:
    calls.run(propose_idea, by=cast.patient_actor, key="i", words=PROPOSAL)
    calls.run(add_channel, by=cast.patient_actor, key="c", label="mine", address="ntfys://ntfy.sh/laia")
    mine = tables(export(calls, cast, story, "csv"))
    assert [row["need"] for row in mine["idea"]] == ["Fewer questions on bad days"]
    assert [row["address"] for row in mine["notification_channel"]] == ["ntfys://ntfy.sh/laia"]
    assert "password_hash" not in mine["account"][0] and "token_hash" not in mine.get("sign_in_session", [{}])[0]
    theirs = tables(calls.run(take_export, by=cast.lead, token=link(calls, cast.lead, story)))
    assert not {"idea", "account", "notification_channel"} & set(theirs)
    assert {"message", "observation"} <= set(theirs)


def test_threat_54_the_bundle_validates_and_is_read_back_value_for_value(
    calls: Calls, cast: Cast, story: Story, tmp_path: Path
) -> None:
    made = export(calls, cast, story, "fhir")
    assert Bundle.model_validate(json.loads(made.content)).type == "collection"
    file = tmp_path / made.name
    file.write_bytes(made.content)
    items = list(read_fhir(file))
    (document,) = [e["resource"] for e in json.loads(made.content)["entry"] if "content" in e["resource"]]
    beside = Exported("", "", base64.b64decode(document["content"][0]["attachment"]["data"]))
    assert {"alert", "family_note", "exercise_assignment", "alliance_rating"} <= set(tables(beside))
    with calls.transaction() as session:
        stored = sorted(o.value for o in session.exec(rows_of(Observation)) if o.patient_key == story.patient.key)
        sent = [m for m in session.exec(rows_of(Message)) if m.patient_id == story.patient.id and m.from_patient]
    assert sorted(item.value for item in items if isinstance(item, Value)) == stored
    assert len([item for item in items if isinstance(item, Words)]) == len(sent)


def test_a_link_is_good_once_for_half_an_hour_and_only_for_who_asked(
    database: Database, calls: Calls, cast: Cast, story: Story
) -> None:
    token = link(calls, cast.patient_actor, story)
    with pytest.raises(NotFound):
        calls.run(take_export, by=cast.lead, token=token)
    calls.run(take_export, by=cast.patient_actor, token=token)
    with pytest.raises(NotFound):
        calls.run(take_export, by=cast.patient_actor, token=token)
    late = link(calls, cast.patient_actor, story, "fhir")
    with pytest.raises(NotFound):
        database.calls(NOW + timedelta(minutes=31)).run(take_export, by=cast.patient_actor, token=late)


def test_threat_35_text_that_a_spreadsheet_would_run_is_text_and_numbers_stay_numbers() -> None:
    row: dict[str, Any] = {"a": "=1+1", "b": "@x", "c": -3.5, "d": "\tz", "e": "plain", "f": {"k": 1}}
    text = as_csv([row]).decode("utf-8-sig").splitlines()[1]
    assert next(csv.reader([text])) == ["'=1+1", "'@x", "-3.5", "'\tz", "plain", '{"k": 1}']


def test_threat_53_who_was_erased_is_gone_and_the_chain_holds(calls: Calls, cast: Cast, story: Story) -> None:
    name, sealed = story.patient.name, _sealed(calls, story)
    calls.run(erase, by=cast.administrator, patient_id=story.patient.id, reason="asked for it in writing")
    left = {table: number for table, number in held(calls, story.patient).items() if number}
    assert left == {"patient": 1}
    with calls.transaction() as session:
        assert session.get(PatientKey, story.patient.id) is None
        stub = session.get_one(Patient, story.patient.id)
        assert name not in (stub.name, *session.exec(rows_of(User.name)))
        with pytest.raises(KeyMissing):
            vault(session).open(session, story.patient.id, "message", story.message_id, sealed)
        assert log.verify(session, calls.keys.audit).intact


def test_threat_53_whoever_was_erased_is_reached_no_more_and_named_beside_no_idea(
    calls: Calls, cast: Cast, story: Story
) -> None:
    made = calls.run(propose_idea, by=cast.patient_actor, key="i", words=PROPOSAL)
    calls.run(add_channel, by=cast.patient_actor, key="c", label="mine", address="ntfys://ntfy.sh/laia")
    calls.run(erase, by=cast.administrator, patient_id=story.patient.id, reason="asked for it in writing")
    with calls.transaction() as session:
        assert session.exec(rows_of(NotificationChannel)).all() == []
    assert calls.run(idea, by=cast.lead, idea_id=made).line.name is None


def _sealed(calls: Calls, story: Story) -> bytes:
    with calls.transaction() as session:
        return session.get_one(Message, story.message_id).body


def test_threat_53_nobody_else_loses_a_row(calls: Calls, cast: Cast, story: Story) -> None:
    with calls.transaction() as session:
        other = make_story(session, cast, own=False)
    before = held(calls, other.patient)
    calls.run(erase, by=cast.administrator, patient_id=story.patient.id, reason="asked for it in writing")
    assert held(calls, other.patient) == before


def test_threat_53_an_older_backup_does_not_bring_an_erased_person_back(
    calls: Calls, cast: Cast, story: Story, tmp_path: Path
) -> None:
    note_erased(tmp_path, story.patient.id)  # as if the database were the backup from before
    with calls.transaction() as session:
        assert erase_again(session, home=tmp_path, now=NOW) == 1
    with calls.transaction() as session:
        assert session.get(PatientKey, story.patient.id) is None
        assert erase_again(session, home=tmp_path, now=NOW) == 0
    assert (tmp_path / LIST).stat().st_mode & 0o777 == 0o600


def test_erasing_needs_a_reason_and_a_person_of_the_service(calls: Calls, cast: Cast, story: Story) -> None:
    with pytest.raises(InvalidInput):
        calls.run(erase, by=cast.administrator, patient_id=story.patient.id, reason=" ")
    with calls.transaction() as session:
        unknown = session.exec(rows_of(Patient.id).where(col(Patient.given_name) == "Nobody")).first()
    assert unknown is None
    with pytest.raises(NotFound):
        calls.run(erase, by=cast.administrator, patient_id=cast.administrator.user_id, reason="asked for it")
