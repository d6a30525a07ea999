"""The models on a small cohort: they learn, are judged on people they never saw, explain themselves exactly."""

import numpy as np
import pytest

from core.errors import ModelUnavailable
from core.signals import registry
from core.signals.features import feature_codes
from core.signals.fit import folds_of
from core.signals.judge import auroc, platt, sigmoid, wilson
from core.signals.model import Model, matrix, predict
from core.signals.train import evaluation_rows, rows_of, train
from models import Signal
from tests.factories.trained import learned

KEY = b"k" * 32


@pytest.fixture
def folder(tmp_path):
    for signal, trained in learned().trained.items():
        registry.save(tmp_path, signal, trained.manifest, trained.boosters, key=KEY)
    return tmp_path


def model_of(folder, signal: Signal) -> Model:
    return registry.load(folder, signal, key=KEY, now=learned().cohort.until)


def values_of(signal: Signal) -> np.ndarray:
    return learned().tables[signal].select(feature_codes()).to_numpy().astype(float)


def test_no_patient_is_both_in_training_and_in_evaluation() -> None:
    rows = rows_of(learned().tables[Signal.SAFETY])
    held = evaluation_rows(rows)
    assert set(rows.patient[held]) & set(rows.patient[~held]) == set()
    assert 0.2 < np.unique(rows.patient[held]).size / np.unique(rows.patient).size < 0.4
    fold = folds_of(rows.patient, rows.target, 4, seed=1)
    assert all(np.unique(fold[rows.patient == key]).size == 1 for key in np.unique(rows.patient))


def test_each_model_says_what_it_learned_from_and_how_it_did() -> None:
    for signal, trained in learned().trained.items():
        manifest = trained.manifest
        assert manifest["trained"], (signal, manifest.get("why"))
        assert manifest["simulated"] is True
        assert manifest["version"].startswith("simulated-")
        assert set(manifest["metrics"]) == {"model", "base_rate", "last_value", "regression"}
    better = learned().trained[Signal.QUALITY_OF_LIFE].manifest["metrics"]
    assert better["model"]["mae"]["value"] < better["base_rate"]["mae"]["value"]
    assert 0.65 < learned().trained[Signal.QUALITY_OF_LIFE].manifest["coverage"] < 0.95
    assert learned().trained[Signal.RELAPSE].manifest["metrics"]["model"]["auroc"]["value"] > 0.6


def test_training_twice_gives_the_same_model() -> None:
    signal = Signal.SAFETY
    again = train(signal, learned().tables[signal], now=learned().cohort.until, simulated=True)
    assert again.manifest["version"] == learned().trained[signal].manifest["version"]


@pytest.mark.parametrize("signal", list(Signal))
def test_contributions_and_baseline_add_up_to_the_margin(folder, signal: Signal) -> None:
    model = model_of(folder, signal)
    values = values_of(signal)
    found = predict(model, values)
    raw = model.booster.predict(matrix(values, model.features), output_margin=True)
    assert np.abs(found.base + found.contributions.sum(axis=1) - found.margin).max() < 1e-9
    assert np.abs(raw * model.slope + model.intercept - found.margin).max() < 1e-4
    assert ((found.lower <= found.estimate) & (found.estimate <= found.upper)).all()
    if model.probability:
        assert np.abs(sigmoid(found.margin) - found.estimate).max() < 1e-9


@pytest.mark.filterwarnings("ignore")  # of shap's own imports
def test_contributions_are_those_of_shap(folder) -> None:
    import shap

    model = model_of(folder, Signal.QUALITY_OF_LIFE)
    values = values_of(Signal.QUALITY_OF_LIFE)[:40]
    expected = shap.TreeExplainer(model.booster).shap_values(values)
    assert np.abs(predict(model, values).contributions - expected).max() < 1e-3


def test_more_of_what_is_certainly_harder_never_lowers_the_estimate(folder) -> None:
    model = model_of(folder, Signal.SAFETY)
    values = values_of(Signal.SAFETY)[:60]
    harder = values.copy()
    harder[:, feature_codes().index("safety_answers.highest_14")] = 4.0
    harder[:, feature_codes().index("core10.last")] = 40.0
    assert (predict(model, harder).estimate >= predict(model, values).estimate - 1e-9).all()


def test_a_cohort_without_events_is_not_trained_and_says_so() -> None:
    table = learned().tables[Signal.SAFETY].with_columns(target=0.0)
    trained = train(Signal.SAFETY, table, now=learned().cohort.until, simulated=True)
    assert trained.boosters == {}
    assert trained.manifest["why"] == {"code": "too_few_with", "group": "training", "patients": 0, "needed": 8}


def refused(folder, **changed) -> str:
    arguments = {"key": KEY, "now": learned().cohort.until} | changed
    with pytest.raises(ModelUnavailable) as error:
        registry.load(folder, Signal.SAFETY, **arguments)
    return error.value.code


def test_threat_37_tampered_models_are_refused(folder) -> None:
    home = folder / "safety" / (folder / "safety" / "current").read_text()
    booster, manifest = home / "booster.ubj", home / "manifest.json"
    raw, said = booster.read_bytes(), manifest.read_text()
    booster.write_bytes(raw[:-1] + b"x")
    assert refused(folder) == "model_tampered"
    booster.write_bytes(b"\x80\x04\x95 a pickle")
    assert refused(folder) == "model_tampered"
    booster.write_bytes(raw)
    manifest.write_text(said.replace('"rounds": ', '"rounds": 1'))
    assert refused(folder) == "model_tampered"
    manifest.write_text(said)
    assert refused(folder, key=b"another installation's key......") == "model_tampered"
    booster.unlink()
    assert refused(folder) == "model_tampered"


def test_threat_37_no_module_of_the_signals_unpickles() -> None:
    from pathlib import Path

    for file in Path("core/signals").glob("*.py"):
        assert "import pickle" not in file.read_text()
        assert "joblib" not in file.read_text()


def test_threat_56_missing_stale_unknown_and_mismatched_models_are_refused(folder, tmp_path) -> None:
    from datetime import timedelta

    assert refused(tmp_path / "nothing") == "model_missing"
    assert refused(folder, now=learned().cohort.until + timedelta(days=400)) == "model_stale"
    trained = learned().trained[Signal.SAFETY]
    registry.save(folder, Signal.SAFETY, trained.manifest | {"features": ["x"]}, trained.boosters, key=KEY)
    assert refused(folder) == "model_mismatched"
    registry.save(folder, Signal.SAFETY, trained.manifest | {"trained": False}, {}, key=KEY)
    assert refused(folder) == "model_untrained"


def test_threat_56_a_current_that_points_elsewhere_is_refused(folder) -> None:
    (folder / "safety" / "current").write_text("../../relapse/none")
    assert refused(folder) == "model_missing"


def test_calibration_finds_slope_and_intercept() -> None:
    generator = np.random.default_rng(4)
    margin = generator.normal(-1, 1.5, 6000)
    target = (generator.random(6000) < sigmoid(0.6 * margin + 0.4)).astype(float)
    slope, intercept = platt(margin, target)
    assert slope == pytest.approx(0.6, abs=0.08)
    assert intercept == pytest.approx(0.4, abs=0.12)
    assert platt(margin, 1 - target)[0] == 0.0


def test_auroc_and_wilson_by_hand() -> None:
    assert auroc(np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.1, 0.4, 0.4, 0.8])) == pytest.approx(0.875)
    assert np.isnan(auroc(np.zeros(3), np.zeros(3)))
    low, high = wilson(0, 20)
    assert low == pytest.approx(0.0, abs=1e-9)
    assert 0.05 < high < 0.2
