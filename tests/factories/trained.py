"""Models trained once for each test process on the small cohort of ``tests.factories.cohort``."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from core.clock import seconds
from core.signals.build import build
from core.signals.learn import _speakable, _training_points
from core.signals.streams import points_of
from core.signals.targets import targets
from core.signals.train import Trained, train
from models import Signal
from tests.factories.cohort import Cohort, make_cohort


@dataclass(frozen=True, slots=True)
class Learned:
    """The cohort, the training table of each signal, and what came of it."""

    cohort: Cohort
    tables: dict[Signal, pl.DataFrame]
    trained: dict[Signal, Trained]


@cache
def learned() -> Learned:
    """Train the four models on 60 people; deterministic."""
    cohort = make_cohort(60, 140)
    points = points_of([point for person in cohort.people for point in _training_points(person, cohort.until)])
    built = build(cohort.streams, points)
    tables = {
        signal: _speakable(signal, built)
        .join(targets(signal, cohort.streams, cohort.events, points, until=seconds(cohort.until)), on="point")
        .drop("point")
        for signal in Signal
    }
    trained = {signal: train(signal, tables[signal], now=cohort.until, simulated=True) for signal in Signal}
    return Learned(cohort, tables, trained)
