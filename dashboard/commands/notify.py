"""Send what waits in the outbox, list it, or try somebody's channels.

The running application does this by itself; the command is for a server without chores, and for looking.
"""

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.calls import Calls
from core.errors import NotFound
from core.notify.delivery import deliver
from core.notify.overdue import remind_of_overdue
from core.notify.trial import try_all
from core.start import open_installation
from models import Outbox, User

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
SHOWN = 200


@app.command("run")
def run(as_json: AsJson = False) -> None:
    """Send everything that is due now."""
    with open_installation() as installation, Progress(console=Console(stderr=True), transient=True) as bar:
        bar.add_task("Sending", total=None)
        calls = installation.calls()
        overdue = remind_of_overdue(calls)
        made = deliver(calls, installation.settings).as_json() | {"overdue": overdue}
    if as_json:
        typer.echo(json.dumps(made))
        return
    typer.echo(
        f"{made['delivered']} sent, {made['unreached']} seen in the application only (no channel), "
        f"{made['waiting']} to be tried again, {made['failed']} given up."
    )


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what was delivered.")] = False, as_json: AsJson = False
) -> None:
    """List what waits and what was given up (kinds, people and codes; nothing about a patient)."""
    with open_installation() as installation, installation.calls().transaction() as session:
        rows = _rows(session, everything=everything)
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo(
            f"{row['made_at']}  {row['state']:<9}  {row['recipient']:<24}  {row['kind']}  {row['trouble'] or ''}"
        )
    typer.echo(f"{len(rows)} listed", err=True)


@app.command("test")
def test(username: Annotated[str, typer.Argument(help="Whose channels are tried.")], as_json: AsJson = False) -> None:
    """Send a test through every channel of one person."""
    with open_installation() as installation:
        calls = installation.calls()
        found = try_all(calls, by=_person(calls, username), settings=installation.settings)
    if as_json:
        typer.echo(json.dumps(found))
    elif not found:
        typer.echo("This person has no channel. They add one under their own name in the bar.")
    else:
        for label, problem in found.items():
            typer.echo(f"{label}: {problem or 'taken by the other side'}")
    if any(found.values()):
        raise typer.Exit(1)


def _rows(session: Session, *, everything: bool) -> list[dict[str, Any]]:
    wanted = select(Outbox, User.name).outerjoin(User, col(User.id) == col(Outbox.recipient_id))
    if not everything:
        wanted = wanted.where(col(Outbox.delivered_at).is_(None))
    found = session.execute(wanted.order_by(col(Outbox.made_at).desc()).limit(SHOWN))
    return [
        {
            "id": str(row.id), "kind": row.kind, "recipient": name or "", "state": _state(row), "tries": row.tries,
            "made_at": _said(row.made_at), "next_try_at": _said(row.next_try_at), "trouble": row.trouble,
        }
        for row, name in found
    ]  # fmt: skip


def _state(row: Outbox) -> str:
    return "delivered" if row.delivered_at else "given up" if row.failed_at else "waiting"


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _person(calls: Calls, username: str) -> Actor:
    with calls.transaction() as session:
        user = session.exec(select(User).where(col(User.username) == username.lower())).one_or_none()
        if user is None:
            raise NotFound(f"There is no account with the user name {username}.")
        return Actor(user.id, user.service_id, user.role, user.name, user.locale)
