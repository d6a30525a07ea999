"""Events of mindLAMP as its API gives them: survey answers (``ActivityEvent``, whose slices name the question) and the
pedometer (``SensorEvent``). A question is known by the code or the label of our catalogue."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import InvalidInput
from core.ingest.devices.clock import DaySums
from core.ingest.document import opened
from core.ingest.items import Item, Refused, Value
from core.language import _
from core.measures import catalogue

_STEPS = "lamp.steps"


def read_mindlamp(path: Path, *, person: str, zone: str) -> Iterator[Item]:
    """The items of a file of events (an array, or one a line); raises ``ImportRefused``."""
    sums = DaySums(person, zone)
    with opened(path) as document:
        for place, event in _events(document.lines, document.whole):
            try:
                if "sensor" in event:
                    _sensor(event, zone, sums)
                else:
                    yield from _answers(event, place, person)
            except InvalidInput as error:
                yield Refused(place, str(error))
            except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
                yield Refused(place, _("It is not an event of mindLAMP."))
    yield from sums.values()


def _events(lines: Iterator[tuple[int, str]] | None, whole: Any) -> Iterator[tuple[str, Any]]:
    if lines is None:
        given = whole.get("data", [whole]) if isinstance(whole, dict) and "timestamp" not in whole else whole
        for number, event in enumerate(given if isinstance(given, list) else [given], start=1):
            yield _("event {n}").format(n=number), event
        return
    for number, text in lines:
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            event = None
        yield _("line {n}").format(n=number), event


def _sensor(event: dict[str, Any], zone: str, sums: DaySums) -> None:
    if event["sensor"] != _STEPS:
        raise InvalidInput(_("Events of the sensor {name} are not taken.").format(name=str(event["sensor"])[:60]))
    if str(event["data"].get("type", "step_count")) not in ("step_count", "steps"):
        return  # flights of stairs and distances come under the same name
    day = datetime.fromtimestamp(event["timestamp"] / 1000, ZoneInfo(zone)).date()
    sums.add("steps", day, float(event["data"]["value"]), str(event["data"].get("source", "")))


def _answers(event: dict[str, Any], place: str, person: str) -> Iterator[Item]:
    at = int(event["timestamp"]) // 1000
    for number, part in enumerate(event.get("temporal_slices") or [], start=1):
        where = _("{place}, answer {n}").format(place=place, n=number)
        if not isinstance(part, dict):
            yield Refused(where, _("It is not an event of mindLAMP."))
            continue
        measure = _known(str(part.get("item", "")))
        if part.get("value") in (None, ""):
            continue  # the question was passed over
        if measure is None:
            yield Refused(where, _("This question is none of the catalogue's."))
            continue
        try:
            yield Value(person, at, measure, float(part["value"]), where)
        except (TypeError, ValueError, OverflowError):
            yield Refused(where, _("The answer is no number."))


def _known(question: str) -> str | None:
    plain = question.strip().lower()
    return next((m.code for m in catalogue().values() if plain in (m.code, m.label.lower())), None)
