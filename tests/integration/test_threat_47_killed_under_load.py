"""Threat 47: processes that write are killed a hundred times at any moment. Everything that was acknowledged is there,
once and readable, nothing is half there, and the database is sound."""

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text
from sqlmodel import col, func, select

from core.audit.log import verify
from core.vault import vault
from models import ActionReceipt, AuditEntry, Message
from tests.conftest import Database
from tests.factories.cast import Cast

ROOT = Path(__file__).parents[2]
LIVES = {"sqlite": 50, "postgres": 10}  # two writers in each: a hundred deaths where the writer holds the file itself


def test_threat_47_what_was_acknowledged_is_kept_through_a_hundred_deaths(database: Database, cast: Cast) -> None:
    asked = [database.url, str(LIVES[database.kind])]
    done = subprocess.run(
        [sys.executable, "-m", "tests.factories.load", *asked], cwd=ROOT, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lives = json.loads(done.stdout)
    acknowledged = {key for life in lives for key in life}
    assert len(acknowledged) > LIVES[database.kind]
    with database.calls().transaction() as session:
        receipts = set(session.exec(select(ActionReceipt.key)).all())
        messages = session.exec(select(Message).where(~col(Message.from_patient))).all()
        bodies = [vault(session).open(session, cast.patient.id, "message", one.id, one.body) for one in messages]
        said = [body.split()[0] for body in bodies]
        entries = session.exec(select(func.count()).select_from(AuditEntry)).one()
        assert acknowledged <= receipts
        assert sorted(said) == sorted(receipts), "each receipt has its one message, and no message is without"
        assert entries == len(messages)
        assert verify(session, database.keys.audit).intact
        if database.kind == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
