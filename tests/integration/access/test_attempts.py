"""Guessing is slow: failures are counted exactly, for the name, the address and the pair, and survive a restart."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from core.access import accounts, attempts, passwords
from core.calls import Calls
from core.db import make_engine
from core.errors import SignInRefused
from models import User
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

PASSWORD = "seven quiet herons"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 4)


@pytest.fixture
def cast(cast: Cast, calls: Calls) -> Cast:
    """Everyone has the same (cheaply hashed) password."""
    with calls.transaction() as session:
        for user in session.exec(select(User)):
            user.password_hash = passwords.hash_password(PASSWORD, rounds=4)
    return cast


def attempt(calls: Calls, username: str, password: str, address: str = "192.0.2.7") -> str:
    """What the form says: ``in``, or the refusing sentence."""
    try:
        accounts.prove(calls, username=username, password=password, address=address)
    except SignInRefused as refusal:
        return str(refusal)
    return "in"


def test_threat_11_wrong_passwords_over_many_connections_and_a_restart_are_throttled(
    database: Database, cast: Cast
) -> None:
    wrong = [attempt(database.calls(), "alice", f"guess {i}") for i in range(5)]
    assert set(wrong) == {"User name or password is not right."}
    restarted = make_engine(database.url)
    again = attempt(Calls(restarted, database.keys, lambda: NOW), "alice", PASSWORD)
    restarted.dispose()
    assert again == "Too many attempts. Please wait 15 minutes and try again."
    later = database.calls(NOW + attempts.PAUSE)
    assert attempt(later, "alice", PASSWORD) == "in"
    assert attempt(later, "alice", PASSWORD) == "in"


def test_threat_11_guessing_from_many_addresses_throttles_the_name(calls: Calls, cast: Cast) -> None:
    said = [attempt(calls, "alice", "guess", address=f"192.0.2.{i}") for i in range(21)]
    assert said[-2].startswith("User name")
    assert said[-1].startswith("Too many")
    assert attempt(calls, "bob", PASSWORD, address="192.0.2.1") == "in"


def test_threat_12_a_thousand_names_from_one_address_throttle_the_address(
    calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def check(password: str, kept: str) -> bool:
        tried.append(password)
        return False

    monkeypatch.setattr(passwords, "verify_password", check)
    said = [attempt(calls, f"name{i}", "guess") for i in range(1000)]
    assert len(tried) == 60
    assert all(sentence.startswith("Too many") for sentence in said[60:])
    monkeypatch.undo()
    assert attempt(calls, "alice", PASSWORD, address="198.51.100.2") == "in"


def test_an_unknown_name_is_throttled_like_a_known_one(calls: Calls, cast: Cast) -> None:
    known = [attempt(calls, "alice", "guess", address="192.0.2.1") for _i in range(7)]
    unknown = [attempt(calls, "nobody", "guess", address="192.0.2.2") for _i in range(7)]
    assert known == unknown


def test_threat_14_known_and_unknown_names_cost_the_same_work(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, done = database.calls(), []
    real = passwords.bcrypt.checkpw

    def check(password: bytes, kept: bytes) -> bool:
        done.append(("hash", kept[:7]))
        return real(password, kept)

    def statement(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        done.append(("sql", sql))

    monkeypatch.setattr(passwords.bcrypt, "checkpw", check)
    event.listen(database.engine, "before_cursor_execute", statement)
    attempt(calls, "bob", "guess", address="198.51.100.2")  # the log's first entry is made by another statement
    work = []
    for name in ("alice", "nobody", "marta"):
        done.clear()
        attempt(calls, name, "guess", address=f"192.0.2.{len(work)}")
        work.append(list(done))
    assert work[0] == work[1] == work[2]
    assert ("hash", b"$2b$04$") in work[0]


def test_threat_14_median_cost_of_known_and_unknown_names_differs_by_less_than_5_percent(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processor time, in turns, 200 tries each; a cheaper hash than the real one makes any difference larger."""
    kept = {"known": passwords.hash_password(PASSWORD, rounds=8), "unknown": passwords.nobody(8).decode()}
    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    for _i in range(200):
        for kind, hashed in kept.items():
            began = time.thread_time()
            passwords.verify_password("guess", hashed)
            spent[kind].append(time.thread_time() - began)
    known, unknown = statistics.median(spent["known"]), statistics.median(spent["unknown"])
    assert abs(known - unknown) / known < 0.05


def test_threat_15_a_hundred_guesses_at_once_are_counted_exactly(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, tried = database.calls(), []
    monkeypatch.setattr(passwords, "verify_password", lambda password, kept: bool(tried.append(password)))
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda i: attempt(calls, "alice", f"guess {i}"), range(100)))
    with calls.transaction() as session:
        counted = {
            scope: attempts.failures(session, scope=scope, username="alice", address="192.0.2.7")
            for scope in ("pair", "user", "address")
        }
    assert counted == {"pair": 100, "user": 100, "address": 100}
    assert len(tried) == 5
    assert sum(sentence.startswith("Too many") for sentence in said) == 95


@pytest.mark.parametrize("password", ["x" * 73, "q" * 64, "quatre gats i un núvol ñandú", "ends with a space "])
def test_threat_16_any_password_signs_in_exactly_and_failures_count(calls: Calls, cast: Cast, password: str) -> None:
    with calls.transaction() as session:
        user = session.exec(select(User).where(User.username == "alice")).one()
        user.password_hash = passwords.hash_password(password, rounds=4)
    assert attempt(calls, "alice", password + "x") != "in"
    assert attempt(calls, "alice", password.rstrip() if password.endswith(" ") else password[:-1]) != "in"
    with calls.transaction() as session:
        assert attempts.failures(session, scope="user", username="alice") == 2
    assert attempt(calls, "alice", password) == "in"
    with calls.transaction() as session:
        assert attempts.failures(session, scope="user", username="alice") == 0


def test_a_pause_is_not_made_longer_by_trying_during_it(database: Database, cast: Cast) -> None:
    for _i in range(6):
        attempt(database.calls(), "alice", "guess")
    attempt(database.calls(NOW + timedelta(minutes=14)), "alice", "guess")
    assert attempt(database.calls(NOW + timedelta(minutes=15)), "alice", PASSWORD) == "in"
