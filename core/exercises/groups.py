"""Groups and community meetings of a programme's steps: what, when and where. The shipped ones are examples and say
so; a service writes its own into the programme's settings (``settings["groups"]``)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.exercises.library import checked, read
from core.language import LANGUAGES
from core.rules.due import WorkingHours
from core.stepped.library import plans

FOLDER = Path(__file__).parent / "meetings"
LOOK_AHEAD = timedelta(weeks=12)  # (d) the next meeting is looked for so far ahead


class Meeting(BaseModel):
    """One meeting that comes back: ``weekday`` counts from Monday 0, ``at`` is on the service's clock, ``every_weeks``
    from the first meeting ``first_on``. ``title`` and ``where`` by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,59}$")
    kind: Literal["group", "community", "talk"]
    steps: tuple[int, ...] = Field(min_length=1)
    weekday: int = Field(ge=0, le=6)
    at: time
    minutes: int = Field(ge=10, le=480)
    every_weeks: int = Field(default=1, ge=1, le=12)
    first_on: date
    online: bool = False
    title: dict[str, str]
    where: dict[str, str]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.first_on.weekday() != self.weekday:
            raise ValueError(f"{self.code}: {self.first_on} is not the weekday {self.weekday}")
        for name, words in (("title", self.title), ("where", self.where)):
            if "en" not in words or not set(words) <= set(LANGUAGES):
                raise ValueError(f"{self.code}: {name} needs English, and languages that are spoken here")
        return self

    def said(self, language: str) -> tuple[str, str]:
        """Its title and place in a language, in English where it has no other."""
        return self.title.get(language, self.title["en"]), self.where.get(language, self.where["en"])


class Meetings(BaseModel):
    """The meetings of one programme. ``example``: nobody has set them yet, they only show what can stand here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    programme: str
    example: bool = False
    meetings: tuple[Meeting, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        plan = plans().get(self.programme)
        for meeting in self.meetings:
            unknown = [step for step in meeting.steps if plan is not None and plan.step(step) is None]
            if unknown:
                raise ValueError(f"{meeting.code}: {self.programme} has no step {unknown[0]}")
        return self


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """A meeting of a step with its next moment (UTC; ``None``: none within twelve weeks)."""

    meeting: Meeting
    at: datetime | None


@cache
def shipped() -> dict[str, Meetings]:
    """The shipped example meetings by programme; raises ``SettingsError`` naming the file and the fault."""
    found = {file.stem: read(file, Meetings) for file in sorted(FOLDER.glob("*.yaml"))}
    return {code: one for code, one in found.items() if one.programme == code}


def meetings_of(programme: str, settings: Mapping[str, Any]) -> Meetings:
    """A programme's own meetings, else the shipped examples, else none. Raises ``SettingsError``."""
    own = settings.get("groups")
    if own is None:
        return shipped().get(programme, Meetings(programme=programme))
    return checked({"programme": programme, "meetings": own}, Meetings, where=programme)


def next_meetings(meetings: Meetings, *, step: int | None, hours: WorkingHours, now: datetime) -> Iterator[NextMeeting]:
    """The meetings of a step of care with their next moments; a public holiday is left out."""
    for meeting in meetings.meetings:
        if step in meeting.steps:
            yield NextMeeting(meeting, _next(meeting, hours, now))


def _next(meeting: Meeting, hours: WorkingHours, now: datetime) -> datetime | None:
    """The next moment: one that has not ended yet, on the service's clock."""
    today = now.astimezone(hours.zone).date()
    gap = timedelta(weeks=meeting.every_weeks)
    gone = max(0, (today - meeting.first_on) // gap)
    day = meeting.first_on + gone * gap
    while day <= today + LOOK_AHEAD:
        begins = datetime.combine(day, meeting.at, hours.zone).astimezone(UTC)
        if begins + timedelta(minutes=meeting.minutes) > now and not hours.is_holiday(day):
            return begins
        day += gap
    return None
