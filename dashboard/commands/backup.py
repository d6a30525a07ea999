"""Write a backup of the database, also while Vincle runs; it opens only with this installation's master key."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.backup import back_up
from core.start import open_installation


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to write it (default: VINCLE_HOME/backups).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what it holds as JSON.")] = False,
) -> None:
    """Write a backup. Keep VINCLE_HOME/keys in another place: without them no backup opens."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with open_installation() as installation:
        target = file or installation.settings.home / "backups" / f"vincle-{stamp}.vincle"
        manifest = back_up(installation.engine, installation.keys, target)
    if as_json:
        typer.echo(json.dumps({"file": str(target)} | asdict(manifest)))
    else:
        typer.echo(f"{target}: {sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables.")
