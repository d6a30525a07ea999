"""What one run of an import added, as the keys of its rows: kept beside the run, so that it can be taken back."""

import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.ingest.columns import Whole

_NONE = np.zeros((0, 3), np.int64)
_KEYS = ("values", "prompts", "prompt_kinds", "late", "late_kinds")
_NUMBERS = ("responses", "messages", "people")


class _Packed(msgspec.Struct):
    """``Added`` as it is kept: the keys column by column, in which most are like the one before."""

    values: list[list[int]]
    prompts: list[list[int]]
    prompt_kinds: list[str]
    late: list[list[int]]
    late_kinds: list[str]
    responses: list[uuid.UUID]
    messages: list[uuid.UUID]
    people: list[uuid.UUID]


@dataclass(slots=True)
class Added:
    """``values``: n × 3 (patient key, at in seconds, measure); ``prompts`` and ``late`` (prompts whose answer came
    with this run): n × 2 (patient key, sent at) with their kinds beside; the rest are numbers of single rows."""

    values: Whole = field(default_factory=lambda: _NONE)
    prompts: Whole = field(default_factory=lambda: _NONE[:, :2])
    prompt_kinds: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, "U20"))
    late: Whole = field(default_factory=lambda: _NONE[:, :2])
    late_kinds: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, "U20"))
    responses: list[uuid.UUID] = field(default_factory=list)
    messages: list[uuid.UUID] = field(default_factory=list)
    people: list[uuid.UUID] = field(default_factory=list)

    def note_values(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Add values by (patient key, at, measure)."""
        self.note_columns(np.asarray(list(rows), np.int64).reshape(-1, 3))

    def note_columns(self, keys: Whole) -> None:
        """The same as an array of n × 3."""
        self.values = np.vstack([self.values, keys])

    def note_prompts(self, rows: Iterable[tuple[int, int, str]], *, late: bool = False) -> None:
        """Add prompts by (patient key, sent at, kind): new ones, or those that were stored without their answer."""
        listed = list(rows)
        keys = np.asarray([row[:2] for row in listed], np.int64).reshape(-1, 2)
        kinds = np.asarray([row[2] for row in listed], "U20")
        if late:
            self.late, self.late_kinds = np.vstack([self.late, keys]), np.concatenate([self.late_kinds, kinds])
        else:
            self.prompts = np.vstack([self.prompts, keys])
            self.prompt_kinds = np.concatenate([self.prompt_kinds, kinds])

    def pack(self) -> bytes:
        """As MessagePack, compressed."""
        keys = {name: getattr(self, name).T.tolist() for name in _KEYS}
        kept = _Packed(**keys, **{name: getattr(self, name) for name in _NUMBERS})
        small = zlib.compressobj(level=1, wbits=13, memLevel=4)  # 40 kB to work in; filling 268 costs more
        return small.compress(msgspec.msgpack.encode(kept)) + small.flush()

    @classmethod
    def unpack(cls, packed: bytes) -> "Added":
        """What ``pack`` made."""
        kept = msgspec.msgpack.decode(zlib.decompress(packed), type=_Packed)
        added = cls(responses=kept.responses, messages=kept.messages, people=kept.people)
        for name in _KEYS:
            setattr(added, name, np.asarray(getattr(kept, name), getattr(added, name).dtype).T)
        return added

    def __bool__(self) -> bool:
        return any(len(getattr(self, name)) for name in ("values", "prompts", "late", *_NUMBERS))
