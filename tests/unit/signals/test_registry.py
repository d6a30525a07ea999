"""Where models are kept: what is refused and why, promoted and rolled back."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import ModelUnavailable, NotFound, NotPossible
from core.signals import registry
from models import Signal
from tests.factories.trained import learned

KEY = b"k" * 32
NOW = learned().cohort.until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for signal, trained in learned().trained.items():
        registry.save(tmp_path, signal, trained.manifest, trained.files, key=KEY)
    return tmp_path


def keep(folder: Path, **changed: object) -> dict:
    trained = learned().trained[Signal.SAFETY]
    return registry.save(folder, Signal.SAFETY, trained.manifest | changed, trained.files, key=KEY)


def refused(folder: Path, **changed: object) -> str:
    arguments = {"key": KEY, "now": NOW} | changed
    with pytest.raises(ModelUnavailable) as error:
        registry.load(folder, Signal.SAFETY, **arguments)
    return error.value.code


@pytest.mark.parametrize("signal", list(Signal))
def test_what_was_kept_is_loaded_as_it_was(folder: Path, signal: Signal) -> None:
    model = registry.load(folder, signal, key=KEY, now=NOW)
    manifest = learned().trained[signal].manifest
    assert model.version == manifest["version"]
    assert model.estimator.kind == manifest["kind"]
    assert len(model.members) == len(learned().trained[signal].files) - 1
    assert model.estimator.raw() == learned().trained[signal].files[next(iter(learned().trained[signal].files))]


def test_threat_37_tampered_models_are_refused(folder: Path) -> None:
    home = folder / "safety" / (folder / "safety" / "current").read_text()
    estimator, manifest = next(home.glob("estimator.*")), home / "manifest.json"
    raw, said = estimator.read_bytes(), manifest.read_text()
    estimator.write_bytes(raw[:-1] + b"x")
    assert refused(folder) == "model_tampered"
    estimator.write_bytes(b"\x80\x04\x95 a pickle")
    assert refused(folder) == "model_tampered"
    estimator.write_bytes(raw)
    manifest.write_text(said.replace('"size": ', '"size": 1'))
    assert refused(folder) == "model_tampered"
    manifest.write_text(said)
    assert refused(folder, key=b"another installation's key......") == "model_tampered"
    estimator.unlink()
    assert refused(folder) == "model_tampered"


def test_threat_37_no_module_of_the_signals_unpickles() -> None:
    for file in Path("core/signals").glob("*.py"):
        assert "import pickle" not in file.read_text()
        assert "joblib" not in file.read_text()


def test_threat_56_missing_stale_unknown_and_mismatched_models_are_refused(folder: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing") == "model_missing"
    assert refused(folder, now=NOW + timedelta(days=400)) == "model_stale"
    keep(folder, features=["x"])
    assert refused(folder) == "model_mismatched"
    keep(folder, trained=False)
    assert refused(folder) == "model_untrained"


def test_a_card_knows_why_its_model_gives_no_scores_without_loading_it(folder: Path) -> None:
    def seen(**changed: object) -> tuple[bool, str | None]:
        manifest, code = registry.look_at_current(folder, Signal.SAFETY, **({"key": KEY, "now": NOW} | changed))
        return bool(manifest), code

    assert seen() == (True, None)
    assert seen(now=NOW + timedelta(days=400)) == (True, "model_stale")
    assert seen(key=b"another installation's key......") == (False, "model_tampered")
    home = folder / "safety" / (folder / "safety" / "current").read_text()
    next(home.glob("estimator.*")).write_bytes(b"something else")
    assert seen() == (True, "model_tampered")
    assert {kept.refused for kept in registry.versions(folder, key=KEY, now=NOW)} == {None, "model_tampered"}
    (folder / "safety" / "current").unlink()
    assert seen() == (False, "model_missing")


def test_threat_56_a_current_that_points_elsewhere_is_refused(folder: Path) -> None:
    (folder / "safety" / "current").write_text("../../relapse/none")
    assert refused(folder) == "model_missing"


@pytest.mark.parametrize("damaged", [b"\xff\xfe\x00", b"\x80", b"", b"a" * 5000])
def test_threat_56_a_damaged_current_is_refused_and_listed_and_repaired_by_a_promotion(
    folder: Path, damaged: bytes
) -> None:
    home = folder / "safety"
    version = (home / "current").read_text()
    for name in ("current", "history"):
        (home / name).write_bytes(damaged)
    assert refused(folder) in {"model_missing", "model_tampered"}
    assert not any(one.current for one in registry.versions(folder, key=KEY, now=NOW) if one.signal is Signal.SAFETY)
    with pytest.raises(NotPossible):
        registry.roll_back(folder, Signal.SAFETY, key=KEY, now=NOW)
    registry.promote(folder, Signal.SAFETY, version, key=KEY, now=NOW)
    assert registry.load(folder, Signal.SAFETY, key=KEY, now=NOW).version == version


def test_a_name_that_no_folder_can_have_is_not_found(folder: Path) -> None:
    for name in ("a" * 300, "", "..", "a\x00b"):
        with pytest.raises(NotFound):
            registry.promote(folder, Signal.SAFETY, name, key=KEY, now=NOW)


def test_threat_37_a_sealed_model_under_another_name_or_signal_is_refused(folder: Path) -> None:
    home = folder / "safety"
    version = (home / "current").read_text()
    (home / version).rename(home / "other")
    (home / "current").write_text("other")
    assert refused(folder) == "model_tampered"


def test_a_version_is_promoted_and_rolled_back(folder: Path) -> None:
    first = (folder / "safety" / "current").read_text()
    keep(folder, version="second")
    assert registry.load(folder, Signal.SAFETY, key=KEY, now=NOW).version == "second"
    assert registry.roll_back(folder, Signal.SAFETY, key=KEY, now=NOW) == first
    assert registry.load(folder, Signal.SAFETY, key=KEY, now=NOW).version == first
    with pytest.raises(NotPossible):
        registry.roll_back(folder, Signal.SAFETY, key=KEY, now=NOW)
    registry.promote(folder, Signal.SAFETY, "second", key=KEY, now=NOW)
    assert next(kept.version for kept in registry.versions(folder, key=KEY, now=NOW) if kept.current) == "second"


def test_a_candidate_is_kept_without_being_used(folder: Path) -> None:
    before = (folder / "safety" / "current").read_text()
    trained = learned().trained[Signal.SAFETY]
    registry.save(folder, Signal.SAFETY, trained.manifest | {"version": "held"}, trained.files, key=KEY, use=False)
    assert (folder / "safety" / "current").read_text() == before
    assert {kept.version for kept in registry.versions(folder, key=KEY, now=NOW) if kept.signal is Signal.SAFETY} == {
        before, "held",
    }  # fmt: skip


def test_what_could_not_be_used_is_not_promoted(folder: Path) -> None:
    before = (folder / "safety" / "current").read_text()
    trained = learned().trained[Signal.SAFETY]
    registry.save(folder, Signal.SAFETY, trained.manifest | {"version": "bad"}, trained.files, key=KEY, use=False)
    next((folder / "safety" / "bad").glob("estimator.*")).write_bytes(b"nothing")
    with pytest.raises(ModelUnavailable):
        registry.promote(folder, Signal.SAFETY, "bad", key=KEY, now=NOW)
    with pytest.raises(NotFound):
        registry.promote(folder, Signal.SAFETY, "../relapse", key=KEY, now=NOW)
    assert (folder / "safety" / "current").read_text() == before
