"""Rows out of a text file, line by line in flat memory. A file that cannot be read as what its mapping says is one
``ImportRefused`` that names the line and what to mend; one odd row is left to the caller."""

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import ImportRefused
from core.ingest.document import PACKED
from core.ingest.mapping import FileForm, Mapping
from core.language import _, ngettext

LONGEST_LINE = 1_000_000  # characters
_BLOCK = 1 << 20
csv.field_size_limit(LONGEST_LINE)  # a cell may be as long as a line: a long remark is not a missing quotation mark


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the number of its first line in the file (the header is line 1) and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: its header and its records (to be read once)."""

    header: list[str]
    lines: Iterator[Line]


def file_hash(path: Path) -> str:
    """SHA-256 of the file, in hexadecimal."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as handle:
            while block := handle.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        words = _("{file} cannot be read: {why}.")
        raise ImportRefused(words.format(file=path.name, why=error.strerror)) from error
    return digest.hexdigest()


@contextmanager
def opened(path: Path, mapping: Mapping) -> Iterator[Table]:
    """Open a file and check its header against the mapping; raises ``ImportRefused``."""
    form = mapping.file
    encoding = "utf-8-sig" if form.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else form.encoding
    try:
        _refuse_packed(path)
        with path.open(encoding=encoding, newline="") as handle:
            records = _records(_bounded(handle, path), form, path)
            first = next(records, None)
            if first is None:
                raise ImportRefused(_("{file} is empty.").format(file=path.name))
            header = [name.strip() for name in first.cells]
            _check_header(header, mapping, path)
            yield Table(header, records)
    except UnicodeError as error:
        words = _("{file} is not {encoding} text. Say in the mapping what it is (file: encoding), for example latin-1.")
        raise ImportRefused(words.format(file=path.name, encoding=form.encoding)) from error
    except OSError as error:
        raise ImportRefused(_("{file} cannot be read: {why}.").format(file=path.name, why=error.strerror)) from error


def _refuse_packed(path: Path) -> None:
    with path.open("rb") as raw:
        if raw.read(6).startswith(PACKED):
            raise ImportRefused(_("{file} is packed. Unpack it and import what is inside.").format(file=path.name))


def _check_header(header: list[str], mapping: Mapping, path: Path) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        words = _("{file} has two columns of the same name: {names}.")
        raise ImportRefused(words.format(file=path.name, names=", ".join(name[:60] for name in twice[:10])))
    absent = sorted(mapping.needed - set(header))
    if absent:
        words = ngettext(
            "{file} has no column {absent}. Its columns are: {present}. Mend the mapping, or its delimiter.",
            "{file} lacks the columns {absent}. Its columns are: {present}. Mend the mapping, or its delimiter.",
            len(absent),
        )
        present = ", ".join(name[:60] for name in header[:60])
        raise ImportRefused(words.format(file=path.name, absent=", ".join(absent), present=present))


def _bounded(handle: Iterator[str], path: Path) -> Iterator[str]:
    """Lines of bounded length that are text."""
    readline = handle.readline  # type: ignore[attr-defined]
    number = 0
    while line := readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            words = _("{file}, line {line}: the line is longer than {n} characters. Is this a table?")
            raise ImportRefused(words.format(file=path.name, line=number, n=LONGEST_LINE))
        if "\0" in line:
            words = _(
                "{file}, line {line}: this is not text (it holds a zero byte). Save it as CSV, or state its encoding."
            )
            raise ImportRefused(words.format(file=path.name, line=number))
        yield line


def _records(lines: Iterator[str], form: FileForm, path: Path) -> Iterator[Line]:
    if form.quotes == "drop":
        yield from _unquoted(lines, form)
        return
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cells):
                yield Line(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        words = _(
            "{file}, line {line}: a quotation mark is not closed, or stands inside a cell. If the marks mean nothing "
            "in this file, say so in the mapping (file: quotes: drop)."
        )
        raise ImportRefused(words.format(file=path.name, line=start)) from error


def _unquoted(lines: Iterator[str], form: FileForm) -> Iterator[Line]:
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(form.delimiter)]
        if any(cells):
            yield Line(number, cells)
