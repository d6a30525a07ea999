"""A document as PDF: A4, quiet, set in a font with every letter of our languages (DejaVu, which matplotlib ships)."""

import struct
from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from core.export.document import Block, Bullets, Document, Heading, Line, Picture, Table

FONT = "DejaVu"
TEXT, MUTED, RULE, HEAD = (31, 42, 44), (92, 104, 102), (227, 223, 212), (15, 107, 102)
MARGIN, LINE = 18, 5.2  # mm
HEADED, FIRST_LINES = 9.5, 18.5  # mm: a heading; what has to stand under it at least
SIZES = {1: 13, 2: 11}


class _Pages(FPDF):
    """Pages with the document's foot and their number."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font(FONT, size=7.5)
        self.set_text_color(*MUTED)
        self.cell(self.epw * 0.88, 5, self.foot)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")


def to_pdf(document: Document) -> bytes:
    """The document as the bytes of a file."""
    made = _Pages(document.foot)
    folder = _fonts()
    made.add_font(FONT, "", folder / "DejaVuSans.ttf")
    made.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
    made.set_margins(MARGIN, MARGIN, MARGIN)
    made.set_auto_page_break(True, margin=MARGIN)
    made.set_title(document.title)
    made.set_creator("Vincle")
    made.add_page()
    _write(made, document.title, size=18, bold=True, line=9)
    _write(made, document.subtitle, size=10, color=MUTED)
    made.ln(3)
    for place, block in enumerate(document.blocks):
        if isinstance(block, Heading) and made.will_page_break(_together(document.blocks[place:], made.epw)):
            made.add_page()
        _add(made, block)
    return bytes(made.output())


def _fonts() -> Path:
    found = find_spec("matplotlib")
    if found is None or found.origin is None:  # pragma: no cover - it is a dependency of ours
        raise RuntimeError("matplotlib is not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _write(
    made: FPDF, text: str, *, size: float = 9.5, bold: bool = False, color: tuple[int, int, int] = TEXT,
    line: float = LINE,
) -> None:  # fmt: skip
    made.set_font(FONT, "B" if bold else "", size)
    made.set_text_color(*color)
    made.multi_cell(0, line, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _together(blocks: Sequence[Block], width: float) -> float:
    """The height (mm) of headings and what they stand over, which no page may part: a picture, else first lines."""
    height = 0.0
    for block in blocks:
        if isinstance(block, Picture):
            across, down = struct.unpack(">II", block.png[16:24])  # as the head of every PNG has it
            return height + width * block.share * float(down) / float(across)
        if not isinstance(block, Heading):
            break
        height += HEADED
    return height + FIRST_LINES


def _add(made: FPDF, block: Block) -> None:
    if isinstance(block, Heading):
        made.ln(3)
        _write(made, block.text, size=SIZES[block.level], bold=True, color=HEAD if block.level == 1 else TEXT, line=6.5)
    elif isinstance(block, Line):
        _write(made, block.text, size=8 if block.quiet else 9.5, color=MUTED if block.quiet else TEXT)
        made.ln(0.8)
    elif isinstance(block, Bullets):
        for line in block.lines:
            _write(made, f"•  {line}")
        made.ln(0.8)
    elif isinstance(block, Picture):
        made.image(BytesIO(block.png), w=made.epw * block.share, alt_text=block.alt)
        made.ln(1.5)
    else:
        _add_table(made, block)


def _add_table(made: FPDF, block: Table) -> None:
    made.set_font(FONT, "", 8.5)
    made.set_text_color(*TEXT)
    made.set_draw_color(*RULE)
    with made.table(
        (block.head, *block.rows), borders_layout="HORIZONTAL_LINES", line_height=5, padding=0.8, text_align="L",
        headings_style=FontFace(emphasis="BOLD", color=MUTED),
    ):  # fmt: skip
        pass
    made.ln(2)
