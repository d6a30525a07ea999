"""The forms of the REST way in: what a batch holds, what is answered, and how a batch of values is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Annotated, Any

import msgspec
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from core.ingest.items import ValueBatch

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
    at: Annotated[AwareDatetime, Field(strict=True)]
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


class _Sent(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A value as nearly every one is sent."""

    person: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    at: Annotated[str, msgspec.Meta(max_length=64)]
    measure: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    value: float


class _SentBatch(msgspec.Struct, forbid_unknown_fields=True):
    items: Annotated[list[_Sent], msgspec.Meta(min_length=1, max_length=MOST_ITEMS)]


_PARTS = itemgetter("person", "at", "measure", "value")
_QUICK, _BY_FORM = msgspec.json.Decoder(_SentBatch), TypeAdapter(ObservationBatch)
_ITEMS = ObservationBatch.model_json_schema()["properties"]["items"]
# The batch of values as it stands in the description: the body is read past the router, in the worker's thread, in a
# third of the time, and no page waits for it meanwhile.
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


def read_values(body: bytes) -> ValueBatch:
    """The values of a batch; raises ``Unreadable``. What is not plain at first sight is held against the description,
    which takes more forms (a number in quotes, a small letter in a time) and names each fault."""
    try:
        people, times, measures, values = zip(*map(msgspec.structs.astuple, _QUICK.decode(body).items), strict=True)
        moments = {text: datetime.fromisoformat(text) for text in set(times)}
        plain = all(moment.tzinfo is not None for moment in moments.values())
    except ValueError:  # also what msgspec raises
        plain = False
    if not plain:
        people, times, measures, values = zip(*map(_PARTS, _described(body)), strict=True)
        moments = {moment: moment for moment in times}
    at = {given: int(moment.timestamp()) for given, moment in moments.items()}
    return ValueBatch(people, list(map(at.__getitem__, times)), measures, values, PLACES[: len(people)])


def _described(body: bytes) -> list[ObservationIn]:
    try:
        return _BY_FORM.validate_json(body).items
    except ValidationError as error:
        raise Unreadable(error.errors(include_url=False, include_context=False, include_input=False)) from None
