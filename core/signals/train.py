"""Trains the four models on the recorded events: points every two weeks for each patient, patients split into training
and evaluation, fitted (``fit``), judged on the evaluation patients against baselines (``judge``, ``baselines``)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as version_of
from typing import Any

import numpy as np
import polars as pl
import xgboost as xgb

from core.signals.baselines import baselines
from core.signals.features import by_code, feature_codes
from core.signals.fit import Fitted, Rows, fit
from core.signals.judge import calibration, calibration_line, judged
from core.signals.model import LEVEL, POINTS_LEVEL, Model, predict
from core.signals.questions import QUESTIONS, SIMULATED
from models import Signal

EVALUATION_SHARE = 0.3
FEWEST_PATIENTS = 8  # (d) training patients with the event (and without it); below that nothing is trained
FEWEST_EVALUATION = 3  # (d) the same among the evaluation patients
SEED = 20
SHOWN_FEATURES, SHOWN_ROWS = 12, 150


@dataclass(frozen=True, slots=True)
class Trained:
    """A manifest without its seal, and the boosters by file name (none where the model was not trained)."""

    manifest: dict[str, Any]
    boosters: dict[str, bytes]


def train(signal: Signal, table: pl.DataFrame, *, now: datetime, simulated: bool) -> Trained:
    """Train and judge one model on ``table`` (patient_key, as_of, every feature, target; observed rows only)."""
    rows = rows_of(table)
    held_out = evaluation_rows(rows)
    training, evaluation = rows.take(~held_out), rows.take(held_out)
    about = _about(signal, table, training, evaluation, now=now, simulated=simulated)
    short = _too_few(signal, training, evaluation)
    if short is not None:
        return Trained(about | {"trained": False, "version": "untrained", "why": short}, {})
    probability = QUESTIONS[signal].probability
    fitted = fit(signal, training, feature_codes(), probability=probability, seed=SEED)
    if fitted.slope == 0.0:
        return Trained(about | {"trained": False, "version": "untrained", "why": {"code": "nothing_learned"}}, {})
    boosters = _files(fitted)
    calibrated = repr((fitted.slope, fitted.intercept, fitted.half_width, fitted.offsets)).encode()
    name = hashlib.sha256(b"".join([raw for _, raw in sorted(boosters.items())] + [calibrated])).hexdigest()[:8]
    model = _model(signal, f"{SIMULATED if simulated else ''}{now:%Y-%m-%d}-{name}", fitted)
    manifest = about | {
        "trained": True,
        "version": model.version,
        "rounds": fitted.rounds,
        "calibration": {"slope": fitted.slope, "intercept": fitted.intercept, "offsets": list(fitted.offsets)},
        "half_width": fitted.half_width,
        "level": LEVEL if probability else POINTS_LEVEL,
        **_verdict(signal, model, training, evaluation),
    }
    return Trained(manifest, boosters)


def rows_of(table: pl.DataFrame) -> Rows:
    """The arrays of a training table."""
    values = table.select(feature_codes()).to_numpy().astype(np.float64)
    return Rows(values, table["target"].to_numpy().astype(np.float64), table["patient_key"].to_numpy())


def evaluation_rows(rows: Rows) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows belong to evaluation patients: 30 % of the patients with a positive row and of those without, by a
    hash of their key, so that the same people stay held out from run to run."""
    keys = np.unique(rows.patient)
    positive = {int(key): bool(rows.target[rows.patient == key].max() >= 1.0) for key in keys}
    chosen: list[int] = []
    for group in (True, False):
        members = sorted((int(key) for key in keys if positive[int(key)] is group), key=_draw)
        chosen += members[: round(EVALUATION_SHARE * len(members))]
    return np.isin(rows.patient, chosen)


def _draw(key: int) -> str:
    return hashlib.sha256(f"evaluation:{key}".encode()).hexdigest()


def _too_few(signal: Signal, training: Rows, evaluation: Rows) -> dict[str, Any] | None:
    """Why a model cannot be trained, with the counts; ``None`` where there is enough."""
    for rows, needed, group in ((training, FEWEST_PATIENTS, "training"), (evaluation, FEWEST_EVALUATION, "evaluation")):
        for value, kind in ((1.0, "with"), (0.0, "without")):
            matching = rows.target == value if QUESTIONS[signal].probability else np.ones(rows.target.size, bool)
            found = int(np.unique(rows.patient[matching]).size)
            if found < needed:
                return {"code": f"too_few_{kind}", "group": group, "patients": found, "needed": needed}
    return None


