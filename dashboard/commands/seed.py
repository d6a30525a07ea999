"""Make a simulated service in an empty database: people who never lived, by a documented model."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from core.clock import system_clock
from core.language import _
from core.start import open_installation
from seed.demonstration import DAYS, PATIENTS, SEED, plan_for, seed_service


def seed(
    patients: Annotated[int, typer.Option(min=1, max=100_000, help="How many people.")] = PATIENTS,
    days: Annotated[int, typer.Option(min=21, max=1_500, help="How long ago the first ones were enrolled.")] = DAYS,
    seed: Annotated[int, typer.Option(min=0, help="The same number gives the same people.")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Make a simulated service; one whose making was interrupted is finished."""
    columns = (
        TextColumn(_("Simulating")), BarColumn(), MofNCompleteColumn(), TextColumn(_("people")), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with open_installation() as installation:
        plan = plan_for(patients, days, seed, system_clock())
        with Progress(*columns, console=Console(stderr=True), disable=as_json) as bar:
            task = bar.add_task("", total=patients)
            done = seed_service(installation, plan, lambda people: bar.update(task, completed=people))
        logins = installation.settings.home / "demo-logins.json"
    if as_json:
        typer.echo(json.dumps(asdict(done) | {"seed": seed, "days": days}))
        return
    typer.echo(
        _("{patients} simulated people with {observations} entries. Sign-ins: {file}").format(
            patients=done.patients, observations=f"{done.observations:,}", file=logins
        )
    )
