"""Every feature that the models see: its name, domain, unit, window, definition and source, from the one table."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.signals.features import Feature
from core.signals.features import features as known
from dashboard.wording.features import domain_name, feature_label

HEADER = ("feature", "called", "domain", "unit", "days", "more means", "definition", "source")
MEANS = {1: "more difficulty", -1: "less difficulty", 0: ""}


def features(
    markdown: Annotated[bool, typer.Option("--markdown", help="As the table of docs/features.md.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the feature table."""
    if as_json:
        rows = [asdict(one) | {"domain": one.domain.value, "label": feature_label(one.code)} for one in known()]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif markdown:
        typer.echo(page())
    else:
        table = Table(*HEADER[:5])
        for one in known():
            table.add_row(*_cells(one)[:5])
        Console().print(table)


def page() -> str:
    """The table as it stands in docs/features.md."""
    lines = [HEADER, ("---",) * len(HEADER), *(_cells(one) for one in known())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(one: Feature) -> tuple[str, ...]:
    days = str(one.window) if one.window else "newest"
    definition = one.definition.replace("|", "\\|")
    return (
        f"`{one.code}`", feature_label(one.code), domain_name(one.domain), one.unit, days, MEANS[one.direction],
        definition, one.source,
    )  # fmt: skip
