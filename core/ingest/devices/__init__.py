"""Exports of devices and of other EMA tools → items. One file for each; all give sums by the day of the person's own
clock where a device counts, so that a phone and a watch are not added up."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from core.errors import ImportRefused
from core.ingest.arrival import unpacked
from core.ingest.devices.apple_health import read_apple_health
from core.ingest.devices.fitbit import read_fitbit
from core.ingest.devices.mindlamp import read_mindlamp
from core.ingest.devices.open_mhealth import read_open_mhealth
from core.ingest.items import Item
from core.language import _


class Device(StrEnum):
    """Exports that are known by themselves, without a mapping."""

    FITBIT = "fitbit"
    APPLE_HEALTH = "apple-health"
    OPEN_MHEALTH = "open-mhealth"
    MINDLAMP = "mindlamp"


_READERS: dict[Device, Callable[..., Iterator[Item]]] = {
    Device.FITBIT: read_fitbit, Device.APPLE_HEALTH: read_apple_health, Device.OPEN_MHEALTH: read_open_mhealth,
    Device.MINDLAMP: read_mindlamp,
}  # fmt: skip
_ONE_FILE = {
    Device.APPLE_HEALTH: ("export.xml",), Device.OPEN_MHEALTH: ("*.json", "*.ndjson"),
    Device.MINDLAMP: ("*.json", "*.ndjson"),
}  # fmt: skip


def read_export(kind: Device, path: Path, *, person: str, zone: str) -> Iterator[Item]:
    """The items of an export, be it a file, a folder or the zip it came in; clock times without a zone are of ``zone``.
    Raises ``ImportRefused`` for what is damaged, hostile or no such export.
    """
    read = _READERS[kind]
    if kind is Device.APPLE_HEALTH and path.is_file():
        yield from read(path, person=person, zone=zone)  # it reads a zip by itself: unpacked it is far too large
        return
    with unpacked(path) as place:
        for file in _files(kind, place):
            yield from read(file, person=person, zone=zone)


def _files(kind: Device, place: Path) -> list[Path]:
    """The files of a folder that a reader takes one by one."""
    if kind not in _ONE_FILE or not place.is_dir():
        return [place]
    found = sorted(file for name in _ONE_FILE[kind] for file in place.rglob(name) if file.is_file())
    if not found:
        raise ImportRefused(_("{file} holds no file of such an export.").format(file=place.name))
    return found
