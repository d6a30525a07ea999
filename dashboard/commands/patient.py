"""One person's data: erase the person."""

import json
import uuid
from pathlib import Path
from typing import Annotated

import typer

from core.access.accounts import operator
from core.actions.erasure import erase as erase_person
from core.actions.erasure import note_erased
from core.ingest.placement import service_named
from core.language import _
from core.start import open_installation

app = typer.Typer(no_args_is_help=True)


@app.callback()
def patient() -> None:
    """One person's data."""


@app.command("erase")
def erase(
    number: Annotated[uuid.UUID, typer.Argument(help="The person's number in Vincle.")],
    reason: Annotated[str, typer.Option(help="On what ground; see docs/erasure.md for what must be kept by law.")],
    confirm: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Erase a person: their words, entries and name. This cannot be undone."""
    if not confirm:
        typer.confirm(_("Everything about this person goes, for good. Go on?"), abort=True)
    with open_installation() as installation:
        calls = installation.calls()
        with calls.transaction() as session:
            by = operator(service_named(session, None))
        note_erased(Path(installation.settings.home), number)
        calls.run(erase_person, by=by, patient_id=number, reason=reason)
    typer.echo(json.dumps({"erased": str(number)}) if as_json else _("Erased."))
