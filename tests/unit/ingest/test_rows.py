"""What a row gives: values, prompts, and for each cell that cannot be taken its line, column and reason."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ImportRefused
from core.ingest.checks import refuse_if_mismapped, reject_contradictions
from core.ingest.columns import NEVER
from core.ingest.mapping import Mapping
from core.ingest.moments import Fault, Moments, Reason
from core.ingest.reader import Line
from core.ingest.report import Report
from core.ingest.rows import Rows, number_of
from core.ingest.words import say_reason
from core.measures import catalogue
from tests.factories.cast import NOW
from tests.factories.exports import SIMPLE, mapping

HEADER = ["who", "day", "clock", "sad", "calm"]
SAD, CALM = catalogue()["sad"].id, catalogue()["relaxed"].id


def read(*rows: str, how: Mapping | None = None, header: list[str] | None = None) -> Rows:
    made = how or mapping()
    reading = Rows(made, header or HEADER, Moments(made, now=NOW), Report())
    for number, row in enumerate(rows, start=2):
        reading.take(Line(number, row.split(",")))
    reading.close()
    return reading


def rejected(rows: Rows) -> list[tuple[int, str, str]]:
    return [(cell.line, cell.column, cell.reason.value) for cell in rows.report.rejected]


def test_a_row_gives_its_prompt_and_its_values_on_the_measures_scale() -> None:
    rows = read("a,2/1/2020,8:00,3,50", "a,2/1/2020,12:00,NA,")
    assert [(measure, value) for _p, _at, measure, value, _l, _c in rows.batch.values] == [(SAD, 3.0), (CALM, 4.0)]
    assert [answered == NEVER for _p, _sent, answered in rows.batch.prompts] == [False, True]
    assert (rows.report.prompts, rows.report.unanswered, rows.report.observations) == (2, 1, 2)


@pytest.mark.parametrize(
    ("cell", "why"),
    [("8", "out_of_range"), ("0", "out_of_range"), ("-4", "out_of_range"), ("1e300", "not_a_number"),
     ("1e3", "out_of_range"), ("nan", "not_a_number"), ("inf", "not_a_number"), ("1_0", "not_a_number"),
     ("٣", "not_a_number"), ("0x1", "not_a_number"), ("=1+1", "not_a_number"), ("<b>3</b>", "not_a_number"),
     ("3 of 7", "not_a_number"), ("1,5", "long_row"), ("x" * 100_000, "not_a_number")],
)  # fmt: skip
def test_an_impossible_value_is_rejected_and_never_clipped(cell: str, why: str) -> None:
    rows = read(f"a,2/1/2020,8:00,{cell},50")
    assert why in [reason for _l, _c, reason in rejected(rows)]
    assert SAD not in {measure for _p, _at, measure, _v, _l, _c in rows.batch.values}
    assert all(len(say_reason(one)) < 200 and "<b>" not in say_reason(one) for one in rows.report.rejected)


def test_a_fault_costs_its_cell_and_nothing_else() -> None:
    rows = read("a,2/1/2020,8:00,9,50")
    assert rejected(rows) == [(2, "sad", "out_of_range")]
    assert len(rows.batch.values) == 1


def test_a_row_without_a_moment_lists_each_answer_it_costs() -> None:
    rows = read("a,,8:00,3,50", "a,31/2/2020,8:00,3,", ",2/1/2020,8:00,3,", "a,,8:00,NA,")
    assert rejected(rows) == [
        (2, "day", "missing_time"), (2, "sad", "no_moment"), (2, "calm", "no_moment"),
        (3, "day", "impossible_time"), (3, "sad", "no_moment"),
        (4, "who", "no_id"), (4, "sad", "no_moment"),
    ]  # fmt: skip
    assert (rows.report.rejected_rows, rows.report.blank_rows, rows.report.prompts) == (3, 1, 0)


def test_short_rows_are_rejected_or_their_end_is_missing_as_the_mapping_says() -> None:
    assert rejected(read("a,2/1/2020,8:00")) == [(2, "sad", "short_row")]
    taken = read("a,2/1/2020,8:00", how=mapping(SIMPLE, **{'missing: ["", NA]': "short_rows: missing"}))
    assert (rejected(taken), taken.report.unanswered) == ([], 1)


def test_a_row_number_that_the_header_does_not_name_is_passed_over() -> None:
    how = mapping(SIMPLE, **{'missing: ["", NA]': "row_numbers: true"})
    assert [row[3] for row in read("1,a,2/1/2020,8:00,3,50", how=how).batch.values] == [3.0, 4.0]
    assert rejected(read("1,a,2/1/2020,8:00,3,50")) == [(2, "calm", "long_row")]


def test_a_value_repeated_on_every_row_of_a_day_is_taken_once() -> None:
    how = mapping(SIMPLE, **{"{measure: sad}": "{measure: sad, once: day}"})
    rows = read("a,2/1/2020,8:00,3,", "a,2/1/2020,12:00,3,", "a,2/1/2020,20:00,4,", "a,3/1/2020,8:00,4,", how=how)
    assert [row[3] for row in rows.batch.values] == [3.0, 4.0]
    assert rows.report.repeated == 1
    assert rejected(rows) == [(4, "sad", "differs")]


def test_a_value_of_the_person_is_taken_once_for_each_person() -> None:
    how = mapping(SIMPLE, **{"{measure: sad}": "{measure: sad, once: person}"})
    rows = read("a,2/1/2020,8:00,3,50", "a,3/1/2020,8:00,3,50", "b,3/1/2020,8:00,5,50", how=how)
    assert [row[3] for row in rows.batch.values if row[2] == SAD] == [3.0, 5.0]


def test_an_answer_that_stands_on_every_row_does_not_make_a_prompt_answered() -> None:
    how = mapping(SIMPLE, **{"{measure: sad}": "{measure: sad, once: person}"})
    assert read("a,2/1/2020,8:00,3,", how=how).report.unanswered == 1


def test_codes_are_recoded_before_anything_else_and_commas_read_where_stated() -> None:
    how = mapping(SIMPLE, **{"{measure: sad}": "{measure: sad, recode: {much: 7, '9': 1}, missing: ['-1']}"})
    assert [row[3] for row in read("a,2/1/2020,8:00,much,", "a,2/1/2020,9:00,9,", how=how).batch.values] == [7.0, 1.0]
    assert read("a,2/1/2020,8:00,-1,", how=how).report.unanswered == 1
    assert number_of("3,5", "sad", mapping().columns["sad"], ",") == 3.5


def test_a_category_between_two_is_none() -> None:
    how = mapping(SIMPLE, **{"measure: sad": "measure: outdoors"})
    assert rejected(read("a,2/1/2020,8:00,2.5,", how=how)) == [(2, "sad", "not_whole")]


def test_two_different_answers_to_one_question_at_one_moment_are_not_both_right() -> None:
    rows = read("a,2/1/2020,8:00,3,", "a,2/1/2020,8:00,3,", "a,2/1/2020,8:00,5,")
    reject_contradictions(rows.batch, rows.report)
    assert [row[3] for row in rows.batch.values] == [3.0, 3.0]
    assert rejected(rows) == [(4, "sad", "differs")]
    assert rows.report.observations == 2


def test_static_columns_of_a_person_hold_and_contradictions_are_listed() -> None:
    person = "person: {id: who, sex: sex, sex_codes: {F: female}, birth_date: born, birth_date_order: dmy}"
    how = mapping(SIMPLE, **{"person: {id: who}": person})
    header = [*HEADER, "sex", "born"]
    rows = read("a,2/1/2020,8:00,3,,F,5/4/1990", "a,2/1/2020,9:00,3,,M,", how=how, header=header)
    assert (rows.people["a"].sex, str(rows.people["a"].birth_date)) == ("female", "1990-04-05")
    assert rejected(rows) == [(3, "sex", "differs")]


SCHEDULE = """
source: s
name: S
time_zone: Europe/Madrid
person: {id: who}
time: {day: d, beep: b, anchor: 2020-01-06, beeps: {1: "08:00", 2: "12:00"}, asked_days: 2}
prompt: {expires_after_minutes: 30}
columns: {sad: {measure: sad}}
"""


def test_days_that_were_not_asked_are_no_silence_unless_something_was_answered_on_them() -> None:
    rows = read(
        "a,1,1,3", "a,2,1,", "a,3,1,", "a,3,2,4", "a,4,1,", "a,4,2,", "b,4,1,",
        how=mapping(SCHEDULE), header=["who", "d", "b", "sad"],
    )  # fmt: skip
    assert (rows.report.prompts, rows.report.unanswered, rows.report.padding) == (4, 2, 3)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a,2020-01-05,8:00,3,50"] * 3, "none of the 3 rows can be placed in time (line 2, column day: not a date"),
        (["a,2/1/2020,8:00,happy,50"] * 25, "none of the 25 values of column sad can be taken (line 2: not a number)"),
        ([",,,,"] * 3 + ["a,,,NA,"], "holds no answers"),
    ],
)
def test_a_mapping_that_cannot_be_meant_for_the_file_is_refused(rows: list[str], said: str) -> None:
    reading = read(*[row for row in rows if row != ",,,,"])
    with pytest.raises(ImportRefused) as refusal:
        refuse_if_mismapped(reading, "f.csv")
    assert said in str(refusal.value)


def test_a_few_bad_cells_do_not_condemn_a_mapping() -> None:
    refuse_if_mismapped(read(*["a,2/1/2020,8:00,happy,50"] * 19), "f.csv")
    refuse_if_mismapped(read("a,2/1/2020,8:00,3,", *["a,2/1/2020,8:00,happy,50"] * 30), "f.csv")


@given(st.text(alphabet=st.characters(exclude_characters=","), max_size=30), st.integers(0, 4))
def test_any_text_in_any_cell_is_taken_or_listed_and_the_counts_add_up(text: str, place: int) -> None:
    cells = ["a", "2/1/2020", "8:00", "3", "50"]
    cells[place] = text
    rows = read(",".join(cells))
    report = rows.report
    assert report.rows == 1 == report.rejected_rows + report.blank_rows + report.prompts
    answers = sum(cell.strip() not in ("", "NA") for cell in cells[3:])
    listed = sum(cell.column in ("sad", "calm") for cell in report.rejected)
    assert report.observations + listed == answers


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_taken_exactly_or_rejected(value: float) -> None:
    form = mapping().columns["sad"]
    try:
        taken = number_of(f"{value:.6f}", "sad", form, ".")
    except Fault as fault:
        assert fault.reason in (Reason.OUT_OF_RANGE, Reason.NOT_A_NUMBER)
        assert not 1 <= round(value, 6) <= 7
    else:
        assert taken == float(f"{value:.6f}")


def test_a_path_of_the_machine_never_stands_in_a_refusal(tmp_path: Path) -> None:
    from core.ingest.reader import opened

    with pytest.raises(ImportRefused) as refusal, opened(tmp_path / "x.csv", mapping()):
        pass
    assert str(tmp_path) not in str(refusal.value)
