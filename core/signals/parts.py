"""What is kept of an explanation: contributions large enough to be spoken of one by one, the others added up for each
clinical domain, so that domains add up exactly and a score has some twenty rows and not a hundred and seventeen."""

import math
from typing import NamedTuple

import numpy as np

from core.signals.explain import REST, SPOKEN_OF
from core.signals.features import FactorDomain, features
from core.signals.judge import Real
from core.signals.model import Model

_NAMES = tuple(domain.value for domain in FactorDomain)
_DOMAINS = np.asarray([_NAMES.index(feature.domain.value) for feature in features()])


class Contribution(NamedTuple):
    """One feature's part in a score (``sleep.rest``: the small ones of a domain together); a tuple, of a night's
    millions."""

    feature: str
    domain: str
    value: float | None
    usual: float | None
    contribution: float


def parts_of(model: Model, parts: Real, values: Real, usual: Real) -> tuple[Contribution, ...]:
    """Of one person: ``parts`` (contributions on the margin), ``values`` and ``usual`` of every feature."""
    large = np.abs(parts) >= SPOKEN_OF[model.probability]
    kept = np.flatnonzero(large)
    stored = [
        Contribution(model.features[place], _NAMES[domain], _number(value), _number(own), part)
        for place, domain, value, own, part in zip(
            kept.tolist(), _DOMAINS[kept].tolist(), values[kept].tolist(), usual[kept].tolist(), parts[kept].tolist(),
            strict=True,
        )
    ]  # fmt: skip
    left = np.bincount(_DOMAINS, np.where(large, 0.0, parts), len(_NAMES)).tolist()
    stored += [
        Contribution(f"{name}.{REST}", name, None, None, part) for name, part in zip(_NAMES, left, strict=True) if part
    ]
    return tuple(stored)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
