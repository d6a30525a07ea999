"""A JSON file of other people, opened with care: what is packed, mis-encoded, truncated or far too large is one
``ImportRefused`` that says what to do; lines (NDJSON) are read one by one in flat memory."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from core.errors import ImportRefused
from core.language import _

LARGEST = 64_000_000  # bytes of a document that is read as a whole
LONGEST_LINE = 8_000_000  # characters of one line of NDJSON
_Line = tuple[int, str]
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True)
class Document:
    """Either ``lines`` (their numbers and texts, to be read once), or the ``whole`` as parsed JSON."""

    lines: Iterator[tuple[int, str]] | None
    whole: Any = None

    @staticmethod
    def digest(text: str) -> str:
        """SHA-256 of a text, in hexadecimal."""
        return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[Document]:
    """Open ``path`` as lines of JSON or as one document; raises ``ImportRefused``."""
    try:
        with path.open("rb") as raw:
            if raw.read(6).startswith(PACKED):
                raise ImportRefused(_("{file} is packed. Unpack it and import what is inside.").format(file=path.name))
        with path.open(encoding="utf-8-sig") as text:
            yield _read(text, path)
    except UnicodeDecodeError as error:
        raise ImportRefused(_("{file} is not UTF-8 text.").format(file=path.name)) from error
    except OSError as error:
        words = _("{file} cannot be read: {why}.")
        raise ImportRefused(words.format(file=path.name, why=error.strerror)) from error


def _read(text: TextIO, path: Path) -> Document:
    first = _next_line(text, 1)
    if first is None:
        raise ImportRefused(_("{file} is empty.").format(file=path.name))
    if first[1].lstrip().startswith("<"):
        raise ImportRefused(_("{file} is XML. Export it as JSON and import that.").format(file=path.name))
    second = _next_line(text, first[0] + 1)
    if second is None:
        return Document(None, _parsed(first[1], path))
    if _is_object(first[1]) or (first[1].lstrip().startswith("{") and _is_object(second[1])):
        return Document(_lines(first, second, text, path))
    if path.stat().st_size > LARGEST:
        words = _("{file} is too large to be read as one document. Send it as NDJSON, one resource a line.")
        raise ImportRefused(words.format(file=path.name))
    return Document(None, _parsed(first[1] + second[1] + text.read(), path))


def _next_line(text: TextIO, number: int) -> _Line | None:
    """The next line that holds something, with its number; ``number`` is that of the line to be read."""
    while line := text.readline(LONGEST_LINE + 1):
        if line.strip():
            return number, line
        number += 1
    return None


def _parsed(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        words = _("{file} is not complete JSON. It may have been cut off; export it again.")
        raise ImportRefused(words.format(file=path.name)) from error


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(first: _Line, second: _Line, text: TextIO, path: Path) -> Iterator[_Line]:
    yield first
    found: _Line | None = second
    while found is not None:
        number, line = found
        if len(line) > LONGEST_LINE:
            words = _("{file}, line {line}: the line is longer than {n} characters.")
            raise ImportRefused(words.format(file=path.name, line=number, n=LONGEST_LINE))
        yield number, line
        found = _next_line(text, number + 1)
