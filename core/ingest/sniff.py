"""A first look at a table of text that nobody has described yet: encoding, delimiter, header, some rows."""

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.errors import ImportRefused
from core.ingest.reader import LONGEST_LINE
from core.language import _

ENCODINGS = ("utf-8-sig", "cp1252")  # the second reads any byte: what a spreadsheet writes where it is not UTF-8
DELIMITERS = ",;\t|"
SAMPLE = 400  # rows
_HEAD = 64_000  # bytes


@dataclass(frozen=True, slots=True)
class Glance:
    """What a file looks like. ``rows`` are the first records, cut or filled to the length of ``header``."""

    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def cells(self, place: int) -> list[str]:
        """The cells of one column that hold something."""
        return [row[place] for row in self.rows if row[place]]


def glance(file: Path) -> Glance:
    """Look at the head of ``file``; raises ``ImportRefused`` where it is no table of text."""
    try:
        with file.open("rb") as raw:
            head = raw.read(_HEAD)
    except OSError as error:
        raise ImportRefused(_("{file} cannot be read: {why}.").format(file=file.name, why=error.strerror)) from error
    if b"\0" in head or head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        words = _("{file} is not a table of text. Save it as CSV, or unpack it first.")
        raise ImportRefused(words.format(file=file.name))
    encoding = _encoding(head)
    text = head.decode(encoding, errors="ignore")
    delimiter = _delimiter(text.splitlines()[:20])
    with file.open(encoding=encoding, newline="", errors="replace") as handle:
        lines = (line[:LONGEST_LINE] for line in handle)
        try:
            records = [row for row in islice(csv.reader(lines, delimiter=delimiter), SAMPLE + 1) if any(row)]
        except csv.Error as error:
            raise ImportRefused(_("{file} is not a table of text.").format(file=file.name)) from error
    if not records:
        raise ImportRefused(_("{file} is empty.").format(file=file.name))
    header = tuple(name.strip() for name in records[0])
    filled = tuple(tuple(cell.strip() for cell in (row + [""] * len(header))[: len(header)]) for row in records[1:])
    return Glance(file.name, "utf-8" if encoding == "utf-8-sig" else encoding, delimiter, header, filled)


def _encoding(head: bytes) -> str:
    for cut in range(4):  # the head may end within a letter
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return ENCODINGS[0]
    return ENCODINGS[1]


def _delimiter(lines: list[str]) -> str:
    """The mark that cuts the header into most columns, and the rows into equally many."""

    def cut(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)] or [0]
        return sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0]

    return max(DELIMITERS, key=cut)
