"""Disclosure control of the service's figures (threats 25 and 26): nothing from fewer than eight people, counts to the
nearest five, and nothing small left over when one released figure is taken from another.

Groups form a tree: the service, its programmes, the teams within a programme. A group that is not released stays
hidden among the rest of its parent: what is left of the parent without its released children must be nobody or a group
that could itself be shown. The released rows of a tree span exactly these remainders (they are disjoint, and each
released group is the sum of those below it), so any set of people that can be reached by adding and subtracting
released figures is a union of remainders, and none of them is small.
"""

from collections.abc import Mapping, Sequence

SMALLEST = 8  # people; the rule of OpenSAFELY ("7 or fewer are redacted")
ROUNDED_TO = 5

Group = tuple[str, ...]  # () the service, (programme,), (programme, team)
Counts = tuple[int, ...]  # people; then, where the figure is a share of people, those it counts and those it does not


def rounded(count: float) -> int:
    """A count to the nearest five (halves up)."""
    return int((count + ROUNDED_TO / 2) // ROUNDED_TO * ROUNDED_TO)


def safe(counts: Counts) -> bool:
    """Whether a figure about these people may be shown: none of its counts is below eight."""
    return min(counts) >= SMALLEST


def released(leaves: Mapping[Group, Counts]) -> frozenset[Group]:
    """The groups whose figure may be shown, from the counts of the smallest groups (``leaves``, all of one depth).

    Nothing where the whole is small. Small groups are left out; where what is left over would be small itself, the
    next larger group is left out too.
    """
    if not leaves or not safe(_sum(list(leaves.values()))):
        return frozenset()
    depth = len(next(iter(leaves)))
    found: set[Group] = {()}
    waiting: list[Group] = [()]
    while waiting:
        group = waiting.pop()
        if len(group) < depth:
            shown = _children(group, leaves)
            found.update(shown)
            waiting += shown
    return frozenset(found)


def _children(group: Group, leaves: Mapping[Group, Counts]) -> list[Group]:
    """The children of a released group that may be shown beside it."""
    below: dict[Group, list[Counts]] = {}
    for leaf, counts in leaves.items():
        if leaf[: len(group)] == group:
            below.setdefault(leaf[: len(group) + 1], []).append(counts)
    sums = {child: _sum(counts) for child, counts in below.items()}
    shown = sorted((child for child in sums if safe(sums[child])), key=lambda child: (sums[child], child))
    rest = [counts for child, counts in sums.items() if child not in shown]
    while shown and not _is_covered(rest):
        rest.append(sums[shown.pop(0)])
    return shown


def _is_covered(rest: Sequence[Counts]) -> bool:
    """Whether what is left over is nobody, or could itself be shown."""
    return not rest or not any(any(counts) for counts in rest) or safe(_sum(rest))


def _sum(counts: Sequence[Counts]) -> Counts:
    return tuple(sum(column) for column in zip(*counts, strict=True))
