"""The card of each model, from its sealed manifest: what it learned from, how it did on people it never saw, beside
what, and what it cannot do. No patient is named here; everyone who meets a signal or runs the service may read it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.errors import ModelUnavailable
from core.signals.questions import QUESTIONS
from core.start import load_settings
from models import Signal


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure on the evaluation patients with its 90 % interval (``None`` where it cannot be computed)."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """A fifth of the evaluation rows: mean estimate, observed share with its interval, rows."""

    estimate: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Importance:
    """A feature's mean absolute contribution on the evaluation rows, and a sample of its contributions with the rank
    of the value (0 lowest, 1 highest, ``None`` missing)."""

    feature: str
    domain: str
    size: float
    contributions: tuple[float, ...]
    ranks: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """One model. ``unavailable`` is a code where it cannot be used (``model_untrained`` comes with ``why``);
    ``metrics`` maps model, regression, last_value and base_rate to their figures; counts as in the manifest."""

    signal: Signal
    probability: bool
    unavailable: str | None
    why: dict[str, Any]
    version: str | None
    made_at: datetime | None
    simulated: bool
    first: datetime | None
    last: datetime | None
    training: dict[str, int]
    evaluation: dict[str, int]
    metrics: dict[str, dict[str, Metric]]
    calibration: tuple[CalibrationGroup, ...]
    calibration_line: dict[str, float | None]
    coverage: float | None
    level: float | None
    importance: tuple[Importance, ...]


def model_cards(session: Session, *, by: Actor, now: datetime) -> tuple[CardView, ...]:  # noqa: ARG001
    """The four cards in their order. Raises ``AccessRefused``."""
    check(by, Permission.READ_MODEL_CARDS)
    return tuple(_card(signal, session.info["audit_key"]) for signal in Signal)


def _card(signal: Signal, key: bytes) -> CardView:
    from core.signals.registry import read_manifest

    try:
        manifest = read_manifest(load_settings().models_folder, signal, key=key)
    except ModelUnavailable as error:
        return _view(signal, {}, error.code)
    return _view(signal, manifest, None if manifest["trained"] else "model_untrained")


def _view(signal: Signal, manifest: dict[str, Any], unavailable: str | None) -> CardView:
    made, window = manifest.get("made_at"), manifest.get("window")
    return CardView(
        signal=signal,
        probability=QUESTIONS[signal].probability,
        unavailable=unavailable,
        why=manifest.get("why", {}),
        version=manifest.get("version"),
        made_at=datetime.fromisoformat(made) if made else None,
        simulated=bool(manifest.get("simulated")),
        first=datetime.fromtimestamp(window[0], UTC) if window else None,
        last=datetime.fromtimestamp(window[1], UTC) if window else None,
        training=manifest.get("training", {}),
        evaluation=manifest.get("evaluation", {}),
        metrics={
            who: {name: Metric(**metric) for name, metric in found.items()}
            for who, found in manifest.get("metrics", {}).items()
        },
        calibration=tuple(CalibrationGroup(**group) for group in manifest.get("calibration_groups", ())),
        calibration_line=manifest.get("calibration_line", {}),
        coverage=manifest.get("coverage"),
        level=manifest.get("level"),
        importance=tuple(_importance(row) for row in manifest.get("importance", ())),
    )


def _importance(row: dict[str, Any]) -> Importance:
    parts, ranks = tuple(row["contributions"]), tuple(row["ranks"])
    return Importance(row["feature"], row["domain"], row["size"], parts, ranks)
