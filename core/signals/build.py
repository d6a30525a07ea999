"""Features of a partition of patients: one pure function from ``Streams`` and points in time to a row for each point.

Only whole days before the patient's day of ``as_of``, and moments before ``as_of``, are looked at (no look-ahead).
Days are laid out densely, patient × day × series, and each point looks at its own 63 of them: a sum over an axis of an
array has one order whatever the order of the rows, and costs a fraction of joining points with days
(``docs/decisions/features-on-dense-days.md``).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from core.ingest.columns import Real, Whole
from core.signals import build_care, build_talk
from core.signals.build_entries import engagement, prompt_days, since
from core.signals.build_series import STREAMS, Seen, of_days
from core.signals.build_within import pair_sums, within_days
from core.signals.features import LONGEST_LOOK_BACK, feature_codes
from core.signals.grid import Block, ByPatient, Looks, day_series
from core.signals.streams import Streams

# Beside the features: days with any value in the last 14, days since the last one, share of 28 days with each stream.
COVERAGE = ("days_14", "silent_days", "covered.engagement", *(f"covered.{one}" for one in STREAMS))
BLOCK = 96  # patients laid out at once: some megabytes
LOOKS = 768  # points looked at at once


def build(streams: Streams, points: pl.DataFrame) -> pl.DataFrame:
    """One row for each point, in order of its number: point, patient_key, as_of, day, every feature, ``COVERAGE``.

    A feature with too few values is null. Pure: the same streams and points give the same numbers, whatever the order
    of the rows and whoever else is in the partition.
    """
    asked = points.sort("point")
    codes = feature_codes()
    if not asked.height:
        return asked.with_columns(pl.lit(None, pl.Float64).alias(name) for name in (*codes, *COVERAGE))
    parts = [
        _dense(streams, asked),
        since(streams.prompts, asked),
        build_talk.messages(streams.messages, asked),
        build_talk.alliance(streams.ratings, asked),
        build_care.questionnaires(streams.questionnaires, streams.patients, asked),
        build_care.treatment(streams.steps, streams.patients, asked),
    ]
    wide = asked
    for part in parts:
        wide = wide.join(part, on="point", how="left", maintain_order="left")
    finite = (pl.when(pl.col(code).is_finite()).then(pl.col(code)).alias(code) for code in codes)
    known = pl.col("silent_days").fill_nan(None)
    return wide.with_columns(pl.col(codes).cast(pl.Float64)).select(
        *points.columns, *finite, *(known if name == "silent_days" else name for name in COVERAGE)
    )


def _dense(streams: Streams, points: pl.DataFrame) -> pl.DataFrame:
    """point, and what is computed of days."""
    found = [pl.DataFrame({"point": numbers} | columns) for numbers, columns in _looked(streams, points)]
    return pl.concat(found)


def _looked(streams: Streams, points: pl.DataFrame) -> Iterator[tuple[Whole, dict[str, Real]]]:
    """Shares of the points with their features of days, patients in blocks."""
    number, key, day = (points[name].to_numpy() for name in ("point", "patient_key", "day"))
    known_days, moments, prompts = (ByPatient.of(one) for one in (streams.days, streams.moments, streams.prompts))
    for own in partitions(np.unique(key).tolist(), BLOCK):
        asked = np.flatnonzero((key >= own[0]) & (key <= own[-1]))
        first = int(day[asked].min()) - LONGEST_LOOK_BACK
        block = Block(np.asarray(own), first, int(day[asked].max()) - first)
        values, highs = day_series(block, known_days)
        pairs, asked_days = pair_sums(block, moments), prompt_days(block, prompts)
        for start in range(0, asked.size, LOOKS):
            some = asked[start : start + LOOKS]
            looks = Looks(np.searchsorted(block.keys, key[some]), day[some] - first)
            seen = Seen.of(looks.back(values), looks.back(highs), day[some])
            yield number[some], of_days(seen) | within_days(looks, pairs) | engagement(looks, asked_days)


def partitions(keys: list[int], size: int) -> Iterator[list[int]]:
    """Patients in shares of at most ``size``, so that memory stays flat however many there are."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
