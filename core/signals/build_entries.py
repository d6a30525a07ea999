"""Features of the prompts: how many are answered, in which part of the day they are missed, and how long since."""

import numpy as np
import polars as pl

from core.ingest.columns import Real
from core.signals.build_talk import HOURS
from core.signals.features import FORTNIGHT, LONGEST_LOOK_BACK, MONTH, WEEK
from core.signals.grid import Block, ByPatient, Flags, Looks, divide

SLOTS = ("morning", "afternoon", "evening")
_NOON, _EVENING = 12, 18  # (d) where the parts of the day begin
_FEWEST, _FEWEST_BASELINE, _FEWEST_SLOT = 3, 10, 5  # prompts sent


def prompt_days(block: Block, prompts: ByPatient) -> Real:
    """Patients × days × parts of the day × (sent, answered). Answered means by the end of the day on which it was sent:
    what comes later, nobody could have known."""
    rows, (patient, day) = block.rows(prompts)
    hour = rows["hour"].to_numpy()
    slot = (hour >= _NOON).astype(np.int64) + (hour >= _EVENING)
    answered = rows["answered_day"].to_numpy() == rows["day"].to_numpy()  # null is NaN, which is no day
    place = (patient * block.days + day) * len(SLOTS) + slot
    shape = (block.keys.size, block.days, len(SLOTS))
    size = int(np.prod(shape))
    sent, done = np.bincount(place, minlength=size), np.bincount(place, answered, size)
    return np.stack([sent.reshape(shape), done.reshape(shape)], axis=-1)


def engagement(looks: Looks, prompts: Real) -> dict[str, Real]:
    """Compliance, its change, the longest silence, and what is missed by part of the day."""
    seen = looks.back(prompts)
    week, before = _answered(seen, 0, WEEK, _FEWEST), _answered(seen, WEEK, LONGEST_LOOK_BACK, _FEWEST_BASELINE)
    days = seen[..., 1].sum(axis=2) > 0
    found = {
        "entries.compliance_7": week,
        "entries.compliance_28": _answered(seen, 0, MONTH, _FEWEST_BASELINE),
        "entries.change_7": week - before,
        "entries.longest_gap_28": _longest_gap(seen[:, :MONTH, :, 0].sum(axis=2) > 0, days[:, :MONTH]),
        "covered.engagement": days[:, :MONTH].sum(axis=1) / MONTH,
    }
    lately = _missed(seen[:, :FORTNIGHT], _FEWEST_SLOT)
    change = lately - _missed(seen[:, FORTNIGHT:], _FEWEST_BASELINE)
    for number, slot in enumerate(SLOTS):
        found[f"missed.{slot}_14"], found[f"missed.{slot}_change_14"] = lately[:, number], change[:, number]
    return found


def _answered(seen: Real, low: int, high: int, fewest: int) -> Real:
    sent, done = np.moveaxis(seen[:, low:high].sum(axis=(1, 2)), -1, 0)
    return divide(done, sent, sent >= fewest)


def _missed(seen: Real, fewest: int) -> Real:
    sent, done = np.moveaxis(seen.sum(axis=1), -1, 0)
    return divide(sent - done, sent, sent >= fewest)


def _longest_gap(sent: Flags, answered: Flags) -> Real:
    """The longest run of days without an answer among the last 28, the silence up to ``as_of`` included; days before
    the first prompt of these 28 are not known to be a silence. NaN where no prompt was sent."""
    asked = np.logical_or.accumulate(sent[:, ::-1], axis=1)[:, ::-1]
    running, longest = np.zeros(len(answered)), np.zeros(len(answered))
    for quiet in (asked & ~answered).T:
        running = np.where(quiet, running + 1, 0.0)
        longest = np.maximum(longest, running)
    return np.where(asked[:, 0], longest, np.nan)


def since(prompts: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """point, entries.hours_since: hours since the last answer before ``as_of``, of those in the last 63 days."""
    answered = prompts.filter(pl.col("answered").is_not_null()).select("patient_key", "answered").sort("answered")
    asked = points.select("point", "patient_key", "as_of").sort("as_of")
    last = asked.join_asof(
        answered, left_on="as_of", right_on="answered", by="patient_key", strategy="backward",
        allow_exact_matches=False, check_sortedness=False,
    )  # fmt: skip
    hours = (pl.col("as_of") - pl.col("answered")) * HOURS
    recent = hours <= LONGEST_LOOK_BACK * 24
    return last.select("point", pl.when(recent).then(hours).alias("entries.hours_since"))
