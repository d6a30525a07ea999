"""Exports of devices and of other EMA tools → items. One file for each; all give sums by the day of the person's own
clock where a device counts, so that a phone and a watch are not added up."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from core.ingest.devices.apple_health import read_apple_health
from core.ingest.devices.fitbit import read_fitbit
from core.ingest.devices.mindlamp import read_mindlamp
from core.ingest.devices.open_mhealth import read_open_mhealth
from core.ingest.items import Item


class Device(StrEnum):
    """Exports that are known by themselves, without a mapping."""

    FITBIT = "fitbit"
    APPLE_HEALTH = "apple-health"
    OPEN_MHEALTH = "open-mhealth"
    MINDLAMP = "mindlamp"


READERS: dict[Device, Callable[..., Iterator[Item]]] = {
    Device.FITBIT: read_fitbit, Device.APPLE_HEALTH: read_apple_health, Device.OPEN_MHEALTH: read_open_mhealth,
    Device.MINDLAMP: read_mindlamp,
}  # fmt: skip
