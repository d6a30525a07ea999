"""A proposal of what the columns of an unknown table mean, from their names and cells. A person looks at it, mends it,
and tries it; nothing is imported by a guess."""

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.ingest.moments import CLOCK_CELL, DATE_CELL, LOCAL_CELL, STAMP_CELL
from core.ingest.sniff import Glance
from core.measures import catalogue
from models import Measure

_NAMES = Path(__file__).with_name("names.yaml")
_PERSON = frozenset({
    "id", "pid", "participant", "participantid", "subject", "subjectid", "subjno", "person", "personid", "user",
    "userid", "alias", "patient", "patientid", "ppn", "respondent", "code", "who", "identifier", "uid", "studyid",
})  # fmt: skip
_FIRST = ("sent", "scheduled", "beep", "prompt", "time", "date", "start", "fecha", "hora", "data")
_ANSWERED = ("answer", "response", "complet", "stop", "submitted", "finish", "end")
_SCALES = ((0, 1), (0, 4), (1, 4), (1, 5), (0, 6), (1, 6), (1, 7), (1, 9), (0, 10), (1, 10), (0, 100))
_OFFSET = "timezoneoffset"  # of m-Path, which counts on the person's own clock: to be added to come to UTC
_WHOLE = re.compile(r"-?\d{1,5}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}([.,]\d+)?", re.ASCII)
_MISSING = frozenset({"na", "nan", "null", "none", "-99", "-999", "999", "-1", ".", "?"})
_ALIKE = 0.86  # (d) how alike two names must be (ratio of difflib)


class Use(StrEnum):
    """What a column is used as."""

    NOTHING = "nothing"
    PERSON = "person"
    TIME = "time"
    ANSWERED = "answered"
    DATE = "date"
    CLOCK = "clock"
    OFFSET = "offset"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """One column as proposed: ``low`` and ``high`` are the ends of its scale in the file; ``examples`` a few cells."""

    name: str
    use: Use
    measure: str | None = None
    low: float | None = None
    high: float | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole proposal. ``order`` is how dates are written; ``prompts``: each row is a request for an entry."""

    source: str
    time_zone: str
    encoding: str
    delimiter: str
    order: str
    decimal: str
    prompts: bool
    missing: tuple[str, ...]
    columns: tuple[ColumnDraft, ...] = field(default=())

    def of(self, use: Use) -> list[ColumnDraft]:
        """The columns of one use."""
        return [column for column in self.columns if column.use is use]


def suggest(seen: Glance, *, time_zone: str) -> Draft:
    """Propose what each column means."""
    uses = _uses(seen)
    measures = _measures(seen, [place for place, use in enumerate(uses) if use is Use.VALUE])
    columns = tuple(_column(seen, place, use, measures.get(place)) for place, use in enumerate(uses))
    values = [place for place, column in enumerate(columns) if column.use is Use.VALUE]
    silent = any(not any(row[place] for place in values) for row in seen.rows) if values else False
    commas = sum("," in cell for place in values for cell in seen.cells(place))
    return Draft(
        source=re.sub(r"[^a-z0-9]+", "-", plain(seen.name.rsplit(".", 1)[0])).strip("-")[:40] or "study",
        time_zone=time_zone, encoding=seen.encoding, delimiter=seen.delimiter, order=_order(seen, uses),
        decimal="," if commas and seen.delimiter != "," else ".", prompts=silent,
        missing=_missing(seen, values), columns=columns,
    )  # fmt: skip


def as_text(draft: Draft) -> str:
    """The proposal in the mapping language (``core.ingest.mapping``)."""
    person, sent = draft.of(Use.PERSON), _moment(draft, Use.TIME) or _two_cells(draft)
    mapping: dict[str, Any] = {
        "source": draft.source, "name": draft.source, "time_zone": draft.time_zone,
        "file": {"encoding": draft.encoding, "delimiter": draft.delimiter, "decimal": draft.decimal,
                 "missing": ["", *draft.missing]},
        "person": {"id": person[0].name if person else "?"},
        "time": sent or {"local": "?", "order": draft.order},
    }  # fmt: skip
    if draft.prompts:
        answered = _moment(draft, Use.ANSWERED)
        mapping["prompt"] = {"kind": "momentary"} | ({"answered": answered} if answered else {})
    mapping["columns"] = {column.name: _value(column) for column in draft.of(Use.VALUE) if column.measure}
    return yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=100)


def plain(text: str) -> str:
    """A name without capitals, accents and punctuation: ``Q4_Calmat`` → ``q4 calmat``."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def _uses(seen: Glance) -> list[Use]:
    uses = [_use(seen, place) for place in range(len(seen.header))]
    for use in (Use.PERSON, Use.DATE, Use.CLOCK, Use.OFFSET):
        _keep_one(uses, use, 0)
    times = [place for place, use in enumerate(uses) if use is Use.TIME]
    if times:
        for place, use in enumerate(uses):
            uses[place] = Use.NOTHING if use in (Use.DATE, Use.CLOCK) else use
        sent = min(times, key=lambda place: (_rank(seen.header[place], _FIRST, _ANSWERED), place))
        answered = [place for place in times if place != sent and _rank(seen.header[place], _ANSWERED) < len(_ANSWERED)]
        for place in times:
            uses[place] = Use.TIME if place == sent else Use.NOTHING
        if answered:
            uses[answered[0]] = Use.ANSWERED
    return uses


