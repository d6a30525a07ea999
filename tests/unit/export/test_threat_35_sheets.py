"""Threat 35: no cell runs, and numbers survive a round trip."""

from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.export.sheets import neutral, to_xlsx


def back(value: str | float | None) -> object:
    book = openpyxl.load_workbook(BytesIO(to_xlsx({"s": [["head"], [value]]})))
    cell = book["s"]["A2"]
    assert cell.data_type != "f"
    return cell.value


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "\u00a0+"])
def test_threat_35_text_that_begins_like_a_formula_is_text(start: str) -> None:
    kept = back(f"{start}HYPERLINK('http://evil')")
    assert isinstance(kept, str)
    assert kept.startswith("'")


@given(st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(-(10**9), 10**9))
def test_threat_35_numbers_also_negative_ones_survive_a_round_trip(value: float) -> None:
    assert back(value) == pytest.approx(value)


@given(st.text(max_size=40))
def test_threat_35_no_text_makes_a_formula_or_breaks_the_file(value: str) -> None:
    try:
        kept = back(value)
    except UnicodeEncodeError:  # lone surrogates are no text
        return
    assert kept is None or str(kept)[0] not in "=+-@\t\r\n"


def test_plain_words_stay_as_they_are() -> None:
    assert neutral("Clínica Vincle (simulated)") == "Clínica Vincle (simulated)"
