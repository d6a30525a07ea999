"""Items from wherever they came (``core.ingest.items``) into this service: people found or admitted, values, answered
instruments and messages stored once each. What is there already stays as it is; what cannot be taken is listed, and the
rest goes in. Nothing commits: the caller's transaction is the whole of it or nothing."""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.import_runs import Run
from core.actions.intake_items import answered_beside, take_message, take_response, take_total
from core.actions.observations import check_value, source_of
from core.actions.patients import Admission, admit
from core.audit import log
from core.clock import day_date, moment, seconds
from core.errors import InvalidInput
from core.ingest import bulk
from core.ingest.added import Added
from core.ingest.columns import ValueColumns, day_numbers
from core.ingest.intake_report import Disagreement, IntakeReport
from core.ingest.items import Answers, Item, Person, Stated, Value, Words
from core.ingest.mapping import ProgrammeForm
from core.ingest.placement import Wish, find_place
from core.ingest.rehearsal import rehearsal
from core.language import _
from core.measures import catalogue
from core.rules import medical
from core.rules.evaluate import on_observations
from core.rules.said import SAFETY_MEASURES
from core.start import write_catalogue
from models import Observation, Patient, Service

_BATCH = 50_000
RECENT = timedelta(days=14)  # (d) what is older than this is history: it is stored and asks for no response
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_SKEW = timedelta(hours=24)  # (d) a device's clock may run ahead by so much
_SPOKEN_OF = frozenset(catalogue()[code].id for code in (*SAFETY_MEASURES, *medical.MEASURES))

Progress = Callable[[int], None]
Entries = list[tuple[datetime | int, int, float]]


def source_name(given: str) -> str:
    """The name of a source as it is kept; raises ``InvalidInput`` for one that is none."""
    name = given.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise InvalidInput(_("A source is named with up to 40 letters, digits and hyphens."))
    return name


@dataclass(frozen=True, slots=True)
class Way:
    """The way in: the name under which its people and values are known for good, its kind, and where people who are new
    are admitted to. ``patient_id``: everything is about this one person, whatever the items call them."""

    source: str
    kind: str
    name: str
    wish: Wish = field(default_factory=Wish)
    patient_id: uuid.UUID | None = None
    admits: bool = True
    dry_run: bool = False


def take_in(
    session: Session, *, by: Actor, now: datetime, way: Way, items: Iterable[Item], file: str = "", sha256: str = "",
    progress: Progress = lambda _items: None,
) -> IntakeReport:  # fmt: skip
    """Store the items; the report counts what came, what was new and what was refused.

    Raises ``AccessRefused``; ``ImportRefused`` where there is no place for new people; whatever the reader raises for a
    file that cannot be read at all.
    """
    check(by, Permission.IMPORT_DATA)
    report = IntakeReport(source=way.source, file=file, sha256=sha256, dry_run=way.dry_run)
    if way.dry_run:
        with rehearsal(session):
            _Intake(session, by, now, way, report).take(items, progress)
        return report
    _Intake(session, by, now, way, report).take(items, progress)
    log.record(
        session, at=now, action="import", actor_id=by.user_id, target=f"source:{way.source}", detail=report.counts
    )
    return report


