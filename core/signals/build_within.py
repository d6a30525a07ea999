"""Features from one entry to the next within a day: how far entries lie apart (RMSSD) and how much of one stays in the
next (inertia). What is needed of each day is summed up once; windows add days."""

import numpy as np
import polars as pl

from core.ingest.columns import Real, Whole
from core.signals.features import FORTNIGHT, MONTH, STATISTICS, momentary_series
from core.signals.grid import Block, ByPatient, Looks, divide, over_days

_PARTS = 8  # of each day: pairs, Σ(y−x)², Σx, Σy, Σxy, Σx² of its pairs (x before y), Σ of all entries, their number
_FLAT = 1e-9  # a variance below this is none


def pair_sums(block: Block, moments: ByPatient) -> Real:
    """Patients × days × series × parts: what the pairs of successive entries of each day add up to."""
    found = np.zeros((block.keys.size, block.days, len(momentary_series()), _PARTS))
    rows, (patient, day) = block.rows(moments, pl.col("value").is_finite())
    measure, at, value = (rows[name].to_numpy() for name in ("measure_id", "at", "value"))
    order = _once(patient, at, measure)
    patient, day, measure, at = (column[order] for column in (patient, day, measure, at))
    value = value[order]
    for column, series in enumerate(momentary_series()):
        own = np.isin(measure, series.measures)
        if own.any():
            _add(found[:, :, column], patient[own], day[own], at[own], value[own])
    return found


def _once(patient: Whole, at: Whole, measure: Whole) -> Whole:
    """The places of the rows in order of patient, time and measure; of rows that came twice, one."""
    order = np.lexsort((measure, at, patient))
    again = np.ones(order.size, bool)
    again[:1] = False
    for column in (patient[order], at[order], measure[order]):
        again[1:] &= column[1:] == column[:-1]
    return np.asarray(order[~again])


def _add(found: Real, patient: Whole, day: Whole, at: Whole, value: Real) -> None:
    """Put the sums of one series into patients × days × parts. Rows are in order of patient and time."""
    new = np.ones(at.size, bool)
    new[1:] = (patient[1:] != patient[:-1]) | (at[1:] != at[:-1])
    first = np.flatnonzero(new)
    counts = np.diff(np.append(first, at.size))
    entry = np.add.reduceat(value, first) / counts  # an entry is the mean of its items
    who, when = patient[first], day[first]
    pair = (who[1:] == who[:-1]) & (when[1:] == when[:-1])
    x, y = entry[:-1][pair], entry[1:][pair]
    parts = (np.ones(x.size), (y - x) ** 2, x, y, x * y, x * x)
    place = who * found.shape[1] + when
    size = found.shape[0] * found.shape[1]
    flat = found.reshape(size, -1)
    for number, part in enumerate(parts):
        flat[:, number] = np.bincount(place[1:][pair], part, size)
    flat[:, 6], flat[:, 7] = np.bincount(place, entry, size), np.bincount(place, minlength=size)
    flat[flat[:, 0] == 0, 6:] = 0.0  # a day without a pair has no part in the mean


def within_days(looks: Looks, sums: Real) -> dict[str, Real]:
    """RMSSD and inertia of every look, by feature."""
    found: dict[str, Real] = {}
    month = looks.back(sums, MONTH)
    fortnight = over_days(month[:, :FORTNIGHT])
    for statistic, values in (("rmssd_14", _rmssd(fortnight)), ("inertia_28", _inertia(over_days(month)))):
        for column, series in enumerate(momentary_series()):
            if statistic in series.statistics:
                found[f"{series.code}.{statistic}"] = values[:, column]
    return found


def _rmssd(sums: Real) -> Real:
    pairs, squares = sums[..., 0], sums[..., 1]
    enough = pairs >= STATISTICS["rmssd_14"].fewest
    return np.sqrt(divide(squares, pairs, enough))


def _inertia(sums: Real) -> Real:
    """Σ(x−m)(y−m) / Σ(x−m)² over pairs; m is the mean of the entries of these days. Undefined where x never varies."""
    pairs, _squares, x, y, xy, xx, total, entries = np.moveaxis(sums, -1, 0)
    mean = np.divide(total, entries, out=np.zeros(total.shape), where=entries > 0)
    together = xy - mean * (x + y) + pairs * mean**2
    alone = xx - 2 * mean * x + pairs * mean**2
    enough = (pairs >= STATISTICS["inertia_28"].fewest) & (alone > _FLAT * pairs)
    return divide(together, alone, enough)
