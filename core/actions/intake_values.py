"""The values of an intake: checked one by one, written many at a time, and what of them asks for a response handed to
the rules in the same transaction."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
from sqlmodel import Session

from core.actions.import_runs import Run
from core.actions.intake_columns import Placed, days, moments, scales
from core.actions.intake_people import Known, People
from core.actions.observations import check_value, replace
from core.clock import day_date, seconds
from core.errors import InvalidInput
from core.ingest import bulk
from core.ingest.added import Added
from core.ingest.columns import ValueColumns
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Corrected, ValueBatch
from core.language import _
from core.rules.evaluate import SPOKEN_OF, asks, on_observations
from core.rules.in_force import settings_in
from models import Observation

RECENT = timedelta(days=14)  # (d) what is older than this is history: it is stored and asks for no response

Entry = tuple[datetime | int, int, float]
Key = tuple[int, int, int]


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
        self._waiting: list[Placed] = []
        self._settings: dict[uuid.UUID, dict[str, Any]] = {}
        self._asked: dict[tuple[int, int, float], bool] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting))

    def add(self, batch: ValueBatch) -> None:
        """Take values; those that cannot be are listed with their reasons."""
        found = scales()
        known = list(map(self._people.known.get, batch.person))
        measure = np.asarray([found.number.get(code, 0) for code in batch.measure], np.int64)
        at, value = moments(batch.at), np.asarray(batch.value, np.float64)
        possible = (found.low[measure] <= value) & (value <= found.high[measure])
        possible &= (self._span.earliest <= at) & (at <= self._span.latest)
        placed = Placed(cast("list[Known]", known), at, measure, value, batch.place)
        if None in known or not possible.all():
            placed = placed.take(self._kept(batch, known, possible.tolist()))
        if len(placed):
            self._waiting.append(placed)

    def _kept(self, batch: ValueBatch, known: list[Known | None], possible: list[bool]) -> list[int]:
        """The rows that can be. People are found or admitted (in ``known``) for the sake of these alone."""
        kept = []
        for row, can_be in enumerate(possible):
            try:
                if not can_be:
                    raise InvalidInput(self._fault(batch.measure[row], batch.value[row]))
                known[row] = known[row] or self._people.of(batch.person[row], batch.at[row])
                kept.append(row)
            except InvalidInput as error:
                self._report.reject(batch.place[row], str(error))
        return kept

    def correct(self, item: Corrected) -> None:
        """Let a value that its source put right take the place of the stored one; where there is none, it is a value
        like any other. Raises ``InvalidInput`` for one that cannot be."""
        self.write()
        found = scales()
        measure = found.number.get(item.measure, 0)
        if not found.low[measure] <= item.value <= found.high[measure]:
            raise InvalidInput(self._fault(item.measure, item.value))
        patient = self._people.record(self._people.of(item.person, item.at))
        kept = self._session.get(Observation, (patient.key, item.at, measure, self._source_id))
        if kept is None or kept.value == item.value:
            person, at, code, value, place = item
            self.add(ValueBatch([person], [at], [code], [value], [place]))
            return
        replace(self._session, patient=patient, source_id=self._source_id, at=item.at, values={measure: item.value})
        self._report.observations += 1
        self._report.corrected += 1
        recent = measure in SPOKEN_OF and item.at >= self._span.recent
        if recent and self._asks(patient.programme_id, measure, item.value):
            said = [(item.at, measure, item.value)]
            on_observations(self._session, patient=patient, values=said, now=self._now)

    @staticmethod
    def _fault(code: str, value: float) -> str:
        """Why a value cannot be."""
        number = scales().number.get(code)
        if number is None:
            return _("There is no measure {code}.").format(code=code[:60])
        try:
            check_value(number, value)
        except InvalidInput as error:
            return str(error)
        return _("Its time lies in the future or before 1990.")

    def write(self) -> None:
        """Store what was taken since the last time: what is new goes in and speaks, what differs is listed."""
        parts, self._waiting = self._waiting, []
        if not parts:
            return
        batch = Placed.joined(parts)
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

    def _columns(self, batch: Placed) -> ValueColumns:
        _ids, keys, zones, _programmes = zip(*batch.people, strict=True)
        return ValueColumns.of(
            patient_key=keys, at=batch.at, measure_id=batch.measure, source_id=self._source_id, value=batch.value,
            day=days(batch.at, zones),
        )  # fmt: skip

    def _refuse_differing(self, batch: Placed, differing: set[Key]) -> None:
        """Name what contradicts the stored value, or an earlier one of this batch."""
        first: dict[Key, float] = {}
        for person, at, measure, value, place in batch.rows():
            key = person.key, at, measure
            if key in differing or first.setdefault(key, value) != value:
                self._report.observations -= 1
                self._report.duplicates -= 1
                self._report.reject(
                    place, _("It differs from what is stored for the same moment; the stored one stays.")
                )

    def _speak(self, batch: Placed, added: Added) -> None:
        """Recent values that were not stored before and of which a rule may ask something: sent twice, asked once."""
        spoken_of = np.flatnonzero(scales().spoken_of[batch.measure] & (batch.at >= self._span.recent))
        said = zip(batch.measure[spoken_of].tolist(), batch.value[spoken_of].tolist(), strict=True)
        loud = [
            row for row, (measure, value) in zip(spoken_of.tolist(), said, strict=True)
            if self._asks(batch.people[row].programme_id, measure, value)
        ]  # fmt: skip
        if not loud:
            return
        fresh = set(map(tuple, added.values.tolist()))
        heard: dict[Known, list[Entry]] = defaultdict(list)
        for person, at, measure, value, _place in batch.take(loud).rows():
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
