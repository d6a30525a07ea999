"""Data points of Open mHealth: a JSON array, one point, or one point a line. Schema names and units as in the public
schema library (openmhealth.org, version 1.x and 2.x)."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import seconds
from core.errors import InvalidInput
from core.ingest.devices.clock import DaySums, local_moment
from core.ingest.document import opened
from core.ingest.items import Item, Refused, Value
from core.language import _

Body = dict[str, Any]
_HOURS = {"sec": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "ms": 1 / 3_600_000}


def read_open_mhealth(path: Path, *, person: str, zone: str) -> Iterator[Item]:
    """The items of a file; steps and active minutes are summed by day. Raises ``ImportRefused``."""
    sums = DaySums(person, zone)
    with opened(path) as document:
        for place, point in _points(document.lines, document.whole):
            try:
                yield from _items(point, place, person, zone, sums)
            except InvalidInput as error:
                yield Refused(place, str(error))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                yield Refused(place, _("It is not a data point of Open mHealth."))
    yield from sums.values()


def _points(lines: Iterator[tuple[int, str]] | None, whole: Any) -> Iterator[tuple[str, Any]]:
    if lines is None:
        for number, point in enumerate(whole if isinstance(whole, list) else [whole], start=1):
            yield _("data point {n}").format(n=number), point
        return
    for number, text in lines:
        try:
            point = json.loads(text)
        except (ValueError, RecursionError):
            point = None
        yield _("line {n}").format(n=number), point


def _items(point: Any, place: str, person: str, zone: str, sums: DaySums) -> Iterator[Item]:
    schema = str(point["header"]["schema_id"]["name"])
    body, device = point["body"], str((point["header"].get("acquisition_provenance") or {}).get("source_name", ""))
    if schema in _SUMMED:
        measure, amount = _SUMMED[schema]
        sums.add(measure, _time(body, zone)[0].astimezone(ZoneInfo(zone)).date(), amount(body), device)
    elif schema == "sleep-duration":
        hours = _hours(body.get("total_sleep_time") or body["sleep_duration"])
        yield Value(person, seconds(_time(body, zone)[1]), "sleep_hours", round(hours, 2), place)
    elif schema == "heart-rate" and "rest" in str(body.get("temporal_relationship_to_physical_activity", "")):
        yield Value(
            person, seconds(_time(body, zone)[1]), "resting_heart_rate", float(body["heart_rate"]["value"]), place
        )
    else:
        raise InvalidInput(_("Data points of the schema {name} are not taken.").format(name=schema[:60]))


def _time(body: Body, zone: str) -> tuple[datetime, datetime]:
    frame = body["effective_time_frame"]
    if "date_time" in frame:
        at = local_moment(str(frame["date_time"]), zone)
        return at, at
    span = frame["time_interval"]
    return local_moment(str(span["start_date_time"]), zone), local_moment(str(span["end_date_time"]), zone)


def _hours(given: Body) -> float:
    unit = str(given["unit"])
    if unit not in _HOURS:
        raise InvalidInput(_("Its unit {unit} is not known.").format(unit=unit[:20]))
    return float(given["value"]) * _HOURS[unit]


def _steps(body: Body) -> float:
    given = body["step_count"]
    return float(given["value"] if isinstance(given, dict) else given)


_SUMMED: dict[str, tuple[str, Callable[[Body], float]]] = {
    "step-count": ("steps", _steps),
    "physical-activity": ("activity_minutes", lambda body: 60 * _hours(body["duration"])),
    "minutes-moderate-activity": ("activity_minutes", lambda body: 60 * _hours(body["minutes_moderate_activity"])),
}
