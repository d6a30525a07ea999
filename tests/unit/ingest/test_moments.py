"""When it was: every way of writing a time, clock changes on both sides, zones that contradict themselves."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import moment, seconds
from core.ingest.load import parse_mapping
from core.ingest.moments import Fault, Moments, Reason, read_clock, read_date
from tests.factories.cast import NOW

BASE = "source: s\nname: S\ntime_zone: Europe/Madrid\nperson: {id: who}\ncolumns: {sad: {measure: sad}}\n"
ZONES = "zones: {CET: Europe/Madrid, CEST: Europe/Madrid, '+03': Europe/Istanbul}\n"
STAMP = BASE + ZONES + "time: {stamp: at}\n"
LOCAL = BASE + "time: {local: at, order: dmy}\n"
SCHEDULE = (
    BASE + "time: {day: d, beep: b, period: p, "
    "periods: {0: 2020-01-06, 1: 2020-03-02}, beeps: {1: '08:15', 2: 20:15}}\n"
)


def read(text: str, zone: str = "Europe/Madrid", **row: str) -> datetime:
    mapping = parse_mapping(text, name="t")
    return moment(Moments(mapping, now=NOW).read(mapping.time, row, zone).at)


def reason(text: str, **row: str) -> Reason:
    with pytest.raises(Fault) as fault:
        read(text, **row)
    return fault.value.reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020-03-16 12:04:45 CET", "2020-03-16T11:04:45+00:00"),
        ("2020-03-29 12:00:00 CEST", "2020-03-29T10:00:00+00:00"),
        ("2020-03-16 15:00:00 +03", "2020-03-16T12:00:00+00:00"),
        ("2020-03-16T15:00Z", "2020-03-16T15:00:00+00:00"),
        ("2020-03-16T15:00:01.751+05:45", "2020-03-16T09:15:01+00:00"),
        ("2020-03-16 3:00 pm -0500", "2020-03-16T20:00:00+00:00"),
        ("2020-10-25 02:30:00 CEST", "2020-10-25T00:30:00+00:00"),
        ("2020-10-25 02:30:00 CET", "2020-10-25T01:30:00+00:00"),
    ],
)
def test_a_stamp_is_read_with_its_zone(cell: str, expected: str) -> None:
    assert read(STAMP, at=cell).isoformat() == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020-03-30 12:00:00 CET", Reason.ZONE_CONTRADICTS),
        ("2020-03-16 12:00:00 XYZ", Reason.UNKNOWN_ZONE),
        ("2020-03-16 12:00:00", Reason.UNKNOWN_ZONE),
        ("2020-03-16 12:00:00 +25:00", Reason.UNKNOWN_ZONE),
        ("2020-03-29 02:30:00 CET", Reason.SKIPPED_BY_CLOCK_CHANGE),
        ("2020-02-30 12:00:00 CET", Reason.IMPOSSIBLE_TIME),
        ("2020-03-16 24:00:00 CET", Reason.IMPOSSIBLE_TIME),
        ("1970-01-01 01:00:00 CET", Reason.OUTSIDE_DATES),
        ("2031-01-01 01:00:00 CET", Reason.OUTSIDE_DATES),
        ("0001-01-01 00:30:00 CET", Reason.OUTSIDE_DATES),
        ("yesterday", Reason.UNREADABLE_TIME),
        ("20-03-16 12:00 CET", Reason.UNREADABLE_TIME),
        ("２０２０-03-16 12:00 CET", Reason.UNREADABLE_TIME),
        ("", Reason.MISSING_TIME),
    ],
)
def test_a_stamp_that_cannot_be_is_a_named_fault(cell: str, expected: Reason) -> None:
    assert reason(STAMP, at=cell) is expected


@pytest.mark.parametrize(
    ("form", "cell", "expected"),
    [
        ("{unix: at}", "1584360285", "2020-03-16T12:04:45+00:00"),
        ("{unix: at, unit: ms}", "1584360285750", "2020-03-16T12:04:45+00:00"),
        ("{unix: at, offset: plus}", "1584363885", "2020-03-16T12:04:45+00:00"),
    ],
)
def test_a_counted_time_is_read_in_its_unit_and_brought_to_utc(form: str, cell: str, expected: str) -> None:
    assert read(BASE + f"time: {form}\n", at=cell, plus="-3600").isoformat() == expected
    assert reason(BASE + f"time: {form}\n", at="1584e6", plus="-3600") is Reason.UNREADABLE_TIME


def test_a_local_time_that_never_was_is_rejected_or_moved_on_by_a_stated_rule() -> None:
    assert reason(LOCAL, at="29/03/2020 02:30") is Reason.SKIPPED_BY_CLOCK_CHANGE
    moved = read(LOCAL + "nonexistent: forward\n", at="29/03/2020 02:30")
    assert moved == datetime(2020, 3, 29, 1, 30, tzinfo=UTC)


def test_a_local_time_that_was_twice_is_rejected_or_decided_by_a_stated_rule() -> None:
    assert reason(LOCAL, at="25/10/2020 02:30") is Reason.TWICE_BY_CLOCK_CHANGE
    assert read(LOCAL + "ambiguous: earlier\n", at="25/10/2020 02:30") == datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
    assert read(LOCAL + "ambiguous: later\n", at="25/10/2020 02:30") == datetime(2020, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("order", "cell"), [("ymd", "2020-04-03"), ("dmy", "3/4/2020"), ("mdy", "04.03.2020"), ("dmy", "03-04-2020")]
)
def test_the_same_day_in_each_order(order: str, cell: str) -> None:
    assert read_date(cell, order, "c").isoformat() == "2020-04-03"  # type: ignore[arg-type]


def test_a_month_beyond_twelve_is_never_taken_for_a_day() -> None:
    with pytest.raises(Fault) as fault:
        read_date("03/16/2020", "dmy", "c")
    assert fault.value.reason is Reason.IMPOSSIBLE_TIME


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("12:00 am", "00:00:00"), ("12:30PM", "12:30:00"), ("1:05 p.m.", "13:05:00"), ("7:30", "07:30:00")],
)
def test_clock_times_of_twelve_and_of_twenty_four_hours(cell: str, expected: str) -> None:
    assert read_clock(cell, "c").isoformat() == expected


def test_study_days_and_beeps_stand_on_the_schedule_of_their_period() -> None:
    assert read(SCHEDULE, d="1", b="1", p="0") == datetime(2020, 1, 6, 7, 15, tzinfo=UTC)
    assert read(SCHEDULE, d="31.0", b="2.0", p="1") == datetime(2020, 4, 1, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"d": "0", "b": "1", "p": "0"}, Reason.IMPOSSIBLE_TIME),
        ({"d": "99999", "b": "1", "p": "0"}, Reason.IMPOSSIBLE_TIME),
        ({"d": "one", "b": "1", "p": "0"}, Reason.UNREADABLE_TIME),
        ({"d": "1", "b": "3", "p": "0"}, Reason.UNKNOWN_BEEP),
        ({"d": "1", "b": "1", "p": "2"}, Reason.UNKNOWN_PERIOD),
        ({"d": "1", "b": "", "p": "0"}, Reason.MISSING_TIME),
    ],
)
def test_what_is_not_on_the_schedule_is_a_named_fault(row: dict[str, str], expected: Reason) -> None:
    assert reason(SCHEDULE, **row) is expected


FIRST, LAST = datetime(1991, 1, 2, tzinfo=UTC), datetime(2026, 11, 17, tzinfo=UTC)
moments = st.integers(seconds(FIRST), seconds(LAST)).map(moment)


@given(moments, st.sampled_from(["Europe/Madrid", "America/St_Johns", "Asia/Kathmandu"]))
def test_a_stamp_written_with_its_offset_is_read_back_to_the_second(at: datetime, zone: str) -> None:
    local = at.astimezone(ZoneInfo(zone))
    assert read(STAMP, at=local.strftime("%Y-%m-%d %H:%M:%S %z")) == at


@given(moments)
def test_a_local_time_is_read_back_or_was_there_twice(at: datetime) -> None:
    mapping = parse_mapping(LOCAL, name="t")
    cell = at.astimezone(ZoneInfo("Europe/Madrid")).strftime("%d/%m/%Y %H:%M:%S")
    try:
        found = Moments(mapping, now=NOW).read(mapping.time, {"at": cell}, "Europe/Madrid").at
    except Fault as fault:
        assert fault.reason is Reason.TWICE_BY_CLOCK_CHANGE
        assert at.month in (9, 10)
        return
    assert found == seconds(at)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_named_fault(cell: str) -> None:
    for text in (STAMP, LOCAL):
        mapping = parse_mapping(text, name="t")
        try:
            Moments(mapping, now=NOW).read(mapping.time, {"at": cell}, "Europe/Madrid")
        except Fault as fault:
            assert fault.column == "at"


def test_a_moved_study_keeps_its_clock_times() -> None:
    mapping = parse_mapping(LOCAL, name="t")
    moved = Moments(mapping, now=NOW, shift_days=180).read(mapping.time, {"at": "10/01/2026 09:00"}, "Europe/Madrid")
    assert moment(moved.at) == datetime(2026, 7, 9, 7, tzinfo=UTC)
