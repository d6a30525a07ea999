"""The card of each model, from its sealed manifest, with what was seen since: drift, and how often clinicians saw it
differently. No patient is named here; everyone who meets a signal or runs the service may read it."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.signals.card import CardView, DriftView, card_of
from core.start import load_settings
from models import Signal, SignalDisagreement, SignalDrift, SignalScore


def model_cards(session: Session, *, by: Actor, now: datetime) -> tuple[CardView, ...]:
    """The four cards in their order. Raises ``AccessRefused``."""
    check(by, Permission.READ_MODEL_CARDS)
    return tuple(_card(session, signal, now) for signal in Signal)


def _card(session: Session, signal: Signal, now: datetime) -> CardView:
    from core.signals.registry import look_at_current

    folder = load_settings().models_folder
    manifest, refused = look_at_current(folder, signal, key=session.info["audit_key"], now=now)
    drift = _drift(session, signal, str(manifest.get("version")))
    return card_of(signal, manifest, refused, drift=drift, disagreements=_disagreements(session, signal))


def _drift(session: Session, signal: Signal, version: str) -> DriftView | None:
    """What the newest night saw of this version; another one's shifts say nothing of it."""
    d = SignalDrift
    wanted = select(d).where(col(d.signal) == signal, col(d.model_version) == version).order_by(col(d.as_of).desc())
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
