"""A large service by the bulk loader: time and memory of ``python -m dashboard seed`` at 10,000 patients × 365 days."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from bench.figures import Figure
from bench.memory import resident

ROOT = Path(__file__).parents[1]
PATIENTS, DAYS = 10_000, 365


def measure(folder: Path) -> list[Figure]:
    """Seed into an empty installation in ``folder``; minutes, peak memory of the process and rows written."""
    minutes, gigabytes = _seed(folder)
    rows = _observations(folder / "vincle.db")
    size = f"{PATIENTS:,} patients × {DAYS} days"
    return [
        Figure(f"seeding {size}: time on 2 cores", round(minutes, 2), 15, "lower", "min"),
        Figure(f"seeding {size}: memory", round(gigabytes, 2), 4, "lower", "GiB"),
        Figure(f"seeding {size}: observations", rows / 1e6, 20, "higher", "million"),
    ]


def _seed(home: Path) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "seed", "--patients", str(PATIENTS), "--days", str(DAYS)],
        cwd=ROOT, env=os.environ | {"VINCLE_HOME": str(home)},
    )  # fmt: skip
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.5)
    if process.returncode:
        raise RuntimeError("seeding failed")
    return (time.perf_counter() - began) / 60, peak / 1024**3


def _observations(file: Path) -> int:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM observation").fetchone()[0])
    finally:
        connection.close()
