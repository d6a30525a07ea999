"""One file of other people's values into this service: everything of it or nothing, and a second time nothing new."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.import_runs import Run
from core.actions.observations import source_of
from core.actions.patients import Admission, admit
from core.audit import log
from core.clock import EPOCH, day_date, day_number, moment
from core.errors import ImportRefused
from core.ingest import bulk
from core.ingest.added import Added
from core.ingest.checks import refuse_if_mismapped, reject_contradictions
from core.ingest.columns import PromptColumns, ValueColumns, Whole, day_numbers
from core.ingest.mapping import EARLIEST, Mapping
from core.ingest.moments import Fault, Moments, Reason
from core.ingest.placement import Placement, Wish, find_place
from core.ingest.reader import file_hash, opened
from core.ingest.rehearsal import rehearsal
from core.ingest.report import Report
from core.ingest.rows import Batch, Person, Rows
from core.language import _
from models import ImportRun, Patient, Source

_BATCH = 50_000  # values and prompts between two writes
_LOOK = 500  # rows between two looks at whether this goes well

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is imported and how. ``ending``: move all days so that the last one falls on this date; ``dry_run``: read
    and compare everything, write nothing."""

    file: Path
    mapping: Mapping
    wish: Wish = field(default_factory=Wish)
    ending: date | None = None
    dry_run: bool = False


def import_csv(
    session: Session, *, by: Actor, now: datetime, request: Request, progress: Progress = lambda _rows: None
) -> Report:
    """Import one file in the caller's transaction; ``progress`` hears the number of rows read so far.

    Raises ``AccessRefused``; ``ImportRefused`` for a file or mapping that cannot be used. Cells that cannot be taken
    are in the report.
    """
    check(by, Permission.IMPORT_DATA)
    report = Report(file=request.file.name, sha256=file_hash(request.file), source=request.mapping.source)
    report.dry_run, report.shift_days = request.dry_run, _shift(request, now)
    if request.dry_run:
        with rehearsal(session):
            _Import(session, by, now, request, report).take(progress)
        return report
    _Import(session, by, now, request, report).take(progress)
    log.record(
        session, at=now, action="import", actor_id=by.user_id, target=f"source:{report.source}", detail=report.counts
    )
    return report


def _shift(request: Request, now: datetime) -> int:
    """Days between the file's last day and the one it shall end on; reads the file once without keeping anything."""
    if request.ending is None:
        return 0
    if request.ending > now.date():
        raise ImportRefused(_("The last day cannot be moved into the future."))
    report = Report()
    with opened(request.file, request.mapping) as table:
        rows = Rows(request.mapping, table.header, Moments(request.mapping, now=now), report)
        for line in table.lines:
            rows.take(line)
            rows.drain()
    if report.first_day is None or report.last_day is None:
        return 0
    shift = request.ending - report.last_day
    if report.first_day - EARLIEST < -shift:
        raise ImportRefused(_("The days cannot be moved to before {year}.").format(year=EARLIEST.year))
    return shift.days


