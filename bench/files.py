"""Large files on their way in, by the command, as a whole: from the start of the process to its end, its memory with
all of its children. The files are made here and removed afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench.figures import Figure
from bench.memory import resident
from core.settings import Settings
from core.start import open_installation
from tests.factories.cast import make_cast

ROOT = Path(__file__).parents[1]
MB, GB = 1_000_000, 1_000_000_000
ROWS, PEOPLE = 1_000_000, 500
_FIRST = date(2019, 1, 1)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_GB">
 <ExportDate value="2026-11-20 10:00:00 +0100"/>
"""
_DEVICE = (
    "&lt;&lt;HKDevice: 0x2803c7e80&gt;, name:Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch5,2, "
    "software:9.1&gt;"
)
# kind, unit, how often a day, value: what a watch writes in a day is mostly heart rate and energy
_DAY = (
    ("QuantityTypeIdentifierHeartRate", "count/min", 280, "72"),
    ("QuantityTypeIdentifierActiveEnergyBurned", "kcal", 160, "0.214"),
    ("QuantityTypeIdentifierStepCount", "count", 90, "61"),
    ("QuantityTypeIdentifierAppleExerciseTime", "min", 20, "1"),
    ("QuantityTypeIdentifierRestingHeartRate", "count/min", 1, "58"),
    ("CategoryTypeIdentifierSleepAnalysis", "", 12, "HKCategoryValueSleepAnalysisAsleepCore"),
)
_MAPPING = """
source: large
name: Large file
time_zone: Europe/Madrid
person: {id: who}
time: {local: at, order: ymd}
columns:
  sad: {measure: sad}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a command: seconds, and bytes of memory at its highest."""

    seconds: float
    memory: int


def measure(folder: Path) -> list[Figure]:
    """An export of 250 MB (what a start costs must not hide the rate), and a table of a million rows."""
    return [*_apple(folder, 250 * MB, "250 MB"), *_table(folder)]


def measure_large(folder: Path) -> list[Figure]:
    """An export of 1 GB."""
    return _apple(folder, GB, "1 GB")


def _apple(folder: Path, size: int, named: str) -> list[Figure]:
    home, file = _home(folder, "apple"), folder / "export.xml"
    with file.open("w") as out:
        out.write(_HEAD)
        for day in _days():
            out.write(day)
            if out.tell() >= size:
                break
        out.write("</HealthData>\n")
    ran = _command(home, "device", str(file), "--kind", "apple-health", "--person", "1")
    speed = file.stat().st_size / MB / ran.seconds
    file.unlink()
    return [
        Figure(f"Apple Health export of {named}: memory", round(ran.memory / MB), 300, "lower", "MB"),
        Figure(f"Apple Health export of {named}: speed", round(speed, 1), 20, "higher", "MB/s"),
    ]


def _days() -> Iterator[str]:
    """What was written on one day after another, as text."""
    number = 0
    while True:
        day = (_FIRST + timedelta(days=number % 2800)).isoformat()
        yield "".join(_records(day))
        number += 1


def _records(day: str) -> Iterator[str]:
    for kind, unit, often, value in _DAY:
        for one in range(often):
            at = one * 1440 // often
            clock = f"{at // 60:02}:{at % 60:02}"
            yield (
                f' <Record type="HK{kind}" sourceName="Watch" sourceVersion="9.1" device="{_DEVICE}" unit="{unit}" '
                f'creationDate="{day} {clock}:30 +0100" startDate="{day} {clock}:00 +0100" '
                f'endDate="{day} {clock}:30 +0100" value="{value}"/>\n'
            )


def _table(folder: Path) -> list[Figure]:
    home, file, mapping = _home(folder, "table"), folder / "rows.csv", folder / "mapping.yaml"
    mapping.write_text(_MAPPING)
    with file.open("w") as out:
        out.write("who,at,sad\n")
        for number in range(ROWS):
            beep, person = divmod(number, PEOPLE)
            day = _FIRST + timedelta(days=beep // 8)
            out.write(f"p{person},{day.isoformat()} {8 + beep % 8}:15,{1 + number % 7}\n")
    ran = _command(home, "csv", str(file), "--mapping", str(mapping))
    file.unlink()
    return [
        Figure("import of 1 M CSV rows: time", round(ran.seconds, 1), 60, "lower", "s"),
        Figure("import of 1 M CSV rows: memory", round(ran.memory / 1024**3, 2), 1, "lower", "GiB"),
    ]


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    home.mkdir()
    with open_installation(Settings(home=home)) as opened, opened.calls().transaction() as session:
        make_cast(session)
    return home


def _command(home: Path, *arguments: str) -> Ran:
    began, peak = time.perf_counter(), 0
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "import", *arguments, "--json"], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env=os.environ | {"VINCLE_HOME": str(home)},
    )  # fmt: skip
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.05)
    if process.returncode or process.stderr is None:
        raise RuntimeError(f"the import failed: {process.stderr.read()[-2000:] if process.stderr else b''!r}")
    return Ran(time.perf_counter() - began, peak)
