"""Files that are not what their mapping says: one sentence with the line and what to mend, in bounded memory."""

from pathlib import Path

import pytest

from core.errors import ImportRefused
from core.ingest.reader import Line, file_hash, opened
from tests.factories.exports import SIMPLE, csv_file, mapping

HEADER = "who,day,clock,sad,calm\n"


def lines(file: Path, **changes: str) -> list[Line]:
    with opened(file, mapping(SIMPLE, **changes)) as table:
        return list(table.lines)


def refused(file: Path, **changes: str) -> str:
    with pytest.raises(ImportRefused) as refusal:
        lines(file, **changes)
    return str(refusal.value)


def test_lines_keep_their_number_through_cells_of_several_lines_and_empty_ones(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADER + 'a,"two\nlines",8:00,1,2\n\n,,,,\nb,x,9:00,3,4\n')
    assert [(line.number, line.cells[0]) for line in lines(file)] == [(2, "a"), (6, "b")]


def test_a_mark_at_the_start_of_the_file_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "bom.csv"
    file.write_bytes(b"\xef\xbb\xbf" + (HEADER + "a,1/1/2020,8:00,1,2\n").replace("\n", "\r\n").encode())
    assert lines(file)[0].cells == ["a", "1/1/2020", "8:00", "1", "2"]


def test_quotation_marks_that_nobody_closes_can_be_dropped(tmp_path: Path) -> None:
    text = '"who","day","clock","sad","calm"\n' + '"a,1/1/2020,8:00,1,2\n' * 3
    file = csv_file(tmp_path, text)
    dropped = lines(file, **{'missing: ["", NA]': "quotes: drop"})
    assert [line.cells[0] for line in dropped] == ["a", "a", "a"]
    assert "line 2" in refused(file)
    assert "quotes: drop" in refused(file)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfew\x00h\x00o\x00", "is not utf-8 text"),
        (HEADER.encode() + b"a,1/1/2020,8:00,\xe9,2\n", "is not utf-8 text"),
        (HEADER.encode() + b"a,1/1/2020,8:00,\x00,2\n", "line 2: this is not text"),
        (b"PK\x03\x04\x00\x00", "is packed"),
        (b"\x1f\x8b\x08\x00", "is packed"),
        (HEADER.encode() + b"a" * 1_200_000, "line 2: the line is longer"),
        (b"who,day,clock,sad\n", "has no column calm"),
        (b"who;day;clock;sad;calm\n", "lacks the columns"),
        (b"who,who,day,clock,sad,calm\n", "two columns of the same name: who"),
        (HEADER.encode() + b'a,"' + (b"x" * 99_999 + b"\n") * 11 + b'",8:00,1,2\n', "line 2"),
    ],
    ids=[
        "empty",
        "utf-16",
        "latin-1",
        "zero byte",
        "zip",
        "gzip",
        "endless line",
        "column",
        "delimiter",
        "twice",
        "huge cell",
    ],
)
def test_threat_36_a_file_that_is_something_else_is_refused_with_its_reason(
    tmp_path: Path, raw: bytes, said: str
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(raw)
    assert said in refused(file)
    assert "odd.csv" in refused(file)


def test_another_encoding_is_read_when_it_is_stated(tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes((HEADER + "é,1/1/2020,8:00,1,2\n").encode("latin-1"))
    assert lines(file, **{'missing: ["", NA]': "encoding: latin-1"})[0].cells[0] == "é"


def test_a_file_that_lacks_the_mark_of_its_stated_encoding_is_a_sentence(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADER + "a,1/1/2020,8:00,1,2\n")
    assert "is not utf-16 text" in refused(file, **{'missing: ["", NA]': "encoding: utf-16"})


def test_a_long_remark_is_no_missing_quotation_mark(tmp_path: Path) -> None:
    file = csv_file(tmp_path, f"remark,{HEADER}{'x' * 300_000},a,1/1/2020,8:00,1,2\n")
    assert lines(file)[0].cells[1:] == ["a", "1/1/2020", "8:00", "1", "2"]


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "absent.csv")
    with pytest.raises(ImportRefused, match="cannot be read"):
        file_hash(tmp_path)
