"""The card of each model, from its sealed manifest, with what was seen since: drift, and how often clinicians saw it
differently. No patient is named here; everyone who meets a signal or runs the service may read it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.errors import ModelUnavailable
from core.signals.card import CardView, DriftView, card_of
from core.start import load_settings
from models import Signal, SignalDisagreement, SignalDrift, SignalScore


def model_cards(session: Session, *, by: Actor, now: datetime) -> tuple[CardView, ...]:  # noqa: ARG001
    """The four cards in their order. Raises ``AccessRefused``."""
    check(by, Permission.READ_MODEL_CARDS)
    return tuple(_card(session, signal) for signal in Signal)


def _card(session: Session, signal: Signal) -> CardView:
    from core.signals.registry import read_manifest

    since: dict[str, Any] = {"drift": _drift(session, signal), "disagreements": _disagreements(session, signal)}
    try:
        manifest = read_manifest(load_settings().models_folder, signal, key=session.info["audit_key"])
    except ModelUnavailable as error:
        return card_of(signal, {}, error.code, **since)
    return card_of(signal, manifest, None if manifest["trained"] else "model_untrained", **since)


def _drift(session: Session, signal: Signal) -> DriftView | None:
    wanted = select(SignalDrift).where(col(SignalDrift.signal) == signal).order_by(col(SignalDrift.as_of).desc())
    row = session.exec(wanted.limit(1)).first()
    if row is None:
        return None
    moved = sorted(row.shifts.get("moved", {}).items(), key=lambda pair: (-pair[1], pair[0]))
    found = row.matured
    return DriftView(
        row.as_of, row.people, tuple(moved), int(found.get("n", 0)), found.get("expected"), found.get("observed")
    )


def _disagreements(session: Session, signal: Signal) -> tuple[tuple[str, int], ...]:
    counted = (
        select(SignalDisagreement.reason, func.count())
        .join(SignalScore, col(SignalScore.id) == col(SignalDisagreement.score_id))
        .where(col(SignalScore.signal) == signal)
        .group_by(col(SignalDisagreement.reason))
    )
    return tuple(sorted(session.exec(counted), key=lambda pair: (-pair[1], pair[0])))
