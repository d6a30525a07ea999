"""Start Vincle: prepare the installation, print the address and the demonstration sign-ins, serve."""

import json
import os
import runpy
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from core.errors import SettingsError
from core.settings import Settings
from core.signals.standing import as_of_moment, ever_scored, exists, is_scored
from core.start import Demonstration, Installation, Say, open_installation, start

ADDRESS = "127.0.0.1"
NOON, WEEK = timedelta(hours=12), timedelta(days=7)
SERVER = Path("dashboard") / "server.py"


def run(
    port: Annotated[int, typer.Option(envvar="PORT", help="The port on 127.0.0.1.")] = 8501,
    prepare_only: Annotated[bool, typer.Option(help="Prepare everything, serve nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the address and the sign-ins as JSON.")] = False,
) -> None:
    """Prepare the database, the demonstration and the models where they are missing; then serve until stopped."""
    if not prepare_only:
        _refuse_taken(port)
    with open_installation(say=_say) as installation:
        start(installation, _demonstration(), now=datetime.now(UTC), say=_say)
        logins = demonstration_logins(installation.settings)
    _print_way_in(port, logins, as_json=as_json)
    if not prepare_only:
        _serve(port)


def _serve(port: int) -> None:
    """Hand over to Streamlit: in this process, which has most of it in memory; after training in a fresh one, so that
    what training left behind is gone."""
    arguments = ["run", str(SERVER), "--server.port", str(port)]
    sys.stdout.flush()
    if "xgboost" in sys.modules:
        os.execv(sys.executable, [sys.executable, "-m", "streamlit", *arguments])  # noqa: S606
    sys.argv = ["streamlit", *arguments]
    runpy.run_module("streamlit", run_name="__main__")


def _demonstration() -> Demonstration:
    """The parts above core, imported when they are needed: a second start needs few of them."""
    return Demonstration(_seed, _carry_on, _train, _score, _models_exist)


def _seed(installation: Installation, now: datetime, say: Say) -> None:
    from seed.demonstration import seed

    seed(installation, now, say)


def _carry_on(installation: Installation, now: datetime, say: Say) -> None:
    from seed.demonstration import carry_on

    carry_on(installation, now, say)


def _train(installation: Installation, now: datetime, _say: Say) -> None:
    from core.signals.learn import QUICK, train_all

    train_all(installation, now, resamples=QUICK)


def _score(installation: Installation, now: datetime, say: Say) -> None:
    moment = as_of_moment(installation, now, None)
    if is_scored(installation, moment):
        return
    from core.signals.run import score_all

    say("Reading today's signals")
    if not ever_scored(installation):
        score_all(installation, now, (moment + NOON - WEEK).date())  # so that today's can say what changed
    score_all(installation, now)


def _models_exist(settings: Settings) -> bool:
    return exists(settings.models_folder)


def demonstration_logins(settings: Settings) -> list[dict[str, str]]:
    """The demonstration's sign-ins (username, password, role, name); empty where there is no demonstration."""
    file = settings.home / "demo-logins.json"
    return json.loads(file.read_text()) if file.exists() else []


def _say(sentence: str) -> None:
    typer.echo(f"· {sentence}", err=True)


def _refuse_taken(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise SettingsError(
                f"Port {port} cannot be used (taken?). Choose another one: make run PORT=8600"
            ) from error


def _print_way_in(port: int, logins: list[dict[str, str]], *, as_json: bool) -> None:
    address = f"http://{ADDRESS}:{port}"
    if as_json:
        typer.echo(json.dumps({"address": address, "logins": logins}))
        return
    typer.echo(f"\nVincle: {address}\n")
    shown = list(_one_for_each_role(logins))
    if shown:
        typer.echo("Demonstration sign-ins (simulated people; all of them in VINCLE_HOME/demo-logins.json):")
    for login in shown:
        typer.echo(f"  {login['role']:<14} {login['username']:<22} {login['password']}")
    typer.echo("")


def _one_for_each_role(logins: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for login in logins:
        if login["role"] not in seen:
            seen.add(login["role"])
            yield login
