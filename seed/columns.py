"""Collects what the streams say, block by block, into the columns that the bulk loader takes."""

from dataclasses import dataclass, field

import numpy as np

from core.ingest.columns import NEVER, PromptColumns, ValueColumns
from core.measures import catalogue
from seed.plan import Real, Truth, Whole, utc_seconds

CHECK_IN, WEARABLE = 0, 1


@dataclass
class Collector:
    """Values and prompts of one chunk of people; nothing later than ``second`` is kept.

    ``keys`` are the people's numbers in the narrow tables, ``first`` their day of enrolment (day numbers),
    ``sources`` the numbers of the check-in and of the wearable.
    """

    keys: Whole
    first: Whole
    second: int
    sources: tuple[int, int]
    _values: list[tuple[Whole, Whole, Whole, Whole, Real, Whole]] = field(default_factory=list)
    _prompts: list[tuple[Whole, Whole, str, Whole, Whole, Whole]] = field(default_factory=list)

    def value(self, code: str, where: Truth, at: Whole, value: Real, source: int = CHECK_IN) -> None:
        """Keep ``value`` (people × days) of a measure ``where`` it was given, at ``at`` seconds."""
        row, day = np.nonzero(where & (at <= self.second))
        measure = catalogue()[code].id
        self._values.append(
            (
                self.keys[row], at[row, day], np.full(row.size, measure), np.full(row.size, self.sources[source]),
                value[row, day], self.first[row] + day,
            )
        )  # fmt: skip

    def prompt(self, kind: str, where: Truth, sent: Whole, answered: Truth, at: Whole, lasts: int) -> None:
        """Keep prompts of a kind ``where`` they were sent; those without an answer by now are open or silent."""
        row, day = np.nonzero(where & (sent <= self.second))
        given = np.where(answered & (at <= self.second), at, NEVER)[row, day]
        times = sent[row, day]
        self._prompts.append((self.keys[row], times, kind, times + lasts, given, self.first[row] + day))

    def values(self) -> ValueColumns:
        """All values so far."""
        key, at, measure, source, value, day = (np.concatenate(c) for c in zip(*self._values, strict=True))
        return ValueColumns.of(patient_key=key, at=at, measure_id=measure, source_id=source, value=value, day=day)

    def prompts(self) -> PromptColumns:
        """All prompts so far; an answered one was opened a little before."""
        kind = np.concatenate([np.full(p[0].size, p[2]) for p in self._prompts])
        key, sent, expires, answered, day = (np.concatenate([p[n] for p in self._prompts]) for n in (0, 1, 3, 4, 5))
        return PromptColumns.of(
            patient_key=key, sent_at=sent, kind=kind, expires_at=expires, answered_at=answered,
            opened_at=np.where(answered == NEVER, NEVER, answered - 40), source_id=self.sources[CHECK_IN], day=day,
        )  # fmt: skip


def moments(first: Whole, days: int, hour: Real) -> Whole:
    """Seconds of an hour (people × days) of each day since enrolment."""
    return utc_seconds(first[:, None] + np.arange(days)[None, :], hour)
