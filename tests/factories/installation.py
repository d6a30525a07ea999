"""A whole installation in a test's own folder: its environment, and the file-system faults that can befall it."""

import base64
import os
import subprocess
import sys
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


def command(home: Path, *arguments: str) -> str:
    """Run ``python -m dashboard …`` in a process of its own to its end, in ``home``; what it printed."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VINCLE_")}
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", *arguments], env=plain | {"VINCLE_HOME": str(home)}, check=False,
        cwd=Path(__file__).parents[2], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
