"""What a rule finds: the rule's code and the facts it rests on. The same facts are kept with the alert as JSON and read
back for the screen, so that every alert shows its own data; codes and numbers only, never a sentence or a level."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

_NUMBERS = ("value", "low", "high", "usual", "threshold")
_CODES = ("measure", "instrument", "item", "subscale", "informant", "window", "message_id", "place")
_PLACES = ("start", "end")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact behind an alert. ``kind`` is answer, score, message, rating, series, silence or words; ``value`` is in
    the unit of its measure or instrument, ``low``–``high`` the ends of its scale, ``usual`` this person's own,
    ``threshold`` what it was held against, ``window`` the stretch of time it is about. Of words it holds where they
    stand (table ``place``, row ``message_id``, characters ``start`` to before ``end``), never the words. What does not
    apply is ``None``.
    """

    at: datetime
    kind: str
    value: float | None = None
    measure: str | None = None
    instrument: str | None = None
    item: str | None = None
    subscale: str | None = None
    low: float | None = None
    high: float | None = None
    usual: float | None = None
    threshold: float | None = None
    informant: str | None = None
    window: str | None = None
    message_id: str | None = None
    place: str | None = None
    start: int | None = None
    end: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As kept in ``Alert.evidence``: only what applies, the time as ISO in UTC."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        return known | {"at": self.at.astimezone(UTC).isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """A fact read back; keys that are not known are left out."""
        numbers = {name: float(kept[name]) for name in _NUMBERS if kept.get(name) is not None}
        codes = {name: str(kept[name]) for name in _CODES if kept.get(name) is not None}
        places = {name: int(kept[name]) for name in _PLACES if kept.get(name) is not None}
        at, kind = datetime.fromisoformat(kept["at"]), str(kept["kind"])
        return cls(at=at, kind=kind, **numbers, **codes, **places)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applied, and its facts (oldest first, at least one)."""

    rule: str
    facts: tuple[Fact, ...]
