"""FHIR resources come in once each: what cannot be taken is named, the rest goes in, totals are checked against their
answers, and what a person said about safety asks for a response as if it had been said here."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from core.actions.intake import Way, take_in
from core.calls import Calls
from core.errors import ImportRefused
from core.ingest.fhir import read_fhir
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Refused, Value
from core.measures import catalogue
from core.vault import vault
from models import (
    Alert,
    AuditEntry,
    Message,
    MessageThread,
    Observation,
    ObservationDay,
    Patient,
    QuestionnaireResponse,
)
from tests.factories.cast import NOW, Cast
from tests.factories.fhir import bundle, communication, observation, own, person, phq9, written

PARTNER = Way(source="partner", kind="fhir", name="Partner")
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "fhir-phq9"


def take(calls: Calls, cast: Cast, file: Path, way: Way = PARTNER) -> IntakeReport:
    return calls.run(take_in, by=cast.administrator, way=way, items=read_fhir(file), file=file.name)


def stored(calls: Calls, table: Any) -> list[Any]:
    with calls.transaction() as session:
        return list(session.exec(select(table)))


def test_a_bundle_admits_its_people_and_stores_values_answers_and_words(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    sent = bundle(observation(), phq9(1, 1, 1, 0, 0, 0, 0, 0, 0), communication("Could we talk?"), person())
    report = take(calls, cast, written(tmp_path, sent))
    assert (report.patients, report.observations, report.responses, report.messages) == (1, 1, 1, 1)
    assert report.rejected == [] and report.flagged == []
    patient = next(p for p in stored(calls, Patient) if p.source == "partner")
    assert (patient.name, str(patient.birth_date), patient.sex) == ("Ona Roca", "1990-02-03", "female")
    assert [r.total for r in stored(calls, QuestionnaireResponse) if r.patient_id == patient.id] == [3]


def test_the_same_file_twice_changes_nothing(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, bundle(person(), observation(), phq9(1, 1, 1), communication("Could we talk?")))
    take(calls, cast, file)
    before = {table: len(stored(calls, table)) for table in (Patient, Observation, QuestionnaireResponse, Message)}
    again = take(calls, cast, file)
    assert (again.new_patients, again.new_observations, again.new_responses, again.new_messages) == (0, 0, 0, 0)
    assert again.duplicates == 3
    assert {table: len(stored(calls, table)) for table in before} == before


def test_a_stated_total_that_disagrees_is_flagged_and_ours_is_stored(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    report = take(calls, cast, written(tmp_path, phq9(2, 2, 2, 2, 2, 2, 2, 2, 0, stated=20)))
    assert [(f.resource, f.stated, f.computed) for f in report.flagged] == [("QuestionnaireResponse/q1", 20, 16)]
    assert [r.total for r in stored(calls, QuestionnaireResponse) if r.source == "partner"] == [16]


def test_a_total_that_came_alone_is_held_against_the_answers_of_that_day(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    alone = observation("t1", code="44261-6", value=12, unit="{score}", at=NOW - timedelta(hours=2))
    report = take(calls, cast, written(tmp_path, bundle(alone, phq9(1, 1, 1, 1, 1, 1, 1, 1, 1))))
    assert [(f.resource, f.stated, f.computed) for f in report.flagged] == [("Observation/t1", 12, 9)]


def test_answers_that_come_after_a_total_are_held_against_it(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    when = NOW - timedelta(hours=2)
    take(calls, cast, written(tmp_path, observation("t1", code="44261-6", value=12, unit="{score}", at=when)))
    report = take(calls, cast, written(tmp_path, phq9(1, 1, 1, 1, 1, 1, 1, 1, 1, at=when)))
    assert [(f.resource, f.stated, f.computed) for f in report.flagged] == [("QuestionnaireResponse/q1", 12, 9)]


def test_a_total_without_any_answers_is_kept_as_a_total_and_no_item_is_known(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    take(calls, cast, written(tmp_path, observation("t1", code="44261-6", value=12, unit="{score}")))
    (kept,) = [r for r in stored(calls, QuestionnaireResponse) if r.source == "partner"]
    assert (kept.total, kept.answers) == (12, {})


def test_lines_that_cannot_be_read_are_named_and_the_rest_goes_in(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    file = written(tmp_path, person(), observation("good"), name="sent.ndjson")
    file.write_text(
        file.read_text() + '\n{"resourceType": "Observation", "id": "cut off\n' + json.dumps(observation(code="1-8"))
    )
    report = take(calls, cast, file)
    assert [(r.resource, r.reason) for r in report.rejected] == [
        ("line 3", "This line is not complete JSON."),
        ("line 4, Observation/o1", "Its code 1-8 is none that is known here."),
    ]
    assert report.new_observations == 1


@pytest.mark.parametrize(
    ("text", "taken", "rejected"),
    [
        ("{good}\n\n{other}\n", 2, []),
        ("\n{good}\n \n\n{other}", 2, []),
        ("{good}\n\n", 1, []),
        ('{{"resourceType": "cut off\n{good}\n{other}\n', 2, ["line 1"]),
        ("{good}\n\n5\n{other}\n", 2, ["line 3"]),
    ],
)
def test_blank_lines_and_a_first_line_that_is_damaged_lose_nothing_else(
    tmp_path: Path, text: str, taken: int, rejected: list[str]
) -> None:
    file = tmp_path / "sent.ndjson"
    file.write_text(text.format(good=json.dumps(own("sad", 3)), other=json.dumps(own("sad", 4, number="v2"))))
    items = list(read_fhir(file))
    assert sum(isinstance(item, Value) for item in items) == taken
    assert [item.place for item in items if isinstance(item, Refused)] == rejected


def test_a_bundle_names_each_entry_that_is_none(tmp_path: Path) -> None:
    whole = {"resourceType": "Bundle", "type": "collection"}
    odd = whole | {"entry": [5, {"resource": own("sad", 3)}, {"resource": None}, None]}
    items = list(read_fhir(written(tmp_path, odd)))
    assert [item.place for item in items if isinstance(item, Refused)] == ["entry 1", "entry 3", "entry 4"]
    assert sum(isinstance(item, Value) for item in items) == 1
    (refused,) = read_fhir(written(tmp_path, whole | {"entry": {"resource": own("sad", 3)}}))
    assert refused == Refused("Bundle", "It is not valid FHIR: entry.")


def test_a_component_that_cannot_be_taken_costs_itself_and_no_other(tmp_path: Path) -> None:
    parts = [{"code": one["code"], "valueQuantity": {"value": 3}} for one in (observation(code="1-8"), own("sad", 3))]
    whole = own("anxious", 4, component=parts)
    values = [item for item in read_fhir(written(tmp_path, whole)) if isinstance(item, Value)]
    assert [(one.measure, one.value) for one in values] == [("anxious", 4), ("sad", 3)]


def test_who_somebody_is_may_come_after_their_values_and_changes_nobody_who_was_here(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    take(calls, cast, written(tmp_path, own("sad", 3), person(), name="sent.ndjson"))
    other = person() | {"name": [{"family": "Soler"}], "birthDate": None}
    take(calls, cast, written(tmp_path, own("sad", 4, number="v2", at=NOW), other, name="sent.ndjson"))
    (patient,) = [p for p in stored(calls, Patient) if p.source == "partner"]
    assert (patient.name, str(patient.birth_date)) == ("Ona Roca", "1990-02-03")


def test_long_references_that_begin_alike_are_two_people(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    server = "https://records.example.org/" + "a" * 120
    for number in "12":
        about = {"reference": f"{server}/Patient/{number}"}
        take(calls, cast, written(tmp_path, own("sad", int(number), number=number, subject=about)))
    again = take(calls, cast, written(tmp_path, own("sad", 2, number="2", subject=about)))
    assert len([p for p in stored(calls, Patient) if p.source == "partner"]) == 2
    assert (again.new_patients, again.duplicates) == (0, 1)


def test_other_words_under_a_number_that_is_known_are_named_and_not_lost_in_silence(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    take(calls, cast, written(tmp_path, communication("Could we talk?")))
    report = take(calls, cast, written(tmp_path, communication("I cannot go on.")))
    assert [(r.resource, r.reason) for r in report.rejected] == [
        ("Communication/c1", "It differs from what is stored under the same number; the stored one stays.")
    ]
    assert take(calls, cast, written(tmp_path, communication("Could we talk?"))).duplicates == 1


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (observation(status="entered-in-error"), "Its status says that it is not complete, or was entered in error."),
        (observation(effectiveDateTime="2026-11"), "It has no date and time."),
        (observation(value=-5), "Steps: -5.0 lies outside the scale from 0.0 to 200000.0."),
        (observation(value=5, unit="kg"), "Its unit kg is not one of Steps."),
        (observation(subject={}), "It does not say whom it is about."),
        (observation(at=NOW + timedelta(days=40)), "Its time lies in the future or before 1990."),
        (observation(valueQuantity={"value": "many"}), "It is not valid FHIR: valueQuantity.value."),
        (observation(subject={"reference": "Group/7"}), "It is not about a patient who can be known by their number."),
        (observation(subject={"reference": "#p1"}), "It is not about a patient who can be known by their number."),
        (observation(code="44261-6", value=99, unit="{score}"), "The total is no possible one."),
        (communication("hello", sender="Practitioner/7"), "Only what the person themself wrote is taken."),
        (phq9(7), "PHQ-9"),
        (phq9(1) | {"item": phq9(2)["item"] + phq9(0)["item"]}, "PHQ-9, item 1 (Little interest): two answers"),
        ({"resourceType": "Condition", "id": "x"}, "Resources of this kind are not taken."),
        ({"hello": 1}, "This is no FHIR resource."),
    ],
)
def test_each_resource_that_cannot_be_taken_says_why(
    calls: Calls, cast: Cast, tmp_path: Path, resource: dict[str, Any], reason: str
) -> None:
    report = take(calls, cast, written(tmp_path, bundle(resource, observation("fine"))))
    (refused,) = report.rejected
    assert refused.reason.startswith(reason)
    assert (report.observations, report.new_observations) == (1, 1)


@pytest.mark.parametrize(
    "resource",
    [
        observation(code="44261-6", value=99, unit="{score}"), observation(value=-5), phq9(7), communication(" "),
        observation(at=NOW + timedelta(days=40)),
    ],
    ids=["a total", "a value", "answers", "words", "a time"],
)  # fmt: skip
def test_nobody_is_admitted_for_the_sake_of_what_cannot_be(
    calls: Calls, cast: Cast, tmp_path: Path, resource: dict[str, Any]
) -> None:
    before = len(stored(calls, Patient))
    report = take(calls, cast, written(tmp_path, resource))
    assert (len(report.rejected), report.new_patients) == (1, 0)
    assert len(stored(calls, Patient)) == before


def test_a_value_that_its_source_corrected_takes_the_place_of_the_first_with_its_day(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    weight = observation("o2", code="29463-7", value=61, unit="kg")
    take(calls, cast, written(tmp_path, bundle(observation(value=54000), weight)))
    report = take(calls, cast, written(tmp_path, observation(value=5400, status="corrected")))
    assert (report.observations, report.new_observations, report.corrected, report.rejected) == (1, 0, 1, [])
    again = take(calls, cast, written(tmp_path, observation(value=5400, status="amended")))
    assert (again.corrected, again.duplicates) == (0, 1)
    steps = catalogue()["steps"].id
    assert [o.value for o in stored(calls, Observation) if o.measure_id == steps] == [5400]
    (day,) = [d for d in stored(calls, ObservationDay) if d.measure_id == steps]
    assert (day.n, day.total, day.low, day.high) == (1, 5400, 5400, 5400)


def test_a_correction_of_what_never_came_is_a_value_and_one_about_safety_speaks(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    take(calls, cast, written(tmp_path, own("suicidal_thoughts", 0)))
    assert stored(calls, Alert) == []
    report = take(calls, cast, written(tmp_path, own("suicidal_thoughts", 3, status="corrected")))
    assert (report.corrected, [alert.rule for alert in stored(calls, Alert)]) == (1, ["safety_answer"])
    fresh = take(calls, cast, written(tmp_path, observation("o9", value=100, status="amended")))
    assert (fresh.new_observations, fresh.corrected) == (1, 0)


def test_answers_that_their_source_amended_are_put_right_and_speak(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    take(calls, cast, written(tmp_path, phq9(1, 1, 1, 1, 1, 1, 1, 1, 0)))
    refused = take(calls, cast, written(tmp_path, phq9(1, 1, 1, 1, 1, 1, 1, 1, 2)))
    assert [r.resource for r in refused.rejected] == ["QuestionnaireResponse/q1"]
    before = len(stored(calls, Alert))
    amended = written(tmp_path, phq9(1, 1, 1, 1, 1, 1, 1, 1, 2) | {"status": "amended"})
    report, again = take(calls, cast, amended), take(calls, cast, amended)
    assert (report.corrected, report.duplicates, report.rejected) == (1, 0, [])
    assert (again.corrected, again.duplicates) == (0, 1)
    (kept,) = [r for r in stored(calls, QuestionnaireResponse) if r.source == "partner"]
    assert (kept.total, kept.answers["9"]) == (10, 2)
    assert len(stored(calls, Alert)) == before + 1


def test_units_of_time_are_converted(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    take(calls, cast, written(tmp_path, observation(code="93832-4", value=420, unit="min")))
    assert [o.value for o in stored(calls, Observation)][-1] == 7.0


def test_a_recent_safety_answer_from_outside_is_an_alert_and_only_once(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    file = written(tmp_path, own("suicidal_thoughts", 2))
    take(calls, cast, file)
    take(calls, cast, file)
    (alert,) = [a for a in stored(calls, Alert) if a.rule == "safety_answer"]
    assert len(alert.evidence) == 1


def test_an_answer_of_last_year_is_history_and_asks_for_nothing(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    before = len(stored(calls, Alert))
    take(calls, cast, written(tmp_path, own("suicidal_thoughts", 2, at=NOW - timedelta(days=365))))
    assert len(stored(calls, Alert)) == before


def test_words_are_encrypted_wait_for_an_answer_and_stand_in_no_log(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    take(calls, cast, written(tmp_path, communication("Please ring my sister Queralt.")))
    with calls.transaction() as session:
        (message,) = [m for m in session.exec(select(Message)) if m.source == "partner"]
        words = vault(session).open(session, message.patient_id, "message", message.id, message.body)
        assert words == "Please ring my sister Queralt." and b"Queralt" not in message.body
        assert _thread(session, message).needs_reply_since == message.sent_at
        assert not any("Queralt" in str(entry.detail) for entry in session.exec(select(AuditEntry)))


def _thread(session: Session, message: Message) -> MessageThread:
    return session.get_one(MessageThread, message.thread_id)


def test_a_dry_run_says_the_same_and_writes_nothing(calls: Calls, cast: Cast, tmp_path: Path) -> None:
    file, before = written(tmp_path, bundle(person(), observation())), len(stored(calls, Patient))
    report = take(calls, cast, file, Way(source="partner", kind="fhir", name="Partner", dry_run=True))
    assert (report.new_patients, report.new_observations) == (1, 1)
    assert len(stored(calls, Patient)) == before and "import" not in {e.action for e in stored(calls, AuditEntry)}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "is packed"),
        (b'{"resourceType": "Bundle", "entry": [', "is not complete JSON"),
        ('{"resourceType": "Pérez"}'.encode("latin-1"), "is not UTF-8 text"),
        (b"[" * 100_000, "is not complete JSON"),
        (b'<?xml version="1.0"?>\n<Bundle xmlns="http://hl7.org/fhir"/>', "is XML. Export it as JSON"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "sent.json"
    file.write_bytes(content)
    with pytest.raises(ImportRefused, match=sentence):
        list(read_fhir(file))


def test_the_published_example_scores_27_without_a_flag(calls: Calls, cast: Cast) -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published example is not on this machine")
    report = take(calls, cast, PUBLISHED / "QuestionnaireResponse-mii-exa-pro-phq-9-response.json")
    assert (report.responses, report.flagged, report.rejected) == (1, [], [])
    assert [r.total for r in stored(calls, QuestionnaireResponse) if r.source == "partner"] == [27]
