"""Look at every patient's days: silence, change, meals, nights, messages that wait."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from core.rules.rounds import watch_everyone
from core.start import open_installation


def watch(as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False) -> None:
    """Run the daily rules (meant for once a day); a repeated run opens nothing twice."""
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Watching")
        made = watch_everyone(
            installation.calls(), datetime.now(UTC), lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        typer.echo(json.dumps(asdict(made)))
        return
    typer.echo(f"{made.patients} patients looked at, {sum(made.opened.values())} alerts opened.")
    for rule, count in made.opened.items():
        typer.echo(f"  {rule}: {count}")
    if made.unowned:
        typer.echo(f"For {made.unowned} patients nobody could own an alert: name a lead or a team lead.", err=True)
