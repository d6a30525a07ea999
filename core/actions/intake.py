"""Items from wherever they came (``core.ingest.items``) into this service: people found or admitted, values, answered
instruments and messages stored once each. What is there already stays as it is; what cannot be taken is listed, and the
rest goes in. Nothing commits: the caller's transaction is the whole of it or nothing."""

import math
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import cast

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.import_runs import Run
from core.actions.intake_items import beside, check_item, take_message, take_response, take_total
from core.actions.intake_people import People
from core.actions.intake_people import Way as Way
from core.actions.intake_values import RECENT, Values, span_of
from core.actions.observations import source_of
from core.audit import log
from core.errors import InvalidInput
from core.ingest.added import Added
from core.ingest.intake_report import Disagreement, IntakeReport
from core.ingest.items import Answers, Corrected, Item, Person, Refused, Stated, Value, ValueBatch, Words
from core.ingest.rehearsal import rehearsal
from core.language import _
from models import Patient

_BATCH = 50_000
_AHEAD = 1_000  # items whose people are looked up at once
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_NOBODYS = (Person, Refused)  # items that are not about somebody who has to be found
_SKEW = timedelta(hours=24)  # (d) a device's clock may run ahead by so much

Progress = Callable[[int], None]


def source_name(given: str) -> str:
    """The name of a source as it is kept; raises ``InvalidInput`` for one that is none."""
    name = given.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise InvalidInput(_("A source is named with up to 40 letters, digits and hyphens."))
    return name


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
        source_id = source_of(session, code=f"import:{way.source}", kind=way.kind, name=way.name, now=now)
        self.run = Run(session, by=by, now=now, source_id=source_id, file=report.file, sha256=report.sha256)
        self.added = Added()
        self.people = People(session, by, now, way, report)
        self.values = Values(
            session, now=now, span=span_of(now, _EARLIEST, _SKEW), source_id=source_id, run=self.run,
            people=self.people, report=report,
        )  # fmt: skip
        self.stated: list[Stated] = []

    def take(self, items: Iterable[Item], progress: Progress) -> None:
        coming, seen = iter(items), 0
        while some := list(islice(coming, _AHEAD)):
            self.people.look_up(set(_references(some)))
            for kind, alike in groupby(some, type):
                if kind is Value:
                    seen += self._take_values([ValueBatch(*zip(*alike, strict=True))])
                elif kind is ValueBatch:
                    seen += self._take_values(cast("Iterator[ValueBatch]", alike))
                else:
                    seen += self._take_each(alike)
            progress(seen)
        self.values.write()
        self._totals()
        self.report.patients = len(self.people)
        self.run.keep(self.added)
        self.run.keep(self.people.admitted)
        self.run.finish(self.report.counts)

    def _take_values(self, batches: Iterable[ValueBatch]) -> int:
        came = 0
        for batch in batches:
            self.values.add(batch)
            if len(self.values) >= _BATCH:
                self.values.write()
            came += len(batch.place)
        self.report.items += came
        return came

    def _take_each(self, items: Iterable[Item]) -> int:
        came = 0
        for item in items:
            try:
                self._take(item)
            except InvalidInput as error:
                self.report.reject(getattr(item, "place", ""), str(error))
            came += 1
        self.report.items += came
        return came

    def _take(self, item: Item) -> None:
        if isinstance(item, Person):
            self.people.know(item)
            self.report.items -= 1  # who somebody is counts as nothing by itself
            return
        if isinstance(item, Corrected):
            self.values.correct(item)
        elif isinstance(item, Answers):
            self._answers(item)
        elif isinstance(item, Words):
            self._words(item)
        elif isinstance(item, Stated):
            self.stated.append(item)
        elif isinstance(item, Refused):
            self.report.reject(item.place, item.reason)

    def _answers(self, item: Answers) -> None:
        patient = self._patient(item)
        taken = take_response(
            self.session, patient=patient, now=self.now, item=item, source=self.way.source,
            speaks=self.now - item.at <= RECENT,
        )  # fmt: skip
        self.report.responses += 1
        self.report.new_responses += taken.new is not None
        self.report.duplicates += taken.new is None and not taken.corrected
        self.report.corrected += taken.corrected
        self._keep(self.added.responses, taken.new)
        alone = None if item.stated is not None else beside(self.session, patient=patient, item=item, answered=False)
        stated = item.stated if alone is None else alone.total
        if stated is not None and _differ(stated, taken.total):
            self.report.flagged.append(Disagreement(item.place, stated, taken.total))

    def _words(self, item: Words) -> None:
        patient = self._patient(item)
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

    def _patient(self, item: Answers | Stated | Words) -> Patient:
        """Whom it is about; nobody is admitted for the sake of what cannot be."""
        if not _EARLIEST <= item.at <= self.now + _SKEW:
            raise InvalidInput(_("Its time lies in the future or before 1990."))
        check_item(item)
        return self.people.record(self.people.of(item.person, item.at))

    def _totals(self) -> None:
        """Totals that came without answers: held against the answers of the same day, else kept as what they are."""
        for item in self.stated:
            try:
                self._total(item)
            except InvalidInput as error:
                self.report.reject(item.place, str(error))

    def _total(self, item: Stated) -> None:
        patient = self._patient(item)
        answers = beside(self.session, patient=patient, item=item, answered=True)
        if answers is None:
            new = take_total(self.session, patient=patient, item=item, source=self.way.source)
            self.report.new_observations += new is not None
            self.report.duplicates += new is None
            self._keep(self.added.responses, new)
        elif _differ(item.total, answers.total):
            self.report.flagged.append(Disagreement(item.place, item.total, answers.total))
        self.report.observations += 1


def _references(items: Iterable[Item]) -> Iterator[str]:
    """Whom the items are about."""
    for item in items:
        if isinstance(item, ValueBatch):
            yield from item.person
        elif not isinstance(item, _NOBODYS):
            yield item.person


def _differ(stated: float, computed: float | None) -> bool:
    """Whether a stated total is another than ours, beyond what a computer's fractions lose."""
    return computed is None or not math.isclose(stated, computed, abs_tol=1e-6)
