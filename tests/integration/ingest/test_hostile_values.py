"""Values that no honest source sends: numbers no machine holds, letters that are none, names with a NUL. Each is
refused by itself in a sentence, on both databases, and the rest goes in."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from core.access.api_tokens import SCOPES
from core.actions.api_tokens import add_token
from core.actions.intake import Way, take_in
from core.calls import Calls
from core.ingest.devices import Device, read_export
from core.ingest.fhir import read_fhir
from core.ingest.intake_report import IntakeReport
from dashboard import api, context
from models import Message, Observation
from tests.factories.cast import NOW, Cast
from tests.factories.fhir import bundle, communication, observation

HUGE = "1" + 400 * "0"
LONE = "\ud800"
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def client(calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(context, "calls", lambda: calls)
    token = calls.run(add_token, by=cast.administrator, name="partner", scopes=SCOPES)
    with TestClient(api.make_api(), headers={"Authorization": f"Bearer {token}"}) as partner:
        yield partner


def item(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "person": str(cast.patient.id), "at": YESTERDAY.isoformat(), "measure": "steps", "value": 4000,
    } | more  # fmt: skip


def post(client: TestClient, path: str, body: str) -> Any:
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    return answer.status_code, answer.json()


@pytest.mark.parametrize("value", [HUGE, "1e999", "-1e999", "NaN", "Infinity", '"five"', "true", "null", "[]", "{}"])
def test_a_number_that_is_none_is_named_by_its_item(client: TestClient, cast: Cast, value: str) -> None:
    body = json.dumps({"items": [item(cast), item(cast, value="?")]}).replace('"?"', value)
    status, answer = post(client, "/observations", body)
    if status == 200:  # of a form that can be read: a number beyond the scale, or a truth value
        assert [one["status"] for one in answer["results"]] in (["stored", "rejected"], ["stored", "stored"])
    else:
        assert status == 422


@pytest.mark.parametrize("name", ["a\x00b", "\x00", LONE, "é" * 60, "'; DROP TABLE patient; --"])
@pytest.mark.parametrize("field", ["person", "measure"])
def test_a_name_that_is_none_costs_its_item_and_nothing_else(
    client: TestClient, calls: Calls, cast: Cast, name: str, field: str
) -> None:
    status, answer = post(client, "/observations", json.dumps({"items": [item(cast), item(cast, **{field: name})]}))
    if status == 200:
        assert [one["status"] for one in answer["results"]] == ["stored", "rejected"]
        with calls.transaction() as session:
            assert len(session.exec(select(Observation)).all()) == 1
    else:
        assert status == 422


@pytest.mark.parametrize("name", ["a\x00b", LONE, "é" * 60])
def test_a_message_or_response_with_letters_that_are_none_is_refused_or_kept(
    client: TestClient, calls: Calls, cast: Cast, name: str
) -> None:
    message = {"person": str(cast.patient.id), "at": YESTERDAY.isoformat(), "text": f"I am well {name}", "ref": name}
    answers = {
        "person": str(cast.patient.id), "at": YESTERDAY.isoformat(), "instrument": "phq-9", "answers": {name: 1},
        "ref": name,
    }  # fmt: skip
    for path, one in (("/messages", message), ("/responses", answers)):
        status, answer = post(client, path, json.dumps({"items": [one]}))
        assert status in (200, 422), (path, answer)


@pytest.mark.parametrize("words", ["a\x00b", LONE, "plain"])
def test_fhir_with_letters_that_are_none_is_refused_by_itself(
    client: TestClient, calls: Calls, cast: Cast, words: str
) -> None:
    mine = {"reference": f"Patient/{cast.patient.id}"}
    said = communication(words, sender=mine["reference"])
    status, answer = post(client, "/fhir", json.dumps(bundle(said, observation(subject=mine))))
    assert status == 200, answer
    assert ("Observation/o1", "stored") in [(one["item"], one["status"]) for one in answer["results"]]
    with calls.transaction() as session:
        assert len(session.exec(select(Message)).all()) == (words != LONE)


def taken(calls: Calls, cast: Cast, items: Any) -> IntakeReport:
    report = calls.run(take_in, by=cast.administrator, way=Way("device", "device", "Device"), items=items)
    assert isinstance(report, IntakeReport)
    return report


DEVICES = {
    Device.FITBIT: (
        "resting_heart_rate.json",
        '[{"dateTime": "2026-11-18", "value": {"date": "x", "value": 60}},'
        ' {"dateTime": "2026-11-19", "value": {"date": "x", "value": HUGE}},'
        ' {"dateTime": "2026-11-20", "value": {"date": "x", "value": NaN}}]',
    ),
    Device.OPEN_MHEALTH: (
        "points.json",
        json.dumps([
            {"header": {"schema_id": {"name": "sleep-duration"}}, "body": {
                "sleep_duration": {"value": value, "unit": "h"},
                "effective_time_frame": {"date_time": f"2026-11-{day}T07:00:00Z"}}}
            for day, value in ((18, 7), (19, "?"))
        ]).replace('"?"', "HUGE"),
    ),
    Device.MINDLAMP: (
        "events.json",
        '[{"timestamp": 1795000000000, "temporal_slices": [{"item": "sad", "value": 3}]},'
        ' {"timestamp": 1795000000000, "temporal_slices": [{"item": "sad", "value": HUGE}]},'
        ' {"timestamp": HUGE, "temporal_slices": [{"item": "sad", "value": 3}]}]',
    ),
    Device.APPLE_HEALTH: (
        "export.xml",
        "<HealthData>"
        '<Record type="HKQuantityTypeIdentifierRestingHeartRate" value="60" endDate="2026-11-18 10:00:00 +0100"/>'
        '<Record type="HKQuantityTypeIdentifierRestingHeartRate" value="1e999" endDate="2026-11-19 10:00:00 +0100"/>'
        '<Record type="HKQuantityTypeIdentifierStepCount" value="nan" startDate="2026-11-19 10:00:00 +0100" '
        'endDate="2026-11-19 10:00:00 +0100"/></HealthData>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(Device))
def test_an_export_with_an_impossible_number_loses_that_number_alone(
    calls: Calls, cast: Cast, tmp_path: Path, kind: Device
) -> None:
    name, content = DEVICES[kind]
    file = tmp_path / name
    file.write_text(content.replace("HUGE", HUGE))
    report = taken(calls, cast, read_export(kind, file, person="1", zone="Europe/Madrid"))
    assert report.new_observations == 1
    assert report.rejected


def test_a_fhir_file_with_an_impossible_number_loses_that_resource_alone(
    calls: Calls, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "f.json"
    wild = observation("o2")
    wild["valueQuantity"] = wild["valueQuantity"] | {"value": "?"}
    file.write_text(json.dumps(bundle(observation(), wild)).replace('"?"', HUGE))
    report = taken(calls, cast, read_fhir(file))
    assert (report.new_observations, len(report.rejected)) == (1, 1)
