"""One person, on whom nothing is known but what a test says: streams for features without a database. Days are said as
``age``, days before the look: 1 is the day before."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import polars as pl

from core.clock import day_number, seconds
from core.signals.build import build
from core.signals.streams import Streams, frame, points_of

AS_OF = datetime(2026, 4, 6, tzinfo=UTC)  # a Monday
TODAY, MOMENT = day_number(AS_OF, "UTC"), seconds(AS_OF)
DAY, HOUR = 86_400, 3600
SAD, SLEPT, ASLEEP, AWAKE = 6, 50, 53, 54
TREATED = 90  # days in treatment


def point(key: int = 1) -> pl.DataFrame:
    """The look at a person."""
    return points_of([(key, MOMENT, TODAY)])


def streams(**known: pl.DataFrame) -> Streams:
    """What is known of a person of key 1; all else is empty."""
    nothing = {field.name: frame(field.name) for field in dataclasses.fields(Streams)}
    people = frame("patients", {"patient_key": [1], "enrolled": [TODAY - TREATED]})
    return Streams(**(nothing | {"patients": people} | known))


def features_of(known: Streams, key: int = 1) -> dict[str, float | None]:
    """Every feature of one person."""
    return build(known, point(key)).row(0, named=True)


def days(rows: Iterable[tuple[int, float]], measure: int = SLEPT, key: int = 1) -> pl.DataFrame:
    """Day values of one measure, one answer each: (age, value)."""
    ages, values = zip(*rows, strict=True) if rows else ((), ())
    many = len(ages)
    return frame("days", {
        "patient_key": [key] * many, "day": [TODAY - age for age in ages], "measure_id": [measure] * many,
        "n": [1.0] * many, "total": values, "high": values,
    })  # fmt: skip


def entries(rows: Iterable[tuple[int, list[float]]], measure: int = SAD, key: int = 1) -> pl.DataFrame:
    """Single values of one measure, three hours apart: (age, the values of the day)."""
    found = [
        (key, TODAY - age, (TODAY - age) * DAY + (9 + 3 * place) * HOUR, measure, value)
        for age, values in rows
        for place, value in enumerate(values)
    ]
    names = ("patient_key", "day", "at", "measure_id", "value")
    return frame("moments", dict(zip(names, zip(*found, strict=True), strict=True))) if found else frame("moments")


def nights(rows: Iterable[tuple[int, float, float]]) -> pl.DataFrame:
    """Falling asleep and waking, in hours from the midnight before the day on which one fell asleep: (age, …, …)."""
    known = list(rows)
    asleep = days([(age, start) for age, start, _end in known], ASLEEP)
    return pl.concat([asleep, days([(age, end) for age, _start, end in known], AWAKE)])


def prompts(rows: Iterable[tuple[int, int, bool]], key: int = 1) -> pl.DataFrame:
    """Prompts: (age, hour, answered five minutes later or never)."""
    found = []
    for age, hour, answered in rows:
        day = TODAY - age
        found.append((key, day, hour, day * DAY + hour * HOUR + 300 if answered else None, day if answered else None))
    names = ("patient_key", "day", "hour", "answered", "answered_day")
    return frame("prompts", dict(zip(names, zip(*found, strict=True), strict=True))) if found else frame("prompts")


def hours_ago(hours: float) -> int:
    """A moment so many hours before the look."""
    return seconds(AS_OF - timedelta(hours=hours))
