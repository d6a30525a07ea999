"""Whether two people's views of their work move together: the correlation of the changes of both sides from one session
that both rated to the next. Few pairs have many such changes, so it always comes with its n and its interval."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LEAST = 5  # (d) changes before a correlation is said at all
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Congruence:
    """``r`` of ``n`` paired changes with its 95 % interval (Fisher's z); all ``None`` where there is too little, or a
    side never moved (``constant``). ``same`` of ``n`` changes went the same way."""

    n: int
    r: float | None = None
    low: float | None = None
    high: float | None = None
    same: int = 0
    constant: bool = False


def congruence(pairs: Sequence[tuple[float, float]]) -> Congruence:
    """``pairs``: both sides' means (patient, therapist) of the sessions that both rated, in their order."""
    changes = [  # means of thirds and quarters: what differs in the last digit did not change
        (round(after[0] - before[0], 9), round(after[1] - before[1], 9)) for before, after in pairwise(pairs)
    ]
    n, same = len(changes), sum(theirs * own > 0 for theirs, own in changes)
    if n < LEAST:
        return Congruence(n, same=same)
    theirs, own = ([change[side] for change in changes] for side in (0, 1))
    try:
        r = statistics.correlation(theirs, own)
    except statistics.StatisticsError:
        return Congruence(n, same=same, constant=True)
    if abs(r) >= 1:
        return Congruence(n, r, r, r, same)
    z, half = math.atanh(r), _Z / math.sqrt(n - 3)
    return Congruence(n, r, math.tanh(z - half), math.tanh(z + half), same)
