"""The application's side of the courier: one letter at a time with a hard end, whatever the other side does."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

WAKING = 60.0  # seconds until a courier has read its own code, on a busy machine
PATIENCE = 20.0  # seconds for one letter; Apprise's own limits are for each read, and a slow drip has no end
_ROOT = Path(__file__).parents[2]
# What the courier may know of our surroundings: the way out, never a key.
_PASSED_ON = ("PATH", "LANG", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes out: an Apprise ``address`` (secret), a title and a body without anybody's data."""

    address: str
    title: str
    body: str


class Post:
    """Carries letters through a courier process that is started when the first is given; ``with`` ends it."""

    def __init__(self, *, allowed: Sequence[str] = (), patience: float = PATIENCE) -> None:
        self._allowed, self._patience = tuple(allowed), patience
        self._courier: subprocess.Popen[bytes] | None = None

    def carry(self, letter: Letter) -> str | None:
        """``None`` when the other side said that it took the letter, else a code: ``refused``, ``address``,
        ``forbidden``, ``failed`` or ``timeout``."""
        courier = self._courier or self._start()
        words = {"address": letter.address, "title": letter.title, "body": letter.body}
        try:
            answer = self._ask(courier, words)
        except OSError:
            answer = b""
        if not answer:
            hung = courier.poll() is None
            self._end()
            return "timeout" if hung else "failed"
        trouble: str | None = json.loads(answer)["trouble"]
        return trouble

    def _ask(self, courier: subprocess.Popen[bytes], words: dict[str, str]) -> bytes:
        if courier.stdin is None or courier.stdout is None:
            return b""
        courier.stdin.write(json.dumps(words).encode() + b"\n")
        return _line(courier.stdout, self._patience)

    def _start(self) -> subprocess.Popen[bytes]:
        known = {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}
        self._courier = subprocess.Popen(
            [sys.executable, "-m", "core.notify.courier"], cwd=_ROOT, env=known, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if self._courier.stdin is not None:
            self._courier.stdin.write(json.dumps({"allowed": self._allowed}).encode() + b"\n")
        if self._courier.stdout is not None:
            _line(self._courier.stdout, WAKING)
        return self._courier

    def _end(self) -> None:
        courier, self._courier = self._courier, None
        if courier is not None:
            courier.kill()
            courier.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()


def _line(source: IO[bytes], patience: float) -> bytes:
    """One line, or nothing where it does not come in time."""
    ready, _writable, _odd = select.select([source], [], [], patience)
    return source.readline() if ready else b""
