"""A row of an export under its mapping: whose it is, when it was, what was answered. Each fault costs its own cell and
nothing else; a row without a moment costs its answers, which are listed one by one."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from core.clock import day_number, moment
from core.ingest.columns import NEVER
from core.ingest.mapping import ColumnForm, Mapping
from core.ingest.moments import Fault, Moments, Reason, When, read_date
from core.ingest.reader import Line
from core.ingest.report import Report
from models import Scale

Known = TypeVar("Known")
_LONGEST_ID = 120
_WHOLE = (Scale.CATEGORY, Scale.COUNT, Scale.YES_NO)
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(slots=True)
class Person:
    """One person of the file; ``place`` counts from 0 in the order of appearance."""

    place: int
    ref: str
    zone: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    first_at: int | None = None


@dataclass(slots=True)
class Batch:
    """What some rows gave, as parallel lists: values (person, at, measure, value, line, column) and prompts (person,
    sent, answered)."""

    values: list[tuple[int, int, int, float, int, str]] = field(default_factory=list)
    prompts: list[tuple[int, int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values) + len(self.prompts)


class Rows:
    """Interprets the rows of one file; ``report`` counts what it meets. ``batch`` is taken away by the caller."""

    def __init__(self, mapping: Mapping, header: list[str], moments: Moments, report: Report) -> None:
        self.mapping, self.header, self.moments, self.report = mapping, header, moments, report
        self.people: dict[str, Person] = {}
        self.taken: Counter[str] = Counter()
        self.batch = Batch()
        self._used = [(place, name) for place, name in enumerate(header) if name in mapping.needed]
        self._missing = frozenset(mapping.file.missing) | {""}
        self._pattern = re.compile(mapping.person.pattern) if mapping.person.pattern else None
        self._own_missing = {name: frozenset(form.missing) for name, form in mapping.columns.items()}
        asked = [name for name, form in mapping.columns.items() if form.once is None]
        self._asked = asked or list(mapping.columns)
        self._seen: dict[str, tuple[int, int]] = {}  # by zone, the earliest and latest moment so far
        self._once: dict[tuple[int, int, int], float] = {}
        self._waiting: dict[tuple[int, tuple[str, int]], list[tuple[int, int, int]] | None] = {}

    def take(self, line: Line) -> None:
        """Read one row into the batch."""
        self.report.rows += 1
        row: dict[str, str] = {}
        try:
            row = self._cells(line)
            person = self._person(row, line)
        except Fault as fault:
            self._lost(line, row, fault)
            return
        try:
            sent = self.moments.read(self.mapping.time, row, person.zone or self.mapping.time_zone)
        except Fault as fault:
            self._without_moment(line, row, fault)
            return
        answered_at = self._answered(line, row, person, sent.at)
        self._note(person, sent.at)
        self._prompt(person, sent, answered_at)
        for name, form in self.mapping.columns.items():
            if row[name]:
                self._value(line, person, sent.at if answered_at == NEVER else answered_at, name, form, row[name])

    def _cells(self, line: Line) -> dict[str, str]:
        cells = line.cells
        if self.mapping.file.row_numbers and len(cells) == len(self.header) + 1:
            cells = cells[1:]
        if len(cells) > len(self.header):
            raise Fault(self.header[-1], Reason.LONG_ROW, len(cells))
        if len(cells) < len(self.header):
            if self.mapping.file.short_rows == "reject":
                raise Fault(self.header[len(cells)], Reason.SHORT_ROW, len(cells))
            cells = cells + [""] * (len(self.header) - len(cells))
        row = {name: cells[place].strip() for place, name in self._used}
        for name, text in row.items():
            if text in self._missing or text in self._own_missing.get(name, ()):
                row[name] = ""
        return row

    def _person(self, row: dict[str, str], line: Line) -> Person:
        form = self.mapping.person
        text = row[form.id]
        if not text:
            raise Fault(form.id, Reason.NO_ID)
        if self._pattern is not None:
            found = self._pattern.fullmatch(text)
            text = found[1] if found else ""
        if not text or len(text) > _LONGEST_ID or not text.isprintable():
            raise Fault(form.id, Reason.UNREADABLE_ID)
        person = self.people.get(text)
        if person is None:
            person = self.people[text] = Person(len(self.people), text)
            self.report.patients += 1
        self._about(person, row, line)
        return person

    def _about(self, person: Person, row: dict[str, str], line: Line) -> None:
        """Zone and static columns: the first that is given holds; another later is listed."""
        form = self.mapping.person
        person.zone = person.zone or self.moments.zone_of(row)
        try:
            if form.sex and row[form.sex]:
                sex = form.sex_codes.get(row[form.sex], row[form.sex])[:20]
                person.sex = _same(person.sex, sex, form.sex)
            if form.birth_date and row[form.birth_date]:
                born = read_date(row[form.birth_date], form.birth_date_order, form.birth_date)
                person.birth_date = _same(person.birth_date, born, form.birth_date)
        except Fault as fault:
            self.report.reject(line.number, fault)

    def _without_moment(self, line: Line, row: dict[str, str], fault: Fault) -> None:
        if fault.reason is Reason.MISSING_TIME and not any(row[name] for name in self.mapping.columns):
            self.report.blank_rows += 1
            return
        self._lost(line, row, fault)

    def _lost(self, line: Line, row: dict[str, str], fault: Fault) -> None:
        self.report.rejected_rows += 1
        self.report.reject(line.number, fault)
        for name in self.mapping.columns:
            if row.get(name):
                self.report.reject(line.number, Fault(name, Reason.NO_MOMENT))

    def _answered(self, line: Line, row: dict[str, str], person: Person, sent: int) -> int:
        """When the answer came; ``NEVER`` where nothing was answered; the prompt's moment where it is not known."""
        if not any(row[name] for name in self._asked):
            return NEVER
        form = self.mapping.prompt.answered if self.mapping.prompt else None
        if form is None:
            return sent
        try:
            return self.moments.read(form, row, person.zone or self.mapping.time_zone).at
        except Fault as fault:
            if fault.reason is not Reason.MISSING_TIME:
                self.report.reject(line.number, fault)
            return sent

    def _note(self, person: Person, at: int) -> None:
        person.first_at = at if person.first_at is None else min(person.first_at, at)
        zone = person.zone or self.mapping.time_zone
        low, high = self._seen.get(zone, (at, at - 1))
        if low <= at <= high:
            return
        self._seen[zone] = min(low, at), max(high, at)
        day = moment(at).astimezone(ZoneInfo(zone)).date()
        self.report.first_day = min(day, self.report.first_day or day)
        self.report.last_day = max(day, self.report.last_day or day)

    def _prompt(self, person: Person, sent: When, answered_at: int) -> None:
        if self.mapping.prompt is None:
            return
        prompt = (person.place, sent.at, answered_at)
        asked_days = getattr(self.mapping.time, "asked_days", None)
        if asked_days is None or sent.study_day is None or sent.study_day[1] < asked_days:
            self._count_prompts([prompt])
            return
        key = (person.place, sent.study_day)  # a day beyond those asked counts once something was answered on it
        waiting = self._waiting.setdefault(key, [])
        if answered_at == NEVER and waiting is not None:
            waiting.append(prompt)
            return
        self._waiting[key] = None
        self._count_prompts([*(waiting or []), prompt])

    def _count_prompts(self, prompts: list[tuple[int, int, int]]) -> None:
        self.report.prompts += len(prompts)
        self.report.unanswered += sum(answered == NEVER for _person, _sent, answered in prompts)
        self.batch.prompts += prompts

    def close(self) -> None:
        """At the end of the file: days that were not asked, and columns that gave nothing."""
        self.report.padding = sum(len(prompts or ()) for prompts in self._waiting.values())

    def _value(self, line: Line, person: Person, at: int, name: str, form: ColumnForm, text: str) -> None:
        try:
            value = number_of(text, name, form, self.mapping.file.decimal)
            if form.once is not None and self._repeats(person, at, name, form, value):
                return
        except Fault as fault:
            self.report.reject(line.number, fault)
            return
        self.taken[name] += 1
        self.report.observations += 1
        self.batch.values.append((person.place, at, form.catalogued.id, value, line.number, name))

    def _repeats(self, person: Person, at: int, name: str, form: ColumnForm, value: float) -> bool:
        zone = person.zone or self.mapping.time_zone
        day = day_number(moment(at), zone) if form.once == "day" else NEVER
        key = (person.place, day, form.catalogued.id)
        if key not in self._once:
            self._once[key] = value
            return False
        if self._once[key] != value:
            raise Fault(name, Reason.DIFFERS, value)
        self.report.repeated += 1
        return True

    def drain(self) -> Batch:
        """What was read since the last time."""
        full, self.batch = self.batch, Batch()
        return full


def number_of(text: str, name: str, form: ColumnForm, decimal: str) -> float:
    """The value of a cell on the scale of its measure: recoded, checked against the accepted range, rescaled."""
    if text in form.recode:
        value = form.recode[text]
    else:
        plain = text.replace(",", ".") if decimal == "," and "." not in text else text
        if _NUMBER.fullmatch(plain) is None:
            raise Fault(name, Reason.NOT_A_NUMBER)
        value = float(plain)
    low, high = form.accepted
    if not low <= value <= high:
        raise Fault(name, Reason.OUT_OF_RANGE, value)
    if form.catalogued.scale in _WHOLE and not form.convert(value).is_integer():
        raise Fault(name, Reason.NOT_WHOLE, value)
    return form.convert(value)


def _same(known: Known | None, given: Known, column: str) -> Known:
    if known is not None and known != given:
        raise Fault(column, Reason.DIFFERS)
    return given
