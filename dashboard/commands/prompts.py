"""Requests for a check-in, made by hand (the running application does it every minute)."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from core.check_ins.rounds import ask_everyone
from core.start import open_installation

app = typer.Typer(help="Requests for check-ins.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Requests for check-ins."""


@app.command()
def run(as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False) -> None:
    """Ask everybody whose time has come, and once more who has not opened a request; again changes nothing."""
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Asking")
        done = ask_everyone(
            installation.calls(), datetime.now(UTC), lambda n, total: bar.update(task, completed=n, total=total)
        )
    if as_json:
        typer.echo(json.dumps(done.as_json()))
        return
    typer.echo(f"{done.patients} patients looked at, {done.sent} requests made, {done.reminded} people asked again.")
