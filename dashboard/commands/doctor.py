"""Look the installation over without changing it: Python, packages, folder, database, keys, models, rules."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from core.doctor import examine
from core.start import load_settings


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Say what is well and what is not; exit code 1 where something is not."""
    findings = examine(load_settings())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            typer.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.code}: {finding.sentence}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
