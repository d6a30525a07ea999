"""What a model is trained and judged on, as it comes from the database, and how it was split."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from core.signals.features import feature_codes
from core.signals.fit import Rows
from core.signals.judge import Real
from core.signals.split import Split

ALARM = "alarm"  # column: 1 where the rule "change from usual" had spoken at the look
LEAD = "lead"  # column: days from the look to the event (NaN where none came in time)


@dataclass(frozen=True, slots=True)
class Material:
    """The ``table`` of one signal (patient_key, as_of, every feature, target, alarm, lead; observed rows only), who the
    ``people`` are (``groups``), and the ``answers`` from which the expected course is learned."""

    table: pl.DataFrame
    people: pl.DataFrame
    answers: pl.DataFrame

    def rows(self) -> Rows:
        """The arrays of the table."""
        values = self.table.select(feature_codes()).to_numpy().astype(np.float64)
        target, patient = self.table["target"].to_numpy().astype(np.float64), self.table["patient_key"].to_numpy()
        return Rows(values, target, patient, self.table["as_of"].to_numpy())


@dataclass(frozen=True, slots=True)
class Held:
    """The material, how it was split, and the rows on both sides."""

    material: Material
    parts: Split
    training: Rows
    evaluation: Rows

    def column(self, name: str, chosen: Any) -> Real:
        """A column of the table on some of its rows."""
        return np.asarray(self.material.table[name].to_numpy().astype(np.float64)[chosen], np.float64)
