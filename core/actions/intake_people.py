"""Whom the references of a source mean: people who are known here, found many at a time, or admitted when they first
appear."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.actions.intake_items import reference
from core.actions.patients import Admission, admit
from core.clock import moment
from core.errors import InvalidInput
from core.ingest.added import Added
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Person
from core.ingest.letters import is_readable, readable
from core.ingest.mapping import ProgrammeForm
from core.ingest.placement import Wish, find_place
from core.language import _
from core.queries.prepared import rows
from models import Patient, Service

_COLUMNS = ("id", "key", "time_zone", "programme_id", "source", "source_ref")
_ASKED = select(*(getattr(Patient, name) for name in _COLUMNS)).where(
    col(Patient.service_id) == bindparam("service"),
    (col(Patient.source) == bindparam("source")) & col(Patient.source_ref).in_(bindparam("refs", expanding=True))
    | col(Patient.id).in_(bindparam("numbers", expanding=True)),
)


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


class Known(NamedTuple):
    """What a value needs to know of the person it is about."""

    id: uuid.UUID
    key: int
    time_zone: str
    programme_id: uuid.UUID


class People:
    """The people of one intake. ``known``: those who were found or admitted, by reference; ``None`` is one who is not
    here and is not admitted."""

    def __init__(self, session: Session, by: Actor, now: datetime, way: Way, report: IntakeReport) -> None:
        self._session, self._by, self._now, self._way, self._report = session, by, now, way, report
        self.known: dict[str, Known | None] = {}
        self._records: dict[uuid.UUID, Patient] = {}
        self._said: dict[str, Person] = {}
        self._unknown: set[str] = set()
        self.admitted = Added()

    def __len__(self) -> int:
        return sum(patient is not None for patient in self.known.values())

    def look_up(self, references: Iterable[str]) -> None:
        """Find whoever of these is here, before they are asked for one by one."""
        asked = {ref for ref in references if ref not in self.known and is_readable(ref)} - self._unknown
        if not asked:
            return
        self.known |= self._here(asked)
        self._unknown |= asked - self.known.keys()

    def of(self, ref: str, at: datetime | int) -> Known:
        """The person behind a reference, admitted where they are new; raises ``InvalidInput`` where they are not to
        be. ``at``: the time of the first item about them (aware, or seconds since 1970-01-01 UTC)."""
        found = self.known.get(ref)
        if found is not None:
            return found
        if ref not in self.known:
            self.look_up([ref])
        if not is_readable(ref):
            raise InvalidInput(_("Whom it is about cannot be read."))
        if ref not in self.known:
            self.known[ref] = self._admit(ref, at if isinstance(at, datetime) else moment(at))
        known = self.known[ref]
        if known is None:
            raise InvalidInput(_("There is no such person here, and this way in admits nobody."))
        return known

    def record(self, known: Known) -> Patient:
        """The record of a person who was found."""
        if known.id not in self._records:
            self._records[known.id] = self._session.get_one(Patient, known.id)
        return self._records[known.id]

    def know(self, person: Person) -> None:
        """What the source says about a person; one whom this intake admitted before it said so takes it over, and
        nobody who was here already."""
        self._said[person.ref] = person
        known = self.known.get(person.ref)
        if known is not None and known.id in self.admitted.people and person.family_name:
            patient = self.record(known)
            patient.given_name, patient.family_name = _name(person.given_name), _name(person.family_name)
            patient.birth_date, patient.sex = person.birth_date, _sex(person)

    def _here(self, asked: set[str]) -> dict[str, Known]:
        """Who of them is here: by their number at the source, else by our own."""
        way, values = self._way, {"service": self._by.service_id, "source": self._way.source}
        if way.patient_id is not None:
            found = rows(self._session, _ASKED, **values, refs=[], numbers=[way.patient_id])
            return dict.fromkeys(asked, Known(*found[0][:4])) if found else {}
        short = {reference(ref): ref for ref in asked}
        numbers = {number: ref for ref in asked if (number := _number(ref)) is not None}
        known: dict[str, Known] = {}
        for row in rows(self._session, _ASKED, **values, refs=list(short), numbers=list(numbers)):
            person = Known(*row[:4])
            if row.source == way.source and row.source_ref in short:
                known[short[row.source_ref]] = person
            if person.id in numbers:
                known.setdefault(numbers[person.id], person)
        return known

    def _admit(self, ref: str, at: datetime) -> Known | None:
        if not self._way.admits or self._way.patient_id is not None or not ref:
            return None
        service = self._session.get_one(Service, self._by.service_id)
        person = self._said.get(ref, Person(ref))
        place = find_place(self._session, service.id, wish=self._way.wish, programme=ProgrammeForm())
        self._report.new_patients += 1
        patient = admit(
            self._session, by=self._by, now=self._now,
            admission=Admission(
                given_name=_name(person.given_name) or _("Imported"), family_name=_name(person.family_name or ref),
                time_zone=person.zone or service.time_zone, enrolled_on=at.date(), team_id=place.team_id,
                programme_id=place.programme_id, therapist_id=place.therapist_id, source=self._way.source,
                source_ref=reference(ref), sex=_sex(person), birth_date=person.birth_date,
            ),
        )  # fmt: skip
        self.admitted.people.append(patient.id)
        self._records[patient.id] = patient
        return Known(patient.id, patient.key, patient.time_zone, patient.programme_id)


def _name(given: str) -> str:
    return readable(given)[:120]


def _sex(person: Person) -> str | None:
    return None if person.sex is None else readable(person.sex)[:20]


@lru_cache(maxsize=16_384)  # a device speaks of the same people again and again
def _number(ref: str) -> uuid.UUID | None:
    """The number of a person here, where a reference is one (``Patient/…`` or bare)."""
    try:
        return uuid.UUID(ref.rsplit("/", 1)[-1])
    except ValueError:
        return None
