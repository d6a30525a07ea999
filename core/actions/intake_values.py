"""The values of an intake: checked one by one, written many at a time, and what of them asks for a response handed to
the rules in the same transaction."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import inf
from typing import Any

import numpy as np
from sqlmodel import Session

from core.actions.import_runs import Run
from core.actions.intake_people import Known, People
from core.actions.observations import check_value
from core.clock import day_date, seconds
from core.errors import InvalidInput
from core.ingest import bulk
from core.ingest.added import Added
from core.ingest.columns import ValueColumns, Whole, day_numbers
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Value
from core.language import _
from core.measures import catalogue
from core.rules.evaluate import SPOKEN_OF, asks, on_observations
from core.rules.in_force import settings_in

RECENT = timedelta(days=14)  # (d) what is older than this is history: it is stored and asks for no response

Entry = tuple[datetime | int, int, float]
Key = tuple[int, int, int]
Row = tuple[Known, int, int, float, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Between which seconds since 1970-01-01 UTC a value may lie, and since when one speaks to the rules."""

    earliest: int
    latest: int
    recent: int


class Values:
    """Values of one intake on their way in."""

    def __init__(
        self, session: Session, *, now: datetime, span: Span, source_id: int, run: Run, people: People,
        report: IntakeReport,
    ) -> None:  # fmt: skip
        self._session, self._now, self._span, self._source_id = session, now, span, source_id
        self._run, self._people, self._report = run, people, report
        self._waiting: list[Row] = []
        self._settings: dict[uuid.UUID, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: Value) -> None:
        """Take one value; raises ``InvalidInput`` for one that cannot be."""
        measure, low, high = _scale(item.measure)
        if not low <= item.value <= high or item.value in (inf, -inf):
            check_value(measure, item.value)
        if not self._span.earliest <= item.at <= self._span.latest:
            raise InvalidInput(_("Its time lies in the future or before 1990."))
        self._waiting.append((self._people.of(item.person, item.at), item.at, measure, item.value, item.place))

    def write(self) -> None:
        """Store what was taken since the last time: what is new goes in and speaks, what differs is listed."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        columns = self._columns(batch)
        added = Added()
        done = bulk.merge(self._session, columns, added=added)
        self._run.keep(added)
        self._report.observations += len(batch)
        self._report.new_observations += done.new
        self._report.duplicates += done.duplicates
        self._report.seen(day_date(int(day)) for day in (columns.day.min(), columns.day.max()))
        if done.duplicates:
            self._refuse_differing(batch, set(done.differing))
        self._speak(batch, added)

    def _columns(self, batch: list[Row]) -> ValueColumns:
        at = np.asarray([row[1] for row in batch], np.int64)
        return ValueColumns.of(
            patient_key=[row[0].key for row in batch], at=at, measure_id=[row[2] for row in batch],
            source_id=self._source_id, value=[row[3] for row in batch],
            day=_days(at, [row[0].time_zone for row in batch]),
        )  # fmt: skip

    def _refuse_differing(self, batch: list[Row], differing: set[Key]) -> None:
        """Name what contradicts the stored value, or an earlier one of this batch."""
        first: dict[Key, float] = {}
        for person, at, measure, value, place in batch:
            key = person.key, at, measure
            if key in differing or first.setdefault(key, value) != value:
                self._report.observations -= 1
                self._report.duplicates -= 1
                self._report.reject(
                    place, _("It differs from what is stored for the same moment; the stored one stays.")
                )

    def _speak(self, batch: list[Row], added: Added) -> None:
        """Recent values that were not stored before and of which a rule may ask something: sent twice, asked once."""
        spoken = [row for row in batch if row[2] in SPOKEN_OF and row[1] >= self._span.recent]
        loud = [row for row in spoken if asks(row[2], row[3], self._in_force(row[0]))]
        if not loud:
            return
        fresh = set(map(tuple, added.values.tolist()))
        heard: dict[Known, list[Entry]] = defaultdict(list)
        for person, at, measure, value, _place in loud:
            if (person.key, at, measure) in fresh:
                heard[person].append((at, measure, value))
        for person, entries in heard.items():
            on_observations(self._session, patient=self._people.record(person), values=entries, now=self._now)

    def _in_force(self, person: Known) -> dict[str, Any]:
        """What is configured for the person's programme, looked up once."""
        if person.programme_id not in self._settings:
            self._settings[person.programme_id] = settings_in(self._session, person.programme_id)
        return self._settings[person.programme_id]


def span_of(now: datetime, earliest: datetime, ahead: timedelta) -> Span:
    """The times that are possible at ``now``; a device's clock may run ahead by so much."""
    return Span(seconds(earliest), seconds(now + ahead), seconds(now - RECENT))


@cache
def _scales() -> dict[str, tuple[int, float, float]]:
    return {
        code: (measure.id, -inf if measure.low is None else measure.low, inf if measure.high is None else measure.high)
        for code, measure in catalogue().items()
    }


def _scale(code: str) -> tuple[int, float, float]:
    known = _scales().get(code)
    if known is None:
        raise InvalidInput(_("There is no measure {code}.").format(code=code[:60]))
    return known


def _days(at: Whole, zones: list[str]) -> Whole:
    """Each value's day on its person's calendar."""
    if len(set(zones)) == 1:
        return day_numbers(at, zones[0])
    days, of_row = np.zeros(at.size, np.int64), np.asarray(zones, np.str_)
    for zone in np.unique(of_row):
        rows = of_row == zone
        days[rows] = day_numbers(at[rows], str(zone))
    return days
