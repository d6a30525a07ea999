"""Exports to import: the published studies where they are, and small made-up files with the mapping they need."""

import os
from pathlib import Path

import pytest

from core.ingest.load import parse_mapping
from core.ingest.mapping import Mapping

STUDIES = Path(__file__).parents[3] / "shared" / "data"


def study(path: str) -> Path:
    """A published data set; a loud skip where it is absent, a failure in CI."""
    file = STUDIES / path
    if not file.exists():
        if os.environ.get("CI") == "true" and STUDIES.parent.exists():
            pytest.fail(f"{path} is missing from the shared data")
        pytest.skip(f"REAL DATA ABSENT: {path} is not in ../shared/data, nothing was tested on it")
    return file


SIMPLE = """
source: simple
name: A simple study
time_zone: Europe/Madrid
file: {missing: ["", NA]}
person: {id: who}
time: {date: day, time: clock, order: dmy}
prompt: {expires_after_minutes: 30}
columns:
  sad: {measure: sad}
  calm: {measure: relaxed, scale: {from: [0, 100], to: [1, 7]}}
"""


def mapping(text: str = SIMPLE, **changes: str) -> Mapping:
    """The mapping of ``text`` with words replaced (each key must stand in it)."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return parse_mapping(text, name="test.yaml")


def csv_file(folder: Path, text: str, name: str = "export.csv") -> Path:
    """``text`` as a file."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
