"""``python -m dashboard users``: accounts made and changed at the command line."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from core.access import accounts
from core.calls import Calls
from core.errors import InvalidInput, NotFound, SignInRefused
from core.settings import Settings
from core.start import open_installation
from dashboard.commands.users import app
from tests.factories.cast import make_cast


@pytest.fixture
def calls() -> Iterator[Calls]:
    """An installation of its own (in this test's folder) with the cast in it."""
    with open_installation(Settings()) as installation:
        calls = installation.calls()
        with calls.transaction() as session:
            make_cast(session)
        yield calls


@pytest.fixture
def users(calls: Calls) -> Callable[..., Any]:
    """Run a subcommand with ``--json`` and return what it printed."""

    def run(*arguments: str, typed: str | None = None) -> Any:
        result = CliRunner().invoke(app, [*arguments, "--json"], input=typed)
        if result.exception is not None:
            raise result.exception
        return json.loads(result.stdout)

    return run


def ticket(calls: Calls, username: str, password: str) -> str:
    """A proven sign-in."""
    return accounts.prove(calls, username=username, password=password, address="192.0.2.1")


def test_a_new_clinician_signs_in_with_the_password_that_was_printed(users: Callable[..., Any], calls: Calls) -> None:
    made = users("add", "Gina", "--role", "therapist", "--team", "blue", "--name", "Gina R")
    assert ticket(calls, "gina", made["password"])
    row = next(row for row in users("list", "--role", "therapist") if row["username"] == "gina")
    assert row == {
        "username": "gina", "name": "Gina R", "role": "therapist", "team": "Blue", "enabled": True, "signs_in": True,
    }  # fmt: skip


def test_a_typed_password_is_not_printed_and_must_be_good(users: Callable[..., Any], calls: Calls) -> None:
    told = users("add", "gina", "--role", "director", "--ask", typed="nine other cranes\n")
    assert "password" not in told
    assert ticket(calls, "gina", "nine other cranes")
    with pytest.raises(InvalidInput, match="at least 15"):
        users("set-password", "gina", "--ask", typed="short\n")


def test_disabled_enabled_and_given_another_role(users: Callable[..., Any], calls: Calls) -> None:
    password = users("set-password", "erika")["password"]
    assert users("disable", "erika")["enabled"] is False
    with pytest.raises(SignInRefused):
        ticket(calls, "erika", password)
    assert users("enable", "erika")["enabled"] is True
    assert ticket(calls, "erika", password)
    assert users("role", "erika", "administrator")["role"] == "administrator"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("disable", "nobody"), "no account with this user name"),
        (("add", "gina", "--role", "therapist", "--team", "none"), "Teams: Blue, Ochre"),
    ],
)
def test_what_does_not_exist_is_named(users: Callable[..., Any], arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(NotFound, match=said):
        users(*arguments)


def test_a_clinician_needs_a_team_and_a_name_is_given_once(users: Callable[..., Any]) -> None:
    with pytest.raises(InvalidInput, match="belongs to a team"):
        users("add", "gina", "--role", "therapist")
    with pytest.raises(InvalidInput, match="taken"):
        users("add", "ALICE", "--role", "director")
