"""The two keys of an installation: one wraps the patients' keys, one seals the audit log. Given by environment (value
or ``_FILE``) or made once under ``home/keys``; a missing key for existing data is a refusal, never a new key."""

import base64
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from core.errors import KeyMissing, SettingsError
from core.settings import Settings

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """Raw keys, 32 bytes each; never printed."""

    master: bytes = field(repr=False)
    audit: bytes = field(repr=False)


def load_keys(settings: Settings, *, data_exist: bool) -> Keys:
    """Read both keys; make them when nothing has been written yet.

    Raises ``KeyMissing`` where data exist without their key, ``SettingsError`` where a given key is unusable.
    """
    return Keys(
        master=_load("master", settings.master_key, settings.master_key_file, settings, data_exist),
        audit=_load("audit", settings.audit_key, settings.audit_key_file, settings, data_exist),
    )


def _load(name: str, given: SecretStr | None, file: Path | None, settings: Settings, data_exist: bool) -> bytes:
    if given is not None:
        return _decode(name, given.get_secret_value())
    path = file or settings.keys_folder / f"{name}.key"
    if path.exists():
        return _decode(name, _read(name, path))
    if file is not None and not data_exist:
        raise KeyMissing(f"The file of the {name} key ({path}) does not exist.")
    if data_exist:
        raise KeyMissing(
            f"The {name} key is missing ({path}), but data written with it exist. "
            "Put the key back from your backup; a new key could not open them."
        )
    return _make(path)


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The {name} key ({path}) cannot be read.") from error


def _decode(name: str, text: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text)
    except ValueError as error:
        raise SettingsError(f"The {name} key is not valid base64.") from error
    if len(raw) != _BYTES or len(set(raw)) < 8:
        raise SettingsError(f"The {name} key must be {_BYTES} random bytes, base64-encoded.")
    return raw


def _make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    raw = secrets.token_bytes(_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(base64.urlsafe_b64encode(raw).decode())
    return raw
