"""What the models may look at for a partition of patients, as polars frames with one shape wherever it comes from.

``days``           patient_key, day, measure_id, n, total, high                (daily roll-ups)
``moments``        patient_key, day, at, measure_id, value                     (single values, of days with several)
``prompts``        patient_key, day, hour, answered, answered_day              (null while unanswered)
``messages``       patient_key, at, from_patient, read                         (null while unread)
``ratings``        patient_key, at, side, goal, task, bond
``questionnaires`` patient_key, at, instrument, total, safety_item
``steps``          patient_key, started, step
``patients``       patient_key, enrolled, left                              (days; ``left`` null while in treatment)
``points``         point, patient_key, as_of, day                           (made by ``points_at``)

Times (``at``, ``as_of``, ``answered``, ``read``) are seconds since 1970-01-01 UTC; days are days since then, and
``hour`` an hour, on the patient's own calendar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

SHAPES: dict[str, dict[str, pl.DataType]] = {
    "days": {
        "patient_key": pl.Int64(), "day": pl.Int64(), "measure_id": pl.Int64(), "n": pl.Float64(),
        "total": pl.Float64(), "high": pl.Float64(),
    },
    "moments": {
        "patient_key": pl.Int64(), "day": pl.Int64(), "at": pl.Int64(), "measure_id": pl.Int64(), "value": pl.Float64(),
    },
    "prompts": {
        "patient_key": pl.Int64(), "day": pl.Int64(), "hour": pl.Int64(), "answered": pl.Int64(),
        "answered_day": pl.Int64(),
    },
    "messages": {"patient_key": pl.Int64(), "at": pl.Int64(), "from_patient": pl.Boolean(), "read": pl.Int64()},
    "ratings": {
        "patient_key": pl.Int64(), "at": pl.Int64(), "side": pl.String(), "goal": pl.Float64(), "task": pl.Float64(),
        "bond": pl.Float64(),
    },
    "questionnaires": {
        "patient_key": pl.Int64(), "at": pl.Int64(), "instrument": pl.String(), "total": pl.Float64(),
        "safety_item": pl.Float64(),
    },
    "steps": {"patient_key": pl.Int64(), "started": pl.Int64(), "step": pl.Float64()},
    "patients": {"patient_key": pl.Int64(), "enrolled": pl.Int64(), "left": pl.Int64()},
    "points": {"point": pl.Int64(), "patient_key": pl.Int64(), "as_of": pl.Int64(), "day": pl.Int64()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Streams:
    """The frames of one partition of patients (shapes above)."""

    days: pl.DataFrame
    moments: pl.DataFrame
    prompts: pl.DataFrame
    messages: pl.DataFrame
    ratings: pl.DataFrame
    questionnaires: pl.DataFrame
    steps: pl.DataFrame
    patients: pl.DataFrame


def frame(name: str, columns: Mapping[str, Sequence[Any] | Any] | None = None) -> pl.DataFrame:
    """A frame of the named shape; columns that are not given are null."""
    shape = SHAPES[name]
    given = columns or {}
    length = max((len(given[code]) for code in shape if code in given), default=0)
    unknown: list[None] = [None] * length
    return pl.DataFrame({code: pl.Series(code, given.get(code, unknown), dtype=kind) for code, kind in shape.items()})


def points_of(rows: Sequence[tuple[int, int, int]]) -> pl.DataFrame:
    """Points from (patient_key, as_of in seconds, day of as_of on the patient's calendar), numbered from 0."""
    keys, times, days = zip(*rows, strict=True) if rows else ((), (), ())
    return frame("points", {"point": range(len(rows)), "patient_key": keys, "as_of": times, "day": days})
