"""``python -m dashboard train`` and ``models`` at the command line, in an installation of their own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from core.errors import ModelUnavailable, NotPossible
from core.settings import Settings
from core.signals import registry
from core.start import Installation, open_installation
from dashboard.__main__ import build
from models import Signal
from tests.factories.cast import make_cast
from tests.factories.trained import learned


@pytest.fixture
def installation() -> Iterator[Installation]:
    """The cast, and a model of safety kept under two names; the second is in use."""
    with open_installation(Settings()) as opened:
        with opened.calls().transaction() as session:
            make_cast(session)
        trained = learned().trained[Signal.SAFETY]
        fresh = trained.manifest | {"made_at": datetime.now(UTC).isoformat()}
        for version in ("first", "second"):
            registry.save(
                opened.settings.models_folder, Signal.SAFETY, fresh | {"version": version}, trained.files,
                key=opened.keys.audit,
            )  # fmt: skip
        yield opened


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(build(arguments[0]), [*arguments, "--json"])
    if result.exception is not None:
        raise result.exception
    return json.loads(result.stdout)


def in_use() -> list[str]:
    return [row["version"] for row in run("models", "list") if row["in_use"]]


@pytest.mark.usefixtures("installation")
def test_models_are_listed_promoted_and_rolled_back() -> None:
    assert in_use() == ["second"]
    assert run("models", "rollback", "safety") == {"signal": "safety", "in_use": "first"}
    assert run("models", "promote", "safety", "second") == {"signal": "safety", "in_use": "second"}
    assert in_use() == ["second"]


def test_a_changed_model_is_listed_with_the_reason_and_not_promoted(installation: Installation) -> None:
    file = installation.settings.models_folder / "safety" / "first" / "manifest.json"
    file.write_text(file.read_text().replace('"simulated": true', '"simulated": false'))
    refused = {row["version"]: row["refused"] for row in run("models", "list")}
    assert refused == {"first": "model_tampered", "second": None}
    with pytest.raises(ModelUnavailable):
        run("models", "promote", "safety", "first")
    assert in_use() == ["second"]


@pytest.mark.usefixtures("installation")
def test_training_on_a_handful_of_people_says_why_and_from_the_database_refuses() -> None:
    manifests = run("train", "--resamples", "20", "--hold")
    assert [manifest["signal"] for manifest in manifests] == [signal.value for signal in Signal]
    assert all(manifest["why"]["code"] == "too_few_with" for manifest in manifests)
    assert in_use() == ["second"]
    with pytest.raises(NotPossible, match="at least 100 with"):
        run("train", "--from-database", "--resamples", "20")
    assert in_use() == ["second"]
