"""The mapping language: what a YAML file may say about the columns of an export. A mapping is checked in full before a
single row is read (``core.ingest.load``); it is described for its users in ``docs/import-mapping.md``."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from core.language import _
from core.measures import PROMPTS_ANSWERED, catalogue
from models import Measure, PromptKind

Order = Literal["ymd", "dmy", "mdy"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")]
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)  # beyond them clocks and their zones cannot be reckoned with
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FileForm(_Part):
    """How the text file is written. ``row_numbers``: each line starts with a number that the header does not name."""

    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quotes: Literal["standard", "drop"] = "standard"
    row_numbers: bool = False
    short_rows: Literal["reject", "missing"] = "reject"
    missing: tuple[str, ...] = ("",)
    decimal: Literal[".", ","] = "."

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            "".encode(name)  # also refuses what Python calls an encoding and is none of text (rot13, base64)
        except (LookupError, UnicodeError) as error:
            raise ValueError(_("there is no text encoding {name}").format(name=repr(name))) from error
        return name


class PersonForm(_Part):
    """Who a row is about: the id is the first group of ``pattern``; ``sex`` and ``birth_date`` are static columns."""

    id: str
    pattern: str | None = None
    given_name: str = Field(default="Study", max_length=60)
    sex: str | None = None
    sex_codes: dict[str, str] = {}
    birth_date: str | None = None
    birth_date_order: Order = "ymd"

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                groups = re.compile(pattern).groups
            except re.error as error:
                raise ValueError(_("this is not a regular expression: {why}").format(why=error)) from error
            if groups != 1:
                raise ValueError(_("it needs exactly one group in round brackets: the id"))
        return pattern


class StampForm(_Part):
    """A moment with its zone in one cell: Z, +02:00, or a name given in ``zones``. ``missing`` moments are allowed."""

    stamp: str
    order: Order = "ymd"


class LocalForm(_Part):
    """A moment on the person's own clock: one cell, or a date cell and a time cell, in a stated order.

    ``zone_from`` are columns of stamps whose zone name tells where the person is; the time zone of the mapping is
    used until one is known.
    """

    local: str | None = None
    date: str | None = None
    time: str | None = None
    order: Order
    zone_from: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.local is None) == (self.date is None or self.time is None):
            raise ValueError(_("say either local: COLUMN, or both date: COLUMN and time: COLUMN"))
        return self


class UnixForm(_Part):
    """A count of seconds (or ``ms``) since 1970-01-01. ``offset`` is a column with seconds to add to come to UTC, for
    exports that count on the person's own clock (m-Path: ``timeZoneOffset``)."""

    unix: str
    offset: str | None = None
    unit: Literal["s", "ms"] = "s"


class ScheduleForm(_Part):
    """Study day and beep number on a stated schedule. ``periods`` gives for each value of the period column the date
    of day ``first_day``; without a period column there is one ``anchor``. ``asked_days``: after so many days of a
    period a day without any answer was not asked (padding of the export), and is no silence."""

    day: str
    beep: str
    period: str | None = None
    periods: dict[str, Day] = {}
    anchor: Day | None = None
    first_day: int = 1
    beeps: dict[str, Clock] = Field(min_length=1)
    asked_days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _anchored(self) -> Self:
        if (self.period is None) != (not self.periods) or (self.period is None) == (self.anchor is None):
            raise ValueError(_("say either anchor: DATE, or period: COLUMN with periods: {value: DATE}"))
        return self


def _kind_of_time(given: Any) -> str:
    words = set(given) if isinstance(given, dict) else set()
    if "unix" in words:
        return "unix"
    return "schedule" if words & {"day", "beep", "beeps"} else "stamp" if "stamp" in words else "local"


TimeForm = Annotated[
    Annotated[StampForm, Tag("stamp")]
    | Annotated[LocalForm, Tag("local")]
    | Annotated[ScheduleForm, Tag("schedule")]
    | Annotated[UnixForm, Tag("unix")],
    Discriminator(_kind_of_time),
]


class PromptForm(_Part):
    """Rows as requests for an entry. ``answered`` is the moment of the answer (default: that of the prompt)."""

    kind: PromptKind = PromptKind.STUDY
    expires_after_minutes: int = Field(default=60, gt=0, le=7 * 24 * 60)
    answered: TimeForm | None = None


class RescaleForm(_Part):
    """A linear change of scale: ``from_`` (as in the file) to ``to`` (as the measure has it); turned round reverses."""

    from_: tuple[float, float] = Field(alias="from")
    to: tuple[float, float]

    @model_validator(mode="after")
    def _has_width(self) -> Self:
        if self.from_[0] == self.from_[1]:
            raise ValueError(_("the scale of the file needs two different ends"))
        return self


