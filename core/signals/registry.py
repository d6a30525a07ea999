"""Where models are kept, which one is in use, and when one is refused. A model is a folder: its estimators in XGBoost's
own UBJSON or plain JSON and a manifest with their SHA-256, sealed with a key of this installation; never pickle.
``current`` names the version in use, ``history`` those that were, oldest first.

Missing, tampered, unknown, stale or not matching this program: ``ModelUnavailable`` with a code, and so no score
(threats 37 and 56).
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelUnavailable, NotFound, NotPossible, StorageFull
from core.language import _
from core.signals.features import feature_codes
from core.signals.questions import QUESTIONS
from core.signals.standing import CURRENT
from models import Signal

if TYPE_CHECKING:  # XGBoost is brought when a model is loaded; reading a manifest does without
    from core.signals.estimators import Estimator
    from core.signals.model import Model

FORMAT = 2
STALE_AFTER = timedelta(days=365)  # (d) a model older than this is trained again before it speaks
MANIFEST, HISTORY = "manifest.json", "history"


def save(
    folder: Path, signal: Signal, manifest: dict[str, Any], files: dict[str, bytes], *, key: bytes, use: bool = True
) -> dict[str, Any]:
    """Write a model and (``use``) make it the current one; returns the sealed manifest."""
    hashes = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    content = manifest | {"format": FORMAT, "signal": signal.value, "files": hashes}
    version = str(content["version"])
    sealed = content | {"seal": _seal(content, key)}
    place = folder / signal.value / version
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, raw in files.items():
            (place / name).write_bytes(raw)
        (place / MANIFEST).write_text(json.dumps(sealed, indent=1, sort_keys=True))
        if use:
            _use(place.parent, [*_history(place.parent), version])
    except OSError as error:
        raise StorageFull(_("The model could not be written: {why}.").format(why=error)) from error
    return sealed


def _history(home: Path) -> list[str]:
    return _said(home / HISTORY).split()


def _said(file: Path) -> str:
    """What one of the small files says; nothing where there is none, and what is no text names no version."""
    return file.read_text(errors="replace") if file.exists() else ""


def _use(home: Path, versions: list[str]) -> None:
    """The last of ``versions`` is in use from now on; each file is replaced whole."""
    kept = [version for place, version in enumerate(versions) if place == 0 or version != versions[place - 1]]
    for name, text in ((HISTORY, "\n".join(kept)), (CURRENT, kept[-1])):
        unfinished = home / f"{name}.new"
        unfinished.write_text(text)
        unfinished.replace(home / name)


@dataclass(frozen=True, slots=True)
class Kept:
    """One version on the shelf. ``refused`` is the code for which it could not be used."""

    signal: Signal
    version: str
    current: bool
    made_at: datetime | None
    kind: str | None
    refused: str | None


def versions(folder: Path, *, key: bytes, now: datetime) -> list[Kept]:
    """Every version of every signal, newest first."""
    found = []
    for signal in Signal:
        home = folder / signal.value
        used, names = _said(home / CURRENT).strip(), _names(home)
        own = [_kept(home, name, look(home, name, signal, key=key, now=now), used) for name in names]
        found += sorted(own, key=lambda one: (one.made_at.timestamp() if one.made_at else 0.0, one.version))[::-1]
    return found


def _names(home: Path) -> list[str]:
    return [place.name for place in home.glob("*/") if (place / MANIFEST).exists()]


def _kept(home: Path, version: str, seen: "Look", used: str) -> Kept:
    manifest, refused = seen
    made = datetime.fromisoformat(manifest["made_at"]) if manifest else None
    return Kept(Signal(home.name), version, version == used, made, manifest.get("kind"), refused)


def promote(folder: Path, signal: Signal, version: str, *, key: bytes, now: datetime) -> None:
    """Put another version in use, after every check that it has to pass anyway.

    Raises ``NotFound`` where there is none of that name, ``ModelUnavailable`` where it cannot be used.
    """
    home = folder / signal.value
    if version not in _names(home):
        raise NotFound(_("There is no model {version} for this signal.").format(version=version))
    _load(home, version, signal, key=key, now=now)
    _use(home, [*_history(home), version])


def roll_back(folder: Path, signal: Signal, *, key: bytes, now: datetime) -> str:
    """Put the version in use that was before the current one; its name. Raises ``NotPossible`` where there is none."""
    home = folder / signal.value
    before = _history(home)[:-1]
    if not before:
        raise NotPossible(_("There was no other model before this one."))
    _load(home, before[-1], signal, key=key, now=now)
    _use(home, before)
    return before[-1]


Look = tuple[dict[str, Any], str | None]


def look_at_current(folder: Path, signal: Signal, *, key: bytes, now: datetime) -> Look:
    """The manifest of the model in use and the code for which it gives no scores (``None`` where it does), without
    loading it; an empty manifest where there is none that could be believed."""
    home = folder / signal.value
    try:
        return look(home, _current(home), signal, key=key, now=now)
    except ModelUnavailable as why:
        return {}, why.code


def look(home: Path, version: str, signal: Signal, *, key: bytes, now: datetime) -> Look:
    """The same of one version in the folder of its signal."""
    manifest: dict[str, Any] = {}
    try:
        manifest = _manifest(home, version, signal, key)
        _files(home / version, manifest, now)
    except ModelUnavailable as why:
        return manifest, why.code
    return manifest, None


def _current(home: Path) -> str:
    try:
        return Path((home / CURRENT).read_text(errors="replace").strip()).name
    except OSError as error:
        raise ModelUnavailable(_("There is no model yet; it has to be trained."), "model_missing") from error


def _manifest(home: Path, version: str, signal: Signal, key: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads((home / version / MANIFEST).read_text())
    except FileNotFoundError as error:
        raise ModelUnavailable(_("There is no model yet; it has to be trained."), "model_missing") from error
    except (OSError, ValueError) as error:
        raise ModelUnavailable(_("The model's manifest cannot be read."), "model_tampered") from error
    if not isinstance(manifest, dict) or not hmac.compare_digest(str(manifest.get("seal")), _seal(manifest, key)):
        raise ModelUnavailable(_("The model's manifest was changed since training."), "model_tampered")
    if manifest.get("format") != FORMAT or manifest.get("signal") != signal.value:
        raise ModelUnavailable(_("The model was made by another version of this program."), "model_unknown")
    if manifest.get("version") != version:
        raise ModelUnavailable(_("The model lies under another name than its own."), "model_tampered")
    return manifest


def load(folder: Path, signal: Signal, *, key: bytes, now: datetime) -> "Model":
    """The current model, every file checked; raises ``ModelUnavailable``."""
    home = folder / signal.value
    return _load(home, _current(home), signal, key=key, now=now)


def _load(home: Path, version: str, signal: Signal, *, key: bytes, now: datetime) -> "Model":
    manifest = _manifest(home, version, signal, key)
    kind = str(manifest.get("kind"))
    return _model(signal, manifest, [_estimator(raw, kind) for raw in _files(home / version, manifest, now)])


def _files(place: Path, manifest: dict[str, Any], now: datetime) -> list[bytes]:
    """The estimators of a model that may be used, in order of file name; raises ``ModelUnavailable``."""
    if not manifest["trained"]:
        raise ModelUnavailable(_("The model was not trained: too few recorded events."), "model_untrained")
    if tuple(manifest["features"]) != feature_codes():
        raise ModelUnavailable(_("The model was trained on other features than these."), "model_mismatched")
    if now - datetime.fromisoformat(manifest["made_at"]) > STALE_AFTER:
        raise ModelUnavailable(_("The model is more than a year old; train it again."), "model_stale")
    return [_raw(place / name, digest) for name, digest in sorted(manifest["files"].items())]


def _model(signal: Signal, manifest: dict[str, Any], estimators: "list[Estimator]") -> "Model":
    from core.signals.model import Model
    from core.signals.reference import Reference

    calibration = manifest["calibration"]
    return Model(
        signal=signal,
        version=str(manifest["version"]),
        estimator=estimators[0],  # "estimator.…" comes before "member-….…"
        members=tuple(estimators[1:]),
        slope=float(calibration["slope"]),
        intercept=float(calibration["intercept"]),
        half_width=manifest["half_width"],
        offsets=tuple(float(offset) for offset in calibration["offsets"]),
        probability=QUESTIONS[signal].probability,
        features=feature_codes(),
        reference=Reference.from_json(manifest["reference"]),
        manifest=manifest,
    )


def _raw(file: Path, digest: str) -> bytes:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ModelUnavailable(_("A file of the model is missing."), "model_tampered") from error
    if not hmac.compare_digest(hashlib.sha256(raw).hexdigest(), digest):
        raise ModelUnavailable(_("A file of the model was changed since training."), "model_tampered")
    return raw


def _estimator(raw: bytes, kind: str) -> "Estimator":
    from core.signals.estimators import read_estimator

    try:
        return read_estimator(kind, raw, feature_codes())
    except (ValueError, KeyError) as error:
        raise ModelUnavailable(_("The model was made by another version of its library."), "model_unknown") from error


def _seal(manifest: dict[str, Any], key: bytes) -> str:
    content = {name: value for name, value in manifest.items() if name != "seal"}
    own = hmac.new(key, b"vincle model manifest", hashlib.sha256).digest()
    return hmac.new(own, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()
