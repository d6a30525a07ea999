"""Clinicians who write without a pause, in processes that are killed (SIGKILL) at moments that nobody chose; run as
``python -m tests.factories.load URL CALL TIMES``, prints the keys that were acknowledged before each death."""

import json
import os
import random
import signal
import sys
import time
import uuid
from contextlib import suppress

from sqlmodel import select

from core.access.actor import Actor
from core.actions.messages import reply
from core.calls import Calls
from core.clock import fixed_clock
from core.db import make_engine
from core.errors import DatabaseTrouble
from models import Patient, Role, Staff, User
from tests.conftest import KEYS
from tests.factories.cast import NOW

WRITERS, LONGEST = 2, 0.12  # processes at the same time; seconds that the longest of them lives


def write(url: str, told: int, life: int) -> None:
    """Write messages and tell each key once its call has come back; never ends by itself."""
    calls = Calls(make_engine(url), KEYS, fixed_clock(NOW))
    with calls.transaction() as session:
        user, staff = session.exec(select(User, Staff).join(Staff).where(User.username == "alice")).one()
        patient_id = session.exec(select(Patient.id).where(Patient.given_name == "Laia")).one()
    alice = Actor(
        user_id=user.id, service_id=user.service_id, role=Role.THERAPIST, name=user.name, staff_id=staff.id,
        team_id=staff.team_id,
    )  # fmt: skip
    os.write(told, b"ready\n")
    for number in range(10_000):
        key = f"{life}-{os.getpid()}-{number}"
        with suppress(DatabaseTrouble):  # another writer was in the way: nothing was acknowledged
            calls.run(reply, by=alice, key=key, patient_id=patient_id, body=f"{key} {uuid.uuid4()}")
            os.write(told, f"{key}\n".encode())


def one_life(url: str, life: int) -> list[str]:
    """Some writers at once until they are killed; the keys that were acknowledged."""
    reading, writing = os.pipe()
    children = []
    for _ in range(WRITERS):
        child = os.fork()
        if child == 0:
            os.close(reading)
            write(url, writing, life)
            os._exit(1)
        children.append(child)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = [told.readline() for _ in range(2 * WRITERS)]  # all are ready, and something is acknowledged
        time.sleep(random.Random(life).uniform(0.0, LONGEST))
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        lines += told.readlines()
    return [line.strip() for line in lines if line.endswith("\n") and line.strip() != "ready"]


def main(url: str, times: str) -> None:
    sys.stdout.write(json.dumps([one_life(url, life) for life in range(int(times))]))


if __name__ == "__main__":
    main(*sys.argv[1:])
