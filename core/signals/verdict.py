"""What is said about a trained model after looking at the people held out: its figures beside simpler ways, whether its
chances and intervals hold what they say, what the alliance adds, how it does for each group, what it would be worth as
an alert, and what it looks at."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.signals import budget, groups
from core.signals.baselines import baselines
from core.signals.calibrate import calibration_line, groups_inside, inside, sigmoid
from core.signals.calibrate import groups as calibration_groups
from core.signals.features import FactorDomain, by_code, feature_codes
from core.signals.fit import Candidate, Recipe, Rows, fit
from core.signals.judge import Jury, Real, brier, judged, jury, mean_absolute_error
from core.signals.material import ALARM, LEAD, Held
from core.signals.model import Estimates, Model, predict
from core.signals.shown import summary
from models import Signal


def verdict(
    model: Model, candidates: Mapping[str, Candidate], held: Held, *, resamples: int, seed: int
) -> dict[str, Any]:
    """Everything that the card and ``train --json`` report, on the people held out."""
    rows = held.evaluation
    said = predict(model, rows.values)
    people = jury(rows.target, rows.patient, resamples=resamples, seed=seed)
    estimates = _estimates(model, candidates, said, held)
    base = float(held.training.target.mean())
    found: dict[str, Any] = {
        "metrics": {
            who: judged(people, estimate, base=base, probability=model.probability)
            for who, estimate in estimates.items()
        },
        "alliance": _without_alliance(model, held, people, said.estimate, seed=seed),
        "subgroups": groups.by_group(
            held.material.people, rows.patient, rows.target, said.estimate, resamples=resamples, seed=seed
        ),
        "importance": summary(said.contributions, rows.values, feature_codes()),
        "budget": _budget(model, estimates, held, people),
    }
    return found | (_chances(people, said, rows) if model.probability else _points(people, said, rows))


def _estimates(
    model: Model, candidates: Mapping[str, Candidate], said: Estimates, held: Held
) -> dict[str, Real]:  # fmt: skip
    asked = held.evaluation
    found = {"model": said.estimate}
    for name, candidate in candidates.items():
        margin = candidate.slope * candidate.estimator.margin(asked.values) + candidate.intercept
        found[name] = sigmoid(margin) if model.probability else np.clip(margin, 0.0, 100.0)
    alarms = held.column(ALARM, held.parts.training), held.column(ALARM, held.parts.evaluation)
    return found | baselines(
        model.signal, held.training, alarms[0], asked, alarms[1], feature_codes(), probability=model.probability
    )


def _chances(people: Jury, said: Estimates, rows: Rows) -> dict[str, Any]:
    found = calibration_groups(rows.target, said.estimate, said.lower, said.upper, rows.patient)
    return {
        "calibration_groups": found,
        "calibration_line": calibration_line(people, said.estimate),
        "groups_inside": groups_inside(found),
    }


def _points(people: Jury, said: Estimates, rows: Rows) -> dict[str, Any]:
    held = inside(rows.target, said.lower, said.upper)
    return {"coverage": people.interval(lambda weight: float(np.average(held, weights=weight)))}


def _without_alliance(model: Model, held: Held, people: Jury, own: Real, *, seed: int) -> dict[str, Any]:
    """The same kind of model without the features of the alliance: its figures, and by how much less wrong the model
    with them is (Brier; points of mean error)."""
    codes = feature_codes()
    kept = [place for place, code in enumerate(codes) if by_code()[code].domain is not FactorDomain.ALLIANCE]
    recipe = Recipe(model.estimator.kind, model.signal, tuple(codes[place] for place in kept), seed)
    candidate = fit(recipe, replace(held.training, values=held.training.values[:, kept]))
    margin = candidate.slope * candidate.estimator.margin(held.evaluation.values[:, kept]) + candidate.intercept
    estimate = sigmoid(margin) if model.probability else np.clip(margin, 0.0, 100.0)
    metric = brier if model.probability else mean_absolute_error
    base = float(held.training.target.mean())
    return {
        "without": judged(people, estimate, base=base, probability=model.probability),
        "gain": people.gain(metric, estimate, own),
        "features": len(codes) - len(kept),
    }


def _budget(model: Model, estimates: Mapping[str, Real], held: Held, people: Jury) -> dict[str, Any] | None:
    """At one alert per therapist and week. For the expected course an alert is about those who may not improve."""
    if not model.probability:
        return None
    if model.signal is Signal.PROGNOSIS:
        estimates = {who: 1 - estimate for who, estimate in estimates.items()}
        people = Jury(1 - people.target, people.person, people.draws)
    material, rows = held.material, held.evaluation
    allowed = budget.alerts_allowed(material.table, material.people, held.parts.evaluation, held.parts.moment)
    order = np.lexsort((rows.as_of, rows.patient)).argsort()
    lead = held.column(LEAD, held.parts.evaluation)
    alerts = {who: found for who, found in estimates.items() if who not in {"booster", "base_rate"}}
    return {
        "allowed": allowed,
        "share_positive": float(people.target.mean()),
        **budget.each_at_budget(people, alerts, order, lead, allowed),
    }
