"""Tokens of devices and partner applications: list, add, revoke. A token is shown once, when it is made."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.access.accounts import operator
from core.access.actor import Actor
from core.actions.api_tokens import add_token, revoke_token
from core.calls import Calls
from core.errors import NotFound
from core.ingest.placement import service_named
from core.language import _
from core.queries.api_tokens import TokenView, api_tokens_of
from core.start import open_installation

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.callback()
def tokens() -> None:
    """Tokens of devices and partner applications."""


@app.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """Every token: for whom, for what, until when; never the token itself."""
    with open_installation() as installation:
        calls = installation.calls()
        rows = calls.run(api_tokens_of, by=_operator(calls)).tokens
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    table = Table("name", "scopes", "until", "state", "last used")
    for row in rows:
        state = _("holds") if row.holds else _("revoked") if row.revoked_at else _("over")
        used = row.used_at.date().isoformat() if row.used_at else "–"
        table.add_row(row.name, ", ".join(row.scopes), row.expires_at.date().isoformat(), state, used)
    Console().print(table)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The source: its values are known by this name for good.")],
    scope: Annotated[list[str], typer.Option(help="observations, responses, messages or fhir; give it several times.")],
    days: Annotated[int, typer.Option(help="For how many days it holds.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token."""
    with open_installation() as installation:
        calls = installation.calls()
        token = calls.run(add_token, by=_operator(calls), name=name, scopes=scope, days=days)
    typer.echo(json.dumps({"name": name, "token": token}) if as_json else token)


@app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(help="Its name, or its number in the list as JSON.")], as_json: AsJson = False
) -> None:
    """Take a token back at once."""
    with open_installation() as installation:
        calls = installation.calls()
        by = _operator(calls)
        found = _meant(calls.run(api_tokens_of, by=by).tokens, token)
        row = calls.run(revoke_token, by=by, token_id=found)
    words = _("The token of {name} is revoked.").format(name=row.name)
    typer.echo(json.dumps({"name": row.name, "revoked": True}) if as_json else words)


def _meant(tokens: Iterable[TokenView], given: str) -> uuid.UUID:
    """The token of this number, or the one of this name that holds (there is one at most)."""
    for token in tokens:
        if str(token.id) == given or (token.holds and token.name == given.strip().lower()):
            return token.id
    raise NotFound(_("There is no such token."))


def _operator(calls: Calls) -> Actor:
    with calls.transaction() as session:
        return operator(service_named(session, None))
