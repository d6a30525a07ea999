"""A mapping with a fault is refused in one sentence that names the place; a good one says exactly what it says."""

from pathlib import Path

import pytest

from core.errors import ImportRefused
from core.ingest.load import load_mapping, parse_mapping
from core.ingest.mapping import LocalForm, ScheduleForm
from tests.factories.exports import SIMPLE, mapping


@pytest.mark.parametrize("name", ["bringmann2013", "fried2021", "fried2021.yaml"])
def test_the_studies_mappings_come_with_the_project(name: str) -> None:
    assert load_mapping(Path(name)).source == name.removesuffix(".yaml")


def test_clock_times_and_codes_stay_the_text_they_are() -> None:
    made = mapping(
        """
source: words
name: Words
time_zone: Europe/Madrid
file: {missing: [no, NA, 12:45]}
person: {id: who}
time: {day: d, beep: b, anchor: 2020-01-06, beeps: {1: 12:45, "2": 20:15}}
columns: {a: {measure: sad, recode: {yes: 7, no: 1}}}
"""
    )
    assert made.file.missing == ("no", "NA", "12:45")
    assert isinstance(made.time, ScheduleForm)
    assert made.time.beeps == {"1": "12:45", "2": "20:15"}
    assert made.columns["a"].recode == {"yes": 7.0, "no": 1.0}


def test_a_change_of_scale_turns_round_and_widens() -> None:
    turned = mapping(SIMPLE, **{"from: [0, 100], to: [1, 7]": "from: [1, 5], to: [7, 1]"}).columns["calm"]
    assert [turned.convert(value) for value in (1, 3, 5)] == [7, 4, 1]
    assert turned.accepted == (1, 5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("measure: sad", "measure: saad", "there is no measure 'saad'"),
        ("measure: sad", "measure: prompts_answered", "there is no measure"),
        ("measure: relaxed, scale: {from: [0, 100], to: [1, 7]}", "measure: sad", "same measure: sad"),
        ("{measure: sad}", "{measure: sad, range: [0, 10]}", "does not fit sad"),
        ("{measure: sad}", "{measure: sad, range: [5, 2]}", "range starts above"),
        ("{measure: sad}", "{measure: sad, range: [nan, 2]}", "columns.sad.range.0"),
        ("{measure: sad}", "{measure: sad, unit: kg}", "columns.sad.unit: this word is not known"),
        ("from: [0, 100]", "from: [0, 0]", "two different ends"),
        ("to: [1, 7]", "to: [1, 9]", "does not fit relaxed"),
        ("time_zone: Europe/Madrid", "time_zone: Madrid/Europe", "no time zone 'Madrid/Europe'"),
        ("time_zone: Europe/Madrid", "time_zone: ../../etc/passwd", "no time zone"),
        ("person: {id: who}", "person: {}", "person.id: is missing"),
        ("person: {id: who}", "person: {id: who, pattern: '('}", "not a regular expression"),
        ("person: {id: who}", "person: {id: who, pattern: 'a'}", "exactly one group"),
        ("time: {date: day, time: clock, order: dmy}", "time: {date: day, order: dmy}", "say either local"),
        ("time: {date: day, time: clock, order: dmy}", "time: {local: day}", "order: is missing"),
        ("time: {date: day, time: clock, order: dmy}", "time: {day: d, beep: b, beeps: {1: '25:00'}}", "beeps.1"),
        ("time: {date: day, time: clock, order: dmy}", "time: {day: d, beep: b, beeps: {1: '08:00'}}", "either anchor"),
        ("missing: [\"\", NA]", "encoding: klingon", "no text encoding 'klingon'"),
        ("missing: [\"\", NA]", "encoding: rot13", "no text encoding 'rot13'"),
        ("missing: [\"\", NA]", "encoding: undefined", "no text encoding 'undefined'"),
        ("source: simple", "source: simple\nbetween: [2025-01-01, 2024-12-31]", "first day comes after the last"),
        ("source: simple", "source: simple\nbetween: [0001-01-01, 2024-12-31]", "between.0"),
        ("time: {date: day, time: clock, order: dmy}",
         "time: {day: d, beep: b, anchor: 9999-12-31, beeps: {1: '08:00'}}", "time.anchor"),
        ("source: simple", "source: Simple Study", "source:"),
        ("source: simple", "source: simple\nsource: other", "the key source stands twice"),
        ("name: A simple study", "name: [", "not valid YAML (line"),
        (SIMPLE, "just words", "needs mending"),
        (SIMPLE, "", "needs mending"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        mapping(SIMPLE, **{old: new})
    assert said in str(refusal.value)
    assert "test.yaml" in str(refusal.value)


def test_every_fault_is_named_at_once() -> None:
    text = SIMPLE.replace("name: A simple study", "between: [2020-01-01, Mars]").replace(
        "measure: sad", "measure: saad"
    )
    with pytest.raises(ImportRefused) as refusal:
        parse_mapping(text, name="test.yaml")
    assert all(place in str(refusal.value) for place in ("name: is missing", "between.1", "columns.sad.measure"))


def test_a_column_cannot_be_both_used_and_ignored() -> None:
    with pytest.raises(ImportRefused, match="both used and ignored: sad"):
        mapping(SIMPLE + "ignore: [sad]\n")


def test_a_mapping_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        load_mapping(tmp_path / "absent.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00source")
    with pytest.raises(ImportRefused, match="not UTF-8"):
        load_mapping(binary)
    huge = tmp_path / "huge.yaml"
    huge.write_text("# " + "x" * 300_000)
    with pytest.raises(ImportRefused, match="too large"):
        load_mapping(huge)


def test_local_times_are_told_from_schedules_by_their_words() -> None:
    assert isinstance(mapping().time, LocalForm)


def test_a_mapping_whose_references_multiply_is_refused_at_once() -> None:
    """Nine lists of nine references to the list before: a thousand million words if they were ever written out."""
    lists = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 10))
    for place in ("", "source: *l9\nfile: {missing: *l9}\ncolumns: *l9\n"):
        with pytest.raises(ImportRefused, match="needs mending") as refusal:
            parse_mapping(f"l0: &l0 [ha]\n{lists}{place}", name="laughs.yaml")
        assert len(str(refusal.value)) < 5000