def _use(seen: Glance, place: int) -> Use:
    cells = seen.cells(place)
    if not cells:
        return Use.NOTHING
    if plain(seen.header[place]).replace(" ", "") in _PERSON and len(set(cells)) < max(len(cells), 2):
        return Use.PERSON
    if plain(seen.header[place]).replace(" ", "") == _OFFSET and all(_WHOLE.fullmatch(cell) for cell in cells):
        return Use.OFFSET
    for use, form in ((Use.TIME, STAMP_CELL), (Use.TIME, LOCAL_CELL), (Use.DATE, DATE_CELL), (Use.CLOCK, CLOCK_CELL)):
        if _share(cells, form) > 0.8:
            return use
    if _counted(cells):
        return Use.TIME
    numbers = [cell for cell in cells if plain(cell) not in _MISSING and cell.lower() not in _MISSING]
    return Use.VALUE if numbers and _share(numbers, _NUMBER) > 0.9 else Use.NOTHING


def _keep_one(uses: list[Use], use: Use, which: int) -> None:
    places = [place for place, one in enumerate(uses) if one is use]
    for place in places:
        if place != places[which]:
            uses[place] = Use.NOTHING


def _measures(seen: Glance, places: list[int]) -> dict[int, str]:
    """Each measure to the column whose name is most like it, best fits first; none twice."""
    names = {place: plain(seen.header[place]) for place in places}
    fits = sorted(
        ((alike, place, code) for place in places for code in known_names() if (alike := _alike(names[place], code))),
        key=lambda fit: (-fit[0], fit[1], fit[2]),
    )
    given: dict[int, str] = {}
    for _alikeness, place, code in fits:
        if place not in given and code not in given.values():
            given[place] = code
    return given


def _alike(name: str, code: str) -> float:
    best = 0.0
    for other in known_names()[code]:
        if name == other:
            return 1.0
        if re.search(rf"\b{re.escape(other)}\b", name):
            best = max(best, 0.95)
        best = max(best, SequenceMatcher(None, name, other).ratio())
    return best if best >= _ALIKE else 0.0


@cache
def known_names() -> dict[str, tuple[str, ...]]:
    """For each measure the names it goes by, plain."""
    written: dict[str, list[str]] = yaml.safe_load(_NAMES.read_text(encoding="utf-8"))
    return {
        code: tuple(dict.fromkeys(plain(name) for name in (code, *written.get(code, ()))))
        for code in catalogue()
        if code != "prompts_answered"
    }


def _column(seen: Glance, place: int, use: Use, code: str | None) -> ColumnDraft:
    cells = seen.cells(place)
    examples = tuple(cell[:40] for cell in dict.fromkeys(cells))[:3]
    if use is not Use.VALUE or code is None:
        return ColumnDraft(seen.header[place], Use.NOTHING if use is Use.VALUE else use, examples=examples)
    low, high = _scale(cells, catalogue()[code])
    return ColumnDraft(seen.header[place], use, code, low, high, examples)


