"""What one run of an import added, as the keys of its rows: kept beside the run, so that it can be taken back."""

import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.ingest.columns import Whole

_NONE = np.zeros((0, 3), np.int64)


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
        self.values = np.vstack([self.values, np.asarray(list(rows), np.int64).reshape(-1, 3)])

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
        """Compressed, without any object that would have to be unpickled."""
        out = io.BytesIO()
        np.savez_compressed(
            out, values=self.values, prompts=self.prompts, prompt_kinds=self.prompt_kinds, late=self.late,
            late_kinds=self.late_kinds, responses=_texts(self.responses), messages=_texts(self.messages),
            people=_texts(self.people),
        )  # fmt: skip
        return out.getvalue()

    @classmethod
    def unpack(cls, packed: bytes) -> "Added":
        """What ``pack`` made."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return cls(
                arrays["values"], arrays["prompts"], arrays["prompt_kinds"], arrays["late"], arrays["late_kinds"],
                *([uuid.UUID(text) for text in arrays[name].tolist()] for name in ("responses", "messages", "people")),
            )  # fmt: skip

    def __bool__(self) -> bool:
        return any(len(getattr(self, name)) for name in (
            "values", "prompts", "late", "responses", "messages", "people"
        ))  # fmt: skip


def _texts(numbers: list[uuid.UUID]) -> NDArray[np.str_]:
    return np.asarray([number.hex for number in numbers], "U32")
