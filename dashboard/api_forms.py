"""The forms of the REST way in: what a batch holds, what is answered, and how a batch of values is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from core.ingest.items import Item, Value

MOST_ITEMS = 1_000
PLACES = tuple(f"items.{number}" for number in range(MOST_ITEMS))
Text = Annotated[str, Field(min_length=1, max_length=120)]


_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Part(BaseModel):
    model_config = _STRICT


@with_config(_STRICT)
class ObservationIn(TypedDict):
    """One value: whose (a person's number at the source, or in Vincle), when, of which measure."""

    person: Text
    at: AwareDatetime
    measure: Text
    value: float


class ResponseIn(_Part):
    """One answered instrument; ``answers`` maps item to answer, ``ref`` is its number at the source."""

    person: Text
    at: AwareDatetime
    instrument: Text
    answers: dict[str, float] = Field(min_length=1, max_length=100)
    stated_total: float | None = None
    ref: Text


class MessageIn(_Part):
    """What the person wrote to the team."""

    person: Text
    at: AwareDatetime
    text: str = Field(min_length=1, max_length=20_000)
    ref: Text


class ObservationBatch(_Part):
    """Values, at most 1,000."""

    items: list[ObservationIn] = Field(min_length=1, max_length=MOST_ITEMS)


class ResponseBatch(_Part):
    """Answered instruments, at most 1,000."""

    items: list[ResponseIn] = Field(min_length=1, max_length=MOST_ITEMS)


class MessageBatch(_Part):
    """Messages, at most 1,000."""

    items: list[MessageIn] = Field(min_length=1, max_length=MOST_ITEMS)


class ItemResult(BaseModel):
    """What became of one item: ``stored`` (now or before) or ``rejected``, and why."""

    item: str
    status: str
    reason: str | None = None


class Flagged(BaseModel):
    """A stated total that its answers do not give."""

    item: str
    stated: float
    computed: float | None


class BatchResult(BaseModel):
    """What became of a batch."""

    new: int
    duplicates: int
    rejected: int
    results: list[ItemResult]
    flagged: list[Flagged]


class Problem(BaseModel):
    """Why a request was not carried out; ``items`` names the items at fault."""

    error: str
    items: list[str] = []


class _Sent(TypedDict):
    """A value as it is read: the moment is parsed once for all values that share it."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    person: Text
    at: Annotated[str, Field(max_length=64)]
    measure: Text
    value: float


class _SentBatch(_Part):
    items: list[_Sent] = Field(min_length=1, max_length=MOST_ITEMS)


_PARTS = itemgetter("person", "at", "measure", "value")
_BATCH, _MOMENT = TypeAdapter(_SentBatch), TypeAdapter(AwareDatetime)
_ITEMS = ObservationBatch.model_json_schema()["properties"]["items"]
# The batch of values as it stands in the description: the body is read past the router, in the worker's thread, in half
# the time, and no page waits for it meanwhile.
VALUES_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "title": "ObservationBatch",
                    "required": ["items"],
                    "additionalProperties": False,
                    "properties": {"items": _ITEMS | {"items": TypeAdapter(ObservationIn).json_schema()}},
                }
            }
        },
    }
}


class Unreadable(Exception):
    """A batch of another form: the faults with their places, as pydantic tells them, and never what stood there."""

    def __init__(self, faults: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("a batch of another form")
        self.faults = faults


def read_values(body: bytes) -> list[Item]:
    """The values of a batch; raises ``Unreadable``."""
    try:
        given = _BATCH.validate_json(body).items
    except ValidationError as error:
        raise Unreadable(error.errors(include_url=False, include_context=False, include_input=False)) from None
    people, times, measures, values = zip(*map(_PARTS, given), strict=True)
    known = {text: _seconds(text) for text in set(times)}
    at = [known[text] for text in times]
    faults = [{"type": "datetime", "loc": ("items", n, "at")} for n, when in enumerate(at) if when is None]
    if faults:
        raise Unreadable(faults)
    return list(map(Value._make, zip(people, at, measures, values, PLACES, strict=False)))


def _seconds(text: str) -> int | None:
    """Whole seconds since 1970-01-01 UTC of a date and time with its offset; ``None`` for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            at = _MOMENT.validate_python(text)  # what the description allows beside: small letters, a leap second
        except ValidationError:
            return None
    return None if at.tzinfo is None else int(at.timestamp())
