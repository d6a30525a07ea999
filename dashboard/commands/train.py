"""Train the four models on this database's recorded events and judge them on people held out."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from core.start import open_installation

LEFT_OUT = {"importance", "seal", "reference"}  # of --json: what the plots and the drift need, by the thousand


def train(
    from_database: Annotated[
        bool, typer.Option(help="On this site's own people alone; refused, with the counts, where there are too few.")
    ] = False,
    hold: Annotated[bool, typer.Option(help="Keep the new models without using them (see: models promote).")] = False,
    resamples: Annotated[int, typer.Option(min=20, help="How often the people held out are resampled.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifests as JSON.")] = False,
) -> None:
    """Train, judge and save; a model without enough recorded events says so and stays silent."""
    from core.signals.learn import train_all, train_site

    job = train_site if from_database else train_all
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Training")
        manifests = job(
            installation, datetime.now(UTC), lambda done, total: bar.update(task, completed=done, total=total),
            resamples=resamples, use=not hold,
        )  # fmt: skip
    if as_json:
        shown = [{name: value for name, value in m.items() if name not in LEFT_OUT} for m in manifests]
        typer.echo(json.dumps(shown))
        return
    for manifest in manifests:
        _print(manifest, Console(width=110))


def _print(manifest: dict[str, Any], console: Console) -> None:
    training, held = manifest["training"], manifest["evaluation"]
    who = f"{training['patients']} people trained, {held['patients']} held out"
    if "patients_with" in training:
        who += f", with the event {training['patients_with']} and {held['patients_with']}"
    simulated = ", simulated" if manifest["simulated"] else ""
    console.print(f"\n[bold]{manifest['signal']}[/bold] ({who}{simulated})")
    if not manifest["trained"]:
        console.print(f"not trained: {_why(manifest['why'])}")
        return
    console.print(f"{manifest['version']}: {_place(manifest)}")
    names = list(manifest["metrics"]["model"])
    table = Table("on people held out", *names)
    for name, metrics in manifest["metrics"].items():
        table.add_row(name, *(_cell(metrics[metric]) for metric in names))
    console.print(table)


def _why(why: dict[str, Any]) -> str:
    if "patients" not in why:
        return "nothing could be learned beyond the average of everybody"
    kind = "with" if why["code"] == "too_few_with" else "without"
    return f"{why['patients']} people {kind} the event ({why['group']}), {why['needed']} needed"


def _place(manifest: dict[str, Any]) -> str:
    gain = _cell(manifest["earned"]["held_out"])
    if manifest["earned"]["booster_kept"]:
        return f"the booster beats the regression beyond noise (held out: {gain})"
    return f"a regression; the booster does not beat it beyond noise (held out: {gain})"


def _cell(metric: dict[str, float | None]) -> str:
    if metric["value"] is None:
        return "–"
    return f"{metric['value']:.3f} ({metric['low'] or 0:.3f} to {metric['high'] or 0:.3f})"
