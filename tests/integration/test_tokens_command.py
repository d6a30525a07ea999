"""``python -m dashboard tokens``: made for a source, listed without the token, revoked by name."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from core.errors import NotFound
from core.settings import Settings
from core.start import open_installation
from dashboard.commands.tokens import app
from tests.factories.cast import make_cast


@pytest.fixture
def tokens() -> Iterator[Callable[..., Any]]:
    """Run a subcommand with ``--json`` on an installation of its own and return what it printed."""
    with open_installation(Settings()) as installation, installation.calls().transaction() as session:
        make_cast(session)

    def run(*arguments: str) -> Any:
        result = CliRunner().invoke(app, [*arguments, "--json"])
        if result.exception is not None:
            raise result.exception
        return json.loads(result.stdout)

    yield run


def test_a_token_is_made_listed_without_itself_and_revoked_by_its_name(tokens: Callable[..., Any]) -> None:
    made = tokens("add", "Ring", "--scope", "observations", "--days", "7")
    assert made["token"].startswith("vincle_")
    (listed,) = tokens("list")
    assert (listed["name"], listed["scopes"], listed["holds"]) == ("ring", ["observations"], True)
    assert made["token"] not in json.dumps(listed)
    assert tokens("revoke", "ring") == {"name": "ring", "revoked": True}
    assert [one["holds"] for one in tokens("list")] == [False]


def test_a_name_used_again_means_the_token_that_holds(tokens: Callable[..., Any]) -> None:
    for _time in range(2):
        tokens("add", "ring", "--scope", "fhir")
        tokens("revoke", "ring")
    with pytest.raises(NotFound):
        tokens("revoke", "ring")


def test_a_token_is_revoked_by_its_number_too(tokens: Callable[..., Any]) -> None:
    tokens("add", "ring", "--scope", "fhir")
    (listed,) = tokens("list")
    assert tokens("revoke", listed["id"])["revoked"]
