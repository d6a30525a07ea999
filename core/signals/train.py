"""Trains one model: people split by group and time, a booster and a regression fitted on those who train, the simpler
one kept unless the booster beats it beyond noise, and all of it judged on those who were held out (``verdict``)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as version_of
from typing import Any

import numpy as np
import xgboost as xgb

from core.signals.calibrate import sigmoid
from core.signals.course import learn_course
from core.signals.estimators import BOOSTER, LINEAR, SUFFIX
from core.signals.features import FactorDomain, feature_codes, features
from core.signals.fit import Candidate, Recipe, Rows, fit, members
from core.signals.judge import RESAMPLES, Interval, Metric, Real, clearly_above_zero, jury, log_loss
from core.signals.judge import mean_absolute_error as error_in_points
from core.signals.material import Held, Material
from core.signals.model import LEVEL, POINTS_LEVEL, Model
from core.signals.questions import QUESTIONS, SIMULATED
from core.signals.reference import reference_of
from core.signals.split import Split, split
from core.signals.verdict import verdict
from models import Signal

FEWEST_PATIENTS = 8  # (d) training patients with the event (and without it); below that nothing is trained
FEWEST_EVALUATION = 2  # (d) the same among the evaluation patients
SEED = 20
COUNTED = np.asarray([float(feature.domain is not FactorDomain.TREATMENT) for feature in features()])


@dataclass(frozen=True, slots=True)
class Trained:
    """A manifest without its seal, and the estimators by file name (none where the model was not trained)."""

    manifest: dict[str, Any]
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Terms:
    """How to train: the moment, whether the people are simulated, how often to resample for the intervals of figures,
    and the fewest training and evaluation patients with, and without, the event."""

    now: datetime
    simulated: bool
    resamples: int = RESAMPLES
    fewest: tuple[int, int] = (FEWEST_PATIENTS, FEWEST_EVALUATION)


def train(signal: Signal, material: Material, terms: Terms) -> Trained:
    """Train and judge one model. Its manifest says what came of it, also where nothing could be trained."""
    rows = material.rows()
    parts = split(signal, rows)
    training, evaluation = rows.take(parts.training), rows.take(parts.evaluation)
    about = _about(signal, training, evaluation, parts, terms)
    short = _too_few(signal, training, evaluation, terms.fewest)
    if short is not None:
        return _untrained(about, short)
    booster, regression = (fit(Recipe(kind, signal, feature_codes(), SEED), training) for kind in (BOOSTER, LINEAR))
    chosen, earned = _earned(booster, regression, training, evaluation, terms)
    if chosen.slope == 0.0:
        return _untrained(about | {"earned": earned}, {"code": "nothing_learned"})
    files, model = _finished(chosen, training, terms)
    held = Held(material, parts, training, evaluation)
    manifest = about | {
        "trained": True,
        "kind": chosen.recipe.kind,
        "version": model.version,
        "size": chosen.size,
        "calibration": {"slope": model.slope, "intercept": model.intercept, "offsets": list(model.offsets)},
        "half_width": model.half_width,
        "level": LEVEL if model.probability else POINTS_LEVEL,
        "reference": model.reference.as_json(),
        "earned": earned,
        "course": _course(signal, material, rows, parts, terms),
        **verdict(model, {"booster": booster, "regression": regression}, held, resamples=terms.resamples, seed=SEED),
    }
    return Trained(manifest, files)


def _untrained(about: dict[str, Any], why: dict[str, Any]) -> Trained:
    return Trained(about | {"trained": False, "version": "untrained", "why": why}, {})


def _too_few(signal: Signal, training: Rows, evaluation: Rows, fewest: tuple[int, int]) -> dict[str, Any] | None:
    """Why a model cannot be trained, with the counts; ``None`` where there is enough."""
    for rows, needed, group in ((training, fewest[0], "training"), (evaluation, fewest[1], "evaluation")):
        for value, kind in ((1.0, "with"), (0.0, "without")):
            matching = rows.target == value if QUESTIONS[signal].probability else np.ones(rows.target.size, bool)
            found = int(np.unique(rows.patient[matching]).size)
            if found < needed:
                return {"code": f"too_few_{kind}", "group": group, "patients": found, "needed": needed}
    return None


def _about(signal: Signal, training: Rows, evaluation: Rows, parts: Split, terms: Terms) -> dict[str, Any]:
    def count(rows: Rows) -> dict[str, Any]:
        positive = rows.target >= 1.0
        found: dict[str, Any] = {"patients": rows.people, "rows": int(rows.target.size)}
        if rows.as_of.size:
            found |= {"first": int(rows.as_of.min()), "last": int(rows.as_of.max())}
        if QUESTIONS[signal].probability:
            found |= {"events": int(positive.sum()), "patients_with": int(np.unique(rows.patient[positive]).size)}
        return found

    return {
        "made_at": terms.now.isoformat(),
        "simulated": terms.simulated,
        "features": list(feature_codes()),
        "split_at": parts.moment,
        "training": count(training),
        "evaluation": count(evaluation),
        "resamples": terms.resamples,
        "libraries": {name: version_of(name) for name in ("polars", "numpy", "scipy")}
        | {"xgboost": str(xgb.__version__)},
    }


def _earned(
    booster: Candidate, regression: Candidate, training: Rows, evaluation: Rows, terms: Terms
) -> tuple[Candidate, dict[str, Any]]:
    """The booster has to beat the regression beyond noise twice: on training patients left out of each fold, and on the
    people held out. The second can only take it away: nothing is chosen for how it did there."""
    probability = booster.recipe.probability
    metric: Metric = log_loss if probability else error_in_points
    name = "log_loss" if probability else "mae"

    def gain(rows: Rows, simple: Real, deep: Real) -> Interval:
        people = jury(rows.target, rows.patient, resamples=terms.resamples, seed=SEED)
        return people.gain(metric, _said(simple, probability), _said(deep, probability))

    asked = evaluation.values
    gains = {
        "left_out": gain(training, regression.crossed, booster.crossed),
        "held_out": gain(evaluation, _calibrated(regression, asked), _calibrated(booster, asked)),
    }
    kept = all(clearly_above_zero(interval) for interval in gains.values())
    return (booster if kept else regression), {"metric": name, "booster_kept": kept, **gains}


def _said(margin: Real, probability: bool) -> Real:
    return sigmoid(margin) if probability else np.clip(margin, 0.0, 100.0)


def _calibrated(candidate: Candidate, values: Real) -> Real:
    return candidate.slope * candidate.estimator.margin(values) + candidate.intercept


def _finished(chosen: Candidate, training: Rows, terms: Terms) -> tuple[dict[str, bytes], Model]:
    found, offsets = members(chosen, training)
    suffix = SUFFIX[chosen.recipe.kind]
    files = {f"estimator.{suffix}": chosen.estimator.raw()}
    files |= {f"member-{n:02}.{suffix}": member.raw() for n, member in enumerate(found)}
    calibrated = repr((chosen.slope, chosen.intercept, chosen.half_width, offsets)).encode()
    name = hashlib.sha256(b"".join([raw for _, raw in sorted(files.items())] + [calibrated])).hexdigest()[:8]
    model = Model(
        signal=chosen.recipe.signal,
        version=f"{SIMULATED if terms.simulated else ''}{terms.now:%Y-%m-%d}-{name}",
        estimator=chosen.estimator,
        members=found,
        slope=chosen.slope,
        intercept=chosen.intercept,
        half_width=chosen.half_width,
        offsets=offsets,
        probability=chosen.recipe.probability,
        features=feature_codes(),
        reference=reference_of(training.values, training.people, COUNTED),
        manifest={},
    )
    return files, model


def _course(signal: Signal, material: Material, rows: Rows, parts: Split, terms: Terms) -> dict[str, Any] | None:
    if signal is not Signal.PROGNOSIS:
        return None
    held = np.unique(rows.patient[parts.evaluation])
    others = np.setdiff1d(np.unique(rows.patient), held)
    return learn_course(material.answers, others, held, parts.moment, resamples=terms.resamples, seed=SEED)
