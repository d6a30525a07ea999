"""What can be taken away: every figure once, numbers as numbers, words that no spreadsheet runs."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from core.analysis.alliance import analyse
from core.analysis.tables import HEADER, as_csv, as_json, as_xlsx, rows
from tests.factories.alliance_data import service_of

EVIL = '=HYPERLINK("http://example.org","x")'
FOUND = analyse(service_of({EVIL: 20, "Oncology": 7}))


def test_every_figure_is_in_the_table_once_with_its_number() -> None:
    table = rows(FOUND)
    keys = [
        tuple(str(row.get(name)) for name in ("part", "side", "programme", "figure", "with", "months")) for row in table
    ]
    assert len(keys) == len(set(keys))
    assert {row["figure"] for row in table if row["part"] == "agreement"} >= {
        "ICC1",
        "ICC3k",
        "bias",
        "upper limit",
        "d",
    }
    assert all(row.get("n") is not None for row in table if row.get("value") is not None)
    assert all(row.get("value") is not None or row.get("reason") or row.get("p") is not None for row in table)


def test_threat_25_what_is_suppressed_on_screen_is_not_in_the_files() -> None:
    assert "Oncology" not in as_csv(FOUND).decode()
    assert b"Oncology" not in as_json(FOUND)


def test_threat_26_counts_are_to_the_nearest_five_and_figures_to_few_decimals() -> None:
    table = rows(analyse(service_of({"Day care": 23})))
    assert {row["n"] % 5 for row in table if row["n"] is not None} == {0}
    assert all(round(row["value"], 3) == row["value"] for row in table if row["value"] is not None)
    assert not {"df1", "df2"} & set(HEADER)  # degrees of freedom are the exact number of people
    assert json.loads(as_json(FOUND))["people"] == 20


def test_threat_35_words_that_begin_like_a_formula_are_made_harmless() -> None:
    lines = list(csv.DictReader(io.StringIO(as_csv(FOUND).decode("utf-8-sig"))))
    assert {line["programme"] for line in lines} == {"", "'" + EVIL}
    sheet = load_workbook(io.BytesIO(as_xlsx(FOUND)))["development"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


def test_threat_35_numbers_survive_a_round_trip() -> None:
    table = rows(FOUND)
    lines = list(csv.DictReader(io.StringIO(as_csv(FOUND).decode("utf-8-sig"))))
    assert tuple(lines[0]) == HEADER
    assert [line["value"] for line in lines] == ["" if r.get("value") is None else str(r["value"]) for r in table]
    assert any(float(line["lower"]) < 0 for line in lines if line["lower"])  # negative numbers stay numbers
    sheet = load_workbook(io.BytesIO(as_xlsx(FOUND)))["agreement"]
    column = HEADER.index("value")
    ours = [row.get("value") for row in table if row["part"] == "agreement"]
    read = [row[column] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [value is None for value in read] == [value is None for value in ours]
    assert [v for v in read if v is not None] == pytest.approx([v for v in ours if v is not None], rel=1e-14)


def test_the_parameters_are_a_file_and_a_sheet() -> None:
    assert json.loads(as_json(FOUND))["smallest_group"] == 8
    sheet = load_workbook(io.BytesIO(as_xlsx(FOUND)))["parameters"]
    found = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert found["people"] == 20
    assert found["agreement.intraclass_correlation"].startswith("Shrout")
