"""How a meeting's agenda is put together: why somebody is on it, in which order, and how long the team allows itself.
Order is by need and by response due, never by an estimate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Need

RANK = {need: place for place, need in enumerate(Need)}
BASE_MINUTES, MORE_MINUTES, MOST_MINUTES = 2, 1, 6  # (d) one minute to read, one to talk; one more for each need
TALKED_THROUGH = frozenset({Need.RESPONSE_DUE, Need.ALLIANCE_STRAIN, Need.OFF_COURSE, Need.STEP_DECISION})
SHORTEST_BOX, LONGEST_BOX = 1, 30  # minutes that can be given to one person
FRAME_MINUTES = 5  # (d) kept free for who is there and for the end
MEETING_MINUTES = 60  # (d)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to talk about somebody. ``rule`` is the alert's; ``due_at`` its clock; ``number`` counts what the need
    counts: days of silence, days since the start, weeks on the step, open actions."""

    need: Need
    rule: str = ""
    due_at: datetime | None = None
    number: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As kept in ``AgendaItem.needs``."""
        kept = {"rule": self.rule, "due_at": self.due_at.isoformat() if self.due_at else None, "number": self.number}
        return {"need": self.need.value} | {name: value for name, value in kept.items() if value not in ("", None)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Reason":
        """Back from ``to_json``."""
        due = kept.get("due_at")
        return cls(
            Need(kept["need"]), kept.get("rule", ""), datetime.fromisoformat(due) if due else None, kept.get("number")
        )


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons of one person: by need, then by response due."""
    return tuple(sorted(reasons, key=lambda reason: (RANK[reason.need], _clock(reason))))


def place(reasons: Sequence[Reason]) -> tuple[int, float]:
    """Where somebody with these (ordered) reasons stands on the agenda: the first need, then the first clock."""
    clocks = [_clock(reason) for reason in reasons]
    return RANK[reasons[0].need], min(clocks)


def _clock(reason: Reason) -> float:
    return reason.due_at.timestamp() if reason.due_at else float("inf")


def time_box(reasons: Sequence[Reason]) -> int:
    """Minutes for somebody with these reasons: two, and one for each kind of need that has to be talked through."""
    kinds = {reason.need for reason in reasons} & TALKED_THROUGH
    return min(BASE_MINUTES + MORE_MINUTES * len(kinds), MOST_MINUTES)


def fitting(boxes: Sequence[int], minutes: int) -> int:
    """How many of these time boxes, in their order, fit a meeting of ``minutes`` (at least one)."""
    left, count = minutes - FRAME_MINUTES, 0
    for box in boxes:
        left -= box
        if left < 0:
            break
        count += 1
    return max(count, min(1, len(boxes)))
