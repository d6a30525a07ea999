"""A person's data as tables: a zip with one CSV for each table and a page that says what they are."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from core.clock import day_date, moment
from core.export.everything import Row
from core.export.sheets import neutral
from core.language import _
from core.measures import by_id

_SECONDS = frozenset({"at", "sent_at", "expires_at", "opened_at", "answered_at"})  # of the narrow tables


def as_zip(tables: Iterable[tuple[str, list[Row]]], *, name: str, made_at: datetime) -> bytes:
    """The archive; tables without a row are left out and named on the page."""
    out, empty = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in tables:
            if rows:
                archive.writestr(f"{table}.csv", as_csv([_told(row) for row in rows]))
            else:
                empty.append(table)
        archive.writestr("README.txt", _page(name, made_at, empty))
    return out.getvalue()


def as_csv(rows: list[Row]) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet reads it as such; text that it would take for a formula is marked as
    text (threat 35), numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _told(row: Row) -> Row:
    """A row of the narrow tables as a person reads it: dates for days, times for seconds, a measure by its code."""
    told: Row = {}
    for name, value in row.items():
        if name == "measure_id":
            told["measure"] = by_id()[value].code if value in by_id() else value
        elif name == "day" and type(value) is int:
            told[name] = day_date(value)
        else:
            told[name] = moment(value) if name in _SECONDS and type(value) is int else value
    return told


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    plain = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return neutral(plain)


def _page(name: str, made_at: datetime, empty: list[str]) -> str:
    words = _(
        "Everything that Vincle holds about {name}, as of {when} (UTC).\n"
        "Each file is one table; times are UTC, days those of the person's own calendar.\n"
        "audit_entry says who looked at what and when.\n"
        "Nothing is stored in: {empty}.\n"
    )
    return words.format(name=name, when=made_at.strftime("%Y-%m-%d %H:%M"), empty=", ".join(empty) or "–")
