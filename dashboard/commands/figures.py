"""Work out the service's figures for the director's view."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import select

from core.actions.service_figures import make_figures
from core.start import open_installation
from models import Service


def figures(as_json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False) -> None:
    """Work out the figures of the weeks up to last Sunday anew (done every night as well)."""
    made = []
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        task, calls = bar.add_task("Working out the figures", total=None), installation.calls()
        with calls.transaction() as session:
            for service in session.exec(select(Service)).all():
                done = make_figures(session, service_id=service.id, now=datetime.now(UTC))
                made.append({"service": service.name, "groups": done.groups, "last_day": done.last_day.isoformat()})
        bar.update(task, completed=1, total=1)
    if as_json:
        typer.echo(json.dumps(made))
        return
    for one in made:
        typer.echo(f"{one['service']}: {one['groups']} groups, up to {one['last_day']}")
