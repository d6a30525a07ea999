"""The nightly job: everybody in treatment read, scored by four models, explained and written, with the look at the
models themselves. One small service, copied to the sizes wanted: what is compared differs in size alone. SQLite."""

import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from distributed import Client

from bench.figures import Figure, interleaved, ratio
from bench.grow import grow
from bench.memory import resident
from core.settings import Settings
from core.signals import cluster, night
from core.signals.place import open_place
from core.signals.standing import as_of_moment
from core.start import Installation, open_installation
from tests.factories.installation import command

ROOT = Path(__file__).parents[1]
SEEDED, DAYS = 120, 160  # the look back is 149 days: windows of 28, baseline of 63, own usual over 12 weeks
THOUSAND, TEN_THOUSAND, HUNDRED_THOUSAND = 1_000, 10_000, 100_000
ROUNDS, PARTS = 5, 8  # of the night's parts (some 2,000 patients), by one worker and by two


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the command: people scored, seconds from start to end of the process, peak memory in bytes."""

    patients: int
    seconds: float
    memory: int


def measure(folder: Path) -> list[Figure]:
    """The night at 1,000 and at 10,000 patients in treatment, and two workers beside one."""
    small = seeded(folder)
    thousand, ten = (scored(small, folder / str(size), size) for size in (THOUSAND, TEN_THOUSAND))
    return [
        Figure(_named("time on 2 cores", ten), round(ten.seconds, 1), 60, "lower", "s"),
        Figure(_named("memory", ten), round(ten.memory / 1024**3, 2), 3, "lower", "GiB"),
        Figure("growth of the night, 1,000 to 10,000 patients", _exponent(thousand, ten), 1.05, "lower", "exponent"),
        Figure(
            "the night for 1,000 patients more (no goal in the issue; ours)", _marginal(thousand, ten), 6, "lower", "s"
        ),
        ratio("two Dask workers / one (threads pinned)", _two_workers(folder / str(TEN_THOUSAND)), 1.7, higher=True),
    ]


def measure_large(folder: Path) -> list[Figure]:
    """From 1,000 to 100,000 patients in treatment."""
    small = seeded(folder)
    few = scored(small, folder / "few", THOUSAND)
    many = scored(small, folder / "many", HUNDRED_THOUSAND)
    return [
        Figure("growth of the night, 1,000 to 100,000 patients", _exponent(few, many), 1.05, "lower", "exponent"),
        Figure(_named("memory", many), round(many.memory / 1024**3, 2), 3, "lower", "GiB"),
        Figure(_named("time on 2 cores", many), round(many.seconds, 1), 600, "lower", "s"),
    ]


def _named(what: str, ran: Ran) -> str:
    return f"nightly job, {ran.patients:,} patients in treatment, windows of 28 days: {what}"


def _exponent(few: Ran, many: Ran) -> float:
    return round(math.log(many.seconds / few.seconds) / math.log(many.patients / few.patients), 3)


def _marginal(few: Ran, many: Ran) -> float:
    return round((many.seconds - few.seconds) / (many.patients - few.patients) * 1000, 2)


def seeded(folder: Path) -> Settings:
    """A small service with trained models and no score yet."""
    home = folder / "small"
    command(home, "seed", "--patients", str(SEEDED), "--days", str(DAYS))
    command(home, "train", "--resamples", "20")
    return Settings(home=home)


def scored(small: Settings, home: Path, patients: int) -> Ran:
    """Grow the small service to about so many people in treatment, and run the night on it."""
    _grown(small, home, patients)
    return _night(home)


def _grown(small: Settings, home: Path, patients: int) -> None:
    shutil.copytree(small.home, home)
    grow(home / "vincle.db", copies=round(patients / _in_treatment(small)) - 1, observations=0)


def _in_treatment(small: Settings) -> int:
    with _connection(small.home) as connection:
        return int(connection.execute("SELECT count(*) FROM patient WHERE left_on IS NULL").fetchone()[0])


@contextmanager
def _connection(home: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(home / "vincle.db")
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def _night(home: Path) -> Ran:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "score", "--json"], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=os.environ | {"VINCLE_HOME": str(home)},
    )  # fmt: skip
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.1)
    taken = time.perf_counter() - began
    if process.returncode or process.stdout is None:
        raise RuntimeError("scoring failed")
    return Ran(int(json.loads(process.stdout.read())["patients"]), taken, peak)


def _two_workers(home: Path) -> float:
    """How many times as fast two workers do parts of a night as one does: clusters that stand already, taking turns."""
    with (
        _environment(home), open_installation() as installation,
        cluster.local_cluster(1) as one, cluster.local_cluster(2) as two,
    ):  # fmt: skip
        alone, together = interleaved(
            lambda: _parts(installation, one), lambda: _parts(installation, two), rounds=ROUNDS, warm=1
        )
    return alone / together


def _parts(installation: Installation, client: Client) -> None:
    """Some parts of a night, begun anew, by the workers of a cluster."""
    with _connection(installation.settings.home) as connection:
        for table in ("signal_contribution", "signal_score", "scoring_shard", "scoring_run"):
            connection.execute(f"DELETE FROM {table}")
    now = datetime.now(UTC)
    moment, models = as_of_moment(installation, now, None), open_place(installation, now).versions
    with installation.calls().transaction() as session:
        opened = night.begin(session, now=now, as_of=moment, models=models)
    for _task, _done in cluster.done_by_cluster(client, opened.left[:PARTS], now):
        pass


@contextmanager
def _environment(home: Path) -> Iterator[None]:
    """Workers find the installation by the environment."""
    before = os.environ.get("VINCLE_HOME")
    os.environ["VINCLE_HOME"] = str(home)
    try:
        yield
    finally:
        os.environ.pop("VINCLE_HOME")
        if before is not None:
            os.environ["VINCLE_HOME"] = before
