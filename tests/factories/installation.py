"""A whole installation in a test's own folder: its environment, and the file-system faults that can befall it."""

import base64
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from core.keys import Keys
from core.migrate import head


def encoded(key: bytes) -> str:
    """A key as the environment gives it."""
    return base64.urlsafe_b64encode(key).decode()


def use_environment(patch: pytest.MonkeyPatch, *, home: Path, url: str | None = None, keys: Keys | None = None) -> None:
    """Point ``VINCLE_…`` at a folder, and where given at a database and at keys."""
    patch.setenv("VINCLE_HOME", str(home))
    if url is not None:
        patch.setenv("VINCLE_DATABASE_URL", url)
    if keys is not None:
        patch.setenv("VINCLE_MASTER_KEY", encoded(keys.master))
        patch.setenv("VINCLE_AUDIT_KEY", encoded(keys.audit))


def stamp(engine: Engine, revision: str | None = None) -> None:
    """Say in a database made from the models that it stands at ``revision`` (default: the newest)."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision or head()})
