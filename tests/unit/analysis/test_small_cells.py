"""Threats 25 and 26: nothing small is shown, and nothing small can be worked out from what is shown."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.small_cells import SMALLEST, Counts, Group, released, rounded, safe

LEAVES = [(programme, team) for programme in "AB" for team in "xyz"]


def trees(width: int) -> st.SearchStrategy[dict[Group, Counts]]:
    counts = st.integers(0, 30) | st.integers(0, 9)
    return st.dictionaries(st.sampled_from(LEAVES), st.tuples(*[counts] * width), min_size=1)


def shares() -> st.SearchStrategy[dict[Group, Counts]]:
    """People, those counted and those not."""
    parts = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda kd: (kd[0] + kd[1], kd[0], kd[1]))
    return st.dictionaries(st.sampled_from(LEAVES), parts, min_size=1)


def derivable(leaves: Mapping[Group, Counts], shown: frozenset[Group]) -> Iterator[tuple[Group, ...]]:
    """Every set of leaves whose sum follows from the released rows by adding and subtracting (brute force)."""
    names = sorted(leaves)
    rows = np.array([[float(leaf[: len(group)] == group) for leaf in names] for group in sorted(shown)])
    rows = rows.reshape(-1, len(names))
    rank = np.linalg.matrix_rank(rows) if len(rows) else 0
    for size in range(1, len(names) + 1):
        for chosen in combinations(range(len(names)), size):
            row = np.zeros(len(names))
            row[list(chosen)] = 1
            if np.linalg.matrix_rank(np.vstack([rows, row])) == rank:
                yield tuple(names[place] for place in chosen)


def assert_nothing_small_follows(leaves: Mapping[Group, Counts]) -> None:
    for group in derivable(leaves, released(leaves)):
        together = tuple(sum(leaves[leaf][n] for leaf in group) for n in range(len(leaves[group[0]])))
        assert not any(together) or safe(together), (group, together)


@settings(max_examples=250, deadline=None)
@given(trees(1))
def test_threat_26_no_sum_or_difference_of_what_is_shown_is_a_small_group(leaves: dict[Group, Counts]) -> None:
    assert_nothing_small_follows(leaves)


@settings(max_examples=250, deadline=None)
@given(shares())
def test_threat_26_nor_are_those_a_share_counts_or_does_not(leaves: dict[Group, Counts]) -> None:
    assert_nothing_small_follows(leaves)


@given(trees(1))
def test_threat_25_nothing_is_shown_about_fewer_than_eight(leaves: dict[Group, Counts]) -> None:
    for group in released(leaves):
        assert sum(counts[0] for leaf, counts in leaves.items() if leaf[: len(group)] == group) >= SMALLEST


@given(trees(1))
def test_what_could_be_shown_is_not_held_back_for_nothing(leaves: dict[Group, Counts]) -> None:
    if all(counts[0] >= SMALLEST for counts in leaves.values()):
        assert released(leaves) >= {(), *leaves}


def test_threat_25_a_directors_group_of_seven_is_not_shown_and_its_neighbour_covers_it() -> None:
    shown = released({("A", "x"): (7,), ("A", "y"): (12,), ("A", "z"): (40,), ("B", "x"): (20,)})
    assert shown == {(), ("A",), ("B",), ("A", "z"), ("B", "x")}


def test_two_small_groups_that_are_enough_together_cover_each_other() -> None:
    assert ("A", "z") in released({("A", "x"): (4,), ("A", "y"): (5,), ("A", "z"): (40,)})


def test_a_whole_of_seven_shows_nothing() -> None:
    assert released({("A", "x"): (7,)}) == frozenset()


@pytest.mark.parametrize(("count", "shown"), [(8, 10), (12, 10), (12.5, 15), (13, 15), (0, 0), (2, 0), (214, 215)])
def test_counts_are_said_to_the_nearest_five(count: float, shown: int) -> None:
    assert rounded(count) == shown
