"""The expected course: where CORE-10 of people with such a start usually lies week by week, as a band. A log-linear
course (Howard 1986; Lutz 2013) learned from training patients, with conformal half-widths from patients left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from core.signals.fit import conformal, folds_of
from core.signals.judge import Real, Whole, jury, mean_absolute_error
from core.signals.streams import Streams
from core.signals.targets import BASELINE_DAYS

INSTRUMENT = "core-10"
LEVEL = 0.80
LAST_WEEK = 26
HIGHEST = 40.0
STRETCHES = (4.5, 8.5, 13.5)  # weeks at which the half-width changes
FEWEST_ANSWERS = 40  # (d) in training, below that no band
WEEKS = (*range(14), *range(14, LAST_WEEK + 1, 2))
_DAY, _WEEK, _FOLDS, _RIDGE = 86_400, 7 * 86_400, 4, 1.0


def answers(streams: Streams) -> pl.DataFrame:
    """patient_key, at, week (since the first answer of the treatment), baseline, baseline_at, total; the first answer
    lies within three weeks of enrolment."""
    core = streams.questionnaires.filter(pl.col("instrument") == INSTRUMENT, pl.col("total").is_finite())
    dated = core.join(streams.patients, on="patient_key").sort("patient_key", "at", "total")
    early = dated.filter((pl.col("at") // _DAY - pl.col("enrolled")).is_between(-1, BASELINE_DAYS))
    first = early.group_by("patient_key").agg(baseline=pl.col("total").first(), baseline_at=pl.col("at").first())
    weeks = (pl.col("at") - pl.col("baseline_at")) / _WEEK
    return (
        dated.join(first, on="patient_key")
        .with_columns(week=weeks)
        .filter(pl.col("week") >= 0)
        .select("patient_key", "at", "week", "baseline", "baseline_at", "total")
        .sort("patient_key", "at")
    )


@dataclass(frozen=True, slots=True)
class Course:
    """``weights`` of start, distance of the start from ``middle``, log time, and their product; ``half_widths`` of
    each stretch of weeks."""

    weights: Real
    middle: float
    half_widths: Real

    def expected(self, baseline: Real, week: Real) -> Real:
        """The expected total so many weeks after a start at ``baseline``."""
        return np.asarray(baseline + _design(baseline - self.middle, week) @ self.weights, np.float64)

    def band(self, baseline: Real, week: Real) -> tuple[Real, Real]:
        """Its lower and upper border."""
        middle, half = self.expected(baseline, week), self.half_widths[np.digitize(week, STRETCHES)]
        return np.clip(middle - half, 0.0, HIGHEST), np.clip(middle + half, 0.0, HIGHEST)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Course":
        """From the manifest."""
        return cls(np.asarray(kept["weights"]), float(kept["middle"]), np.asarray(kept["half_widths"]))


def _design(distance: Real, week: Real) -> Real:
    time = np.log1p(week)
    return np.column_stack([np.ones_like(time), distance, time, distance * time])


def learn_course(
    found: pl.DataFrame, training: Whole, evaluation: Whole, moment: int | None, *, resamples: int, seed: int
) -> dict[str, Any] | None:
    """Learn from ``training`` patients' answers up to ``moment``, judge on ``evaluation`` patients' from then on,
    beside "as at the start". ``None`` where there are too few answers."""
    later = found.filter(pl.col("week").is_between(0.5, LAST_WEEK))
    known = later.filter(pl.col("patient_key").is_in(training.tolist()))
    asked = later.filter(pl.col("patient_key").is_in(evaluation.tolist()))
    if moment is not None:
        known, asked = known.filter(pl.col("at") <= moment), asked.filter(pl.col("at") >= moment)
    if known.height < FEWEST_ANSWERS:
        return None
    course = _learn(known, seed)
    kept = {
        "weights": course.weights.tolist(), "middle": course.middle, "half_widths": course.half_widths.tolist(),
        "level": LEVEL, "training": _counts(known), "evaluation": _counts(asked),
    }  # fmt: skip
    if asked.height == 0:
        return kept
    baseline, week, total, patient = _arrays(asked)
    low, high = course.band(baseline, week)
    rows = jury(total, patient, resamples=resamples, seed=seed)
    return kept | {
        "coverage": rows.interval(lambda weight: float(np.average((total >= low) & (total <= high), weights=weight))),
        "mae": rows.of(mean_absolute_error, course.expected(baseline, week)),
        "start_mae": rows.of(mean_absolute_error, baseline),
    }


def _counts(found: pl.DataFrame) -> dict[str, int]:
    return {"patients": found["patient_key"].n_unique(), "answers": found.height}


def _arrays(found: pl.DataFrame) -> tuple[Real, Real, Real, Whole]:
    baseline, week, total = (found[name].to_numpy().astype(np.float64) for name in ("baseline", "week", "total"))
    return baseline, week, total, found["patient_key"].to_numpy()


def _learn(known: pl.DataFrame, seed: int) -> Course:
    baseline, week, total, patient = _arrays(known)
    middle = float(baseline.mean())
    design, change = _design(baseline - middle, week), total - baseline
    fold = folds_of(patient, np.zeros_like(total), _FOLDS, seed=seed)
    errors = np.zeros_like(total)
    for number in range(_FOLDS):
        out = fold == number
        errors[out] = np.abs(change[out] - design[out] @ _weights(design[~out], change[~out]))
    stretch = np.digitize(week, STRETCHES)
    overall = conformal(errors, LEVEL)
    widths = [
        conformal(errors[stretch == n], LEVEL) if (stretch == n).sum() >= FEWEST_ANSWERS else overall
        for n in range(len(STRETCHES) + 1)
    ]
    return Course(_weights(design, change), middle, np.asarray(widths))


def _weights(design: Real, change: Real) -> Real:
    gram = design.T @ design + _RIDGE * np.eye(design.shape[1])
    return np.asarray(np.linalg.solve(gram, design.T @ change), np.float64)


def courses_of(streams: Streams, kept: Mapping[str, Any] | None, *, as_of: int) -> dict[int, dict[str, Any]]:
    """For each patient with a first answer before ``as_of`` (seconds) the band by weeks since it, and where the newest
    answer lies: ``side`` +1 above the band (more difficulty than expected), -1 below, 0 within. As JSON."""
    if not kept:
        return {}
    course = Course.from_json(kept)
    known = answers(streams).filter(pl.col("at") < as_of)
    newest = known.group_by("patient_key", maintain_order=True).last()
    weeks = np.asarray(WEEKS, np.float64)
    found = {}
    for row in newest.iter_rows(named=True):
        start = np.full_like(weeks, row["baseline"])
        low, high = course.band(start, weeks)
        low[0] = high[0] = row["baseline"]
        found[int(row["patient_key"])] = {
            "instrument": INSTRUMENT,
            "start": datetime.fromtimestamp(row["baseline_at"], UTC).isoformat(),
            "baseline": row["baseline"],
            "weeks": list(WEEKS),
            "low": np.round(low, 1).tolist(),
            "high": np.round(high, 1).tolist(),
            "level": LEVEL,
            "newest": _newest(course, row),
        }
    return found


def _newest(course: Course, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the newest answer lies; ``None`` for the first answer itself and after the last week of the band."""
    if not 0.5 <= row["week"] <= LAST_WEEK:
        return None
    low, high = (float(border[0]) for border in course.band(np.array([row["baseline"]]), np.array([row["week"]])))
    side = int(row["total"] > high) - int(row["total"] < low)
    at = datetime.fromtimestamp(row["at"], UTC).isoformat()
    return {"at": at, "week": round(row["week"], 1), "total": row["total"], "side": side,
            "low": round(low, 1), "high": round(high, 1)}  # fmt: skip
