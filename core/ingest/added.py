"""What one run of an import added, as the keys of its rows: kept beside the run, so that it can be taken back."""

import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from numpy.lib.format import write_array
from numpy.typing import NDArray

from core.ingest.columns import Whole

_NONE = np.zeros((0, 3), np.int64)
_ARRAYS = ("values", "prompts", "prompt_kinds", "late", "late_kinds")
_NUMBERS = ("responses", "messages", "people")


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
        """Compressed, without any object that would have to be unpickled."""
        out = io.BytesIO()
        given = {name: getattr(self, name) for name in _ARRAYS} | {
            name: _texts(getattr(self, name)) for name in _NUMBERS
        }
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as archive:  # numpy's own way packs at level 6
            for name, array in given.items():
                if array.size:
                    one = io.BytesIO()
                    write_array(one, array, allow_pickle=False)
                    archive.writestr(f"{name}.npy", one.getvalue())
        return out.getvalue()

    @classmethod
    def unpack(cls, packed: bytes) -> "Added":
        """What ``pack`` made."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            given: dict[str, Any] = {name: arrays[name] for name in _ARRAYS if name in arrays}
            given |= {
                name: [uuid.UUID(text) for text in arrays[name].tolist()] for name in _NUMBERS if name in arrays
            }  # fmt: skip
        return cls(**given)

    def __bool__(self) -> bool:
        return any(len(getattr(self, name)) for name in ("values", "prompts", "late", *_NUMBERS))


def _texts(numbers: list[uuid.UUID]) -> NDArray[np.str_]:
    return np.asarray([number.hex for number in numbers], "U32")
