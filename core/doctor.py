"""Looks an installation over without changing it: what is needed to start, each as one finding with what to do."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from core.db import make_engine
from core.errors import VincleError
from core.keys import load_keys
from core.language import _
from core.migrate import current, head
from core.settings import Settings
from models import Signal

_PACKAGES = ("streamlit", "plotly", "pandas", "sqlmodel", "alembic", "psycopg", "polars", "xgboost", "sklearn", "babel")
_SPACE = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: a code, whether it is well, and a sentence."""

    code: str
    well: bool
    sentence: str


def examine(settings: Settings) -> list[Finding]:
    """Everything looked at, in the order in which a start needs it."""
    looks: list[tuple[str, Callable[[Settings], tuple[bool, str]]]] = [
        ("python", _python), ("packages", _packages), ("home", _home), ("space", _space), ("database", _database),
        ("keys", _keys), ("models", _models), ("rules", _rules),
    ]  # fmt: skip
    return [_look(code, look, settings) for code, look in looks]


def _look(code: str, look: Callable[[Settings], tuple[bool, str]], settings: Settings) -> Finding:
    try:
        return Finding(code, *look(settings))
    except VincleError as error:
        return Finding(code, False, str(error))


def _python(_settings: Settings) -> tuple[bool, str]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return sys.version_info >= (3, 11), _("Python {version} (3.11 or newer is needed)").format(version=version)


def _packages(_settings: Settings) -> tuple[bool, str]:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        return False, _("not installed: {names}; run make setup").format(names=", ".join(missing))
    return True, _("installed")


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists (it is made at first start)."""
    return next(above for above in [folder.resolve(), *folder.resolve().parents] if above.exists())


def _home(settings: Settings) -> tuple[bool, str]:
    writable = os.access(_nearest(settings.home), os.W_OK | os.X_OK)
    sentence = _("{home} can be written") if writable else _("{home} cannot be written; choose another VINCLE_HOME")
    return writable, sentence.format(home=settings.home)


def _space(settings: Settings) -> tuple[bool, str]:
    free = shutil.disk_usage(_nearest(settings.home)).free
    return free > _SPACE, _("{free} GB free (1 GB is wanted)").format(free=round(free / _SPACE, 1))


def _database(settings: Settings) -> tuple[bool, str]:
    if _not_made(settings):
        return True, _("none yet; it is made at first start")
    engine = make_engine(settings.url)
    try:
        at = current(engine)
    finally:
        engine.dispose()
    if at is None:
        return True, _("reached; its tables are made at first start")
    if at > head():
        return False, _("made by a newer Vincle (version {at}; this one knows {head})").format(at=at, head=head())
    if at < head():
        return True, _("version {at}; it is backed up and migrated to {head} at next start").format(at=at, head=head())
    return True, _("version {at}").format(at=at)


def _not_made(settings: Settings) -> bool:
    """Whether the embedded database does not exist (looking must not make it)."""
    return settings.database_url is None and not (settings.home / "vincle.db").exists()


def _keys(settings: Settings) -> tuple[bool, str]:
    from core.start import data_exist, refuse_other_keys

    if _not_made(settings) and not settings.keys_folder.exists():
        return True, _("none yet; they are made at first start")
    engine = make_engine(settings.url)
    try:
        if not data_exist(engine) and not settings.keys_folder.exists():
            return True, _("none yet; they are made at first start")
        refuse_other_keys(engine, load_keys(settings, data_exist=True))
    finally:
        engine.dispose()
    return True, _("in place")


def _models(settings: Settings) -> tuple[bool, str]:
    from core.signals.registry import look_at_current

    folder = settings.models_folder
    if not (folder.exists() and any(folder.iterdir())):
        return True, _("none yet; they are trained at first start")
    key = load_keys(settings, data_exist=True).audit
    seen = {signal: look_at_current(folder, signal, key=key, now=datetime.now(UTC))[1] for signal in Signal}
    named = ", ".join(f"{signal.value} ({refused})" for signal, refused in seen.items() if refused)
    if not named:
        return True, _("trained")
    return False, _("{what} cannot be used; train again: python -m dashboard train").format(what=named)


def _rules(settings: Settings) -> tuple[bool, str]:
    from core.rules.in_force import refusals

    refused = refusals(None)
    if not _not_made(settings):
        engine = make_engine(settings.url)
        try:
            if current(engine) == head():
                with (
                    engine.connect().execution_options(vincle_read_only=True) as connection,
                    Session(connection) as one,
                ):
                    refused = refusals(one)
        finally:
            engine.dispose()
    if not refused:
        return True, _("in force")
    named = "; ".join(f"{one.rule} ({one.where}): {one.why}" for one in refused)
    return False, _("refused, the others run: {rules}").format(rules=named)
