"""Threat 46: audit rows edited, deleted, reordered, truncated, the tail rewritten; the verifier names the first bad
row. Every attack is made with plain SQL by someone who holds the database but not the key."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from core.audit import log
from core.calls import Calls
from models import AuditEntry
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.installation import stamp, use_environment

ENTRIES = 7


@pytest.fixture
def written(database: Database) -> Database:
    """A log of ``ENTRIES`` entries, each in its own transaction as in life."""
    for number in range(ENTRIES):
        with database.calls().transaction() as session:
            log.record(
                session, at=NOW + timedelta(seconds=number), action=f"read_{number}", actor_id=uuid.uuid4(),
                patient_id=uuid.uuid4(), target="case_review", detail={"days": 30, "n": number},
            )  # fmt: skip
    return database


def verdict(database: Database, key: bytes | None = None) -> log.Verdict:
    with database.calls().transaction() as session:
        return log.verify(session, key or database.keys.audit)


def run(statement: str) -> Callable[[Connection], None]:
    return lambda connection: [connection.execute(text(part)) for part in statement.split(";")] and None


def swap(connection: Connection) -> None:
    for a, b in ((3, -1), (5, 3), (-1, 5)):
        connection.execute(text(f"UPDATE audit_entry SET seq = {b} WHERE seq = {a}"))


def close_the_gap(connection: Connection) -> None:
    """Delete entry 3 and number the rest anew, the head too."""
    connection.execute(text("DELETE FROM audit_entry WHERE seq = 3"))
    for seq in range(4, ENTRIES + 1):
        connection.execute(text(f"UPDATE audit_entry SET seq = {seq - 1} WHERE seq = {seq}"))
    connection.execute(text("UPDATE audit_head SET seq = seq - 1"))


def rewrite_the_tail(connection: Connection) -> None:
    """Cut after 5 and make the head agree with what is left (without the key its seal cannot be made)."""
    connection.execute(text("DELETE FROM audit_entry WHERE seq > 5"))
    connection.execute(
        text("UPDATE audit_head SET seq = 5, mac = (SELECT mac FROM audit_entry WHERE audit_entry.seq = 5)")
    )


def insert_between(connection: Connection) -> None:
    """Copy entry 2 as a new last one and point the head at it."""
    connection.execute(
        text(
            "INSERT INTO audit_entry (seq, at, actor_id, action, patient_id, target, detail, mac) "
            f"SELECT {ENTRIES + 1}, at, actor_id, action, patient_id, target, detail, mac FROM audit_entry WHERE seq=2"
        )
    )


ATTACKS: list[tuple[str, Callable[[Connection], None], int]] = [
    ("action edited", run("UPDATE audit_entry SET action = 'read_nothing' WHERE seq = 4"), 4),
    ("person edited", run("UPDATE audit_entry SET actor_id = NULL WHERE seq = 4"), 4),
    ("patient edited", run("UPDATE audit_entry SET patient_id = NULL WHERE seq = 2"), 2),
    ("target edited", run("UPDATE audit_entry SET target = NULL WHERE seq = 6"), 6),
    ("detail edited", run('UPDATE audit_entry SET detail = \'{"days": 14, "n": 3}\' WHERE seq = 4'), 4),
    ("time edited", run("UPDATE audit_entry SET at = (SELECT at FROM audit_entry e WHERE e.seq = 1) WHERE seq = 5"), 5),
    ("seal of a row edited", run("UPDATE audit_entry SET mac = upper(mac) WHERE seq = 3"), 3),
    ("first deleted", run("DELETE FROM audit_entry WHERE seq = 1"), 1),
    ("middle deleted", run("DELETE FROM audit_entry WHERE seq = 4"), 4),
    ("deleted and numbered anew", close_the_gap, 3),
    ("reordered", swap, 3),
    ("one put in", insert_between, ENTRIES + 1),
    (
        "one put before the first",
        run(
            "INSERT INTO audit_entry (seq, at, actor_id, action, patient_id, target, detail, mac) "
            "SELECT -1, at, actor_id, action, patient_id, target, detail, mac FROM audit_entry WHERE seq = 2"
        ),
        1,
    ),
    ("seal no longer of letters", run("UPDATE audit_entry SET mac = 'é' WHERE seq = 3"), 3),
    ("last deleted", run(f"DELETE FROM audit_entry WHERE seq = {ENTRIES}"), ENTRIES),
    ("truncated", run("DELETE FROM audit_entry"), 1),
    ("tail rewritten", rewrite_the_tail, 5),
    ("head deleted", run("DELETE FROM audit_head"), ENTRIES),
    ("all deleted with the head left", run("DELETE FROM audit_entry WHERE seq > 2"), 3),
]


def test_threat_46_an_untouched_log_holds(written: Database) -> None:
    assert verdict(written) == log.Verdict(ENTRIES)


@pytest.mark.parametrize(("attack", "first_bad"), [a[1:] for a in ATTACKS], ids=[a[0] for a in ATTACKS])
def test_threat_46_the_first_bad_row_is_named(
    written: Database, attack: Callable[[Connection], None], first_bad: int
) -> None:
    with written.engine.begin() as connection:
        attack(connection)
    found = verdict(written)
    assert not found.intact
    assert found.bad_seq == first_bad
    assert found.fault


@pytest.mark.parametrize("column", ["at", "actor_id", "patient_id", "detail"])
def test_threat_46_a_row_that_no_longer_reads_as_one_is_named(written: Database, column: str) -> None:
    overwrite = run(f"UPDATE audit_entry SET {column} = 'tampered' WHERE seq = 4")
    if written.kind == "postgres":  # which takes no such thing
        with pytest.raises(DBAPIError), written.engine.begin() as connection:
            overwrite(connection)
        assert verdict(written).intact
        return
    with written.engine.begin() as connection:
        overwrite(connection)
    assert verdict(written) == log.Verdict(3, 4, "entry 4 was changed")


def test_threat_46_what_is_written_during_a_verification_is_no_fault(
    written: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, late = log._some, iter(["late"] if written.kind == "postgres" else [])  # SQLite has one writer at a time

    def slow(session: Session, after: int) -> list[tuple[int, AuditEntry | None]]:
        found = read(session, after)
        for action in late if not found else ():
            with written.calls().transaction() as other:
                log.record(other, at=NOW, action=action, actor_id=None)
        return found

    monkeypatch.setattr(log, "_some", slow)
    assert verdict(written) == log.Verdict(ENTRIES + (written.kind == "postgres"))


def test_threat_46_another_key_opens_nothing(written: Database) -> None:
    assert verdict(written, bytes(32)).bad_seq == 1


def test_threat_46_a_log_emptied_together_with_its_head_shows_beside_the_records(written: Database, cast: Cast) -> None:
    with written.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
        connection.execute(text("DELETE FROM audit_head"))
    assert verdict(written) == log.Verdict(0, 1, "the log is empty although there are records")


def test_threat_46_the_command_names_the_first_bad_row(
    written: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dashboard.__main__ import main

    stamp(written.engine)
    with written.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry WHERE seq = 4"))
    use_environment(monkeypatch, home=tmp_path, url=written.url, keys=written.keys)
    with pytest.raises(SystemExit) as stopped:
        main(["audit", "verify", "--json"])
    assert stopped.value.code == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["intact"], said["bad_seq"], said["entries"]) == (False, 4, 3)


def test_threat_46_an_undone_call_leaves_no_entry(calls: Calls, database: Database) -> None:
    with pytest.raises(RuntimeError), calls.transaction() as session:
        log.record(session, at=NOW, action="read", actor_id=None)
        raise RuntimeError("the connection was lost")
    assert verdict(database) == log.Verdict(0)
