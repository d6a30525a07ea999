"""Where models are kept and when one is refused. A model is a folder: the boosters in XGBoost's own UBJSON and a
manifest with their SHA-256, sealed with a key of this installation; never pickle. ``current`` names the version in use.

Missing, tampered, unknown, stale or not matching this program: ``ModelUnavailable`` with a code, and so no score
(threats 37 and 56).
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import xgboost as xgb

from core.errors import ModelUnavailable, StorageFull
from core.language import _
from core.signals.features import feature_codes
from core.signals.model import Model
from core.signals.questions import QUESTIONS
from core.signals.standing import CURRENT
from models import Signal

FORMAT = 1
STALE_AFTER = timedelta(days=365)  # (d) a model older than this is trained again before it speaks
MANIFEST = "manifest.json"


def save(
    folder: Path, signal: Signal, manifest: dict[str, Any], boosters: dict[str, bytes], *, key: bytes
) -> dict[str, Any]:
    """Write a model and make it the current one; returns the sealed manifest. ``boosters`` maps file to UBJSON."""
    hashes = {name: hashlib.sha256(raw).hexdigest() for name, raw in boosters.items()}
    content = manifest | {"format": FORMAT, "signal": signal.value, "files": hashes}
    version = str(content["version"])
    sealed = content | {"seal": _seal(content, key)}
    place = folder / signal.value / version
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, raw in boosters.items():
            (place / name).write_bytes(raw)
        (place / MANIFEST).write_text(json.dumps(sealed, indent=1, sort_keys=True))
        unfinished = place.parent / (CURRENT + ".new")
        unfinished.write_text(version)
        unfinished.replace(place.parent / CURRENT)
    except OSError as error:
        raise StorageFull(_("The model could not be written: {why}.").format(why=error)) from error
    return sealed


def read_manifest(folder: Path, signal: Signal, *, key: bytes) -> dict[str, Any]:
    """The manifest of the current model; raises ``ModelUnavailable`` (missing, unreadable, tampered, unknown)."""
    home = folder / signal.value
    try:
        version = (home / CURRENT).read_text().strip()
        manifest = json.loads((home / Path(version).name / MANIFEST).read_text())
    except FileNotFoundError as error:
        raise ModelUnavailable(_("There is no model yet; it has to be trained."), "model_missing") from error
    except (OSError, ValueError) as error:
        raise ModelUnavailable(_("The model's manifest cannot be read."), "model_tampered") from error
    if not isinstance(manifest, dict) or not hmac.compare_digest(str(manifest.get("seal")), _seal(manifest, key)):
        raise ModelUnavailable(_("The model's manifest was changed since training."), "model_tampered")
    if manifest.get("format") != FORMAT or manifest.get("signal") != signal.value:
        raise ModelUnavailable(_("The model was made by another version of this program."), "model_unknown")
    return manifest


def load(folder: Path, signal: Signal, *, key: bytes, now: datetime) -> Model:
    """The current model, every file checked; raises ``ModelUnavailable``."""
    manifest = read_manifest(folder, signal, key=key)
    if not manifest["trained"]:
        raise ModelUnavailable(_("The model was not trained: too few recorded events."), "model_untrained")
    if tuple(manifest["features"]) != feature_codes():
        raise ModelUnavailable(_("The model was trained on other features than these."), "model_mismatched")
    if now - datetime.fromisoformat(manifest["made_at"]) > STALE_AFTER:
        raise ModelUnavailable(_("The model is more than a year old; train it again."), "model_stale")
    place = folder / signal.value / str(manifest["version"])
    boosters = {name: _booster(place / name, digest) for name, digest in sorted(manifest["files"].items())}
    calibration = manifest["calibration"]
    return Model(
        signal=signal,
        version=str(manifest["version"]),
        booster=boosters.pop("booster.ubj"),
        members=tuple(boosters.values()),
        slope=float(calibration["slope"]),
        intercept=float(calibration["intercept"]),
        half_width=manifest["half_width"],
        offsets=tuple(float(offset) for offset in calibration["offsets"]),
        probability=QUESTIONS[signal].probability,
        features=feature_codes(),
        manifest=manifest,
    )


def _booster(file: Path, digest: str) -> xgb.Booster:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ModelUnavailable(_("A file of the model is missing."), "model_tampered") from error
    if not hmac.compare_digest(hashlib.sha256(raw).hexdigest(), digest):
        raise ModelUnavailable(_("A file of the model was changed since training."), "model_tampered")
    booster = xgb.Booster({"nthread": 1})
    try:
        booster.load_model(bytearray(raw))
    except xgb.core.XGBoostError as error:
        raise ModelUnavailable(_("The model was made by another version of XGBoost."), "model_unknown") from error
    return booster


def _seal(manifest: dict[str, Any], key: bytes) -> str:
    content = {name: value for name, value in manifest.items() if name != "seal"}
    own = hmac.new(key, b"vincle model manifest", hashlib.sha256).digest()
    return hmac.new(own, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()
