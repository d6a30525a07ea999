"""The values of an intake: checked one by one, written many at a time, and what of them asks for a response handed to
the rules in the same transaction."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from sys import float_info
from typing import Any

import numpy as np
from sqlmodel import Session

from core.actions.import_runs import Run
from core.actions.intake_people import Known, People
from core.actions.observations import check_value, replace
from core.clock import day_date, seconds
from core.errors import InvalidInput
from core.ingest import bulk
from core.ingest.added import Added
from core.ingest.columns import ValueColumns, Whole, day_numbers
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Corrected, Value
from core.language import _
from core.measures import catalogue
from core.rules.evaluate import SPOKEN_OF, asks, on_observations
from core.rules.in_force import settings_in
from models import Observation

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
        self._asked: dict[tuple[int, int, float], bool] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, items: Iterable[Value]) -> None:
        """Take values one after another; one that cannot be is listed with its reason."""
        scales, known, waiting = _scales(), self._people.known, self._waiting
        earliest, latest = self._span.earliest, self._span.latest
        for item in items:
            person, at, code, value, place = item
            scale = scales.get(code)
            if scale is None or not scale[1] <= value <= scale[2] or not earliest <= at <= latest:
                self._report.reject(place, self._fault(item))
                continue
            try:
                waiting.append((known.get(person) or self._people.of(person, at), at, scale[0], value, place))
            except InvalidInput as error:
                self._report.reject(place, str(error))

    def correct(self, item: Corrected) -> None:
        """Let a value that its source put right take the place of the stored one; where there is none, it is a value
        like any other. Raises ``InvalidInput`` for one that cannot be."""
        self.write()
        scale = _scales().get(item.measure)
        if scale is None or not scale[1] <= item.value <= scale[2]:
            raise InvalidInput(self._fault(item))
        patient = self._people.record(self._people.of(item.person, item.at))
        kept = self._session.get(Observation, (patient.key, item.at, scale[0], self._source_id))
        if kept is None or kept.value == item.value:
            self.add([Value(*item)])
            return
        replace(self._session, patient=patient, source_id=self._source_id, at=item.at, values={scale[0]: item.value})
        self._report.observations += 1
        self._report.corrected += 1
        recent = scale[0] in SPOKEN_OF and item.at >= self._span.recent
        if recent and self._asks(patient.programme_id, scale[0], item.value):
            said = [(item.at, scale[0], item.value)]
            on_observations(self._session, patient=patient, values=said, now=self._now)

    def _fault(self, item: Value | Corrected) -> str:
        """Why a value cannot be."""
        scale = _scales().get(item.measure)
        if scale is None:
            return _("There is no measure {code}.").format(code=item.measure[:60])
        try:
            check_value(scale[0], item.value)
        except InvalidInput as error:
            return str(error)
        return _("Its time lies in the future or before 1990.")

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
        people, moments, measures, values, _places = zip(*batch, strict=True)
        at = np.asarray(moments, np.int64)
        return ValueColumns.of(
            patient_key=[person.key for person in people], at=at, measure_id=measures, source_id=self._source_id,
            value=values, day=_days(at, [person.time_zone for person in people]),
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
        recent, asks_something = self._span.recent, self._asks
        loud = [
            row for row in batch
            if row[2] in SPOKEN_OF and row[1] >= recent and asks_something(row[0].programme_id, row[2], row[3])
        ]  # fmt: skip
        if not loud:
            return
        fresh = set(map(tuple, added.values.tolist()))
        heard: dict[Known, list[Entry]] = defaultdict(list)
        for person, at, measure, value, _place in loud:
            if (person.key, at, measure) in fresh:
                heard[person].append((at, measure, value))
        for person, entries in heard.items():
            on_observations(self._session, patient=self._people.record(person), values=entries, now=self._now)

    def _asks(self, programme_id: uuid.UUID, measure: int, value: float) -> bool:
        """Whether a rule could ask something of such a value in this programme, found out once."""
        kind = programme_id.int, measure, value
        if kind not in self._asked:
            if programme_id not in self._settings:
                self._settings[programme_id] = settings_in(self._session, programme_id)
            self._asked[kind] = asks(measure, value, self._settings[programme_id])
        return self._asked[kind]


def span_of(now: datetime, earliest: datetime, ahead: timedelta) -> Span:
    """The times that are possible at ``now``; a device's clock may run ahead by so much."""
    return Span(seconds(earliest), seconds(now + ahead), seconds(now - RECENT))


@cache
def _scales() -> dict[str, tuple[int, float, float]]:
    """Of each measure its number and the ends of its scale; without ends, those of the finite numbers."""
    return {
        code: (
            measure.id, -float_info.max if measure.low is None else measure.low,
            float_info.max if measure.high is None else measure.high,
        )
        for code, measure in catalogue().items()
    }  # fmt: skip


def _days(at: Whole, zones: list[str]) -> Whole:
    """Each value's day on its person's calendar."""
    if len(set(zones)) == 1:
        return day_numbers(at, zones[0])
    days, of_row = np.zeros(at.size, np.int64), np.asarray(zones, np.str_)
    for zone in np.unique(of_row):
        rows = of_row == zone
        days[rows] = day_numbers(at[rows], str(zone))
    return days
