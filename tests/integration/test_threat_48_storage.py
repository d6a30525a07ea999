"""Threat 48: a full disk, a read-only one, an I/O error: one clear sentence, no half write, and it recovers.

A full SQLite is made for real (its file may not grow: ``max_page_count``, and a size limit of the process). A full
or failing disk of PostgreSQL is played by a trigger that raises the server's own error (SQLSTATE 53100, 58030) in the
middle of the transaction, after other rows were written. Read-only is each database's own switch.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, text
from sqlmodel import Session, select

from core.access.actor import Actor
from core.audit import log
from core.backup import back_up
from core.errors import StorageFull
from core.vault import vault
from models import AuditEntry, Note
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.installation import stamp


def write_note(session: Session, *, by: Actor, now: datetime, patient_id: object, words: str) -> None:
    """An action as every other: an audit entry and a change in one transaction."""
    log.record(session, at=now, action="write_note", actor_id=by.user_id)
    note = Note(patient_id=patient_id, kind="contact", written_at=now, written_by=by.user_id, body=b"")
    note.body = vault(session).close(session, note.patient_id, "note", note.id, words)
    session.add(note)
    session.flush()


def kept(database: Database) -> tuple[int, int, bool]:
    """Notes, audit entries, and whether the chain holds."""
    with database.calls().transaction() as session:
        notes = session.exec(select(func.count()).select_from(Note)).one()
        entries = session.exec(select(func.count()).select_from(AuditEntry)).one()
        return notes, entries, log.verify(session, database.keys.audit).intact


def make_full(database: Database) -> Callable[[], None]:
    """Let the database take nothing more; the answer undoes it."""
    if database.kind == "sqlite":

        def limit(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count={pages + 1}")

        event.listen(database.engine, "connect", limit)
        database.engine.dispose()
        return lambda: (event.remove(database.engine, "connect", limit), database.engine.dispose())  # type: ignore[return-value]
    return raise_on_note(database, "53100", "could not extend file: No space left on device")


def raise_on_note(database: Database, code: str, words: str) -> Callable[[], None]:
    """PostgreSQL fails as its server would when the row of the note is written; the answer undoes it."""
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION broken_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = '{words}'; END $$"
            )
        )
        connection.execute(
            text("CREATE TRIGGER broken_disk BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION broken_disk()")
        )

    def undo() -> None:
        with database.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER broken_disk ON note"))

    return undo


def make_io_error(database: Database) -> Callable[[], None]:
    """A disk that fails: on SQLite its file cannot be written beyond its size (the system says EFBIG, SQLite an I/O
    error or full); PostgreSQL says it in the language of its server, so that only the code tells."""
    if database.kind == "postgres":
        return raise_on_note(database, "58030", "no se pudo escribir el archivo")
    file = Path(str(database.engine.url.database))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size // 2, hard))

    def undo() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)

    return undo


def make_read_only(database: Database) -> Callable[[], None]:
    if database.kind == "sqlite":

        def shut(connection: object, _record: object) -> None:
            connection.cursor().execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]

        event.listen(database.engine, "connect", shut)
        database.engine.dispose()
        return lambda: (event.remove(database.engine, "connect", shut), database.engine.dispose())  # type: ignore[return-value]
    name = database.engine.url.database
    with database.engine.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    database.engine.dispose()

    def undo() -> None:
        with database.engine.begin() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
        database.engine.dispose()

    return undo


@pytest.mark.parametrize("fault", [make_full, make_read_only, make_io_error], ids=["full", "read-only", "i/o error"])
def test_threat_48_a_clear_sentence_no_half_write_and_it_recovers(
    database: Database, cast: Cast, fault: Callable[[Database], Callable[[], None]]
) -> None:
    calls = database.calls()
    long = "So many words. " * 20_000
    calls.run(write_note, by=cast.alice, patient_id=cast.patient.id, words="before")
    undo = fault(database)
    with pytest.raises(StorageFull) as refused:
        calls.run(write_note, by=cast.alice, patient_id=cast.patient.id, words=long)
    undo()
    assert str(refused.value) == "The disk cannot be written. Nothing was changed; tell your administrator."
    assert kept(database) == (1, 1, True)
    calls.run(write_note, by=cast.alice, patient_id=cast.patient.id, words=long)
    assert kept(database) == (2, 2, True)


def test_threat_48_the_refusal_names_no_word_of_the_patient(database: Database, cast: Cast) -> None:
    undo = make_full(database)
    with pytest.raises(StorageFull) as refused:
        database.calls().run(write_note, by=cast.alice, patient_id=cast.patient.id, words="canary " * 50_000)
    undo()
    assert "canary" not in str(refused.value)


LIMITED = """
import resource, signal, sys, uuid
from datetime import UTC, datetime
from core.calls import Calls
from core.db import make_engine
from core.audit import log
from core.errors import StorageFull
from core.keys import Keys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
calls = Calls(make_engine(sys.argv[1]), Keys(master=bytes(range(32)), audit=bytes(range(32, 64))))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
done = 0
try:
    while done < 5000:
        with calls.transaction() as session:
            log.record(session, at=datetime.now(UTC), action="fill", actor_id=None, detail={"fill": "x" * 4000})
        done += 1
except StorageFull as error:
    print(done, error)
"""


def test_threat_48_a_disk_that_fills_while_writing_keeps_all_that_was_acknowledged(
    sqlite_database: Database,
) -> None:
    file = Path(str(sqlite_database.engine.url.database))
    limit = file.stat().st_size + 600_000
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, sqlite_database.url, str(limit)], capture_output=True, text=True, check=True
    )
    acknowledged, sentence = run.stdout.strip().split(" ", 1)
    assert sentence.startswith("The disk cannot be written. Nothing was changed")
    assert 0 < int(acknowledged) < 5000
    assert kept(sqlite_database) == (0, int(acknowledged), True)
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_threat_48_a_backup_onto_a_full_disk_leaves_no_half_file(sqlite_database: Database, tmp_path: Path) -> None:
    stamp(sqlite_database.engine)
    with sqlite_database.calls().transaction() as session:
        log.record(session, at=NOW, action="fill", actor_id=None, detail={"fill": os.urandom(400_000).hex()})
    target = tmp_path / "backups" / "b.vincle"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageFull):
            back_up(sqlite_database.engine, sqlite_database.keys, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(target.parent.iterdir()) == []
    back_up(sqlite_database.engine, sqlite_database.keys, target)