class ColumnForm(_Part):
    """One column of values: its measure, recoding of cells, accepted range (as in the file) and change of scale.

    ``once``: the value stands on every row of a day (a weekly questionnaire) or of a person, and is taken once.
    """

    measure: str
    recode: dict[str, float] = {}
    range: tuple[float, float] | None = None
    scale: RescaleForm | None = None
    missing: tuple[str, ...] = ()
    once: Literal["day", "person"] | None = None

    @field_validator("measure")
    @classmethod
    def _in_catalogue(cls, code: str) -> str:
        if code not in catalogue() or catalogue()[code].id == PROMPTS_ANSWERED:
            raise ValueError(_("there is no measure {code}; the catalogue has {all}").format(
                code=repr(code), all=", ".join(sorted(set(catalogue()) - {"prompts_answered"}))
            ))  # fmt: skip
        return code

    @model_validator(mode="after")
    def _fits(self) -> Self:
        low, high = self.accepted
        if low > high:
            raise ValueError(_("the range starts above its end"))
        measure = self.catalogued
        for end in (self.convert(low), self.convert(high)):
            if not (_or(measure.low, end) <= end <= _or(measure.high, end)):
                words = _("{value} does not fit {measure} ({low} to {high}): give a range within it, or a scale")
                raise ValueError(words.format(value=end, measure=self.measure, low=measure.low, high=measure.high))
        return self

    @property
    def catalogued(self) -> Measure:
        """The measure in the catalogue."""
        return catalogue()[self.measure]

    @property
    def accepted(self) -> tuple[float, float]:
        """Lowest and highest value accepted in the file: by the stated range, else the scale, else the measure."""
        if self.range is not None:
            return self.range
        if self.scale is not None:
            return min(self.scale.from_), max(self.scale.from_)
        return _or(self.catalogued.low, float("-inf")), _or(self.catalogued.high, float("inf"))

    def convert(self, value: float) -> float:
        """A value of the file on the measure's scale."""
        if self.scale is None:
            return value
        (a, b), (c, d) = self.scale.from_, self.scale.to
        return c + (value - a) * (d - c) / (b - a)


class ProgrammeForm(_Part):
    """The programme that imported people stand in; made where the service has none of this code."""

    code: str = Field(default="imported-study", pattern=r"^[a-z0-9-]{1,60}$")
    name: str = Field(default="Imported study", max_length=200)


class Mapping(_Part):
    """A whole mapping. ``source`` is the name under which its people and values are known for good."""

    source: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(max_length=160)
    time_zone: str
    zones: dict[str, str] = {}
    ambiguous: Literal["reject", "earlier", "later"] = "reject"
    nonexistent: Literal["reject", "forward"] = "reject"
    between: tuple[Day, Day] | None = None
    file: FileForm = FileForm()
    person: PersonForm
    time: TimeForm
    prompt: PromptForm | None = None
    columns: dict[str, ColumnForm] = Field(min_length=1)
    ignore: tuple[str, ...] = ()
    programme: ProgrammeForm = ProgrammeForm()

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        return _known_zone(name)

    @field_validator("zones")
    @classmethod
    def _zones(cls, zones: dict[str, str]) -> dict[str, str]:
        return {name: _known_zone(zone) for name, zone in zones.items()}

    @field_validator("between")
    @classmethod
    def _in_order(cls, days: tuple[date, date] | None) -> tuple[date, date] | None:
        if days is not None and days[0] > days[1]:
            raise ValueError(_("the first day comes after the last"))
        return days

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [column.measure for column in self.columns.values()]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(_("two columns give the same measure: {names}").format(names=", ".join(twice)))
        both = sorted(set(self.ignore) & self.needed)
        if both:
            raise ValueError(_("these columns are both used and ignored: {names}").format(names=", ".join(both)))
        return self

    @property
    def needed(self) -> set[str]:
        """Every column that the file must have."""
        person = {self.person.id, self.person.sex, self.person.birth_date}
        forms = [self.time, self.prompt.answered if self.prompt else None]
        times = {name for form in forms if form is not None for name in _columns_of(form)}
        return {name for name in person | times if name is not None} | set(self.columns)


def _columns_of(form: TimeForm) -> set[str | None]:
    if isinstance(form, StampForm):
        return {form.stamp}
    if isinstance(form, UnixForm):
        return {form.unix, form.offset}
    if isinstance(form, ScheduleForm):
        return {form.day, form.beep, form.period}
    return {form.local, form.date, form.time, *form.zone_from}


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        words = _("there is no time zone {name}; write it like Europe/Madrid")
        raise ValueError(words.format(name=repr(name))) from error
    return name