class _Import:
    """One run: rows in, batches out, the people behind them admitted when they first appear."""

    def __init__(self, session: Session, by: Actor, now: datetime, request: Request, report: Report) -> None:
        self.session, self.by, self.now, self.request, self.report = session, by, now, request, report
        self.mapping = request.mapping
        self.place = find_place(session, by.service_id, wish=request.wish, programme=self.mapping.programme)
        self.source_id = _source(session, self.mapping, report.shift_days, now)
        self.run = Run(
            session, by=by, now=now, source_id=self.source_id, file=report.file, sha256=report.sha256
        )  # fmt: skip
        self.patients: dict[int, Patient] = {}
        self.admitted: dict[int, Patient] = {}

    def take(self, progress: Progress) -> None:
        moments = Moments(self.mapping, now=self.now, shift_days=self.report.shift_days)
        with opened(self.request.file, self.mapping) as table:
            self._columns(table.header)
            rows = Rows(self.mapping, table.header, moments, self.report)
            for line in table.lines:
                rows.take(line)
                if self.report.rows % _LOOK == 0:
                    progress(self.report.rows)
                if self.report.rows == _LOOK:
                    refuse_if_mismapped(rows, self.report.file)
                if len(rows.batch) >= _BATCH:
                    self._write(rows)
        rows.close()
        if not self.report.rows:
            raise ImportRefused(_("{file} has a header and no rows.").format(file=self.report.file))
        refuse_if_mismapped(rows, self.report.file)
        self._write(rows)
        self._enrol(rows)
        self.run.keep(Added(people=[patient.id for patient in self.admitted.values()]))
        self.run.finish(self.report.counts)
        progress(self.report.rows)

    def _columns(self, header: list[str]) -> None:
        known = self.mapping.needed
        self.report.ignored_columns = [name for name in header if name in self.mapping.ignore]
        self.report.unknown_columns = [name for name in header if name not in known | set(self.mapping.ignore)]

    def _write(self, rows: Rows) -> None:
        batch = rows.drain()
        self._people(rows)
        reject_contradictions(batch, self.report)
        added = Added()
        done = bulk.merge(self.session, self._values(batch), self._prompts(batch), added=added)
        self.run.keep(added)
        self.report.new_observations += done.new
        self.report.duplicates += done.duplicates
        self.report.new_prompts += done.new_prompts
        self.report.duplicate_prompts += done.duplicate_prompts
        self._reject_differing(batch, done.differing)

    def _reject_differing(self, batch: Batch, keys: tuple[tuple[int, int, int], ...]) -> None:
        """Values that contradict what was stored before: the stored ones stay, these are listed."""
        differing = set(keys)
        for place, at, measure, value, line, column in batch.values if differing else ():
            if (self.patients[place].key, at, measure) in differing:
                self.report.observations -= 1
                self.report.duplicates -= 1
                self.report.reject(line, Fault(column, Reason.DIFFERS, value))

    def _people(self, rows: Rows) -> None:
        """Find or admit everyone who has appeared since the last write."""
        fresh = [p for p in rows.people.values() if p.first_at is not None and p.place not in self.patients]
        wanted = select(Patient).where(
            col(Patient.source) == self.mapping.source, col(Patient.source_ref).in_([person.ref for person in fresh])
        )
        known = {patient.source_ref: patient for patient in self.session.exec(wanted)}
        for person in fresh:
            patient = known.get(person.ref)
            if patient is None or patient.service_id != self.by.service_id:
                patient = self.admitted[person.place] = self._admit(person, self.place)
            self.patients[person.place] = patient

    def _admit(self, person: Person, place: Placement) -> Patient:
        zone = person.zone or self.mapping.time_zone
        self.report.new_patients += 1
        admission = Admission(
            given_name=self.mapping.person.given_name,
            family_name=person.ref,
            time_zone=zone,
            enrolled_on=_day(person, zone),
            team_id=place.team_id,
            programme_id=place.programme_id,
            therapist_id=place.therapist_id,
            source=self.mapping.source,
            source_ref=person.ref,
            sex=person.sex,
            birth_date=person.birth_date,
        )
        return admit(self.session, by=self.by, now=self.now, admission=admission)

    def _enrol(self, rows: Rows) -> None:
        """People admitted here are enrolled from the first day that the whole file has of them."""
        for person in rows.people.values():
            patient = self.admitted.get(person.place)
            if patient is not None:
                patient.enrolled_on = _day(person, patient.time_zone)
        self.session.flush()

    def _values(self, batch: Batch) -> ValueColumns:
        places = [row[0] for row in batch.values]
        at = np.asarray([row[1] for row in batch.values], np.int64)
        return ValueColumns.of(
            patient_key=self._keys(places),
            at=at,
            measure_id=[row[2] for row in batch.values],
            source_id=self.source_id,
            value=[row[3] for row in batch.values],
            day=self._days(places, at),
        )

    def _prompts(self, batch: Batch) -> PromptColumns | None:
        if self.mapping.prompt is None:
            return None
        places = [row[0] for row in batch.prompts]
        sent = np.asarray([row[1] for row in batch.prompts], np.int64)
        return PromptColumns.of(
            patient_key=self._keys(places),
            sent_at=sent,
            kind=self.mapping.prompt.kind.value,
            expires_at=sent + self.mapping.prompt.expires_after_minutes * 60,
            answered_at=[row[2] for row in batch.prompts],
            source_id=self.source_id,
            day=self._days(places, sent),
        )

    def _keys(self, places: list[int]) -> Whole:
        return np.asarray([self.patients[place].key for place in places], np.int64)

    def _days(self, places: list[int], at: Whole) -> Whole:
        """Each moment's day on the calendar of its person."""
        zones = np.asarray([self.patients[place].time_zone for place in places], np.str_)
        days = np.zeros(at.size, np.int64)
        for zone in np.unique(zones):
            rows = zones == zone
            days[rows] = day_numbers(at[rows], str(zone))
        return days


def _day(person: Person, zone: str) -> date:
    return EPOCH if person.first_at is None else day_date(day_number(moment(person.first_at), zone))


def _source(session: Session, mapping: Mapping, shift_days: int, now: datetime) -> int:
    """The source of these values. Moved days are a source of their own, and one study comes in one way only: the same
    entries on two sets of days would be counted twice."""
    start = f"import:{mapping.source}"
    code = f"{start}:{shift_days:+d}d" if shift_days else start
    runs = select(ImportRun.id).where(col(ImportRun.source_id) == Source.id)
    in_use = runs.where(col(ImportRun.undone_at).is_(None)).exists() | ~runs.exists()  # none: before runs were kept
    known = session.exec(select(Source.code).where(col(Source.code).startswith(start), in_use)).all()
    others = [other for other in known if other != code and (other == start or other.startswith(f"{start}:"))]
    if others:
        words = _("{source} was imported before with its days moved by {days} days; import it the same way.")
        moved = others[0].removeprefix(start).strip(":").removesuffix("d") or "0"
        raise ImportRefused(words.format(source=mapping.source, days=moved))
    return source_of(session, code=code, kind="import", name=mapping.name, now=now)