def _about(
    signal: Signal, table: pl.DataFrame, training: Rows, evaluation: Rows, *, now: datetime, simulated: bool
) -> dict[str, Any]:
    def count(rows: Rows) -> dict[str, Any]:
        positive = rows.target >= 1.0
        found: dict[str, Any] = {"patients": int(np.unique(rows.patient).size), "rows": int(rows.target.size)}
        if QUESTIONS[signal].probability:
            found |= {"events": int(positive.sum()), "patients_with": int(np.unique(rows.patient[positive]).size)}
        return found

    span = (int(table["as_of"].min() or 0), int(table["as_of"].max() or 0)) if table.height else None  # type: ignore[arg-type]
    return {
        "made_at": now.isoformat(),
        "simulated": simulated,
        "features": list(feature_codes()),
        "window": span,
        "training": count(training),
        "evaluation": count(evaluation),
        "libraries": {name: version_of(name) for name in ("polars", "numpy", "scikit-learn")}
        | {"xgboost": str(xgb.__version__)},
    }


def _files(fitted: Fitted) -> dict[str, bytes]:
    files = {"booster.ubj": bytes(fitted.booster.save_raw("ubj"))}
    return files | {f"member-{n:02}.ubj": bytes(m.save_raw("ubj")) for n, m in enumerate(fitted.members)}


def _model(signal: Signal, version: str, fitted: Fitted) -> Model:
    return Model(
        signal=signal,
        version=version,
        booster=fitted.booster,
        members=fitted.members,
        slope=fitted.slope,
        intercept=fitted.intercept,
        half_width=fitted.half_width,
        offsets=fitted.offsets,
        probability=QUESTIONS[signal].probability,
        features=feature_codes(),
        manifest={},
    )


def _verdict(signal: Signal, model: Model, training: Rows, evaluation: Rows) -> dict[str, Any]:
    """Metrics of the model and of each baseline on the evaluation patients, calibration, and what the plots show."""
    found = predict(model, evaluation.values)
    estimates = {"model": found.estimate} | baselines(
        signal, training, evaluation.values, feature_codes(), probability=model.probability
    )
    target, patient = evaluation.target, evaluation.patient
    metrics = {
        name: judged(target, estimate, patient, probability=model.probability, seed=SEED)
        for name, estimate in estimates.items()
    }
    verdict: dict[str, Any] = {"metrics": metrics, "importance": _importance(found.contributions, evaluation.values)}
    if model.probability:
        return verdict | {
            "calibration_groups": calibration(target, found.estimate),
            "calibration_line": calibration_line(target, found.estimate),
        }
    inside = (target >= found.lower) & (target <= found.upper)
    return verdict | {"coverage": float(inside.mean())}


def _importance(contributions: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """The features with the largest mean absolute contribution on the evaluation patients; for each a sample of
    contributions with the rank of the value (0 lowest, 1 highest, ``None`` missing)."""
    size = np.abs(contributions).mean(axis=0)
    codes = feature_codes()
    order = sorted(range(len(codes)), key=lambda i: (-size[i], codes[i]))[:SHOWN_FEATURES]
    rows = np.linspace(0, len(values) - 1, min(SHOWN_ROWS, len(values))).astype(int)
    return [
        {
            "feature": codes[i],
            "domain": by_code()[codes[i]].domain.value,
            "size": round(float(size[i]), 5),
            "contributions": [round(float(x), 4) for x in contributions[rows, i]],
            "ranks": _ranks(values[:, i])[rows].tolist(),
        }
        for i in order
        if size[i] > 0
    ]


def _ranks(column: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    ranks = np.full(column.size, None, object)
    seen = np.flatnonzero(np.isfinite(column))
    if seen.size:
        low, high = float(column[seen].min()), float(column[seen].max())
        order = np.searchsorted(np.sort(column[seen]), column[seen], side="left") / max(seen.size - 1, 1)
        ranks[seen] = [round(float(x), 3) for x in (order if high > low else np.full(seen.size, 0.5))]
    return ranks
