"""Score every patient with the four models."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.signals.run import HERE, Engine, ScoreSummary, score_all
from core.start import open_installation


class EngineName(StrEnum):
    """Where the parts of a night are done."""

    LOCAL = "local"
    DASK = "dask"


def score(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day at whose start to score (default: today).")
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="In this process, or on a Dask cluster.")] = EngineName.LOCAL,
    workers: Annotated[
        int | None, typer.Option(min=1, help="With dask: so many processes of this machine (default: 2).")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="With dask: the address of a scheduler that runs already, tls://host:port.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Store each patient's scores as of the start of a day; a repeated run writes nothing twice, an interrupted one is
    carried on by starting it again."""
    chosen = _engine(engine, workers, scheduler)
    day = None if as_of is None else as_of.date()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with open_installation() as installation, Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Scoring patients", total=None)
        summary = score_all(
            installation, datetime.now(UTC), day, lambda done, total: bar.update(task, completed=done, total=total),
            chosen,
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(asdict(summary) | {"as_of": summary.as_of.isoformat()}))
        return
    typer.echo(_line(summary))


def _engine(name: EngineName, workers: int | None, scheduler: str | None) -> Engine:
    if name is EngineName.LOCAL:
        if workers is not None or scheduler is not None:
            raise typer.BadParameter("--workers and --scheduler belong to --engine dask")
        return HERE
    if workers is not None and scheduler is not None:
        raise typer.BadParameter("either --workers (on this machine) or --scheduler (elsewhere)")
    return Engine(scheduler=scheduler) if scheduler else Engine(workers=workers or 2)


def _line(summary: ScoreSummary) -> str:
    silent = sum(summary.abstained.values())
    resumed = f" ({summary.done_before} of {summary.parts} parts were done before)" if summary.done_before else ""
    return (
        f"{summary.patients} patients as of {summary.as_of:%Y-%m-%d %H:%M} UTC: {summary.scores} scores, "
        f"{summary.written} written anew, {silent} abstained{resumed}."
    )
