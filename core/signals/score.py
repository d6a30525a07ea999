"""Scores one partition of patients: features, estimates, own usual, abstention, contributions. Pure: streams and models
in, rows out; the same for every patient of a night, a shard of them, or one on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from core.clock import day_number, seconds
from core.errors import ModelUnavailable
from core.ingest.columns import day_number_of
from core.signals.abstain import Reason, reasons, too_far
from core.signals.build import COVERAGE, build
from core.signals.course import courses_of
from core.signals.explain import answer
from core.signals.features import feature_codes
from core.signals.model import Estimates, Model, margins, predict
from core.signals.parts import Contribution, parts_of
from core.signals.questions import RELIABLE_CHANGE
from core.signals.read import Person
from core.signals.streams import Streams, points_of
from core.signals.targets import outcome_by_week_12
from models import Signal

USUAL_POINTS = tuple(timedelta(weeks=weeks) for weeks in (2, 4, 6, 8, 10, 12))
FEWEST_FOR_USUAL = 2
ADDS_UP = 1e-4  # by how much contributions and baseline may miss the margin of the model itself


@dataclass(frozen=True, slots=True)
class Score:
    """One answer or abstention; fields as in ``models.SignalScore``."""

    person: Person
    signal: Signal
    model_version: str
    as_of: datetime
    reasons: tuple[Reason, ...]
    coverage: dict[str, float]
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    usual: float | None = None
    margin: float | None = None
    base_margin: float | None = None
    contributions: tuple[Contribution, ...] = ()
    course: dict[str, Any] | None = None


Models = Mapping[Signal, Model | ModelUnavailable]


@dataclass(frozen=True, slots=True)
class _Table:
    """The features of every point as arrays, for each person the places of now (first) and of the points before, and
    people × features: the median of the points before (NaN where they are too few)."""

    values: np.ndarray[Any, Any]
    about: list[dict[str, Any]]
    places: list[list[int]]
    usual: np.ndarray[Any, Any]


def score(people: Sequence[Person], streams: Streams, models: Models, *, as_of: datetime) -> list[Score]:
    """The four scores of each person in treatment at ``as_of``, in order of person and signal."""
    treated = [person for person in people if _in_treatment(person, as_of)]
    if not treated:
        return []
    table = _table(treated, streams, as_of)
    scores: dict[Signal, list[Score]] = {}
    for signal in Signal:
        model = models[signal]
        if isinstance(model, ModelUnavailable):
            scores[signal] = [_without_model(p, signal, model, table, i, as_of) for i, p in enumerate(treated)]
        else:
            courses = courses_of(streams, model.manifest["course"], as_of=seconds(as_of))
            scores[signal] = [
                replace(found, course=courses.get(found.person.key))
                for found in _with_model(treated, model, table, as_of)
            ]
    return [scores[signal][i] for i in range(len(treated)) for signal in Signal]


def _in_treatment(person: Person, as_of: datetime) -> bool:
    today = day_number(as_of, person.time_zone)
    left = person.left_on is not None and day_number_of(person.left_on) <= today
    return day_number_of(person.enrolled_on) <= today and not left


def _table(people: Sequence[Person], streams: Streams, as_of: datetime) -> _Table:
    rows: list[tuple[int, int, int]] = []
    places: list[list[int]] = []
    for person in people:
        own = looks_of(person, as_of)
        places.append(list(range(len(rows), len(rows) + len(own))))
        rows += own
    built = build(streams, points_of(rows))
    about = _about(built, streams, as_of)
    values = built.select(feature_codes()).to_numpy().astype(np.float64)
    return _Table(values, about, places, _usual_values(values, places))


def looks_of(person: Person, as_of: datetime) -> list[tuple[int, int, int]]:
    """Key, moment and day of the look now and, since enrolment, of those of the own usual: at the same hour of the day,
    also where the clocks were changed in between."""
    here, found = as_of.astimezone(ZoneInfo(person.time_zone)), []
    for back in (timedelta(0), *USUAL_POINTS):
        moment = here - back
        if back and moment.date() < person.enrolled_on:
            break
        found.append((person.key, seconds(moment), day_number(moment, person.time_zone)))
    return found


def _usual_values(values: np.ndarray[Any, Any], places: list[list[int]]) -> np.ndarray[Any, Any]:
    """For everybody at once: one call to ``np.median`` for each of a night's million values would take minutes."""
    earlier = np.full((len(places), len(USUAL_POINTS), values.shape[1]), np.nan)
    for person, own in enumerate(places):
        earlier[person, : len(own) - 1] = values[own[1:]]
    ordered, seen = np.sort(earlier, axis=1), np.isfinite(earlier).sum(axis=1)  # what is missing is sorted to the end
    middles = (
        np.take_along_axis(ordered, np.maximum(place, 0)[:, None], axis=1) for place in ((seen - 1) // 2, seen // 2)
    )
    low, high = (middle[:, 0] for middle in middles)
    return np.where(seen >= FEWEST_FOR_USUAL, (low + high) / 2, np.nan)


def _about(built: pl.DataFrame, streams: Streams, as_of: datetime) -> list[dict[str, Any]]:
    """What decides about abstention, for each point."""
    known = streams.questionnaires.filter(pl.col("at") < seconds(as_of))
    found = outcome_by_week_12(known, streams.patients)
    outcomes = {row["patient_key"]: row for row in found.iter_rows(named=True)}
    enrolled = dict(streams.patients.select("patient_key", "enrolled").iter_rows())
    about = []
    for row in built.select("patient_key", "day", *COVERAGE).iter_rows(named=True):
        days = row["day"] - enrolled[row["patient_key"]]
        about.append(row | {"treatment_days": days, "outcome": _outcome(outcomes.get(row["patient_key"]))})
    return about


def _outcome(row: Mapping[str, Any] | None) -> Reason | None:
    """What week 12 showed, for a patient who is past it."""
    if row is None or row["outcome"] is None:
        return None
    fall = row["baseline"] - row["outcome"]
    return {
        "code": "outcome_known",
        "baseline": row["baseline"],
        "outcome": row["outcome"],
        "reliable": fall >= RELIABLE_CHANGE,
    }


def _coverage(about: Mapping[str, Any]) -> dict[str, float]:
    return {
        name.removeprefix("covered."): round(float(about[name]), 3) for name in COVERAGE if name.startswith("covered.")
    }


def _without_model(
    person: Person, signal: Signal, why: ModelUnavailable, table: _Table, i: int, as_of: datetime
) -> Score:
    return Score(person, signal, "", as_of, ({"code": why.code},), _coverage(table.about[table.places[i][0]]))


def _with_model(people: Sequence[Person], model: Model, table: _Table, as_of: datetime) -> list[Score]:
    """Contributions and intervals are made for now alone; of the points before, only the estimate is asked."""
    found = predict(model, table.values[[own[0] for own in table.places]])
    known = _Known(model, table, margins(model, table.values), _silent(model, table))
    return [_score(person, known, found, place, as_of) for place, person in enumerate(people)]


@dataclass(frozen=True, slots=True)
class _Known:
    """A model, the features of every point, its margins there, and why it would be silent there."""

    model: Model
    table: _Table
    margins: np.ndarray[Any, Any]
    silent: list[list[Reason]]


def _silent(model: Model, table: _Table) -> list[list[Reason]]:
    far = too_far(model, table.values)
    return [own or far.get(place, []) for place, own in enumerate(reasons(model.signal, table.values, table.about))]


def _score(person: Person, known: _Known, found: Estimates, place: int, as_of: datetime) -> Score:
    model, own = known.model, known.table.places[place]
    now, earlier = own[0], own[1:]
    coverage = _coverage(known.table.about[now])
    if known.silent[now]:
        return Score(person, model.signal, model.version, as_of, tuple(known.silent[now]), coverage)
    if not abs(found.margin[place] - known.margins[now]) <= ADDS_UP:  # also where either is not a number
        return Score(person, model.signal, model.version, as_of, ({"code": "not_additive"},), coverage)
    return Score(
        person=person,
        signal=model.signal,
        model_version=model.version,
        as_of=as_of,
        reasons=(),
        coverage=coverage,
        estimate=float(found.estimate[place]),
        lower=float(found.lower[place]),
        upper=float(found.upper[place]),
        usual=_usual(known, [point for point in earlier if not known.silent[point]]),
        margin=float(found.margin[place]),
        base_margin=float(found.base[place]),
        contributions=parts_of(model, found.contributions[place], known.table.values[now], known.table.usual[place]),
    )


def _usual(known: _Known, spoken: list[int]) -> float | None:
    """The median of what the same model would have said at the points before; ``None`` with too few of them."""
    if len(spoken) < FEWEST_FOR_USUAL:
        return None
    margin = float(np.median(known.margins[spoken]))
    return answer(margin, probability=True) if known.model.probability else float(np.clip(margin, 0.0, 100.0))
