"""What an explanation costs: of many rows beside the booster's bare contributions, and of one patient on demand beside
the same view of explainerdashboard (prediction, contributions as a graph and as a table; its partial dependence plot,
which costs it most, is left out)."""

import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from bench.figures import Figure, interleaved, ratio
from core.queries.signal_views import SignalView
from core.signals.calibrate import sigmoid
from core.signals.estimators import BOOSTER, Boosted, matrix
from core.signals.explain import Given, answer, by_domain, per_margin
from core.signals.features import by_code, feature_codes
from core.signals.fit import Recipe, Rows, fit, members
from core.signals.judge import Real
from core.signals.model import Model, predict
from core.signals.reference import reference_of
from dashboard.charts.palette import LIGHT
from dashboard.charts.signals import factors_figure
from dashboard.wording import explanations
from models import Signal

MANY, TRAINING, PEOPLE, SHOWN = 20_000, 2_000, 100, 300
AT = datetime(2026, 11, 1, tzinfo=UTC)


def measure(folder: Path) -> list[Figure]:  # noqa: ARG001
    """Both ratios on one booster."""
    generator = np.random.default_rng(11)
    rows = _rows(generator, TRAINING)
    model = _model(rows)
    return [_throughput(model, _rows(generator, MANY).values), _on_demand(model, rows)]


def _rows(generator: np.random.Generator, count: int) -> Rows:
    values = generator.normal(size=(count, len(feature_codes())))
    chance = sigmoid(values[:, 0] + 0.8 * values[:, 1] * (values[:, 2] > 0) - 0.6 * values[:, 3] - 1.5)
    target = (generator.random(count) < chance).astype(np.float64)
    values[generator.random(values.shape) < 0.2] = np.nan  # as much as is missing of real streams
    patient = np.sort(generator.integers(0, PEOPLE, count))
    return Rows(values, target, patient, np.zeros(count, np.int64))


def _model(rows: Rows) -> Model:
    candidate = fit(Recipe(BOOSTER, Signal.SAFETY, feature_codes(), 1), rows)
    found, offsets = members(candidate, rows)
    return Model(
        Signal.SAFETY, "bench", candidate.estimator, found, candidate.slope, candidate.intercept, None, offsets, True,
        feature_codes(), reference_of(rows.values, PEOPLE), {},
    )  # fmt: skip


def _throughput(model: Model, values: Real) -> Figure:
    """Explaining (calibrated contributions, baseline, margin) beside ``pred_contribs``, matrix included in both."""
    assert isinstance(model.estimator, Boosted)  # noqa: S101
    booster = model.estimator.booster
    plain = Model(
        Signal.QUALITY_OF_LIFE, "bench", model.estimator, (), model.slope, model.intercept, 5.0, (), False,
        model.features, model.reference, {},
    )  # fmt: skip
    raw, ours = interleaved(
        lambda: booster.predict(matrix(values, model.features), pred_contribs=True), lambda: predict(plain, values)
    )
    return ratio("explain throughput / raw pred_contribs of the same booster", raw / ours, 0.9, higher=True)


def _on_demand(model: Model, rows: Rows) -> Figure:
    places = iter(np.random.default_rng(5).integers(0, SHOWN, 10_000).tolist())
    theirs, ours = interleaved(_theirs(model, rows, places), lambda: _explained(model, rows.values[[next(places)]]))
    name = "one patient explained in explainerdashboard's individual view / here"
    return Figure(name, round(theirs / ours, 1), 10.0, "higher", "ratio")


def _explained(model: Model, row: Real) -> tuple[object, ...]:
    """All that the card shows of one row of features: estimate, interval, bars, how it adds up, factors in words."""
    found = predict(model, row)
    base, margin = float(found.base[0]), float(found.margin[0])
    parts = [
        Given(code, by_code()[code].domain, None if np.isnan(value) else float(value), None, float(part))
        for code, value, part in zip(model.features, row[0], found.contributions[0], strict=True)
    ]
    card = SignalView(
        signal=model.signal, horizon_days=14, score_id=uuid4(), as_of=AT, stale=False, abstained=False, reasons=(),
        estimate=float(found.estimate[0]), lower=float(found.lower[0]), upper=float(found.upper[0]), usual=None,
        coverage={}, base=answer(base, probability=True),
        domains=by_domain(parts, per_margin(base, margin, probability=True)), change=None, course=None,
        model_version=model.version, disagreements=(),
    )  # fmt: skip
    lines = [line for view in explanations.shown_domains(card) for line in explanations.factor_lines(view, card)]
    return factors_figure(card, LIGHT).to_dict(), explanations.sum_rows(card), lines


def _theirs(model: Model, rows: Rows, places: Any) -> Callable[[], object]:
    """The individual view of a ready explainer (its shap values of all rows are computed beforehand)."""
    warnings.simplefilter("ignore")  # of its own dependencies
    import pandas as pd
    import xgboost as xgb
    from explainerdashboard import ClassifierExplainer  # type: ignore[import-untyped]

    assert isinstance(model.estimator, Boosted)  # noqa: S101
    classifier = xgb.XGBClassifier()
    names = [code.replace(".", "_") for code in model.features]  # it does not take dots
    raw = model.estimator.booster.save_raw("ubj")
    classifier.load_model(bytearray(raw))
    classifier.get_booster().feature_names = names
    classifier.n_classes_ = 2
    table = pd.DataFrame(rows.values[:SHOWN], columns=names)
    with redirect_stdout(StringIO()):  # it prints what it does
        explainer = ClassifierExplainer(classifier, table, pd.Series(rows.target[:SHOWN].astype(int)))
        explainer.get_contrib_summary_df(0)

    def view() -> object:
        place = next(places)
        with redirect_stdout(StringIO()):
            return (
                explainer.prediction_result_df(place), explainer.plot_contributions(place),
                explainer.get_contrib_summary_df(place),
            )  # fmt: skip

    return view
