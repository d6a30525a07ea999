"""A small cohort as polars frames, without a database: a latent burden that wanders and jumps, entries that follow it,
and crises, relapses and totals that follow it too, so that there is something to be learned."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl

from core.ingest.columns import day_number_of
from core.signals.read import Person
from core.signals.streams import Streams, frame

START = date(2026, 1, 5)
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Cohort:
    """People, their streams, the recorded events, and the moment at which the data end."""

    people: list[Person]
    streams: Streams
    events: pl.DataFrame
    until: datetime


def make_cohort(patients: int = 60, days: int = 140, seed: int = 7) -> Cohort:
    """``patients`` people over ``days`` days from ``START``, deterministic by ``seed``."""
    generator = np.random.default_rng(seed)
    first = day_number_of(START)
    columns: dict[str, list[list[float]]] = {
        name: [] for name in ("days", "moments", "prompts", "ratings", "questionnaires", "events")
    }
    people = []
    for key in range(1, patients + 1):
        people.append(Person(key, UUID(int=key), "Europe/Madrid", START, None, True))
        burden = _burden(generator, days)
        _add_days(columns, generator, key, first, burden)
        columns["ratings"] += _ratings(generator, key, first, burden)
        columns["questionnaires"] += _questionnaires(generator, key, first, burden)
        columns["events"] += _events(generator, key, first, burden)
    until = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=days)
    return Cohort(people, _streams(columns, patients, first), _event_frame(columns["events"]), until)


def _burden(generator: np.random.Generator, days: int) -> np.ndarray:
    slope = generator.normal(-0.006, 0.006)
    steps = generator.normal(0, 0.12, days).cumsum() * 0.7
    return generator.normal(0.3, 0.7) + slope * np.arange(days) + steps - steps.mean()


PROMPT_HOURS = (9, 11, 14, 17, 20)


def _add_days(columns, generator, key, first, burden):
    """Five prompts a day; on most days three of them with every measure (and so the roll-up of the day)."""
    means = {
        2: (4.5, -0.8),
        6: (3.0, 0.9),
        8: (3.5, 0.7),
        22: (3.0, 1.2),
        40: (1.6, -0.2),
        50: (7.0, -0.4),
        60: (45, -6),
    }
    for day, level in enumerate(burden):
        answered = int(generator.binomial(5, 0.8))
        for number, hour in enumerate(PROMPT_HOURS):
            at = (first + day) * DAY + hour * 3600
            done = (at + 300, first + day) if number < answered else (None, None)
            columns["prompts"].append((key, first + day, hour, *done))
        if not answered:
            continue
        for measure, (mean, effect) in means.items():
            values = mean + effect * level + generator.normal(0, 0.5, 3)
            columns["days"].append((key, first + day, measure, 3.0, values.sum(), values.max()))
            times = ((first + day) * DAY + hour * 3600 for hour in PROMPT_HOURS)
            columns["moments"] += [
                (key, first + day, at, measure, value) for at, value in zip(times, values, strict=False)
            ]
        wish = float(generator.random() < 1 / (1 + np.exp(3.5 - 1.6 * level)))
        columns["days"].append((key, first + day, 30, 1.0, wish, wish))


def _ratings(generator, key, first, burden):
    rows = []
    for week in range(1, len(burden) // 7):
        for side in ("patient", "therapist"):
            mean = 3.9 - 0.3 * burden[week * 7] * (side == "patient") + generator.normal(0, 0.2)
            rows.append((key, (first + week * 7) * DAY + 40_000, side, mean, mean, mean))
    return rows


def _questionnaires(generator, key, first, burden):
    rows = []
    for day in range(2, len(burden), 14):
        at, level = (first + day) * DAY + 50_000, burden[day]
        core = float(np.clip(round(16 + 6 * level + generator.normal(0, 2)), 0, 40))
        who = float(np.clip(round(12 - 4 * level + generator.normal(0, 2)), 0, 25) * 4)
        rows += [(key, at, "core-10", core, 0.0), (key, at, "who-5", who, None)]
        rows.append((key, at, "phq-9", float(np.clip(round(11 + 4 * level), 0, 27)), float(level > 1.5)))
    return rows


def _events(generator, key, first, burden):
    rows = []
    for day, level in enumerate(burden):
        at = (first + day) * DAY + 30_000
        if generator.random() < 0.02 / (1 + np.exp(2.5 - 2.2 * level)):
            rows.append((key, "crisis", at))
        if generator.random() < 0.03 / (1 + np.exp(2.0 - 2.0 * level)):
            rows.append((key, "relapse", at))
    return rows


def _streams(columns, patients, first) -> Streams:
    def of(name, *codes):
        return frame(name, dict(zip(codes, zip(*columns[name], strict=True), strict=True)))

    keys = list(range(1, patients + 1))
    return Streams(
        days=of("days", "patient_key", "day", "measure_id", "n", "total", "high"),
        moments=of("moments", "patient_key", "day", "at", "measure_id", "value"),
        prompts=of("prompts", "patient_key", "day", "hour", "answered", "answered_day"),
        messages=frame("messages"),
        ratings=of("ratings", "patient_key", "at", "side", "goal", "task", "bond"),
        questionnaires=of("questionnaires", "patient_key", "at", "instrument", "total", "safety_item"),
        steps=frame("steps", {"patient_key": keys, "started": [first] * patients, "step": [1.0] * patients}),
        patients=frame("patients", {"patient_key": keys, "enrolled": [first] * patients, "left": [None] * patients}),
    )


def _event_frame(rows) -> pl.DataFrame:
    shape = {"patient_key": pl.Int64, "kind": pl.String, "at": pl.Int64}
    return pl.DataFrame(rows, schema=shape, orient="row")
