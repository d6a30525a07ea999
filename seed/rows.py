"""Rows of the ordinary tables on their way into the database: plain values by table, with the words still readable
(they are encrypted when they are written). A person's rows are computed from the plan alone, for any moment."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models import Base

Row = dict[str, Any]


@dataclass
class Rows:
    """Rows by model. ``words`` keeps, for a row's id, whose words they are, the field and the text; ``replies`` keeps,
    for a staff message's id, the moment of the message it answers."""

    by_table: dict[type[Base], list[Row]] = field(default_factory=lambda: defaultdict(list))
    words: dict[uuid.UUID, tuple[uuid.UUID, str, str]] = field(default_factory=dict)
    replies: dict[uuid.UUID, datetime] = field(default_factory=dict)

    def add(self, table: type[Base], /, **values: Any) -> uuid.UUID | None:
        """Append one row; returns its ``id`` where it has one."""
        self.by_table[table].append(values)
        return values.get("id")

    def add_words(self, table: type[Base], patient: uuid.UUID, name: str, text: str, /, **values: Any) -> None:
        """Append one row whose field ``name`` holds words from the record of ``patient``."""
        self.by_table[table].append(values)
        self.words[values["id"]] = (patient, name, text)

    def extend(self, other: "Rows") -> None:
        """Take over another's rows."""
        for table, rows in other.by_table.items():
            self.by_table[table].extend(rows)
        self.words.update(other.words)
        self.replies.update(other.replies)
