"""Writes the next migration from the difference between the models and the migrations so far
(``python -m core.migrations.make "what changes"``); a developer reads and corrects it before committing."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from core.db import make_engine
from core.migrate import FOLDER, migrate, revisions


def make(what: str) -> Path:
    """Write ``versions/<number>_<what>.py`` and return it."""
    known = revisions()
    number = f"{len(known) + 1:04d}"
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite+pysqlite:///{folder}/empty.db")
        if known:
            migrate(engine, back_up=lambda _revision: None)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, what, autogenerate=True, rev_id=number)
        engine.dispose()
    return next((FOLDER / "versions").glob(f"{number}_*.py"))


if __name__ == "__main__":
    sys.stdout.write(f"{make(sys.argv[1])}\n")
