"""What an intake did, in counts that add up; what it did not take; where a stated total and its answers disagree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.ingest.letters import readable


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A total that the source states, beside the one computed from its answers (``None``: the missing rule forbids
    one). Both are shown, ours is used."""

    resource: str
    stated: float
    computed: float | None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """An item that was not taken, and why."""

    resource: str
    reason: str


@dataclass(slots=True)
class IntakeReport:
    """Counts of one intake. Of each pair the first is what came, ``new_…`` what was not stored before; ``duplicates``
    are all items that were there already, ``corrected`` those whose source put an earlier value right."""

    source: str
    items: int = 0
    patients: int = 0
    new_patients: int = 0
    observations: int = 0
    new_observations: int = 0
    responses: int = 0
    new_responses: int = 0
    messages: int = 0
    new_messages: int = 0
    duplicates: int = 0
    corrected: int = 0
    first_day: date | None = None
    last_day: date | None = None
    dry_run: bool = False
    file: str = ""
    sha256: str = ""
    flagged: list[Disagreement] = field(default_factory=list)
    rejected: list[NotTaken] = field(default_factory=list)

    def reject(self, place: str, reason: str) -> None:
        """Note an item that was not taken."""
        self.rejected.append(NotTaken(readable(place), readable(reason)))

    def seen(self, days: Iterable[date]) -> None:
        """Widen the span of days."""
        for day in days:
            self.first_day = day if self.first_day is None else min(self.first_day, day)
            self.last_day = day if self.last_day is None else max(self.last_day, day)

    @property
    def counts(self) -> dict[str, Any]:
        """Everything that is a number, for the audit entry: nothing of what was said."""
        names = (
            "items", "patients", "new_patients", "observations", "new_observations", "responses", "new_responses",
            "messages", "new_messages", "duplicates", "corrected",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {
            "flagged": len(self.flagged), "rejected": len(self.rejected), "file_sha256": self.sha256,
        }  # fmt: skip
