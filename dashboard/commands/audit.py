"""The audit log: verify its chain, naming the first entry that does not hold."""

import json
from typing import Annotated

import typer

from core.audit.log import verify as verify_chain
from core.start import open_installation

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The audit log: every read of a record and every change, in a keyed chain."""


@app.command()
def verify(as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False) -> None:
    """Walk the whole chain; exit code 1 and the first bad entry where it does not hold."""
    with open_installation(with_any_log=True) as installation, installation.calls().transaction() as session:
        verdict = verify_chain(session, installation.keys.audit)
    if as_json:
        found = {"intact": verdict.intact, "entries": verdict.entries}
        typer.echo(json.dumps(found | {"bad_seq": verdict.bad_seq, "fault": verdict.fault}))
    elif verdict.intact:
        typer.echo(f"The audit log holds: {verdict.entries} entries.")
    else:
        typer.echo(f"The audit log does not hold: {verdict.fault} (first bad entry: {verdict.bad_seq}).")
    if not verdict.intact:
        raise typer.Exit(1)
