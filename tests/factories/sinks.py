"""Real servers on this machine that take notifications as other people's would: over HTTP and by mail, well or badly
behaved."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """What arrived, and how the server behaves: ``ok``, ``refuse``, ``hang``, ``drip``, ``drop``, ``redirect`` or
    ``lie`` (says yes and forgets)."""

    behaviour: str = "ok"
    received: list[str] = field(default_factory=list)
    port: int = 0
    elsewhere: str = ""
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """As a person would enter it."""
        return f"json://127.0.0.1:{self.port}/inbox"


@contextmanager
def http_sink(behaviour: str = "ok") -> Iterator[Sink]:
    """A running HTTP server that keeps the bodies it was sent."""
    sink = Sink(behaviour)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _http(sink))
    yield from _running(server, sink)


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """A running mail server that keeps the messages it was sent."""
    sink = Sink()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _speak_smtp(self, sink)

    yield from _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), sink)


def _running(server: socketserver.TCPServer, sink: Sink) -> Iterator[Sink]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    sink.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.release.set()
        server.shutdown()
        server.server_close()


def _http(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if sink.behaviour in ("drop", "hang", "drip"):
                _behave_badly(self, sink)
                return
            if sink.behaviour != "lie":
                sink.received.append(body)
            self.send_response({"refuse": 403, "redirect": 307}.get(sink.behaviour, 200))
            if sink.behaviour == "redirect":
                self.send_header("Location", sink.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Nothing on stderr."""

    return Handler


def _behave_badly(handler: BaseHTTPRequestHandler, sink: Sink) -> None:
    if sink.behaviour == "drop":
        handler.connection.close()
    elif sink.behaviour == "hang":
        sink.release.wait(30)
    else:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not sink.release.wait(0.2):
            try:
                handler.wfile.write(b"X-Drip: 1\r\n")
            except OSError:
                return


def _speak_smtp(handler: socketserver.StreamRequestHandler, sink: Sink) -> None:
    def say(line: str) -> None:
        handler.wfile.write(line.encode() + b"\r\n")

    say("220 sink")
    while line := handler.rfile.readline().decode().strip():
        verb = line.split()[0].upper()
        if verb == "DATA":
            say("354 go on")
            words = []
            while (part := handler.rfile.readline().decode()).strip() != ".":
                words.append(part)
            sink.received.append("".join(words))
            say("250 taken")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 sink")
