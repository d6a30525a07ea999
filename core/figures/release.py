"""From contributions to what may be shown: gathered over weeks, summed by group, small groups left out.

Each figure is gathered over one length of time for the whole service: the shortest over which most of its points stand
on enough people. All that is released of a figure are its points (one stretch, one group); what a period of time shows
is summed from these points, so choosing another period tells nothing new, and within a stretch
``core.analysis.small_cells`` holds. See ``docs/decisions/service-figures.md``.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from core.analysis.small_cells import Counts, Group, released
from core.figures.catalogue import FIGURES, YEAR, Figure, Kind
from core.figures.contributions import Window

# Ends of the classes in which durations are kept, in hours or days; the last class is open.
CLASSES = (0.5, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48, 60, 72, 96, 120, 144, 168, 240, 336, 504, 672)
ENOUGH = 0.75  # share of the points that must stand on enough people, for the service and for its programmes
SUMS = ("people", "who", "others", "n", "k", "q")


@dataclass(slots=True)
class Cell:
    """Sums of one group over one stretch; ``classes`` counts durations by class."""

    sums: list[float] = field(default_factory=lambda: [0.0] * len(SUMS))
    classes: list[int] = field(default_factory=list)

    def counts(self, kind: Kind) -> Counts:
        """The people that must not be few."""
        people, who, others = (int(one) for one in self.sums[:3])
        return {Kind.PEOPLE: (people, who, others), Kind.RATE: (people, who)}.get(kind, (people,))

    def add(self, other: "Cell") -> None:
        """Take over another's sums (its people are other people)."""
        self.sums = [mine + theirs for mine, theirs in zip(self.sums, other.sums, strict=True)]
        if other.classes:
            mine = self.classes or [0] * len(other.classes)
            self.classes = [a + b for a, b in zip(mine, other.classes, strict=True)]


Stretch = tuple[str, int]  # part, number of the stretch (0 the newest)
Cells = dict[Stretch, dict[Group, Cell]]
Shown = dict[Stretch, frozenset[Group]]


def documents(contributions: pl.DataFrame, groups: pl.DataFrame, window: Window) -> dict[Group, dict[str, Any]]:
    """What may be shown of every figure, by group: ``{figure: {"weeks": …, "parts": {part: [[stretch, n, k, q,
    people, classes], …]}}}``. ``groups`` places each ``key`` in a ``programme`` and a ``team``."""
    placed = contributions.join(groups, on="key").with_columns(week=(window.last - pl.col("day")) // 7)
    found: defaultdict[Group, dict[str, Any]] = defaultdict(dict)
    for code, rows in placed.partition_by("figure", as_dict=True).items():
        figure = FIGURES[str(code[0])]
        weeks, cells, shown = _gathered(figure, rows)
        for stretch, there in shown.items():
            for group in there:
                cell = _sum(cells[stretch], group)
                kept = found[group].setdefault(figure.code, {"weeks": weeks, "parts": {}})
                kept["parts"].setdefault(stretch[0], []).append(
                    [stretch[1], *cell.sums[3:], cell.sums[0], cell.classes]
                )
    for document in found.values():
        for kept in document.values():
            for points in kept["parts"].values():
                points.sort()
    return dict(found)


def _gathered(figure: Figure, rows: pl.DataFrame) -> tuple[int, Cells, Shown]:
    """The figure over the shortest stretch over which enough of it can be shown."""
    for weeks in figure.gathered:
        cells = _cells(figure, rows, weeks)
        shown = {
            stretch: released({leaf: cell.counts(figure.kind) for leaf, cell in leaves.items()})
            for stretch, leaves in cells.items()
        }
        if weeks == figure.gathered[-1] or _is_enough(cells, shown):
            break
    return weeks, cells, shown


def _is_enough(cells: Cells, shown: Shown) -> bool:
    if not cells:
        return False
    programmes = {stretch: {leaf[:1] for leaf in leaves} for stretch, leaves in cells.items()}
    whole = sum(() in there for there in shown.values()) / len(cells)
    wanted = sum(len(names) for names in programmes.values())
    below = sum(len(programmes[stretch] & there) for stretch, there in shown.items()) / wanted
    return whole >= ENOUGH and below >= ENOUGH


def _cells(figure: Figure, rows: pl.DataFrame, weeks: int) -> Cells:
    stretch = pl.col("week") // weeks
    kept = rows.with_columns(stretch=stretch).filter((stretch + 1) * weeks <= YEAR)
    where, key = ["part", "stretch", "programme", "team"], pl.col("key")
    summed = kept.group_by(where).agg(
        key.n_unique().alias("people"), key.filter(pl.col("k") > 0).n_unique().alias("who"),
        key.filter(pl.col("k") < pl.col("n")).n_unique().alias("others"), pl.col("n", "k", "q").sum(),
    )  # fmt: skip
    cells: Cells = defaultdict(dict)
    for row in summed.iter_rows(named=True):
        cell = Cell([float(row[name]) for name in SUMS])
        cells[row["part"], row["stretch"]][row["programme"], row["team"]] = cell
    if figure.kind is Kind.MEDIAN:
        _classify(kept, cells)
    return cells


def _classify(kept: pl.DataFrame, cells: Cells) -> None:
    classes = np.searchsorted(np.array(CLASSES), kept["k"].to_numpy(), side="left")
    where = ["part", "stretch", "programme", "team", "at"]
    for row in kept.with_columns(at=pl.Series(classes)).group_by(where).len().iter_rows(named=True):
        cell = cells[row["part"], row["stretch"]][row["programme"], row["team"]]
        cell.classes = cell.classes or [0] * (len(CLASSES) + 1)
        cell.classes[row["at"]] = row["len"]


def _sum(leaves: dict[Group, Cell], group: Group) -> Cell:
    total = Cell()
    for leaf, cell in leaves.items():
        if leaf[: len(group)] == group:
            total.add(cell)
    return total
