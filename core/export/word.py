"""A document as DOCX (Office Open XML), for those who go on writing in it."""

from io import BytesIO

import docx
from docx.document import Document as DocxDocument
from docx.shared import Cm, Pt, RGBColor

from core.export.document import Block, Bullets, Document, Heading, Line, Picture, Table

WIDTH = Cm(16)
QUIET = RGBColor(0x5C, 0x68, 0x66)


def to_docx(document: Document) -> bytes:
    """The document as the bytes of a file. Control characters, which XML forbids, are left out."""
    made = docx.Document()
    made.styles["Normal"].font.size = Pt(10.5)
    made.core_properties.title = document.title
    made.core_properties.author = "Vincle"
    made.add_heading(_plain(document.title), level=0)
    made.add_paragraph(_plain(document.subtitle))
    for block in document.blocks:
        _add(made, block)
    if document.foot:
        made.sections[0].footer.paragraphs[0].text = _plain(document.foot)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _add(made: DocxDocument, block: Block) -> None:
    if isinstance(block, Heading):
        made.add_heading(_plain(block.text), level=block.level)
    elif isinstance(block, Line):
        run = made.add_paragraph().add_run(_plain(block.text))
        if block.quiet:
            run.font.size, run.font.color.rgb = Pt(9), QUIET
    elif isinstance(block, Bullets):
        for line in block.lines:
            made.add_paragraph(_plain(line), style="List Bullet")
    elif isinstance(block, Picture):
        made.add_picture(BytesIO(block.png), width=int(WIDTH * block.share))
    else:
        _add_table(made, block)


def _add_table(made: DocxDocument, block: Table) -> None:
    table = made.add_table(rows=1, cols=len(block.head), style="Light List")
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = _plain(text)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _plain(text)


def _plain(text: str) -> str:
    return "".join(c for c in text if c >= " " or c in "\t\n")
