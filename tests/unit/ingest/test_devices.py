"""Exports of devices → items: what is counted is summed by day and not twice, times without a zone are the person's,
what is hostile or cut off is refused in one sentence, and one unreadable entry does not lose the rest."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.clock import moment
from core.errors import ImportRefused, InvalidInput
from core.ingest.devices import Device, fitbit, read_export
from core.ingest.devices.apple_health import read_apple_health
from core.ingest.devices.clock import known_zone, local_moment
from core.ingest.devices.fitbit import read_fitbit
from core.ingest.devices.mindlamp import read_mindlamp
from core.ingest.devices.open_mhealth import read_open_mhealth
from core.ingest.items import Item, Refused, Value

ZONE = "Europe/Oslo"
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "pmdata"


def values(items: list[Item]) -> list[tuple[str, float]]:
    return [(item.measure, item.value) for item in items if isinstance(item, Value)]


def refused(items: list[Item]) -> list[Refused]:
    return [item for item in items if isinstance(item, Refused)]


def fitbit_export(folder: Path, **files: Any) -> list[Item]:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return list(read_fitbit(folder, person="1", zone=ZONE))


def xml(*records: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<HealthData>{"".join(records)}</HealthData>'.encode()


def record(kind: str, value: str, *, source: str = "Phone", start: str = "20:00:00", end: str = "20:10:00") -> str:
    day = "2026-11-18"
    return (
        f'<Record type="{kind}" sourceName="{source}" value="{value}" '
        f'startDate="{day} {start} +0100" endDate="{day} {end} +0100"/>'
    )


def apple(folder: Path, content: bytes) -> list[Item]:
    file = folder / "export.xml"
    file.write_bytes(content)
    return list(read_apple_health(file, person="1", zone=ZONE))


STEPS = "HKQuantityTypeIdentifierStepCount"


def test_moderate_and_vigorous_minutes_of_a_day_are_one_value(tmp_path: Path) -> None:
    day = {"dateTime": "2019-11-01 00:00:00"}
    items = fitbit_export(
        tmp_path, moderately_active_minutes=[day | {"value": "58"}], very_active_minutes=[day | {"value": "72"}]
    )
    assert values(items) == [("activity_minutes", 130)]


def test_a_night_gives_its_figures_and_a_nap_gives_none(tmp_path: Path) -> None:
    night = {
        "startTime": "2019-11-01 23:30:00", "endTime": "2019-11-02T07:00:00.000", "minutesAsleep": 420,
        "minutesAwake": 30, "minutesToFallAsleep": 5, "efficiency": 93, "mainSleep": True,
    }  # fmt: skip
    items = fitbit_export(tmp_path, sleep=[night, night | {"mainSleep": False}])
    assert dict(values(items)) == {
        "sleep_hours": 7.0, "sleep_efficiency": 93, "sleep_latency": 5, "awake_after_onset": 30, "sleep_onset": 23.5,
        "sleep_offset": 31.0,
    }  # fmt: skip
    assert {moment(item.at) for item in items if isinstance(item, Value)} == {datetime(2019, 11, 2, 6, tzinfo=UTC)}


def test_a_day_on_which_the_watch_knew_nothing_is_no_heart_rate(tmp_path: Path) -> None:
    known, unknown = {"date": "11/01/19", "value": 53.74}, {"date": None, "value": 0.0}
    items = fitbit_export(
        tmp_path,
        resting_heart_rate=[
            {"dateTime": "2019-11-01 00:00:00", "value": known},
            {"dateTime": "2019-11-02 00:00:00", "value": unknown},
        ],
    )
    assert items == [item for item in items if isinstance(item, Value) and item.value == 53.7] and len(items) == 1


def test_meals_that_were_named_were_eaten_and_others_are_unknown(tmp_path: Path) -> None:
    (tmp_path / "reporting.csv").write_text('date,meals\n06/11/2019,"Breakfast, Dinner"\n')
    items = list(read_fitbit(tmp_path, person="1", zone=ZONE))
    assert [(moment(i.at).isoformat(), i.value) for i in items if isinstance(i, Value)] == [
        ("2019-11-06T07:00:00+00:00", 2), ("2019-11-06T18:00:00+00:00", 2),
    ]  # fmt: skip


def test_an_export_in_spans_of_days_counts_each_day_and_minute_once(tmp_path: Path) -> None:
    def minute(clock: str, value: str) -> dict[str, str]:
        return {"dateTime": f"11/18/26 {clock}", "value": value}

    first, second = [minute("07:05:00", "60"), minute("22:30:00", "10")], [minute("23:30:00", "5"), minute("?", "1")]
    active = {"dateTime": "11/18/26 00:00:00", "value": "30"}
    rest = {"dateTime": "11/18/26 00:00:00", "value": {"date": "11/18/26", "value": 58.2, "error": 6.8}}
    files = {
        "steps-2026-10-20": first, "steps-2026-11-18": [first[-1], *second], "very_active_minutes-2026-10-20": [active],
        "very_active_minutes-2026-11-18": [active], "resting_heart_rate-2026-01-01": [rest],
    }  # fmt: skip
    items = fitbit_export(tmp_path, **files)
    assert sorted(values(items)) == [
        ("activity_minutes", 30), ("resting_heart_rate", 58.2), ("steps", 5), ("steps", 70),
    ]  # fmt: skip
    days = [moment(item.at).date().day for item in items if isinstance(item, Value) and item.measure == "steps"]
    assert days == [18, 19]  # half past eleven at night (UTC) was the next day in Oslo
    assert [one.place for one in refused(items)] == ["steps-2026-11-18.json, entry 3"]


def test_one_unreadable_entry_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = {"dateTime": "2019-11-01", "value": {"date": "x", "value": 60}}
    items = fitbit_export(tmp_path, resting_heart_rate=[{"dateTime": "yesterday", "value": good["value"]}, "?", good])
    assert values(items) == [("resting_heart_rate", 60)]
    assert [r.place for r in refused(items)] == ["resting_heart_rate.json, entry 1", "resting_heart_rate.json, entry 2"]


@pytest.mark.parametrize("content", [5, None, "night", {"a": 1}, [["a"], 5, None, {}]])
@pytest.mark.parametrize("name", ["sleep", "steps", "resting_heart_rate", "very_active_minutes"])
def test_a_file_of_another_form_is_named_and_the_others_are_read(tmp_path: Path, name: str, content: Any) -> None:
    good = [{"dateTime": "2019-11-01 00:00:00", "value": "30"}]
    items = fitbit_export(tmp_path, moderately_active_minutes=good, **{name: content})
    assert values(items) == [("activity_minutes", 30)]
    assert refused(items) and all(one.place.startswith(f"{name}.json") for one in refused(items))


def test_the_published_export_is_read_whole() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published export is not on this machine")
    items = list(read_fitbit(PUBLISHED / "p01", person="1", zone=ZONE))
    nights = {item.at for item in items if isinstance(item, Value) and item.measure == "sleep_hours"}
    assert len(nights) == 150 and refused(items) == []  # 155 entries, five of them twice


def test_steps_of_a_phone_and_a_watch_are_not_added_up(tmp_path: Path) -> None:
    items = apple(
        tmp_path,
        xml(record(STEPS, "100"), record(STEPS, "50"), record(STEPS, "140", source="Watch"), record("Else", "9")),
    )
    assert values(items) == [("steps", 150)]


@pytest.mark.parametrize("amount", ["nan", "inf", "-5", "many"])
def test_an_amount_that_is_none_costs_its_record_and_not_its_day(tmp_path: Path, amount: str) -> None:
    items = apple(tmp_path, xml(record(STEPS, "100"), record(STEPS, amount)))
    assert values(items) == [("steps", 100)] and len(refused(items)) == 1


@pytest.mark.parametrize("encoding", ["no-such", "shift_jis"])
def test_an_encoding_that_cannot_be_read_is_one_sentence(tmp_path: Path, encoding: str) -> None:
    content = xml(record(STEPS, "7")).replace(b'"1.0"', f'"1.0" encoding="{encoding}"'.encode(), 1)
    with pytest.raises(ImportRefused, match=r"export\.xml, line 1"):
        apple(tmp_path, content)


def test_sleep_is_summed_by_night_and_only_while_asleep(tmp_path: Path) -> None:
    kind = "HKCategoryTypeIdentifierSleepAnalysis"
    asleep, in_bed = "HKCategoryValueSleepAnalysisAsleepCore", "HKCategoryValueSleepAnalysisInBed"
    items = apple(
        tmp_path,
        xml(
            record(kind, asleep, start="00:00:00", end="03:30:00"),
            record(kind, "HKCategoryValueSleepAnalysisAsleepREM", start="03:30:00", end="05:00:00"),
            record(kind, in_bed, start="00:00:00", end="08:00:00"),
        ),
    )
    assert values(items) == [("sleep_hours", 5.0)]


def test_an_export_with_entities_is_not_read(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE HealthData [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(ImportRefused, match="declares entities"):
        apple(tmp_path, xml("&b;", head=bomb))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(xml(record(STEPS, "1"))[:-20], "cut off"), (b"<Else></Else>", "no export"), (b"\x00\x01", "cut off")],
)
def test_an_export_that_is_none_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(ImportRefused, match=sentence):
        apple(tmp_path, content)


def test_threat_36_a_zip_is_read_without_unpacking_and_a_bomb_is_not(tmp_path: Path) -> None:
    good, bomb = tmp_path / "good.zip", tmp_path / "bomb.zip"
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../apple_health_export/export.xml", xml(record(STEPS, "7")))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.xml", b" " * 50_000_000)
    assert values(list(read_apple_health(good, person="1", zone=ZONE))) == [("steps", 7)]
    with pytest.raises(ImportRefused, match="unpacks to far more"):
        list(read_apple_health(bomb, person="1", zone=ZONE))


def point(schema: str, **body: Any) -> dict[str, Any]:
    return {"header": {"schema_id": {"name": schema}}, "body": body}


def test_open_mhealth_points_are_read_in_their_units(tmp_path: Path) -> None:
    night = {"time_interval": {"start_date_time": "2026-11-17T23:00:00Z", "end_date_time": "2026-11-18T06:00:00Z"}}
    day = {"date_time": "2026-11-18T12:00:00Z"}
    file = tmp_path / "points.json"
    file.write_text(
        json.dumps(
            [
                point("sleep-duration", total_sleep_time={"value": 390, "unit": "min"}, effective_time_frame=night),
                point("step-count", step_count={"value": 400, "unit": "steps"}, effective_time_frame=day),
                point("step-count", step_count=600, effective_time_frame=day),
                point("sleep-duration", total_sleep_time={"value": 1, "unit": "moons"}, effective_time_frame=night),
                point("blood-glucose", effective_time_frame=day),
                {"no": "header"},
            ]
        )
    )
    items = list(read_open_mhealth(file, person="1", zone=ZONE))
    assert values(items) == [("sleep_hours", 6.5), ("steps", 1000)]
    assert [(r.place, r.reason) for r in refused(items)] == [
        ("data point 4", "Its unit moons is not known."),
        ("data point 5", "Data points of the schema blood-glucose are not taken."),
        ("data point 6", "It is not a data point of Open mHealth."),
    ]


def test_open_mhealth_counts_to_the_day_of_the_persons_own_clock(tmp_path: Path) -> None:
    file = tmp_path / "points.json"
    late = {"date_time": "2026-11-17T23:30:00Z"}  # half past midnight in Oslo
    file.write_text(json.dumps([point("step-count", step_count=400, effective_time_frame=late)]))
    (counted,) = read_open_mhealth(file, person="1", zone=ZONE)
    assert isinstance(counted, Value) and counted.place == "steps, 2026-11-18"


def test_parts_of_mindlamp_events_that_are_none_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    at = 1_790_000_000_000
    events = [
        {"timestamp": at, "sensor": "lamp.steps", "data": None},
        {"timestamp": at, "sensor": "lamp.steps", "data": [80]},
        {"timestamp": at, "temporal_slices": [5, None, {"item": "sad", "value": 3}]},
        {"timestamp": at, "temporal_slices": {"item": "sad"}},
    ]
    file = tmp_path / "events.json"
    file.write_text(json.dumps(events))
    items = list(read_mindlamp(file, person="1", zone=ZONE))
    assert values(items) == [("sad", 3)]
    assert [one.place for one in refused(items)] == [
        "event 1", "event 2", "event 3, answer 1", "event 3, answer 2", "event 4, answer 1",
    ]  # fmt: skip


def test_mindlamp_answers_are_known_by_code_or_label_and_passed_over_ones_stay_missing(tmp_path: Path) -> None:
    at = 1_790_000_000_000
    answers = [
        {"item": "Cheerful", "value": 5}, {"item": "sad", "value": None}, {"item": "Your shoe size", "value": 41},
    ]  # fmt: skip
    events = [
        {"timestamp": at, "activity": "a", "temporal_slices": answers},
        {"timestamp": at, "sensor": "lamp.steps", "data": {"type": "step_count", "value": 80}},
        {"timestamp": at, "sensor": "lamp.steps", "data": {"type": "flights_climbed", "value": 3}},
    ]
    file = tmp_path / "events.json"
    file.write_text(json.dumps(events))
    items = list(read_mindlamp(file, person="1", zone=ZONE))
    assert values(items) == [("cheerful", 5), ("steps", 80)]
    assert [r.reason for r in refused(items)] == ["This question is none of the catalogue's."]


def test_a_clock_time_at_a_change_of_the_clocks_is_refused() -> None:
    with pytest.raises(InvalidInput, match="clocks were changed"):
        local_moment("2026-10-25 02:30:00", ZONE)
    with pytest.raises(InvalidInput, match="no time zone"):
        known_zone("Mars/Olympus")


def zipped(folder: Path, name: str, content: bytes) -> Path:
    file = folder / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file


def text(content: Any) -> bytes:
    return json.dumps(content).encode()


NIGHT = {"time_interval": {"start_date_time": "2026-11-17T23:00:00Z", "end_date_time": "2026-11-18T06:00:00Z"}}
EXPORTS = {
    Device.APPLE_HEALTH: ("apple_health_export/export.xml", xml(record(STEPS, "7"))),
    Device.FITBIT: ("export/wellness.csv", b"effective_time_frame,sleep_quality\n2026-11-18T08:00:00Z,3\n"),
    Device.OPEN_MHEALTH: (
        "points/one.json",
        text(point("sleep-duration", total_sleep_time={"value": 6, "unit": "h"}, effective_time_frame=NIGHT)),
    ),
    Device.MINDLAMP: (
        "events.json",
        text([{"timestamp": 1_790_000_000_000, "sensor": "lamp.steps", "data": {"type": "step_count", "value": 80}}]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(Device))
def test_an_export_of_each_kind_is_read_from_the_zip_it_came_in_and_from_its_folder(
    kind: Device, tmp_path: Path
) -> None:
    name, content = EXPORTS[kind]
    packed = zipped(tmp_path, name, content)
    folder = tmp_path / "unpacked"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(content)
    first, second = (list(read_export(kind, path, person="1", zone=ZONE)) for path in (packed, folder))
    assert len(values(first)) == 1 and values(first) == values(second)
    assert {path.name for path in tmp_path.iterdir()} == {"export.zip", "unpacked"}  # nothing stays of it


@pytest.mark.parametrize("kind", list(Device))
def test_a_zip_that_was_cut_off_or_holds_something_else_is_refused_by_its_name(kind: Device, tmp_path: Path) -> None:
    other = zipped(tmp_path, "holiday.jpg", b"x" * 2000)
    with pytest.raises(ImportRefused, match=r"export\.zip"):
        list(read_export(kind, other, person="1", zone=ZONE))
    other.write_bytes(zipped(tmp_path, *EXPORTS[kind]).read_bytes()[:-30])
    with pytest.raises(ImportRefused, match=r"export\.zip"):
        list(read_export(kind, other, person="1", zone=ZONE))


@pytest.mark.parametrize("kind", list(Device))
def test_a_zip_that_was_damaged_on_its_way_is_refused_by_its_name(kind: Device, tmp_path: Path) -> None:
    name, content = EXPORTS[kind]
    file = zipped(tmp_path, name, content + b" " * 5_000 + content)
    damaged = bytearray(file.read_bytes())
    middle = 30 + len(name)
    damaged[middle : middle + 20] = b"\xff" * 20
    file.write_bytes(damaged)
    with pytest.raises(ImportRefused, match=r"export\.zip is damaged"):
        list(read_export(kind, file, person="1", zone=ZONE))


@pytest.mark.parametrize("kind", list(Device))
@pytest.mark.parametrize("content", [b"[" * 100_000, b'[{"a": 1}', b"\xff\xfe[\x00", b""])
def test_what_is_no_such_document_is_a_sentence_or_refused_item_by_item(
    kind: Device, content: bytes, tmp_path: Path
) -> None:
    name, _good = EXPORTS[kind]
    file = tmp_path / Path(name).name
    file.write_bytes(content)
    try:
        items = list(read_export(kind, file, person="1", zone=ZONE))
    except ImportRefused as refusal:
        assert file.name in str(refusal)
    else:
        assert values(items) == []


def test_threat_36_a_document_far_larger_than_one_is_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitbit, "LARGEST", 100)
    with pytest.raises(ImportRefused, match=r"sleep\.json is far larger"):
        fitbit_export(tmp_path, sleep=[{}] * 100)
