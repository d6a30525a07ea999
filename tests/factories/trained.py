"""Models trained once for each test process on the small cohort of ``tests.factories.cohort``."""

from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from core.signals.course import answers
from core.signals.groups import SHAPE
from core.signals.learn import tables_of
from core.signals.material import Material
from core.signals.train import Terms, Trained, train
from models import Signal
from tests.factories.cohort import Cohort, make_cohort

RESAMPLES = 60


@dataclass(frozen=True, slots=True)
class Learned:
    """The cohort, what each signal is trained on, and what came of it."""

    cohort: Cohort
    materials: dict[Signal, Material]
    trained: dict[Signal, Trained]

    @property
    def terms(self) -> Terms:
        """How the models were trained."""
        return Terms(self.cohort.until, simulated=True, resamples=RESAMPLES)

    def train_on(self, signal: Signal, table: pl.DataFrame, **terms: object) -> Trained:
        """Train anew on another table."""
        return train(signal, replace(self.materials[signal], table=table), replace(self.terms, **terms))  # type: ignore[arg-type]


@cache
def learned() -> Learned:
    """Train the four models on 60 people; deterministic."""
    cohort = make_cohort(60, 140)
    tables = tables_of(cohort.people, cohort.streams, cohort.events, cohort.until)
    materials = {signal: Material(tables[signal], people_of(cohort), answers(cohort.streams)) for signal in Signal}
    made = Learned(cohort, materials, {})
    made.trained.update({signal: train(signal, materials[signal], made.terms) for signal in Signal})
    return made


def people_of(cohort: Cohort) -> pl.DataFrame:
    """Half of the people in each group, three therapists."""
    rows = [
        (p.key, ("female", "male")[p.key % 2], "18–24", ("day", "step")[p.key % 2], f"team {p.key % 4}", str(p.key % 3))
        for p in cohort.people
    ]
    return pl.DataFrame(rows, schema=SHAPE, orient="row")
