"""Servers to be measured, and clients that rerun their pages as a browser does."""

import contextlib
import os
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from core.access import sessions
from core.start import Installation
from tests.factories.server import free_port

ROOT = Path(__file__).parents[1]
_PATIENCE = 120
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Served:
    """A server under measurement."""

    port: int
    process: "subprocess.Popen[bytes]"

    def cpu(self) -> float:
        """Seconds of processor time it has used so far."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / _TICK


@contextlib.contextmanager
def served(script: Path, home: Path, *options: str, **environment: str) -> Iterator[Served]:
    """Serve ``script`` (a page, or a server file) with the settings of this folder and ``options`` on top. Chores rest:
    what is measured is what was asked for (what a night of them costs has figures of its own)."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port), *options],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=(home / "server.log").open("ab"),
        env=os.environ | {"VINCLE_HOME": str(home), "VINCLE_CHORES": "false", "PYTHONPATH": str(ROOT)} | environment,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield Served(port, process)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server under measurement did not start")


def cookie_of(installation: Installation, user_id: uuid.UUID) -> str:
    """A signed-in browser's cookie header."""
    calls = installation.calls()
    with calls.transaction() as session:
        return f"vincle={sessions.start(session, user_id=user_id, now=calls.clock())}"


class Client:
    """One open page that can be rerun."""

    def __init__(self, server: Served, *, cookie: str | None = None, page: str = "", query: str = "") -> None:
        self._connection: ClientConnection = connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream",
            additional_headers={"Cookie": cookie, "Origin": f"http://127.0.0.1:{server.port}"} if cookie else None,
            subprotocols=["streamlit", "no-xsrf-token"], max_size=None, proxy=None,  # type: ignore[list-item]
        )  # fmt: skip
        self._page, self._query = page, query

    def rerun(self) -> list[ForwardMsg]:
        """Run the page once; everything that it sent."""
        message = BackMsg()
        message.rerun_script.page_name = self._page
        message.rerun_script.query_string = self._query
        self._connection.send(message.SerializeToString())
        told: list[ForwardMsg] = []
        while not told or told[-1].WhichOneof("type") != "script_finished":
            raw = self._connection.recv(timeout=_PATIENCE)
            told.append(ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode()))
        return told

    def close(self) -> None:
        """Leave."""
        self._connection.close()


def cpu_per_rerun(server: Served, client: Client, *, reruns: int) -> float:
    """Processor seconds of the server for one rerun, over ``reruns`` of them one after another."""
    before = server.cpu()
    for _ in range(reruns):
        client.rerun()
    return (server.cpu() - before) / reruns


def reruns_per_second(clients: list[Client], *, seconds: float) -> float:
    """How many reruns all clients together get, each asking again as soon as it was answered."""
    counts = [0] * len(clients)
    end = time.monotonic() + seconds

    def ask(place: int) -> None:
        while time.monotonic() < end:
            clients[place].rerun()
            counts[place] += 1

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(clients))]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)
