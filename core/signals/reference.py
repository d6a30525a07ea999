"""What the training data looked like, kept with the model: how far a patient is from it (then the model stays silent),
and how far tonight's patients have moved away from it (drift)."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.stats import chi2

from core.signals.judge import Real

FAR_SHARE, FAR_MARGIN = 0.995, 1.25  # (d) beyond the distance of 99.5 % of the training rows, and a quarter more
BINS = 5
MOVED = 0.25  # population stability index above which a shift is called large (Siddiqi 2006)
CHANCE = 0.99  # and above what chance alone gives with so few people (Yurdakul & Naranjo 2020)
_FLOOR, _CAP = 1e-3, 8.0


@dataclass(frozen=True, slots=True)
class Reference:
    """Mean and standard deviation of each feature in training, the cuts between its fifths, the share of training rows
    in each fifth and (last) missing; whether it is ``counted`` (1) in the distance (time in treatment is not: it passes
    for everybody); the number of people, and the distance beyond which a patient is far."""

    mean: Real
    spread: Real
    cuts: Real
    shares: Real
    counted: Real
    people: int
    limit: float

    def distance(self, values: Real) -> Real:
        """For each row the root mean square of its standardised values; NaN where nothing is known."""
        known = np.isfinite(values) @ self.counted
        total = np.nansum(self._standard(values) ** 2, axis=1)
        return np.asarray(np.sqrt(np.where(known > 0, total, np.nan) / np.maximum(known, 1)), np.float64)

    def furthest(self, row: Real) -> int:
        """The place of the value that lies furthest out."""
        return int(np.nanargmax(np.abs(self._standard(row[None, :])[0])))

    def _standard(self, values: Real) -> Real:
        standard = np.clip((values - self.mean) / self.spread, -_CAP, _CAP) * self.counted
        return np.asarray(standard, np.float64)

    def shifts(self, values: Real) -> Real:
        """The population stability index of each feature: Σ(p−q)·ln(p/q) over its fifths and missing."""
        now = np.maximum(_shares(values, self.cuts), _FLOOR)
        then = np.maximum(self.shares, _FLOOR)
        return np.asarray(((now - then) * np.log(now / then)).sum(axis=1), np.float64)

    def shift_limit(self, people: int) -> float:
        """From where a shift is called large: 0.25, or what chance gives between samples of so few people."""
        by_chance = float(chi2.ppf(CHANCE, BINS)) * (1 / max(people, 1) + 1 / max(self.people, 1))
        return max(MOVED, by_chance)

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        arrays = {name: np.round(getattr(self, name), 6).tolist() for name in _ARRAYS}
        return {**arrays, "people": self.people, "limit": self.limit}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """From the manifest."""
        arrays = {name: np.asarray(kept[name], np.float64) for name in _ARRAYS}
        return cls(**arrays, people=int(kept["people"]), limit=float(kept["limit"]))


_ARRAYS = ("mean", "spread", "cuts", "shares", "counted")


def reference_of(values: Real, people: int, counted: Real | None = None) -> Reference:
    """Describe training rows (rows × features; ``counted``: all). A feature never seen has mean 0 and spread 1."""
    counted = np.ones(values.shape[1]) if counted is None else counted
    seen = np.isfinite(values).sum(axis=0)
    filled = np.where(seen > 0, values, 0.0)
    mean, spread = np.nanmean(filled, axis=0), np.nanstd(filled, axis=0)
    cuts = np.nanquantile(filled, np.arange(1, BINS) / BINS, axis=0).T
    plain = Reference(mean, np.where(spread > 1e-9, spread, 1.0), cuts, _shares(values, cuts), counted, people, 0.0)
    known = plain.distance(values)
    limit = FAR_MARGIN * float(np.quantile(known[np.isfinite(known)], FAR_SHARE))
    return Reference(plain.mean, plain.spread, plain.cuts, plain.shares, counted, people, limit)


def _shares(values: Real, cuts: Real) -> Real:
    """Features × (fifths and missing): the share of rows in each."""
    bins = (values[:, :, None] > cuts[None, :, :]).sum(axis=2)
    bins = np.where(np.isnan(values), BINS, bins)
    counts = np.stack([(bins == number).mean(axis=0) for number in range(BINS + 1)], axis=1)
    return np.asarray(counts, np.float64)
