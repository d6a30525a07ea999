"""Where the signals stand, told without loading a model: are there models, as of when is today's score, is it made.
Apart from the rest of the package because a start of the application asks this and must not wait for XGBoost."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from core.errors import NotPossible
from core.language import _
from core.signals.features import feature_codes
from core.start import Installation
from models import AuditEntry, Service, Signal

CURRENT = "current"  # the file that names the version in use
TRAINED, SCORED = "train_signals", "score_signals"  # in the audit log


def exists(folder: Path) -> bool:
    """Whether a training run has left its result for each of the four signals. Models of a demonstration that saw other
    features than this program's do not count, so a start trains them anew; models of a site's own people are never
    replaced by a start: they are refused as mismatched until somebody trains again."""
    return all(_stands(folder / signal.value) for signal in Signal)


def _stands(home: Path) -> bool:
    if not (home / CURRENT).exists():
        return False
    try:
        manifest = json.loads((home / (home / CURRENT).read_text().strip() / "manifest.json").read_text())
        return not manifest["simulated"] or tuple(manifest["features"]) == feature_codes()
    except (OSError, ValueError, KeyError, TypeError):
        return True  # refused with its own reason when it is loaded


def as_of_moment(installation: Installation, now: datetime, day: date | None) -> datetime:
    """The start of ``day`` (default: today) where the service is; never later than ``now``."""
    with installation.calls().transaction() as session:
        service = session.exec(select(Service).limit(1)).one_or_none()
    zone = service.time_zone if service else "UTC"
    wanted = day or now.astimezone(ZoneInfo(zone)).date()
    moment = midnight(wanted, zone)
    if moment > now:
        raise NotPossible(_("{day} has not begun yet; scores are made from what was known.").format(day=wanted))
    return moment


def midnight(day: date, zone: str) -> datetime:
    """The start of ``day`` on the calendar of ``zone``, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def ever_scored(installation: Installation) -> bool:
    """Whether any scoring run was finished: without one there is nothing that a new score could be compared with."""
    with installation.calls().transaction() as session:
        return session.exec(select(AuditEntry.seq).where(col(AuditEntry.action) == SCORED).limit(1)).first() is not None


def is_scored(installation: Installation, as_of: datetime) -> bool:
    """Whether a scoring run as of ``as_of`` was finished after the last training."""
    with installation.calls().transaction() as session:
        newest = session.exec(
            select(AuditEntry)
            .where(col(AuditEntry.action).in_((TRAINED, SCORED)))
            .order_by(col(AuditEntry.seq).desc())
            .limit(1)
        ).first()
    return newest is not None and newest.detail.get("as_of") == as_of.isoformat()
