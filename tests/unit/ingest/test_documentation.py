"""What ``docs/import-mapping.md`` shows as the language is the language."""

import re
from pathlib import Path

import pytest

from core.ingest.load import parse_mapping

PAGE = (Path(__file__).parents[3] / "docs" / "import-mapping.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
TIMES = re.split(r"^(?=time:)", next(block for block in BLOCKS if block.startswith("time:")), flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("time", TIMES, ids=["stamp", "local", "date and time", "unix", "schedule"])
def test_the_parts_that_the_page_shows_make_a_mapping(time: str) -> None:
    others = "".join(block for block in BLOCKS if not block.startswith("time:"))
    made = parse_mapping(others + time, name="the page")
    assert (made.source, len(made.columns)) == ("my-study", 7)
