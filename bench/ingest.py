"""What the way in of devices and partner applications costs: batches of 500 values over the wire into the application
as served, with its rules, beside the same rows (values, and the days they add to) by the driver's own bulk insert into
the same tables, with the same durability and one transaction a batch. The requests are written beforehand and the
answers read afterwards: what a client spends on HTTP is none of ours."""

import json
import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlmodel import Session

from bench.figures import Figure, interleaved, ratio
from bench.serve import Served, served
from core.access.accounts import operator
from core.access.actor import Actor
from core.actions.api_tokens import add_token
from core.actions.observations import source_of
from core.actions.patients import Admission, admit
from core.clock import day_number, seconds
from core.ingest.mapping import ProgrammeForm
from core.ingest.placement import Wish, find_place
from core.measures import catalogue
from core.settings import Settings
from core.start import open_installation
from models import Patient
from tests.factories.cast import make_cast
from tests.factories.postgres import PostgresServer

ROOT = Path(__file__).parents[1]
ZONE = "Europe/Madrid"
PEOPLE, ROUNDS, WARM = 50, 80, 5
SENT = {
    "cheerful": 5.0, "relaxed": 4.0, "sad": 3.0, "anxious": 2.0, "stressed": 4.0, "steps": 4120.0, "sleep_hours": 7.25,
    "activity_minutes": 31.0, "resting_heart_rate": 61.0, "wish_not_alive": 0.0,
}  # fmt: skip
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
_VALUES = "INSERT INTO observation (patient_key, at, measure_id, source_id, value) VALUES "
_DAYS = (
    "INSERT INTO observation_day (patient_key, day, measure_id, n, total, total_squares, low, high) VALUES {marks} "
    "ON CONFLICT (patient_key, day, measure_id) DO UPDATE SET n = excluded.n, total = excluded.total, "
    "total_squares = excluded.total_squares, low = excluded.low, high = excluded.high"
)
_LENGTH = re.compile(rb"(?is).*?\r\ncontent-length: *(\d+)(?:\r\n.*?)?\r\n\r\n")
_AT_MOST = 262_144  # bytes read at once
Rows = list[tuple[float, ...]]
Insert = Callable[[Rows, Rows], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """An installation with people: their numbers, a token that may push values, the source of the driver's rows."""

    people: list[tuple[str, int]]
    token: str
    source_id: int


def measure(folder: Path) -> list[Figure]:
    """Both databases."""
    return [
        ratio("API, batches of 500 / driver's bulk insert, SQLite", _sqlite(folder), 0.35, higher=True),
        ratio("API, batches of 500 / driver's bulk insert, PostgreSQL", _postgres(folder), 0.35, higher=True),
    ]


def _sqlite(folder: Path) -> float:
    (folder / "api").mkdir()
    (folder / "driver").mkdir()
    ready = _prepared(Settings(home=folder / "api"))
    other = _prepared(Settings(home=folder / "driver"))
    with served(ROOT / "dashboard" / "server.py", folder / "api") as server:
        connection = sqlite3.connect(folder / "driver" / "vincle.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

        def insert(values: Rows, days: Rows) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_VALUES + "(?, ?, ?, ?, ?)", values)
            connection.executemany(_DAYS.format(marks="(?, ?, ?, ?, ?, ?, ?, ?)"), days)
            connection.execute("COMMIT")

        try:
            return _compared(server, ready, other, insert)
        finally:
            connection.close()


def _postgres(folder: Path) -> float:
    with _server() as server:
        first, second = (server.create(name) for name in ("through_api", "by_driver"))
        homes = folder / "pg-api", folder / "pg-driver"
        for home in homes:
            home.mkdir()
        ready = _prepared(Settings(home=homes[0], database_url=SecretStr(first)))
        other = _prepared(Settings(home=homes[1], database_url=SecretStr(second)))
        plain = make_url(second).set(drivername="postgresql").render_as_string(hide_password=False)
        with (
            served(ROOT / "dashboard" / "server.py", homes[0], VINCLE_DATABASE_URL=first) as served_here,
            psycopg.connect(plain, autocommit=True) as connection,
        ):

            def insert(values: Rows, days: Rows) -> None:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(_VALUES + "(%s, %s, %s, %s, %s)", values)
                    cursor.executemany(_DAYS.format(marks="(%s, %s, %s, %s, %s, %s, %s, %s)"), days)

            return _compared(served_here, ready, other, insert)


@contextmanager
def _server() -> Iterator[PostgresServer]:
    """The tests' PostgreSQL, but as durable as one in service."""
    server = PostgresServer()
    try:
        for setting in DURABLE:
            server.run(f"ALTER SYSTEM SET {setting} = on")
        server.run("SELECT pg_reload_conf()")
        yield server
    finally:
        server.stop()


def _prepared(settings: Settings) -> Ready:
    with open_installation(settings) as opened, opened.calls().transaction() as session:
        return _peopled(session)


def _peopled(session: Session) -> Ready:
    cast, now = make_cast(session), datetime.now(UTC)
    by = operator(cast.administrator.service_id)
    people = [_admitted(session, by, now, number) for number in range(PEOPLE)]
    token = add_token(session, by=by, now=now, name="gateway", scopes=["observations"])
    source = source_of(session, code="import:driver", kind="api", name="driver", now=now)
    return Ready([(str(person.id), person.key) for person in people], token, source)


def _admitted(session: Session, by: Actor, now: datetime, number: int) -> Patient:
    place = find_place(session, by.service_id, wish=Wish(), programme=ProgrammeForm())
    admission = Admission(
        given_name="Bench", family_name=str(number), time_zone=ZONE, enrolled_on=now.date(),
        team_id=place.team_id, programme_id=place.programme_id, therapist_id=place.therapist_id,
    )  # fmt: skip
    return admit(session, by=by, now=now, admission=admission)


def _compared(server: Served, ready: Ready, other: Ready, insert: Insert) -> float:
    """Seconds of the driver for a batch over seconds of the API for one."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=10)
    moments = [start + timedelta(hours=number) for number in range(ROUNDS + WARM)]
    requests = iter([_request(server, ready, at) for at in moments])
    rows = iter([(_values(other, at), _days(other, start, at)) for at in moments])
    answers = list[bytes]()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def post() -> None:
            line.sendall(next(requests))
            answers.append(_answer(line))

        by_driver, by_api = interleaved(lambda: insert(*next(rows)), post, rounds=ROUNDS, warm=WARM)
    for answer in answers:
        head, _end, said = answer.partition(b"\r\n\r\n")
        if b" 200 " not in head.splitlines()[0] or json.loads(said)["new"] != PEOPLE * len(SENT):
            raise RuntimeError(f"a batch was not stored: {answer[:600]!r}")
    return by_driver / by_api


def _answer(line: socket.socket) -> bytes:
    """One answer, whole."""
    answer = b""
    while not (said := _LENGTH.match(answer)) or len(answer) < said.end() + int(said[1]):
        more = line.recv(_AT_MOST)
        if not more:
            raise RuntimeError(f"the server ended the connection: {answer[:600]!r}")
        answer += more
    return answer


def _values(ready: Ready, at: datetime) -> Rows:
    return [
        (key, seconds(at), catalogue()[code].id, ready.source_id, value)
        for _id, key in ready.people
        for code, value in SENT.items()
    ]


def _days(ready: Ready, start: datetime, at: datetime) -> Rows:
    """What the days of a batch come to, worked out beforehand: one value an hour since the day began."""
    zone = ZoneInfo(ZONE)
    today = at.astimezone(zone).date()
    n = sum(
        (start + timedelta(hours=hour)).astimezone(zone).date() == today
        for hour in range((at - start) // timedelta(hours=1) + 1)
    )
    return [
        (key, day_number(at, ZONE), catalogue()[code].id, n, n * value, n * value * value, value, value)
        for _id, key in ready.people
        for code, value in SENT.items()
    ]


def _request(server: Served, ready: Ready, at: datetime) -> bytes:
    body = _body(ready, at)
    head = (
        f"POST /api/v1/observations HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: Bearer {ready.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _body(ready: Ready, at: datetime) -> bytes:
    items = [
        {"person": person, "at": at.isoformat(), "measure": code, "value": value}
        for person, _key in ready.people
        for code, value in SENT.items()
    ]
    return json.dumps({"items": items}).encode()