class _Intake:
    """One run over the items."""

    def __init__(self, session: Session, by: Actor, now: datetime, way: Way, report: IntakeReport) -> None:
        self.session, self.by, self.now, self.way, self.report = session, by, now, way, report
        write_catalogue(session)
        self.source_id = source_of(session, code=f"import:{way.source}", kind=way.kind, name=way.name, now=now)
        self.run = Run(
            session, by=by, now=now, source_id=self.source_id, file=report.file, sha256=report.sha256
        )  # fmt: skip
        self.added = Added()
        self.people: dict[str, Patient | None] = {}
        self.said: dict[str, Person] = {}
        self.values: list[tuple[Patient, int, int, float, str]] = []
        self.stated: list[Stated] = []

    def take(self, items: Iterable[Item], progress: Progress) -> None:
        for number, item in enumerate(items, start=1):
            try:
                self._take(item)
            except InvalidInput as error:
                self.report.reject(getattr(item, "place", ""), str(error))
            if len(self.values) >= _BATCH:
                self._write()
            if number % 1000 == 0:
                progress(number)
        self._write()
        self._totals()
        self.report.patients = sum(patient is not None for patient in self.people.values())
        self.run.keep(self.added)
        self.run.finish(self.report.counts)

    def _take(self, item: Item) -> None:
        if isinstance(item, Person):
            self._know(item)
            return
        self.report.items += 1
        if isinstance(item, Value):
            self._value(item)
        elif isinstance(item, Answers):
            self._answers(item)
        elif isinstance(item, Words):
            self._words(item)
        elif isinstance(item, Stated):
            self.stated.append(item)
        else:
            self.report.reject(item.place, item.reason)

    def _value(self, item: Value) -> None:
        measure = catalogue().get(item.measure)
        if measure is None:
            raise InvalidInput(_("There is no measure {code}.").format(code=item.measure[:60]))
        check_value(measure.id, item.value)
        patient = self._patient(item.person, self._possible(moment(item.at)))
        self.values.append((patient, item.at, measure.id, item.value, item.place))

    def _answers(self, item: Answers) -> None:
        patient = self._patient(item.person, self._possible(item.at))
        taken = take_response(
            self.session, patient=patient, now=self.now, item=item, source=self.way.source,
            speaks=self.now - item.at <= RECENT,
        )  # fmt: skip
        self.report.responses += 1
        self.report.new_responses += taken.new is not None
        self.report.duplicates += taken.new is None
        self._keep(self.added.responses, taken.new)
        if item.stated is not None and item.stated != taken.total:
            self.report.flagged.append(Disagreement(item.place, item.stated, taken.total))

    def _words(self, item: Words) -> None:
        patient = self._patient(item.person, self._possible(item.at))
        new = take_message(
            self.session, patient=patient, now=self.now, item=item, source=self.way.source,
            waits=self.now - item.at <= RECENT,
        )  # fmt: skip
        self.report.messages += 1
        self.report.new_messages += new is not None
        self.report.duplicates += new is None
        self._keep(self.added.messages, new)

    @staticmethod
    def _keep(numbers: list[uuid.UUID], number: uuid.UUID | None) -> None:
        if number is not None:
            numbers.append(number)

    def _possible(self, at: datetime) -> datetime:
        if not _EARLIEST <= at <= self.now + _SKEW:
            raise InvalidInput(_("Its time lies in the future or before 1990."))
        return at

    def _know(self, person: Person) -> None:
        """What the source says about a person; one admitted here before it said so takes it over."""
        self.said[person.ref] = person
        patient = self.people.get(person.ref)
        if patient is not None and patient.source == self.way.source and person.family_name:
            patient.given_name, patient.family_name = person.given_name[:120], person.family_name[:120]
            patient.birth_date, patient.sex = person.birth_date, person.sex

    def _patient(self, ref: str, at: datetime) -> Patient:
        if ref not in self.people:
            self.people[ref] = self._find(ref) or self._admit(ref, at)
        patient = self.people[ref]
        if patient is None:
            raise InvalidInput(_("There is no such person here, and this way in admits nobody."))
        return patient

    def _find(self, ref: str) -> Patient | None:
        mine = select(Patient).where(col(Patient.service_id) == self.by.service_id)
        if self.way.patient_id is not None:
            return self.session.exec(mine.where(col(Patient.id) == self.way.patient_id)).one_or_none()
        theirs = mine.where(col(Patient.source) == self.way.source, col(Patient.source_ref) == ref[:120])
        known = self.session.exec(theirs).one_or_none()
        if known is not None:
            return known
        try:
            return self.session.exec(mine.where(col(Patient.id) == uuid.UUID(ref.rsplit("/", 1)[-1]))).one_or_none()
        except ValueError:
            return None

    def _admit(self, ref: str, at: datetime) -> Patient | None:
        if not self.way.admits or self.way.patient_id is not None or not ref:
            return None
        service = self.session.get_one(Service, self.by.service_id)
        person = self.said.get(ref, Person(ref))
        place = find_place(self.session, service.id, wish=self.way.wish, programme=ProgrammeForm())
        self.report.new_patients += 1
        patient = admit(
            self.session, by=self.by, now=self.now,
            admission=Admission(
                given_name=person.given_name[:120] or _("Imported"), family_name=(person.family_name or ref)[:120],
                time_zone=person.zone or service.time_zone, enrolled_on=at.date(), team_id=place.team_id,
                programme_id=place.programme_id, therapist_id=place.therapist_id, source=self.way.source,
                source_ref=ref[:120], sex=person.sex, birth_date=person.birth_date,
            ),
        )  # fmt: skip
        self.added.people.append(patient.id)
        return patient

    def _write(self) -> None:
        batch, self.values = self.values, []
        if not batch:
            return
        at = [row[1] for row in batch]
        days = _days(batch)
        columns = ValueColumns.of(
            patient_key=[row[0].key for row in batch], at=at, measure_id=[row[2] for row in batch],
            source_id=self.source_id, value=[row[3] for row in batch], day=days,
        )  # fmt: skip
        spoken = self._fresh(batch)
        added = Added()
        done = bulk.merge(self.session, columns, added=added)
        self.run.keep(added)
        self.report.observations += len(batch)
        self.report.new_observations += done.new
        self.report.duplicates += done.duplicates
        self.report.seen(day_date(day) for day in set(days))
        self._refuse_differing(batch, done.differing)
        for patient, entries in spoken.values():
            on_observations(self.session, patient=patient, values=entries, now=self.now)

    def _fresh(self, batch: list[tuple[Patient, int, int, float, str]]) -> dict[int, tuple[Patient, Entries]]:
        """Recent answers about safety, and readings of the body, that are not stored yet: one sent twice asks once."""
        since = seconds(self.now - RECENT)
        fresh: dict[int, tuple[Patient, Entries]] = {}
        for patient, at, measure, value, _place in batch:
            if measure in _SPOKEN_OF and at >= since:
                key = (patient.key, at, measure, self.source_id)
                if self.session.get(Observation, key) is None:
                    fresh.setdefault(patient.key, (patient, []))[1].append((at, measure, value))
        return fresh

    def _refuse_differing(
        self, batch: list[tuple[Patient, int, int, float, str]], keys: tuple[tuple[int, int, int], ...]
    ) -> None:
        differing = set(keys)
        for patient, at, measure, _value, place in batch if differing else ():
            if (patient.key, at, measure) in differing:
                self.report.observations -= 1
                self.report.duplicates -= 1
                self.report.reject(
                    place, _("It differs from what is stored for the same moment; the stored one stays.")
                )

    def _totals(self) -> None:
        """Totals that came without answers: held against the answers of the same day, else kept as what they are."""
        for item in self.stated:
            try:
                self._total(item)
            except InvalidInput as error:
                self.report.reject(item.place, str(error))

    def _total(self, item: Stated) -> None:
        patient = self._patient(item.person, self._possible(item.at))
        self.report.observations += 1
        beside = answered_beside(self.session, patient=patient, item=item)
        if beside is None:
            new = take_total(self.session, patient=patient, item=item, source=self.way.source)
            self.report.new_observations += new is not None
            self.report.duplicates += new is None
            self._keep(self.added.responses, new)
        elif beside.total != item.total:
            self.report.flagged.append(Disagreement(item.place, item.total, beside.total))


def _days(batch: list[tuple[Patient, int, int, float, str]]) -> list[int]:
    """Each value's day on its person's calendar."""
    days = [0] * len(batch)
    for zone in {row[0].time_zone for row in batch}:
        rows = [number for number, row in enumerate(batch) if row[0].time_zone == zone]
        for number, day in zip(rows, day_numbers([batch[n][1] for n in rows], zone).tolist(), strict=True):
            days[number] = day
    return days
