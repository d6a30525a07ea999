"""Tables as XLSX. Numbers stay numbers; text that a spreadsheet would run as a formula is made harmless (threat 35)."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

Cell = str | int | float | None
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a formula can begin with
WIDEST = 70


def neutral(value: Cell) -> Cell:
    """``value`` as it may stand in a cell: text that begins like a formula gets an apostrophe in front (OWASP, CSV
    injection), also behind leading blanks; control characters are left out."""
    if not isinstance(value, str):
        return value
    if value.lstrip(" \u00a0").startswith(RUNS) or value.startswith(RUNS):
        value = f"'{value}"
    return str(ILLEGAL_CHARACTERS_RE.sub("", value))


def to_xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """A workbook of named sheets; the first row of each is its head."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title[:31])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(row=number, column=place, value=neutral(value))
                if isinstance(value, str):
                    cell.data_type = "s"
                cell.font = Font(bold=number == 1)
                cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str) and len(value) > WIDEST)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(zip(*rows, strict=True), start=1):
            width = max((len(str(value)) for value in column if value is not None), default=8)
            sheet.column_dimensions[sheet.cell(row=1, column=place).column_letter].width = min(width + 2, WIDEST)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
