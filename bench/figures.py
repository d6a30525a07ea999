"""A figure, the table of figures and the file they are kept in. Ratios are taken within one run on one machine."""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure with its goal; ``direction`` says on which side of the goal it should lie."""

    figure: str
    value: float
    goal: float
    direction: Literal["lower", "higher"]
    unit: str

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal if self.direction == "lower" else self.value >= self.goal


def ratio(figure: str, value: float, goal: float, *, higher: bool = False) -> Figure:
    """A figure without a unit: one cost over another."""
    return Figure(figure, round(value, 3), goal, "higher" if higher else "lower", "ratio")


def interleaved(*works: Callable[[], object], rounds: int = ROUNDS, warm: int = 2) -> list[float]:
    """The median seconds of each work; the works take turns, so that a slow moment of the machine meets all."""
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + warm):
        for work, list_of in zip(works, taken, strict=True):
            began = time.perf_counter()
            work()
            if turn >= warm:
                list_of.append(time.perf_counter() - began)
    return [statistics.median(seconds) for seconds in taken]


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table for a person."""
    lines = [f"{'figure':<72} {'value':>10} {'goal':>10}  unit"]
    for f in figures:
        sign = "≤" if f.direction == "lower" else "≥"
        mark = "" if f.reached else "  ← not reached"
        lines.append(f"{f.figure:<72} {f.value:>10.4g} {sign + format(f.goal, '.4g'):>10}  {f.unit}{mark}")
    return "\n".join(lines)


def keep(figures: Iterable[Figure], file: Path) -> None:
    """Write the figures into ``file``; a figure measured anew replaces its older line, others stay."""
    fresh = {f.figure: asdict(f) for f in figures}
    old = {row["figure"]: row for row in json.loads(file.read_text())} if file.exists() else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(list((old | fresh).values()), indent=1))
    unfinished.rename(file)
