"""What an import did, in counts that add up, and every cell that it did not take."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from core.ingest.moments import Fault, Reason


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejected cell: line in the file (the header is line 1), column, why, and its number where it is one."""

    line: int
    column: str
    reason: Reason
    number: float | None = None


@dataclass(slots=True)
class Report:
    """Counts of one import. Of each pair, the first is what the file holds, ``new_…`` what was not stored before.

    ``rows`` = rows with a moment + ``blank_rows`` (neither answers nor a moment) + ``rejected_rows`` + ``padding``
    (rows of days that were not asked). ``observations`` = ``new_observations`` + ``duplicates``; ``prompts`` =
    ``new_prompts`` + ``duplicate_prompts``; ``unanswered`` are the prompts of the file without any answer;
    ``repeated`` are further copies of values taken once for a day or person.
    """

    rows: int = 0
    blank_rows: int = 0
    rejected_rows: int = 0
    padding: int = 0
    patients: int = 0
    new_patients: int = 0
    prompts: int = 0
    new_prompts: int = 0
    duplicate_prompts: int = 0
    unanswered: int = 0
    observations: int = 0
    new_observations: int = 0
    duplicates: int = 0
    repeated: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None
    shift_days: int = 0
    source: str = ""
    file: str = ""
    sha256: str = ""
    dry_run: bool = False

    def reject(self, line: int, fault: Fault) -> None:
        """Note a rejected cell."""
        self.rejected.append(Rejection(line, fault.column, fault.reason, fault.number))

    @property
    def reasons(self) -> dict[str, int]:
        """How many cells were rejected for each reason, most frequent first."""
        return dict(Counter(rejection.reason.value for rejection in self.rejected).most_common())

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers without the cells, as the audit log keeps them."""
        plain = asdict(self)
        plain["rejected"] = len(self.rejected)
        plain["reasons"] = self.reasons
        for name in ("first_day", "last_day"):
            plain[name] = None if plain[name] is None else plain[name].isoformat()
        return plain
