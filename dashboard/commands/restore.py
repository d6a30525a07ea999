"""Restore a backup into an empty database of the same kind, all or nothing."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.backup import restore as restore_backup
from core.start import open_installation, open_unprepared


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was restored as JSON.")] = False,
) -> None:
    """Restore a backup. The keys it was made with must be in place (VINCLE_HOME/keys or the environment)."""
    with open_unprepared() as unprepared:
        manifest = restore_backup(unprepared.engine, unprepared.keys, file)
    with open_installation():
        pass  # a backup of an older version is migrated at once
    if as_json:
        typer.echo(json.dumps(asdict(manifest)))
    else:
        typer.echo(f"Restored {sum(manifest.rows.values()):,} rows, made at {manifest.made_at}.")
