"""Who trains and who judges: apart as people *and* in time. The people who came last are held out, and between the two
lies a moment: training sees only looks whose follow-up was over by then, the judging only looks from then on."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.signals.fit import Rows
from models import Signal

EVALUATION_SHARE = 0.3
DAY = 86_400
# Days after a look by which its answer was known (prognosis: week 12 and two weeks' slack, seen from week 2; quality of
# life: four weeks and a week's slack).
KNOWN_AFTER = {Signal.SAFETY: 14, Signal.RELAPSE: 28, Signal.PROGNOSIS: 84, Signal.QUALITY_OF_LIFE: 35}
LEAST_KEPT = 0.25  # (d) of the looks on either side; below that people are split and time is not
_MOMENTS = 60


@dataclass(frozen=True, slots=True)
class Split:
    """Masks of the training and evaluation rows, and the moment (seconds) between them; ``None`` where people who all
    came at once could only be split as people."""

    training: Any
    evaluation: Any
    moment: int | None


def split(signal: Signal, rows: Rows) -> Split:
    """Hold out the 30 % of the people whose first look came last (ties by a hash of their key); the moment lies where
    both sides keep the same share of their looks. No outcome moves either: choosing people by what happened to them
    would make events more frequent among those who came late and were followed for less time."""
    held = np.isin(rows.patient, _held_out(rows))
    known = rows.as_of + KNOWN_AFTER[signal] * DAY
    if not rows.as_of.size or held.all() or not held.any():
        return Split(~held, held, None)
    moments = np.unique(np.quantile(rows.as_of, np.linspace(0, 1, _MOMENTS)).astype(np.int64))
    kept = [min((known[~held] <= at).mean(), (rows.as_of[held] >= at).mean()) for at in moments]
    if max(kept) < LEAST_KEPT:
        return Split(~held, held, None)
    moment = int(moments[int(np.argmax(kept))])
    return Split(~held & (known <= moment), held & (rows.as_of >= moment), moment)


def _held_out(rows: Rows) -> list[int]:
    came = {int(key): int(rows.as_of[rows.patient == key].min()) for key in np.unique(rows.patient)}
    latest = sorted(came, key=lambda key: (-came[key], _draw(key)))
    return latest[: round(EVALUATION_SHARE * len(latest))]


def _draw(key: int) -> str:
    return hashlib.sha256(f"evaluation:{key}".encode()).hexdigest()
