"""When a model stays silent, and why: reasons as codes with their numbers, made into words by ``dashboard.wording``.

Every threshold is a default of ours without published evidence (d).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from core.signals.features import FactorDomain, feature_codes, features
from core.signals.model import Model
from core.signals.targets import PROGNOSIS_FIRST, PROGNOSIS_LAST
from models import Signal

DAYS_NEEDED, DAYS_WINDOW = 5, 14
SILENT_LIMIT = 7
MISSING_LIMIT = 0.7
_SAFETY = tuple(feature.code for feature in features() if feature.domain is FactorDomain.SAFETY_ANSWERS)
_MOOD = ("mood_low.mean_7", "mood_good.mean_7")
# signal: reason code, and the features of which at least one must be there
REQUIRED: dict[Signal, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Signal.SAFETY: (("no_safety_answers", _SAFETY), ("no_mood", _MOOD)),
    Signal.RELAPSE: (("no_mood", _MOOD), ("no_questionnaires", ("core10.last", "phq9.last"))),
    Signal.PROGNOSIS: (
        ("no_core10", ("core10.last",)),
        ("no_alliance", ("alliance_patient.last", "alliance_therapist.last")),
    ),
    Signal.QUALITY_OF_LIFE: (("no_who5", ("who5.last",)),),
}
_PLACE = {code: place for place, code in enumerate(feature_codes())}

Reason = dict[str, Any]


def reasons(signal: Signal, values: np.ndarray[Any, Any], about: Sequence[Mapping[str, Any]]) -> list[list[Reason]]:
    """Why ``signal`` cannot be answered from each row of features (NaN where missing); empty where it can.

    ``about`` holds for each row days_14, silent_days (``None``: nothing ever), treatment_days and outcome (see
    ``outcome_reason``).
    """
    known = np.isfinite(values)
    there = [(code, known[:, [_PLACE[feature] for feature in wanted]].any(axis=1)) for code, wanted in REQUIRED[signal]]
    missing = 1 - known.mean(axis=1)
    found = []
    for place, row in enumerate(about):
        own = (_outside_of_question(row) if signal is Signal.PROGNOSIS else []) + _too_quiet(row)
        own += [{"code": code} for code, seen in there if not seen[place]]
        if missing[place] > MISSING_LIMIT and not own:
            own.append({"code": "thin", "missing": round(float(missing[place]), 2), "limit": MISSING_LIMIT})
        found.append(own)
    return found


def speakable(signal: Signal, built: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``build`` on which the model would speak at all: it learns from, and is watched on, what it is asked."""
    there = [pl.any_horizontal(pl.col(wanted).is_not_null()) for _code, wanted in REQUIRED[signal]]
    return built.filter(pl.col("days_14") >= DAYS_NEEDED, *there)


def too_far(model: Model, values: np.ndarray[Any, Any]) -> dict[int, list[Reason]]:
    """The rows (by place) that lie further from the training data than the model may speak of, with the feature that
    lies furthest out."""
    distance = model.reference.distance(values)
    return {
        int(place): [
            {
                "code": "far", "feature": model.features[model.reference.furthest(values[place])],
                "distance": round(float(distance[place]), 2), "limit": round(model.reference.limit, 2),
            }
        ]
        for place in np.flatnonzero(distance > model.reference.limit)
    }  # fmt: skip


def _too_quiet(about: Mapping[str, Any]) -> list[Reason]:
    silent = about["silent_days"]
    if silent is None:
        return [{"code": "no_entries"}]
    if silent > SILENT_LIMIT:
        return [{"code": "silent", "days": int(silent), "limit": SILENT_LIMIT}]
    if about["days_14"] < DAYS_NEEDED:
        return [
            {"code": "few_days", "days": int(about["days_14"]), "needed": DAYS_NEEDED, "window": DAYS_WINDOW}
        ]  # fmt: skip
    return []


def _outside_of_question(about: Mapping[str, Any]) -> list[Reason]:
    days = about["treatment_days"]
    if days is None or days < PROGNOSIS_FIRST:
        return [{"code": "too_early", "weeks": PROGNOSIS_FIRST // 7}]
    if days > PROGNOSIS_LAST:
        return [about["outcome"] or {"code": "past_week_10", "weeks": days // 7 + 1}]
    return []
