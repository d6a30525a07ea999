"""What is proposed of a table nobody has described: by names and cells, never more than a person can see and mend."""

from pathlib import Path

import pytest

from core.errors import ImportRefused
from core.ingest.load import parse_mapping
from core.ingest.mapping import LocalForm, StampForm, UnixForm
from core.ingest.sniff import glance
from core.ingest.suggestion import Draft, Use, as_text, suggest

STUDY = """Participant;Sent;Answered;Cheerful;Calm;Down;Comment
A17;01/10/2026 09:00;01/10/2026 09:12;60;80;5;it rained
A17;13/10/2026 15:00;;;;;
B02;01/10/2026 09:00;01/10/2026 09:03;100;0;NA;
"""


def proposed(folder: Path, text: str | bytes, name: str = "My Study.csv") -> Draft:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return suggest(glance(file), time_zone="Europe/Madrid")


def test_names_and_cells_say_who_when_and_what(tmp_path: Path) -> None:
    draft = proposed(tmp_path, STUDY)
    assert [column.use for column in draft.columns] == [
        Use.PERSON, Use.TIME, Use.ANSWERED, Use.VALUE, Use.VALUE, Use.VALUE, Use.NOTHING,
    ]  # fmt: skip
    assert [column.measure for column in draft.of(Use.VALUE)] == ["cheerful", "relaxed", "sad"]
    assert (draft.delimiter, draft.order, draft.source, draft.missing) == (";", "dmy", "my-study", ("NA",))


def test_a_proposal_is_a_mapping_that_holds(tmp_path: Path) -> None:
    mapping = parse_mapping(as_text(proposed(tmp_path, STUDY)), name="proposal")
    assert isinstance(mapping.time, LocalForm) and mapping.time.local == "Sent"
    assert mapping.prompt is not None and isinstance(mapping.prompt.answered, LocalForm)
    assert mapping.columns["Cheerful"].convert(100) == 7 and mapping.columns["Cheerful"].convert(0) == 1


def test_a_row_without_answers_makes_the_rows_requests_and_full_rows_do_not(tmp_path: Path) -> None:
    assert proposed(tmp_path, STUDY).prompts
    assert not proposed(tmp_path, "id,time,sad\na,2026-10-01 09:00,3\na,2026-10-01 15:00,4\n").prompts


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2026-10-01T09:00:00+02:00", StampForm),
        ("2026-10-01 09:00", LocalForm),
        ("1790838000", UnixForm),
        ("1790838000123", UnixForm),
    ],
)
def test_times_are_known_by_how_they_are_written(tmp_path: Path, cell: str, form: type) -> None:
    mapping = parse_mapping(as_text(proposed(tmp_path, f"alias,when,sad\na,{cell},3\na,{cell},4\n")), name="proposal")
    assert isinstance(mapping.time, form)


def test_date_and_clock_in_two_columns_belong_together(tmp_path: Path) -> None:
    draft = proposed(tmp_path, "id,dia,hora,triste\na,10/31/2026,9:00,3\na,10/30/2026,9:00,2\n")
    assert parse_mapping(as_text(draft), name="p").time == LocalForm(date="dia", time="hora", order="mdy")


def test_a_measure_goes_to_the_column_that_is_most_like_it_and_to_no_second_one(tmp_path: Path) -> None:
    draft = proposed(tmp_path, "id,time,sad today,sad\na,2026-10-01 09:00,3,2\na,2026-10-02 09:00,3,2\n")
    assert {column.name: column.measure for column in draft.columns[2:]} == {"sad today": None, "sad": "sad"}


def test_seconds_on_the_persons_own_clock_come_with_what_leads_to_utc(tmp_path: Path) -> None:
    draft = proposed(
        tmp_path, "\ufeffalias;timeStampSent;timeZoneOffset;Sad\na;1792494000;-7200;3\na;1792508400;-7200;\n"
    )
    mapping = parse_mapping(as_text(draft), name="p")
    assert mapping.time == UnixForm(unix="timeStampSent", offset="timeZoneOffset")


def test_a_spreadsheet_of_windows_is_read(tmp_path: Path) -> None:
    draft = proposed(tmp_path, "id;time;Tristeza ó\r\na;2026-10-01 09:00;3\r\n".encode("cp1252"))
    assert draft.encoding == "cp1252" and draft.columns[2].name == "Tristeza ó"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04zip", b"\x1f\x8bgz", b"a\0b\0c\0"])
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImportRefused, match=r"study\.csv is (empty|not a table)"):
        proposed(tmp_path, content, "study.csv")


def test_nothing_is_proposed_for_what_looks_like_nothing(tmp_path: Path) -> None:
    draft = proposed(tmp_path, "x1,x2\nfoo,3\nbar,5\n")
    assert [column.use for column in draft.columns] == [Use.NOTHING, Use.NOTHING]
