"""The NUF test (new, useful, feasible, 0–10 each; Gray, Brown and Macanufo 2010, Gamestorming) of an idea by the groups
that make the product together. Each group has the same weight, however many of it took part: three therapists outvote
no twenty patients, nor the other way round. Where the groups see it differently is shown, not averaged away."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from models import IdeaRating, Maker

FEWEST = 3  # (d) people of a group before its view is shown apart: below, it would be somebody's own


@dataclass(frozen=True, slots=True)
class Nuf:
    """Means of the three questions, 0–10, and how many people they stand on."""

    fresh: float
    useful: float
    feasible: float
    n: int

    @property
    def mean(self) -> float:
        """Of the three questions together."""
        return fmean((self.fresh, self.useful, self.feasible))


@dataclass(frozen=True, slots=True)
class Standing:
    """How an idea stands: each group that may be shown, all groups alike (``None``: none may), how far the groups lie
    apart (points of the mean; ``None`` with fewer than two), and how many rated it."""

    groups: dict[Maker, Nuf]
    together: Nuf | None
    apart: float | None
    rated: int


def standing(ratings: Iterable[IdeaRating]) -> Standing:
    """How an idea stands. What is said of all stands on the shown groups alone, so that no hidden one can be worked
    out from it."""
    by_group: dict[Maker, list[IdeaRating]] = {}
    for rating in ratings:
        by_group.setdefault(rating.maker, []).append(rating)
    groups = {maker: _nuf(by_group[maker]) for maker in Maker if len(by_group.get(maker, ())) >= FEWEST}
    means = [group.mean for group in groups.values()]
    return Standing(
        groups=groups, together=_alike(list(groups.values())) if groups else None,
        apart=max(means) - min(means) if len(means) > 1 else None, rated=sum(map(len, by_group.values())),
    )  # fmt: skip


def _nuf(ratings: list[IdeaRating]) -> Nuf:
    return Nuf(
        fmean(rating.fresh for rating in ratings), fmean(rating.useful for rating in ratings),
        fmean(rating.feasible for rating in ratings), len(ratings),
    )  # fmt: skip


def _alike(groups: list[Nuf]) -> Nuf:
    return Nuf(
        fmean(group.fresh for group in groups), fmean(group.useful for group in groups),
        fmean(group.feasible for group in groups), sum(group.n for group in groups),
    )  # fmt: skip
