"""Changing which model answers: promoted or rolled back, and written to the audit log in the same breath."""

from datetime import datetime

from core.audit import log
from core.signals import registry
from core.start import Installation
from models import Signal

IN_USE = "use_signal_model"  # in the audit log


def promote_version(installation: Installation, now: datetime, signal: Signal, version: str) -> None:
    """Use ``version`` from now on. Raises ``NotFound`` or ``ModelUnavailable``, and nothing has changed."""
    folder, key = installation.settings.models_folder, installation.keys.audit
    with installation.calls().transaction() as session:
        registry.promote(folder, signal, version, key=key, now=now)
        log.record(session, at=now, action=IN_USE, actor_id=None, detail={"signal": signal.value, "version": version})


def roll_back_version(installation: Installation, now: datetime, signal: Signal) -> str:
    """Use the version before the current one; its name. Raises ``NotPossible`` or ``ModelUnavailable``."""
    folder, key = installation.settings.models_folder, installation.keys.audit
    with installation.calls().transaction() as session:
        version = registry.roll_back(folder, signal, key=key, now=now)
        detail = {"signal": signal.value, "version": version, "rolled_back": True}
        log.record(session, at=now, action=IN_USE, actor_id=None, detail=detail)
    return version
