"""A document as Markdown. Words of people are escaped: they can neither format nor load anything."""

import re

from core.export.document import Block, Bullets, Document, Heading, Line, Picture, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|~$])")
_LEADING = re.compile(r"^(\s*)([-=:]|\d+[.)])")


def to_markdown(document: Document) -> str:
    """The document as text; pictures are left out, their words stay."""
    parts = [f"# {escaped(document.title)}", escaped(document.subtitle)]
    parts += [_block(block) for block in document.blocks]
    if document.foot:
        parts.append(f"---\n\n{escaped(document.foot)}")
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """``text`` as it reads, on one line."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LEADING.sub(r"\1\\\2", line)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {escaped(block.text)}"
    if isinstance(block, Line):
        return escaped(block.text)
    if isinstance(block, Bullets):
        return "\n".join(f"- {escaped(line)}" for line in block.lines)
    if isinstance(block, Picture):
        return escaped(block.alt)
    return _table(block)


def _table(table: Table) -> str:
    lines = [_row(table.head), _row(("---",) * len(table.head), plain=True), *(_row(row) for row in table.rows)]
    return "\n".join(lines)


def _row(cells: tuple[str, ...], *, plain: bool = False) -> str:
    return "| " + " | ".join(cell if plain else escaped(cell) for cell in cells) + " |"
