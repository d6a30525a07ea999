"""A real server of Vincle in its own process, and a browser's part of the talk: cookies, WebSocket, page runs."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
START_WITHIN, ANSWER_WITHIN = 90, 20


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and where its log goes."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        """Its address, as a browser on the same machine uses it."""
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        """A fresh browser for plain requests; it sends our own origin as a page's requests do."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=ANSWER_WITHIN)


@contextlib.contextmanager
def running(
    home: Path,
    log: Path,
    environment: Mapping[str, str] | None = None,
    script: str = "dashboard/server.py",
    path: str = "/health",
) -> Iterator[Server]:
    """Serve the installation in ``home`` until the end of the block; only this process is ended."""
    server = Server(free_port(), log)
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(server.port)]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out,
            env={
                **os.environ, "PYTHONPATH": str(ROOT), "VINCLE_HOME": str(home), "VINCLE_CHORES": "false",
                **(environment or {}),
            },
        )  # fmt: skip
    try:
        _wait_until_it_answers(server, process, path)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes], path: str) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once:\n{server.log.read_text()}")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(server.url + path).status_code == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"the server does not answer:\n{server.log.read_text()}")


@dataclass(slots=True)
class Tab:
    """One open page: a WebSocket that runs the application and keeps what it was told."""

    socket: ClientConnection
    session_id: str = ""

    def run(
        self, page: str = "", *, query: str = "", fragment: str = "", polling: bool = False
    ) -> list[ForwardMsg]:  # fmt: skip
        """Run the page as a click does (or one fragment of it, or as it polls by itself); returns everything sent
        until the run finished."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = polling
        self.socket.send(message.SerializeToString())
        return self.read()

    def read(self) -> list[ForwardMsg]:
        """Read until a run of the script ends."""
        told = []
        while True:
            message = ForwardMsg()
            raw = self.socket.recv(timeout=ANSWER_WITHIN)
            assert isinstance(raw, bytes)
            message.ParseFromString(raw)
            told.append(message)
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return told


@contextlib.contextmanager
def open_tab(
    server: Server, *, cookie: str | None = None, resume: str | None = None, headers: Mapping[str, str] | None = None,
    origin: str | None = None,
) -> Iterator[Tab]:  # fmt: skip
    """Connect as Streamlit's page does: the session id to resume travels in the sub-protocol."""
    more = dict(headers or {})
    if cookie is not None:
        more["Cookie"] = cookie
    protocols = ["streamlit", "no-xsrf-token", *([resume] if resume else [])]
    with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream", origin=origin or server.url, additional_headers=more,
        subprotocols=protocols, max_size=None, proxy=None,
    ) as socket:  # fmt: skip
        yield Tab(socket)


def written(messages: list[ForwardMsg]) -> str:
    """What a run drew, as text in which words can be looked for."""
    return "\n".join(str(message.delta) for message in messages if message.WhichOneof("type") == "delta")


def page_titles(messages: list[ForwardMsg]) -> list[str]:
    """The pages that the bar offers after a run."""
    bars = [message.navigation for message in messages if message.WhichOneof("type") == "navigation"]
    return [page.page_name for page in bars[-1].app_pages if not page.is_hidden] if bars else []
