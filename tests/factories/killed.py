"""Does something in a process that is killed (SIGKILL) before its n-th statement or commit, for n = 1, 2, … until it
comes through; run as ``python -m tests.factories.killed URL WORK PATIENT RECIPIENT``, prints what each death left."""

import json
import os
import signal
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, event
from sqlmodel import func, select

from core.calls import Calls
from core.clock import fixed_clock
from core.db import make_engine
from core.notify.delivery import deliver
from core.notify.text import OVERDUE
from core.rules.evaluate import open_or_add
from core.rules.findings import Fact, Finding
from core.settings import Settings
from models import Alert, AlertEvent, AuditEntry, Outbox, Patient
from tests.conftest import KEYS
from tests.factories.cast import NOW

MOST = {"open": 60, "deliver": 30}  # a backlog makes the sending longer each time: it never comes through


def open_alert(calls: Calls, patient_id: str) -> None:
    fact = Fact(NOW, "answer", 2, measure="wish_not_alive", informant="patient")
    with calls.transaction() as session:
        patient = session.get_one(Patient, uuid.UUID(patient_id))
        open_or_add(session, patient=patient, finding=Finding("safety_answer", (fact,)), now=NOW)


def send(calls: Calls, _patient_id: str) -> None:
    deliver(calls, Settings(notify_hosts="127.0.0.1"))


WORK: dict[str, Callable[[Calls, str], None]] = {"open": open_alert, "deliver": send}


def die_at(engine: Engine, n: int) -> None:
    """Kill this process before the n-th statement or commit on ``engine``."""
    seen = [0]

    def count(*_arguments: object) -> None:
        seen[0] += 1
        if seen[0] == n:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)


def attempt(url: str, work: Callable[[Calls, str], None], patient_id: str, n: int) -> bool:
    """Whether it came through."""
    child = os.fork()
    if child == 0:
        engine = make_engine(url)
        die_at(engine, n)
        work(Calls(engine, KEYS, fixed_clock(NOW)), patient_id)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "it failed by itself"
    return True


def left(url: str) -> dict[str, int]:
    """How many rows there are."""
    engine = make_engine(url)
    with Calls(engine, KEYS).transaction() as session:
        kinds = {"alerts": Alert, "events": AlertEvent, "entries": AuditEntry, "outbox": Outbox}
        found = {name: session.exec(select(func.count()).select_from(table)).one() for name, table in kinds.items()}
    engine.dispose()
    return found


def add_row(url: str, recipient: str) -> None:
    engine = make_engine(url)
    with Calls(engine, KEYS).transaction() as session:
        session.add(Outbox(made_at=NOW, kind=OVERDUE, recipient_id=uuid.UUID(recipient), payload={}))
    engine.dispose()


def main(url: str, name: str, patient_id: str, recipient: str) -> None:
    deaths = []
    for n in range(1, MOST[name]):
        if name == "deliver":
            add_row(url, recipient)
        through = attempt(url, WORK[name], patient_id, n)
        if through:
            break
        deaths.append(left(url))
    if name == "deliver":  # what the dead left claimed is found when their claims have ended
        engine = make_engine(url)
        deliver(Calls(engine, KEYS, fixed_clock(NOW + timedelta(hours=1))), Settings(notify_hosts="127.0.0.1"))
        engine.dispose()
    sys.stdout.write(json.dumps({"deaths": deaths, "at_last": left(url)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
