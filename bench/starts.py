"""How long a stranger waits: from a fresh clone to the first page of ``make run``, and at the second start."""

import contextlib
import os
import signal
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from tests.factories.server import free_port

ROOT = Path(__file__).parents[1]
PATIENCE = 600
SECOND_STARTS = 5


def measure(folder: Path) -> list[Figure]:
    """Clone the last commit, start it as a stranger would, and again."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    first = _until_first_page(clone)
    again = [_until_first_page(clone) for _ in range(SECOND_STARTS)]
    return [
        Figure("fresh clone → first page of make run", round(first, 1), 120, "lower", "s"),
        Figure("second start → first page", round(statistics.median(again), 2), 8, "lower", "s"),
    ]


def _until_first_page(clone: Path) -> float:
    port = free_port()
    began = time.perf_counter()
    with _make_run(clone, port) as process:
        address = f"http://127.0.0.1:{port}"
        while time.perf_counter() - began < PATIENCE:
            if process.poll() is not None:
                raise RuntimeError(f"make run ended at once; see {clone / 'run.log'}")
            with contextlib.suppress(OSError):
                if _answers(f"{address}/health") and _answers(address):
                    return time.perf_counter() - began
            time.sleep(0.02)
    raise RuntimeError(f"no page within {PATIENCE} s; see {clone / 'run.log'}")


def _answers(address: str) -> bool:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return bool(answer.status == 200)


@contextlib.contextmanager
def _make_run(clone: Path, port: int) -> "Iterator[subprocess.Popen[bytes]]":
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("VINCLE_", "MAKE", "MFLAGS"))}
    with (clone / "run.log").open("ab") as log:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=plain,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # make and the server it started, which share this new session
        process.wait(30)
