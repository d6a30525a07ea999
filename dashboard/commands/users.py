"""People and their sign-ins: list, add, switch off and on, set a password, give a role. A password is typed at a
prompt or made at random; it is never an argument, where other users of the machine could read it."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import select

from core.access.accounts import operator
from core.access.actor import Actor
from core.access.passwords import generate_password
from core.actions import accounts as actions
from core.calls import Calls
from core.errors import SettingsError
from core.language import _
from core.queries.accounts import accounts_of, team_named
from core.start import open_installation
from models import Role, Service, User

app = typer.Typer(no_args_is_help=True)
Username = Annotated[str, typer.Argument(help="The name the person signs in with.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Ask = Annotated[bool, typer.Option("--ask", help="Type the password at a prompt instead of making one.")]


@app.callback()
def users() -> None:
    """People and their sign-ins."""


@contextmanager
def _as_operator() -> Iterator[tuple[Calls, Actor]]:
    with open_installation() as installation:
        calls = installation.calls()
        with calls.transaction() as session:
            service = session.exec(select(Service)).first()
        if service is None:
            raise SettingsError(_("There is no service yet: run `python -m dashboard seed` or import one first."))
        yield calls, operator(service.id)


@app.command("list")
def list_users(
    role: Annotated[Role | None, typer.Option(help="Only accounts of this role.")] = None, as_json: AsJson = False
) -> None:
    """Everyone with an account."""
    with _as_operator() as (calls, by):
        rows = calls.run(accounts_of, by=by, role=role)
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows]))
        return
    table = Table("user name", "name", "role", "team", "state")
    for row in rows:
        state = "disabled" if not row.enabled else "" if row.signs_in else "no sign-in"
        table.add_row(row.username, row.name, row.role.value, row.team or "", state)
    Console().print(table)


@app.command()
def add(
    username: Username,
    role: Annotated[Role, typer.Option(help="What the person is to the service.")],
    name: Annotated[str, typer.Option(help="The name shown; the user name if left out.")] = "",
    team: Annotated[str, typer.Option(help="The team of a clinician, by name.")] = "",
    ask: Ask = False,
    as_json: AsJson = False,
) -> None:
    """Make an account; its password is printed once."""
    password, made = _password(ask=ask)
    with _as_operator() as (calls, by):
        team_id = calls.run(team_named, by=by, name=team) if team else None
        user = calls.run(
            actions.add_account, by=by, username=username, name=name, role=role, password=password, team_id=team_id
        )
    _tell(user, as_json=as_json, password=made)


@app.command()
def disable(username: Username, as_json: AsJson = False) -> None:
    """Switch an account off; whoever is signed in with it is out at the next click."""
    _change(actions.disable_account, username, as_json=as_json)


@app.command()
def enable(username: Username, as_json: AsJson = False) -> None:
    """Let an account sign in again."""
    _change(actions.enable_account, username, as_json=as_json)


@app.command("set-password")
def set_password(username: Username, ask: Ask = False, as_json: AsJson = False) -> None:
    """Give a new password, printed once; every browser signed in with the account is signed out."""
    password, made = _password(ask=ask)
    _change(actions.set_password, username, as_json=as_json, made=made, password=password)


@app.command()
def role(
    username: Username, new: Annotated[Role, typer.Argument(help="The new role.")], as_json: AsJson = False
) -> None:
    """Give an account another role; it acts at the person's next click."""
    _change(actions.change_role, username, as_json=as_json, role=new)


def _change(
    action: Callable[..., User], username: str, *, as_json: bool, made: str | None = None, **arguments: object
) -> None:
    with _as_operator() as (calls, by):
        user = calls.run(action, by=by, username=username, **arguments)
    _tell(user, as_json=as_json, password=made)


def _password(*, ask: bool) -> tuple[str, str | None]:
    """The password to set, and the same again if it was made here and must be told."""
    if ask:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n"), None
        return typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True), None
    made = generate_password()
    return made, made


def _tell(user: User, *, as_json: bool, password: str | None) -> None:
    facts = {"username": user.username, "name": user.name, "role": user.role.value, "enabled": user.disabled_at is None}
    if password is not None:
        facts["password"] = password
    if as_json:
        typer.echo(json.dumps(facts))
        return
    typer.echo(f"{user.username} · {user.role.value} · {'enabled' if user.disabled_at is None else 'disabled'}")
    if password is not None:
        typer.echo(_("Password (shown only now): {password}").format(password=password))
