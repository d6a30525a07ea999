"""Train the four models on this database's recorded events and judge them on patients held out."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from core.signals.learn import train_all
from core.start import open_installation


def train(as_json: Annotated[bool, typer.Option("--json", help="Print the manifests as JSON.")] = False) -> None:
    """Train, judge and save; a model without enough recorded events says so and stays silent."""
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Training")
        manifests = train_all(
            installation, datetime.now(UTC), lambda done, total: bar.update(task, completed=done, total=total)
        )
    if as_json:
        shown = [{name: value for name, value in m.items() if name not in {"importance", "seal", "reference"}} for m in manifests]
        typer.echo(json.dumps(shown))
        return
    table = Table("Signal", "Version", "Patients", "Events", "Metric", "Model", "Regression", "Last value", "Base rate")
    for manifest in manifests:
        table.add_row(*_row(manifest))
    Console().print(table)


def _row(manifest: dict[str, Any]) -> list[str]:
    patients = f"{manifest['training']['patients']} + {manifest['evaluation']['patients']}"
    events = str(manifest["training"].get("events", "–"))
    if not manifest["trained"]:
        why = manifest["why"]
        said = f"not trained: {why['patients']} patients ({why['group']}), {why['needed']} needed"
        return [manifest["signal"], said, patients, events]
    metrics = manifest["metrics"]
    name = "auroc" if "auroc" in metrics["model"] else "mae"
    cells = [_cell(metrics[who][name]) for who in ("model", "regression", "last_value", "base_rate")]
    return [manifest["signal"], manifest["version"], patients, events, name, *cells]


def _cell(metric: dict[str, float | None]) -> str:
    if metric["value"] is None:
        return "–"
    return f"{metric['value']:.2f} ({metric['low'] or 0:.2f}–{metric['high'] or 0:.2f})"
