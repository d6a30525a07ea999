"""One description, three files: each opens and holds every word."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import pairwise

import docx
import pytest

from core.export.document import Bullets, Document, Heading, Line, Picture, Table
from core.export.markdown import escaped, to_markdown
from core.export.pdf import HEAD, to_pdf
from core.export.word import to_docx


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PIXEL = (
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff")) + chunk(b"IEND", b"")
)  # fmt: skip
DOCUMENT = Document(
    "Minutes", "Tuesday, 17 November",
    (
        Heading("Núria Ażbé"), Line("Decided: l·la més aviat — «sí»"), Line("Small print", quiet=True),
        Bullets(("Ring the school", "- not a list")), Table(("who", "what"), (("Laia", "a | b"),)),
        Picture(PIXEL, "A picture in words", 0.5),
    ),
    "Made with Vincle",
)  # fmt: skip


def test_markdown_holds_every_word_in_order() -> None:
    text = to_markdown(DOCUMENT)
    places = [text.index(word) for word in ("# Minutes", "Tuesday", "## Núria", "Decided", "- Ring", "| who", "words")]
    assert all(a < b for a, b in pairwise(places))


def test_threat_29_words_of_people_format_and_load_nothing_in_markdown() -> None:
    text = to_markdown(Document("T", "S", (Line("![x](http://evil/p.png) <img src=x> **b**"), Bullets(("# h",)))))
    assert "![" not in text
    assert "<img" not in text.replace("\\<", "")
    assert "**b**" not in text
    assert escaped("1. first") == "\\1. first"
    assert escaped("- dash") == "\\- dash"


def test_docx_opens_and_holds_every_word() -> None:
    made = docx.Document(BytesIO(to_docx(DOCUMENT)))
    said = [paragraph.text for paragraph in made.paragraphs]
    assert said[:3] == ["Minutes", "Tuesday, 17 November", "Núria Ażbé"]
    assert "Decided: l·la més aviat — «sí»" in said
    assert [cell.text for cell in made.tables[0].rows[1].cells] == ["Laia", "a | b"]
    assert len(made.inline_shapes) == 1


def test_a_control_character_does_not_break_the_docx() -> None:
    made = docx.Document(BytesIO(to_docx(Document("T", "S", (Line("a\x00b\x0bc"),)))))
    assert "abc" in [paragraph.text for paragraph in made.paragraphs]


def test_pdf_is_one_with_letters_of_our_languages() -> None:
    raw = to_pdf(DOCUMENT)
    assert raw.startswith(b"%PDF-")
    assert b"DejaVu" in raw


def test_a_long_document_breaks_into_pages() -> None:
    many = to_pdf(Document("T", "S", tuple(Line(f"Line {n} " * 12) for n in range(120))))
    assert many.count(b"/Type /Page\n") > 2


@pytest.mark.parametrize("lines", range(20, 50, 5))
def test_no_page_parts_a_heading_from_its_picture(lines: int) -> None:
    above = tuple(Line("A line.") for _n in range(lines))
    raw = to_pdf(Document("T", "S", (*above, Heading("Part"), Heading("Section", 2), Picture(PIXEL, "A square", 0.5))))
    pages = [page for page in _streams(raw) if b" rg" in page]
    headed = [n for n, page in enumerate(pages) if _ink(HEAD) in page]
    assert len(headed) == 1
    assert headed == [n for n, page in enumerate(pages) if b"/I1 Do" in page]


def _ink(colour: tuple[int, int, int]) -> bytes:
    return b" ".join(f"{part / 255:.4f}".rstrip("0").encode() for part in colour)


def _streams(raw: bytes) -> Iterator[bytes]:
    for found in re.finditer(rb"stream\n(.*?)\nendstream", raw, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompress(found[1])
