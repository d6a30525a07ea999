"""The shelf of models: which versions there are, which one is in use; promote another one, or roll back."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.start import open_installation
from models import Signal

app = typer.Typer(help="List, promote and roll back the models of the signals.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_versions(as_json: AsJson = False) -> None:
    """Every version of every signal, newest first, and which one is in use."""
    from core.signals.registry import versions

    with open_installation() as installation:
        kept = versions(installation.settings.models_folder, key=installation.keys.audit, now=datetime.now(UTC))
    if as_json:
        made = [one.made_at.isoformat() if one.made_at else None for one in kept]
        rows = [
            {"signal": one.signal.value, "version": one.version, "in_use": one.current, "made_at": at, "kind": one.kind,
             "refused": one.refused}
            for one, at in zip(kept, made, strict=True)
        ]  # fmt: skip
        typer.echo(json.dumps(rows))
        return
    table = Table("signal", "version", "in use", "kind", "cannot be used")
    for one in kept:
        table.add_row(one.signal, one.version, "yes" if one.current else "", one.kind or "", one.refused or "")
    Console(width=110).print(table)


@app.command()
def promote(signal: Signal, version: str, as_json: AsJson = False) -> None:
    """Use another version from now on; it has to pass every check first."""
    from core.signals.shelf import promote_version

    with open_installation() as installation:
        promote_version(installation, datetime.now(UTC), signal, version)
    _say(signal, version, as_json=as_json)


@app.command()
def rollback(signal: Signal, as_json: AsJson = False) -> None:
    """Use the version that was in use before the current one."""
    from core.signals.shelf import roll_back_version

    with open_installation() as installation:
        version = roll_back_version(installation, datetime.now(UTC), signal)
    _say(signal, version, as_json=as_json)


def _say(signal: Signal, version: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"signal": signal.value, "in_use": version}))
        return
    typer.echo(f"{signal.value}: {version} is in use. It answers from the next scores on: python -m dashboard score")
