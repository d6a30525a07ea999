"""A folder of a Fitbit (Google) export: steps, active minutes, resting heart rate and sleep as JSON, one file each or
one for each span of days (``sleep-2026-10-03.json``, as Google hands them out), with the diaries that the PMData study
kept beside it (a wellness app's CSV, a Google Forms CSV). Files that say nothing we keep are passed over.

Times without a zone are on the clock of the person; those of steps, which come minute by minute as ``11/18/26
07:05:00``, are UTC. ``dateOfSleep`` names the night; a nap is not the night's sleep.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import seconds
from core.errors import ImportRefused, InvalidInput
from core.ingest.devices.clock import DaySums, hours_since_midnight, local_moment, noon, placed
from core.ingest.items import Item, Refused, Value
from core.language import _

_ACTIVE = ("moderately_active_minutes.json", "very_active_minutes.json")
_STEPS = "steps.json"
_SPAN = re.compile(r"-\d{4}-\d{2}-\d{2}(?=\.json$)")  # the day from which a file of an export in spans begins
_AMERICAN = "%m/%d/%y %H:%M:%S"
_MEALS = {"breakfast": time(8), "lunch": time(13), "dinner": time(19), "evening": time(21, 30)}  # (d) clock times
_EATEN = 2.0
LARGEST = 256_000_000  # bytes of one JSON file, which is read as a whole: decades of nights
Row = dict[str, Any]
_UNREADABLE = (InvalidInput, AttributeError, KeyError, TypeError, ValueError, OverflowError)


def read_fitbit(path: Path, *, person: str, zone: str) -> Iterator[Item]:
    """The items of a folder (or of one file of it); raises ``ImportRefused`` where nothing in it can be read."""
    files = sorted(file for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())
    known = {name: [file for file in files if _SPAN.sub("", file.name) == name] for name in _KNOWN}
    if not any(known.values()):
        raise ImportRefused(_("{file} holds no file of a Fitbit export that is known here.").format(file=path.name))
    sums = DaySums(person, zone)
    yield from _active_minutes([known[name] for name in _ACTIVE], zone, sums)
    yield from _steps(known[_STEPS], zone, sums)
    yield from sums.values()
    for name, read in _READERS.items():
        for file in known[name]:
            for place, row in _rows(file):
                try:
                    yield from read(row, place, person, zone)
                except _UNREADABLE as error:
                    yield Refused(place, str(error) if isinstance(error, InvalidInput) else _("It is not readable."))


def _active_minutes(kinds: list[list[Path]], zone: str, sums: DaySums) -> Iterator[Item]:
    """Moderate and vigorous minutes of a day together; a day that one of them lacks counts with the other, one that
    stands in two files of spans counts once."""
    for files in kinds:
        days: set[date] = set()
        for file in files:
            for place, row in _rows(file):
                try:
                    day, minutes = _local(str(row["dateTime"]), zone).date(), float(row["value"])
                    if day not in days:
                        sums.add("activity_minutes", day, minutes)
                        days.add(day)
                except _UNREADABLE:
                    yield Refused(place, _("It is not readable."))


def _steps(files: list[Path], zone: str, sums: DaySums) -> Iterator[Item]:
    """Steps of each minute, summed by the person's day; minutes up to the end of the file before were counted there."""
    place, before = ZoneInfo(zone), datetime.min.replace(tzinfo=UTC)
    for file in files:
        latest = before
        for where, row in _rows(file):
            try:
                at = datetime.strptime(str(row["dateTime"]), _AMERICAN).replace(tzinfo=UTC)
                if at > before:
                    sums.add("steps", at.astimezone(place).date(), float(row["value"]))
                    latest = max(latest, at)
            except _UNREADABLE:
                yield Refused(where, _("It is not readable."))
        before = latest


def _local(text: str, zone: str) -> datetime:
    """A moment as the export writes it, year first or American."""
    if "/" not in text:
        return local_moment(text, zone)
    return placed(datetime.strptime(text, _AMERICAN), zone)  # noqa: DTZ007 (placed on the person's clock)


def _heart_rate(row: Row, place: str, person: str, zone: str) -> Iterator[Item]:
    """A day on which the watch knew none is written as 0 without a date: nothing was measured."""
    given = row["value"]
    if given["date"] is None and not given["value"]:
        return
    day = _local(str(row["dateTime"]), zone).date()
    yield Value(person, noon(day, zone), "resting_heart_rate", round(float(given["value"]), 1), place)


def _sleep(row: Row, place: str, person: str, zone: str) -> Iterator[Item]:
    if not row.get("mainSleep", True):
        return
    began, ended = local_moment(str(row["startTime"]), zone), local_moment(str(row["endTime"]), zone)
    if ended <= began:
        raise InvalidInput(_("This night ends before it begins."))
    morning, at = ended.date(), seconds(ended)
    given = {
        "sleep_hours": float(row["minutesAsleep"]) / 60, "sleep_efficiency": float(row["efficiency"]),
        "sleep_latency": float(row["minutesToFallAsleep"]), "awake_after_onset": float(row["minutesAwake"]),
        "sleep_onset": hours_since_midnight(began, morning), "sleep_offset": hours_since_midnight(ended, morning),
    }  # fmt: skip
    for measure, value in given.items():
        yield Value(person, at, measure, round(value, 2), place)


def _wellness(row: Row, place: str, person: str, zone: str) -> Iterator[Item]:
    at = seconds(local_moment(str(row["effective_time_frame"]), zone))
    yield Value(person, at, "sleep_quality", float(row["sleep_quality"]), place)


def _meals(row: Row, place: str, person: str, zone: str) -> Iterator[Item]:
    """Meals that were named were eaten; those that were not named are unknown, not skipped. Days are day/month/year."""
    day = datetime.strptime(str(row["date"]), "%d/%m/%Y").date()  # noqa: DTZ007 (a calendar day)
    for name in str(row["meals"]).split(","):
        clock = _MEALS.get(name.strip().lower())
        if clock is not None:
            at = seconds(placed(datetime.combine(day, clock), zone))
            yield Value(person, at, "meal", _EATEN, place)


_READERS: dict[str, Callable[[Row, str, str, str], Iterator[Item]]] = {
    "resting_heart_rate.json": _heart_rate, "sleep.json": _sleep, "wellness.csv": _wellness, "reporting.csv": _meals,
}  # fmt: skip
_KNOWN = (*_ACTIVE, _STEPS, *_READERS)


def _rows(file: Path) -> Iterator[tuple[str, Row]]:
    """The rows of a JSON array or of a CSV with their places; raises ``ImportRefused``."""
    try:
        if file.suffix != ".csv" and file.stat().st_size > LARGEST:
            words = _("{file} is far larger than such a file is. It is not read.")
            raise ImportRefused(words.format(file=file.name))
        if file.suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as text:
                for number, row in enumerate(csv.DictReader(text), start=2):
                    yield _("{file}, line {n}").format(file=file.name, n=number), row
            return
        given = json.loads(file.read_text(encoding="utf-8-sig"))
        for number, row in enumerate(given if isinstance(given, list) else [given], start=1):
            yield _("{file}, entry {n}").format(file=file.name, n=number), row
    except (ValueError, RecursionError, csv.Error) as error:
        raise ImportRefused(_("{file} is cut off or not what its name says.").format(file=file.name)) from error
    except OSError as error:
        words = _("{file} cannot be read: {why}.")
        raise ImportRefused(words.format(file=file.name, why=error.strerror)) from error
