"""The guard before every request, without a server: answers of faults, hosts, origins, identity."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from dashboard import guard, signin


def ask(app: Any, **scope: Any) -> list[Message]:
    """What an ASGI application answers to one request."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    request = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"localhost:8501")]} | scope
    asyncio.run(app(request, receive, send))
    return sent


class Keeper:
    """An application that keeps the requests it is given."""

    def __init__(self) -> None:
        self.seen: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with nothing."""
        self.seen.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})


async def fail(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """A route with a fault whose words hold a patient's name."""
    raise RuntimeError("Laia Puig wrote: I am not well")


def test_threat_31_the_answer_of_a_fault_carries_the_security_headers(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        start = ask(guard.Headers(fail))[0]
    assert start["status"] == 500
    names = {name.decode() for name, _value in start["headers"]}
    assert {name.lower() for name in guard.SECURITY_HEADERS} <= names


def test_threat_40_the_log_of_a_fault_names_its_kind_and_place_and_no_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        ask(guard.Headers(fail))
    assert "RuntimeError" in caplog.text
    assert "test_guard.py" in caplog.text
    assert "Laia" not in caplog.text


@pytest.mark.parametrize(
    "name", [b"x-vincle-identity", b"X-VINCLE-IDENTITY", b"x_vincle_identity", b"X_Vincle-Identity"]
)
def test_threat_07_every_spelling_of_the_identity_header_is_taken_out(name: bytes) -> None:
    inner = Keeper()
    ask(guard.Guard(inner), headers=[(b"host", b"127.0.0.1"), (name, b"somebody"), (b"accept", b"*/*")])
    assert inner.seen[0]["headers"] == [(b"host", b"127.0.0.1"), (b"accept", b"*/*")]


@pytest.mark.parametrize("host", [b"127.0.0.1", b"localhost:8501", b"[::1]:8501", b"LOCALHOST"])
def test_our_own_hosts_are_answered(host: bytes) -> None:
    assert ask(guard.Guard(Keeper()), headers=[(b"host", host)])[0]["status"] == 204


def test_threat_30_a_second_host_beside_ours_is_not_overlooked() -> None:
    inner = Keeper()
    for hosts in ([b"localhost", b"evil.test"], [b"localhost", b"localhost"], []):
        assert ask(guard.Guard(inner), headers=[(b"host", host) for host in hosts])[0]["status"] == 421


@pytest.mark.parametrize(
    "host", [b"evil.test", b"", b"localhost.evil.test", b"[::1", b"127.0.0.1@evil.test", b"0.0.0.0"]
)
def test_threat_30_other_hosts_are_not(host: bytes) -> None:
    inner = Keeper()
    assert ask(guard.Guard(inner), headers=[(b"host", host)])[0]["status"] == 421
    assert inner.seen == []


@pytest.fixture(autouse=True)
def _settings_of_this_test() -> Iterator[None]:
    signin.settings.cache_clear()
    yield
    signin.settings.cache_clear()


def test_the_configured_host_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCLE_PUBLIC_URL", "https://vincle.example")
    assert ask(guard.Guard(Keeper()), headers=[(b"host", b"vincle.example")])[0]["status"] == 204
