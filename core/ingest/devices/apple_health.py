"""Apple Health's ``export.xml`` (or the zip it comes in, read without unpacking): streamed in flat memory, entities and
external references refused. Steps and exercise are summed by day and device, sleep by night and device."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from core.clock import seconds
from core.errors import ImportRefused, InvalidInput
from core.ingest.arrival import readable
from core.ingest.devices.clock import DaySums
from core.ingest.items import Item, Refused, Value
from core.language import _

_BLOCK = 1 << 20
_LARGEST = 20_000_000_000  # bytes of the unpacked XML
_RATIO = 200  # unpacked to packed: XML of an export packs about 20 : 1
_SUMMED = {
    "HKQuantityTypeIdentifierStepCount": ("steps", 1.0),
    "HKQuantityTypeIdentifierAppleExerciseTime": ("activity_minutes", 1.0),
}
_EACH = {"HKQuantityTypeIdentifierRestingHeartRate": "resting_heart_rate"}
_SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
_ASLEEP = "HKCategoryValueSleepAnalysisAsleep"  # Asleep, AsleepCore, AsleepDeep, AsleepREM, AsleepUnspecified


def read_apple_health(path: Path, *, person: str, zone: str) -> Iterator[Item]:
    """The items of an export; raises ``ImportRefused`` for what is cut off, hostile or no such export."""
    with _opened(path) as stream:
        reader = _Reader(path.name, person, zone)
        try:
            while block := stream.read(_BLOCK):
                reader.parser.Parse(block, False)
                yield from reader.drain()
            reader.parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # the latter: an encoding that there is not
            words = _("{file}, line {line}: the file is cut off or is no XML. Export it again.")
            raise ImportRefused(words.format(file=path.name, line=reader.parser.CurrentLineNumber)) from error
        yield from reader.drain()
        yield from reader.sums.values()


class _Reader:
    """Hears the records as they are parsed; keeps sums by day and what waits to be handed on."""

    def __init__(self, file: str, person: str, zone: str) -> None:
        self.file, self.person, self.zone = file, person, zone
        self.sums, self.waiting, self.days = DaySums(person, zone), [], {}  # type: ignore[var-annotated]
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._root
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse

    def drain(self) -> Iterator[Item]:
        """What was read since the last time."""
        ready, self.waiting = self.waiting, []
        yield from ready

    def _refuse(self, *_given: Any) -> int:
        raise ImportRefused(
            _("{file} declares entities, which an export never does. It is not read.").format(file=self.file)
        )

    def _root(self, name: str, _attributes: dict[str, str]) -> None:
        if name != "HealthData":
            raise ImportRefused(_("{file} is no export of Apple Health.").format(file=self.file))
        self.parser.StartElementHandler = self._element

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Record":
            return
        kind = attributes.get("type", "")
        if kind in _SUMMED or kind in _EACH or kind == _SLEEP:
            try:
                self._record(kind, attributes)
            except (InvalidInput, KeyError, ValueError):
                place = _("{file}, line {line}").format(file=self.file, line=self.parser.CurrentLineNumber)
                self.waiting.append(Refused(place, _("It is not readable.")))

    def _record(self, kind: str, given: dict[str, str]) -> None:
        device, ended = given.get("sourceName", ""), given["endDate"]
        if kind in _SUMMED:
            measure, factor = _SUMMED[kind]
            began = given["startDate"]
            day = self.days.get(began[:10]) or self.days.setdefault(
                began[:10], datetime.fromisoformat(began[:10]).date()
            )
            self.sums.add(measure, day, float(given["value"]) * factor, device)
        elif kind in _EACH:
            place = _("{file}, line {line}").format(file=self.file, line=self.parser.CurrentLineNumber)
            self.waiting.append(Value(self.person, seconds(_moment(ended)), _EACH[kind], float(given["value"]), place))
        elif given["value"].startswith(_ASLEEP):
            until = _moment(ended)
            hours = (until - _moment(given["startDate"])).total_seconds() / 3600
            if hours < 0:
                raise ValueError(hours)
            self.sums.add("sleep_hours", until.date(), hours, device)


def _moment(text: str) -> datetime:
    """``2026-11-18 07:00:00 +0100``."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with readable(path):
        if not zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(path) as archive:
            found = [i for i in archive.infolist() if i.filename.rsplit("/", 1)[-1] == "export.xml"]
            if len(found) != 1:
                raise ImportRefused(_("{file} holds no export.xml.").format(file=path.name))
            if found[0].file_size > min(_LARGEST, _RATIO * max(found[0].compress_size, 1)):
                raise ImportRefused(
                    _("{file} unpacks to far more than an export does. It is not read.").format(file=path.name)
                )
            with archive.open(found[0]) as stream:
                yield stream