def _scale(cells: list[str], measure: Measure) -> tuple[float | None, float | None]:
    """The measure's own scale where the cells fit it, else the narrowest usual one that holds them."""
    numbers = [float(cell.replace(",", ".")) for cell in cells if _NUMBER.fullmatch(cell) and cell not in _MISSING]
    if measure.low is None or measure.high is None or not numbers:
        return measure.low, measure.high
    if min(numbers) >= measure.low and max(numbers) <= measure.high:
        return measure.low, measure.high
    for low, high in sorted(_SCALES, key=lambda ends: (ends[1] - ends[0], ends)):
        if low <= min(numbers) and max(numbers) <= high:
            return float(low), float(high)
    return min(numbers), max(numbers)


def _value(column: ColumnDraft) -> dict[str, Any]:
    measure = catalogue()[str(column.measure)]
    said: dict[str, Any] = {"measure": column.measure}
    if column.low is None or column.high is None or (column.low, column.high) == (measure.low, measure.high):
        return said
    if measure.low is None or measure.high is None:
        return said | {"range": [column.low, column.high]}
    return said | {"scale": {"from": [column.low, column.high], "to": [measure.low, measure.high]}}


def _moment(draft: Draft, use: Use) -> dict[str, Any] | None:
    found = draft.of(use)
    if not found:
        return None
    column = found[0]
    if _counted(list(column.examples)):
        shift = {"offset": draft.of(Use.OFFSET)[0].name} if draft.of(Use.OFFSET) else {}
        return {"unix": column.name, "unit": "ms" if len(column.examples[0]) > 11 else "s"} | shift
    zoned = all((cut := STAMP_CELL.fullmatch(cell)) and cut[cut.re.groups] for cell in column.examples)
    return {"stamp" if zoned and column.examples else "local": column.name, "order": draft.order}


def _two_cells(draft: Draft) -> dict[str, Any] | None:
    days, clocks = draft.of(Use.DATE), draft.of(Use.CLOCK)
    return {"date": days[0].name, "time": clocks[0].name, "order": draft.order} if days and clocks else None


def _order(seen: Glance, uses: list[Use]) -> str:
    """Year first, or day first unless a second part says that it is the day."""
    dated = (Use.TIME, Use.DATE, Use.ANSWERED)
    cells = [cell for place, use in enumerate(uses) if use in dated for cell in seen.cells(place)]
    parts = [found.groups() for cell in cells if (found := DATE_CELL.match(cell))]
    if parts and all(len(first) == 4 for first, _second, _third in parts):
        return "ymd"
    return "mdy" if any(int(second) > 12 for _first, second, _third in parts) else "dmy"


def _missing(seen: Glance, values: list[int]) -> tuple[str, ...]:
    cells = {cell for place in values for cell in seen.cells(place)}
    words = sorted(cell for cell in cells if cell.lower() in _MISSING and not cell.isdigit())
    numbers = {float(cell.replace(",", ".")) for cell in cells if _NUMBER.fullmatch(cell) and cell not in words}
    return tuple(word for word in words if word != "-1" or not any(number < 0 for number in numbers))


def _counted(cells: list[str]) -> bool:
    """Whether all cells count seconds or thousandths since 1970, between 2000 and 2100."""
    return bool(cells) and all(
        cell.isdigit() and 946_684_800 <= int(cell) // (1000 if len(cell) > 11 else 1) < 4_102_444_800 for cell in cells
    )


def _share(cells: list[str], form: re.Pattern[str]) -> float:
    return sum(form.fullmatch(cell) is not None for cell in cells) / len(cells)


def _rank(name: str, *wordings: tuple[str, ...]) -> int:
    """How early one of the first wordings stands in a name; a name with a word of the later ones comes last."""
    bare = plain(name)
    first, later = wordings[0], [word for more in wordings[1:] for word in more]
    found = next((number for number, word in enumerate(first) if word in bare), len(first))
    return len(first) + 1 if any(word in bare for word in later) else found
