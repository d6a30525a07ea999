"""What a person adds to the figures of outcome: the change that counts, to the tenth."""

import polars as pl
import pytest

from core.figures.contributions import Window, contributions_of
from core.figures.records import SHAPES, Records

BEGAN = 20_000


@pytest.mark.parametrize(
    ("before", "after", "improved", "worse", "recovered"),
    [
        (3.2, 8.2, 1, 0, 0),  # five on the ORS, whatever a computer makes of tenths
        (3.3, 8.2, 0, 0, 0),
        (8.2, 3.2, 0, 1, 0),
        (8.2, 3.3, 0, 0, 0),
        (20.0, 25.0, 1, 0, 1),  # below 25 is the clinical range: 25 is beyond it
        (19.9, 24.9, 1, 0, 0),  # reliably better, not yet beyond the cut-off
        (24.9, 25.1, 0, 0, 0),  # across the cut-off and within the error
        (25.0, 31.0, 1, 0, None),  # began beyond it: nothing to recover from
    ],
)
def test_outcome_is_a_change_beyond_the_instruments_error(
    before: float, after: float, improved: int, worse: int, recovered: int | None
) -> None:
    given = {name: pl.DataFrame([], schema=shape) for name, shape in SHAPES.items()}
    given["people"] = pl.DataFrame([(1, "p", "t", BEGAN, None, "ors")], schema=SHAPES["people"], orient="row")
    rows = [(1, BEGAN, "ors", before), (1, BEGAN + 84, "ors", after)]
    given["totals"] = pl.DataFrame(rows, schema=SHAPES["totals"], orient="row")
    made = contributions_of(Records(**given), Window(BEGAN + 100))
    found = {row["figure"]: row["k"] for row in made.iter_rows(named=True)}
    assert (found["improved"], found["worse"], found.get("recovered")) == (improved, worse, recovered)
