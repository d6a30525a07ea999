"""Days of many people as grids, for the rules that look at days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sqlalchemy import Connection

from core.clock import day_number, moment
from core.ingest.columns import Real
from core.measures import PROMPTS_ANSWERED, catalogue
from core.rehearsal import grids
from core.rehearsal.grids import BEFORE, Found
from core.rehearsal.people import Person
from core.rules.said import SAFETY_MEASURES
from core.signals.fetch import day_columns

AFFECT = ("irritated", "anxious", "sad", "insecure")
_DAY = 86_400
_NOT_SAID = ("skipped", "sent")  # grids that hold a number also where nobody said anything
_ID = {code: measure.id for code, measure in catalogue().items()}


@dataclass(frozen=True, slots=True)
class Days:
    """The roll-ups of ``people`` (rows) from day ``first - BEFORE`` (column 0) to ``last``; a grid for each name."""

    people: Sequence[Person]
    first: int
    last: int
    grids: Mapping[str, Real]

    def __getitem__(self, name: str) -> Real:
        return self.grids[name]

    def silence(self) -> tuple[float, int]:
        """How many of these people's days in treatment hold no value at all, of how many."""
        inside = self._inside()
        known = np.zeros(inside.shape, np.bool_)
        for name, grid in self.grids.items():
            known |= (np.nan_to_num(grid) > 0) & (name not in _NOT_SAID)
        return float((inside & ~known).sum()), int(inside.sum())

    def alerts(self, found: Found) -> list[tuple[int, int]]:
        """(key, day) of what was found while these people were in treatment, from ``first`` on."""
        rows, columns = (places.tolist() for places in np.nonzero(found & self._inside()))
        start = self.first - BEFORE
        return [(self.people[row].key, start + column) for row, column in zip(rows, columns, strict=True)]

    def _inside(self) -> Found:
        days = np.arange(self.first - BEFORE, self.last + 1)
        began = np.array([person.enrolled for person in self.people], np.int64)[:, None]
        left = np.array([person.left for person in self.people], np.int64)[:, None]
        return np.asarray((days >= np.maximum(began, self.first)) & (days < left), np.bool_)


def _table(connection: Connection, days: tuple[Sequence[Person], int, int], *codes: str) -> pl.DataFrame:
    people, first, last = days
    measures = [PROMPTS_ANSWERED if code == "prompts_answered" else _ID[code] for code in codes]
    columns = day_columns(connection, [person.key for person in people], (first - BEFORE, last), measures)
    return pl.DataFrame(columns).with_columns(
        mean=pl.col("total") / pl.when(pl.col("n") > 0).then(pl.col("n")).otherwise(1)
    )


def _grid(table: pl.DataFrame, days: tuple[Sequence[Person], int, int], value: str) -> Real:
    people, first, last = days
    rows = {person.key: row for row, person in enumerate(people)}
    grid = np.full((len(people), last - first + BEFORE + 1), np.nan)
    if table.height:
        row = np.array([rows[key] for key in table["patient_key"].to_list()])
        grid[row, table["day"].to_numpy() - (first - BEFORE)] = table[value].to_numpy()
    return grid


def _of(table: pl.DataFrame, code: str) -> pl.DataFrame:
    return table.filter(pl.col("measure_id") == (PROMPTS_ANSWERED if code == "prompts_answered" else _ID[code]))


def affect(connection: Connection, people: Sequence[Person], first: int, last: int) -> Days:
    """``mean`` of negative affect."""
    days = (people, first, last)
    table = _table(connection, days, *AFFECT).group_by("patient_key", "day").agg(
        mean=pl.col("total").sum() / pl.col("n").sum()
    )  # fmt: skip
    return Days(*days, {"mean": _grid(table, days, "mean")})


def sleep(connection: Connection, people: Sequence[Person], first: int, last: int) -> Days:
    """``hours`` and ``efficiency`` of each night."""
    days = (people, first, last)
    table = _table(connection, days, "sleep_hours", "sleep_efficiency")
    named = {"hours": "sleep_hours", "efficiency": "sleep_efficiency"}
    return Days(*days, {name: _grid(_of(table, code), days, "mean") for name, code in named.items()})


def meals(connection: Connection, people: Sequence[Person], first: int, last: int) -> Days:
    """``skipped`` meals of each day (from the entries themselves), ``compensated`` ones and all ``asked`` about it."""
    days = (people, first, last)
    table = _of(_table(connection, days, "compensation"), "compensation")
    grids_of = {"compensated": _grid(table, days, "total"), "asked": _grid(table, days, "n")}
    return Days(*days, grids_of | {"skipped": _skipped(connection, days)})


def _skipped(connection: Connection, days: tuple[Sequence[Person], int, int]) -> Real:
    people, first, last = days
    keys = ", ".join(str(int(person.key)) for person in people) or "-1"
    rows = connection.exec_driver_sql(
        f"SELECT patient_key, at FROM observation WHERE patient_key IN ({keys}) AND at >= {(first - 1) * _DAY} "
        f"AND at < {(last + 2) * _DAY} AND measure_id = {_ID['meal']} AND value = 0"
    ).all()
    places = {person.key: (row, person.time_zone) for row, person in enumerate(people)}
    grid = np.zeros((len(people), last - first + BEFORE + 1))
    for key, at in rows:
        row, zone = places[key]
        column = day_number(moment(at), zone) - (first - BEFORE)
        if 0 <= column < grid.shape[1]:
            grid[row, column] += 1
    return grid


def entries(connection: Connection, people: Sequence[Person], first: int, last: int) -> Days:
    """``entered`` and ``sent`` (how many were answered, of how many), and the highest ``safety`` answer."""
    days = (people, first, last)
    table = _table(connection, days, "prompts_answered", *SAFETY_MEASURES)
    prompts = _of(table, "prompts_answered")
    others = table.filter(pl.col("measure_id") != PROMPTS_ANSWERED).group_by("patient_key", "day").agg(
        high=pl.col("high").max()
    )  # fmt: skip
    return Days(
        *days,
        {"entered": _grid(prompts, days, "total"), "sent": _grid(prompts, days, "n"),
         "safety": _grid(others, days, "high")},
    )  # fmt: skip


Load = Callable[[Connection, Sequence[Person], int, int], Days]
Look = Callable[[Days, Mapping[str, Any]], Found]


def _silence(days: Days, settings: Mapping[str, Any]) -> Found:
    with np.errstate(invalid="ignore"):
        safety = np.asarray(days["safety"] > 0, np.bool_)
        entered = np.asarray(days["entered"] > 0, np.bool_) | np.isfinite(days["safety"])
        return grids.silence(entered, np.asarray(days["sent"] > 0, np.bool_), safety, settings)


DAILY: Mapping[str, tuple[Load, Look]] = {
    "ewma_change": (affect, lambda days, settings: grids.unlike_usual(days["mean"], settings)),
    "sleep_short": (sleep, lambda days, settings: grids.short_nights(days["hours"], days["efficiency"], settings)),
    "meals_missed": (
        meals,
        lambda days, settings: grids.meals_missed(days["skipped"], days["compensated"], days["asked"], settings),
    ),
    "no_entries": (entries, _silence),
    "safety_answer": (entries, lambda days, settings: grids.safety(days["safety"], settings)),
}
