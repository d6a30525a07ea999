"""The table of attacks and faults says which tests show each: it is held to the tests."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "threats.md"
LINE = re.compile(r"^\| (\d+) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
NOT_BUILT = {13, 17, 27, 28, 57}  # enrolled devices, one-time codes, row-level security, the load of two hundred


def shown() -> dict[int, set[str]]:
    """For each number the files that hold a test of it."""
    found: dict[int, set[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for numbers in re.findall(r"^def test_threat_((?:\d+_and_)*\d+)_", file.read_text(), re.MULTILINE):
            for number in numbers.split("_and_"):
                found.setdefault(int(number), set()).add(str(file.relative_to(ROOT / "tests")))
    return found


def test_the_table_of_threats_names_tests_that_there_are() -> None:
    tests = shown()
    named = {
        int(number): set(re.findall(r"`(\S+?\.py)`", files)) for number, _what, files in LINE.findall(TABLE.read_text())
    }
    assert sorted(named) == list(range(1, 58))
    for number, files in named.items():
        assert files <= tests.get(number, set()), f"line {number} names a file without such a test"
        assert bool(files) == (number in tests), f"line {number} should name {sorted(tests.get(number, ()))}"


def test_every_threat_but_those_of_parts_to_come_is_tested() -> None:
    assert set(range(1, 58)) - set(shown()) <= NOT_BUILT


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(\S+/test_\S+?\.py)`", TABLE.read_text().split("| --- |", 1)[1])
    assert len(named) > 100
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []
