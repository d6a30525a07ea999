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
    first = text.readline(LONGEST_LINE + 1)
    while first and not first.strip():
        first = text.readline(LONGEST_LINE + 1)
    if not first:
        raise ImportRefused(_("{file} is empty.").format(file=path.name))
    if _is_object(first):
        second = text.readline(LONGEST_LINE + 1)
        if second.strip():
            return Document(_lines(first, second, text, path))
        return Document(None, json.loads(first))
    if path.stat().st_size > LARGEST:
        words = _("{file} is too large to be read as one document. Send it as NDJSON, one resource a line.")
        raise ImportRefused(words.format(file=path.name))
    try:
        return Document(None, json.loads(first + text.read()))
    except (ValueError, RecursionError) as error:
        words = _("{file} is not complete JSON. It may have been cut off; export it again.")
        raise ImportRefused(words.format(file=path.name)) from error


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(first: str, second: str, text: TextIO, path: Path) -> Iterator[tuple[int, str]]:
    yield 1, first
    number, line = 2, second
    while line:
        if len(line) > LONGEST_LINE:
            words = _("{file}, line {line}: the line is longer than {n} characters.")
            raise ImportRefused(words.format(file=path.name, line=number, n=LONGEST_LINE))
        if line.strip():
            yield number, line
        number, line = number + 1, text.readline(LONGEST_LINE + 1)
