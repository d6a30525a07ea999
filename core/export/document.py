"""What a document holds, without how it is written: headings, paragraphs, bullets, tables and pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (a part) or 2 (a section of it)."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; ``quiet`` ones are small print."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with what it shows in words, over the full width of the text or ``share`` of it."""

    png: bytes
    alt: str
    share: float = 1.0


Block = Heading | Line | Bullets | Table | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its title, the lines under it, its blocks, and what stands at the foot of each page."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    foot: str = ""
