"""From contributions on the margin to parts that a reader can add up: of the chance itself, by clinical domain; what is
too small to speak of; and what changed between two scores. Facts only: words are made by ``dashboard.wording``.

A contribution c of a margin m = b + Σc becomes c · (σ(m) − σ(b)) / (m − b) of the chance: the Aumann–Shapley value
along the straight line from the average to the person (Sundararajan 2017), exact for a sum, so the parts add up too.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

REST = "rest"  # ends the name of what is small of one domain, added up: "sleep.rest"
HIGHEST = 100.0  # points
SPOKEN_OF = {True: 0.05, False: 0.5}  # (d) smaller parts (log-odds: a twentieth of the odds; points) are not spoken of
_EXACT = 9  # decimals to which contributions are compared, so that the order of adding up never decides


@dataclass(frozen=True, slots=True)
class FactorView:
    """One feature's part: its value and this patient's own usual (``None`` where missing), its contribution on the
    margin, and its part of the answer itself (0–1, or WHO-5 points)."""

    feature: str
    value: float | None
    usual: float | None
    contribution: float
    part: float = 0.0


@dataclass(frozen=True, slots=True)
class DomainView:
    """The factors of one clinical domain, largest first, and their sums."""

    domain: str
    contribution: float
    factors: tuple[FactorView, ...]
    part: float = 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """One stored contribution."""

    feature: str
    domain: str
    value: float | None
    usual: float | None
    contribution: float


def answer(margin: float, *, probability: bool) -> float:
    """The chance of log-odds; or points, which end at 0 and 100."""
    return 1 / (1 + math.exp(-margin)) if probability else min(max(margin, 0.0), HIGHEST)


def per_margin(start: float, end: float, *, probability: bool) -> float:
    """How much of the answer one unit of margin stands for on the way from ``start`` to ``end``."""
    if abs(end - start) >= 1e-9:
        return (answer(end, probability=probability) - answer(start, probability=probability)) / (end - start)
    if not probability:
        return float(0 <= start <= HIGHEST)
    chance = answer(start, probability=True)
    return chance * (1 - chance)


def by_domain(parts: Iterable[Given], rate: float = 1.0) -> tuple[DomainView, ...]:
    """Contributions grouped by clinical domain; largest sum first, ties by name, likewise the factors within."""
    groups: dict[str, list[FactorView]] = {}
    for given in sorted(parts, key=lambda part: part.feature):
        factor = FactorView(given.feature, given.value, given.usual, given.contribution, given.contribution * rate)
        groups.setdefault(given.domain, []).append(factor)
    views = [_domain(domain, factors) for domain, factors in groups.items()]
    return tuple(sorted(views, key=lambda view: (-abs(round(view.contribution, _EXACT)), view.domain)))


def _domain(domain: str, factors: list[FactorView]) -> DomainView:
    ordered = sorted(factors, key=lambda factor: (-abs(round(factor.contribution, _EXACT)), factor.feature))
    total, part = (math.fsum(getattr(factor, name) for factor in ordered) for name in ("contribution", "part"))
    return DomainView(domain, total, tuple(ordered), part)


def spoken(views: Iterable[DomainView], *, probability: bool) -> tuple[DomainView, ...]:
    """The domains large enough to be spoken of (in scores of an older version small ones lie together in none)."""
    return tuple(
        view for view in views if view.domain != REST and abs(view.contribution) >= SPOKEN_OF[probability]
    )  # fmt: skip


def spoken_factors(view: DomainView, *, probability: bool) -> tuple[FactorView, ...]:
    """The factors of a domain large enough to be spoken of, without its small ones taken together."""
    return tuple(
        factor for factor in view.factors
        if not factor.feature.endswith(REST) and abs(factor.contribution) >= SPOKEN_OF[probability]
    )  # fmt: skip


def difference(
    before: Mapping[str, Given], now: Mapping[str, Given], *, start: float, end: float, probability: bool
) -> tuple[DomainView, ...]:
    """What changed between two scores of one model (margins ``start`` and ``end``): the difference of contributions by
    domain, whose parts add up to the difference of the answers. ``usual`` of a factor is its value before."""
    nothing = Given("", "", None, None, 0.0)
    moved = [
        _moved(before.get(feature, nothing), now.get(feature, nothing)) for feature in sorted({*before, *now})
    ]  # fmt: skip
    return by_domain(moved, per_margin(start, end, probability=probability))


def _moved(before: Given, now: Given) -> Given:
    known = now if now.feature else before
    return Given(known.feature, known.domain, now.value, before.value, now.contribution - before.contribution)
