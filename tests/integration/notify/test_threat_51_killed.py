"""Killing the process at any statement never loses an alert nor sends none for it (threats 44, 47, 51)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlmodel import select

from core.actions.notifications import add_channel
from core.audit.log import verify
from models import Outbox
from tests.conftest import Database
from tests.factories.cast import Cast
from tests.factories.sinks import http_sink

ROOT = Path(__file__).parents[3]


def die_again_and_again(database: Database, cast: Cast, work: str) -> dict[str, Any]:
    who = str(cast.patient.id), str(cast.alice.user_id)
    done = subprocess.run(
        [sys.executable, "-m", "tests.factories.killed", database.url, work, *who], cwd=ROOT, capture_output=True,
        text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_threat_44_whoever_dies_while_an_alert_is_opened_leaves_all_of_it_or_nothing(
    database: Database, cast: Cast
) -> None:
    nothing = {"alerts": 0, "events": 0, "entries": 0, "outbox": 0}
    found = die_again_and_again(database, cast, "open")
    assert len(found["deaths"]) > 5
    assert all(left == nothing for left in found["deaths"])
    assert found["at_last"] == {"alerts": 1, "events": 1, "entries": 1, "outbox": 1}
    with database.calls().transaction() as session:
        assert verify(session, database.keys.audit).intact


def test_threat_51_whoever_dies_while_sending_leaves_nothing_untold(database: Database, cast: Cast) -> None:
    with http_sink() as sink:
        database.calls().run(add_channel, by=cast.alice, key="k", label="Mine", address=sink.address)
        found = die_again_and_again(database, cast, "deliver")
        with database.calls().transaction() as session:
            rows = session.exec(select(Outbox)).all()
        assert len(rows) >= len(found["deaths"]) > 20
        assert all(row.delivered_at is not None and row.failed_at is None for row in rows)
        assert len(sink.received) >= len(rows)
