"""Score every patient with the four models."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from core.signals.run import score_all
from core.start import open_installation


def score(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day at whose start to score (default: today).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Store each patient's scores as of the start of a day; a repeated run writes nothing twice."""
    day = None if as_of is None else as_of.date()
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Scoring")
        summary = score_all(
            installation, datetime.now(UTC), day, lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        typer.echo(json.dumps(asdict(summary) | {"as_of": summary.as_of.isoformat()}))
        return
    silent = sum(summary.abstained.values())
    typer.echo(
        f"{summary.patients} patients as of {summary.as_of:%Y-%m-%d %H:%M} UTC: {summary.scores} scores, "
        f"{summary.written} written anew, {silent} abstained."
    )
