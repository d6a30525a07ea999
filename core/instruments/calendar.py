"""What is asked of whom, and when: the alliance of both sides by session and by month, everything else by interval or
month. A programme may change any of it (``Programme.settings["calendar"]``, see ``docs/calendar.md``). Pure: dates and
counts in, what is due out."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from core.errors import InvalidInput, SettingsError
from core.instruments.library import instrument, instruments
from core.language import _

EARLY_SESSIONS = frozenset({1, 3})
EVERY = 4
RATING_LAPSES_AFTER = timedelta(days=14)  # our default: later than this a rating is no longer about that session
LAPSES_AFTER = timedelta(days=28)  # our default: how long a questionnaire that is asked by month stays open
EARLY = timedelta(days=7)  # answered at most so long before it falls due, it is not asked again
ITEMS_A_WEEK = 50  # our default: more is asked of nobody within seven days
WEEK = timedelta(days=7)
LONGEST = 1200  # days, months, sessions or items: more is a slip of the pen
ALLIANCE = frozenset({"wai-sr-patient", "wai-sr-therapist"})  # asked by ``Rhythm``; in a calendar too, it came twice


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the alliance is asked about: after the sessions of these numbers and each ``every``-th, and after the first
    session on or after each of these months since enrolment."""

    sessions: frozenset[int] = EARLY_SESSIONS
    every: int = EVERY
    months: tuple[int, ...] = (3, 6, 12)


@dataclass(frozen=True, slots=True)
class Asked:
    """When one questionnaire is asked: every so many days from enrolment on, in these months since then, or every so
    many months."""

    instrument: str
    every_days: int = 0
    months: tuple[int, ...] = ()
    every_months: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a programme asks. ``items_a_week``: never more than this of one person within seven days."""

    alliance: Rhythm
    asked: tuple[Asked, ...]
    items_a_week: int
    first: str = ""

    @property
    def looks_back(self) -> timedelta:
        """How long ago an answer can have been given and still stand for something that is open today."""
        longest = max((timedelta(days=entry.every_days) for entry in self.asked), default=LAPSES_AFTER)
        return max(longest, LAPSES_AFTER) + EARLY + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """The stretch in which one asking can be answered: from ``opens_on`` until before ``lapses_on``."""

    instrument: str
    items: int
    opens_on: date
    lapses_on: date


TOOL_MONTHS = (1, 3, 6, 12)
COMMON = (
    Asked("core-10", every_days=14),
    Asked("who-5", every_days=14),
    Asked("phq-9", every_days=28),
    Asked("gad-7", every_days=28),
    Asked("sus", months=TOOL_MONTHS),
    Asked("vas-app", months=TOOL_MONTHS),
    Asked("vas-platform", months=TOOL_MONTHS),
    Asked("watoci", months=TOOL_MONTHS),
    Asked("nps", every_months=6),
)
BY_PROGRAMME: Mapping[str, tuple[Asked, ...]] = {
    "eating-disorder-day-care": (Asked("ede-qs", every_days=14),),
    "stepped-psycho-oncology": (Asked("hads", every_days=28), Asked("distress-thermometer", every_days=14)),
}


def asked_after(session_number: int) -> bool:
    """Whether both sides are asked to rate the alliance after this session by its number alone (from 1)."""
    return _by_number(Rhythm(), session_number)


def alliance_asked(
    rhythm: Rhythm, number: int, *, held_on: date, before: date | None, enrolled_on: date
) -> bool:  # fmt: skip
    """Whether both sides are asked about this session: by its number, or because it is the first held on or after a
    month's mark (``before``: when the session before it was held)."""
    if _by_number(rhythm, number):
        return True
    marks = (month_mark(enrolled_on, months) for months in rhythm.months)
    return any(mark <= held_on and (before is None or before < mark) for mark in marks)


def _by_number(rhythm: Rhythm, number: int) -> bool:
    return number in rhythm.sessions or (number > 0 and rhythm.every > 0 and number % rhythm.every == 0)


def month_mark(enrolled_on: date, months: int) -> date:
    """The day so many months after enrolment; the last of a month that is too short."""
    year, month = divmod(enrolled_on.month - 1 + months, 12)
    year, month = enrolled_on.year + year, month + 1
    return date(year, month, min(enrolled_on.day, monthrange(year, month)[1]))


def calendar_of(programme: str, outcome: str, settings: Mapping[str, Any]) -> Calendar:
    """What the programme of this code asks; ``outcome`` is its outcome measure (asked first), ``settings`` its own.

    Raises ``SettingsError`` naming the programme and what cannot be used.
    """
    asked = {entry.instrument: entry for entry in (*COMMON, *BY_PROGRAMME.get(programme, ()))}
    if outcome in instruments():
        asked.setdefault(outcome, Asked(outcome, every_days=28))
    try:
        own = _table("calendar", settings.get("calendar") or {})
        rhythm = _rhythm(_table("alliance", own.pop("alliance", {})))
        items = _whole("items_a_week", own.pop("items_a_week", ITEMS_A_WEEK), least=1)
        for code, when in own.items():
            instrument(code)
            if when and code in ALLIANCE:
                raise ValueError(f"{code} is asked after sessions: alliance")
            asked.pop(code, None)
            if when:
                asked[code] = _asked(code, _table(code, when))
    except (ValueError, InvalidInput) as error:
        words = _("The calendar of the programme {programme} cannot be used: {reason}.")
        raise SettingsError(words.format(programme=programme, reason=error)) from error
    return Calendar(rhythm, tuple(asked.values()), items, outcome)


def _rhythm(own: Mapping[str, Any]) -> Rhythm:
    unknown = set(own) - {"sessions", "every_sessions", "months"}
    if unknown:
        raise ValueError(f"alliance: {', '.join(map(str, unknown))}")
    rhythm = Rhythm()
    if "sessions" in own:
        rhythm = replace(rhythm, sessions=frozenset(_wholes("sessions", own["sessions"])))
    if "every_sessions" in own:
        rhythm = replace(rhythm, every=_whole("every_sessions", own["every_sessions"] or 0))
    return replace(rhythm, months=_months(own["months"])) if "months" in own else rhythm


def _asked(code: str, when: Mapping[str, Any]) -> Asked:
    unknown = set(when) - {"every_days", "months", "every_months"}
    if unknown or len(when) != 1:
        raise ValueError(f"{code}: {', '.join(sorted(map(str, when))) or 'nothing'} is not one time")
    if "months" in when:
        months = _months(when["months"])
        if not months:
            raise ValueError(f"{code}: never")
        return Asked(code, months=months)
    if "every_days" in when:
        return Asked(code, every_days=_whole(f"{code}: every_days", when["every_days"], least=1))
    return Asked(code, every_months=_whole(f"{code}: every_months", when["every_months"], least=1))


def _months(own: object) -> tuple[int, ...]:
    return tuple(sorted(_wholes("months", own)))


def _table(name: str, own: object) -> dict[str, Any]:
    if not isinstance(own, Mapping):
        raise ValueError(f"{name}: {own!r} is no table")
    return dict(own)


def _wholes(name: str, own: object) -> list[int]:
    if not isinstance(own, list | tuple):
        raise ValueError(f"{name}: {own!r} is no list")
    return [_whole(name, number, least=1) for number in own]


def _whole(name: str, number: object, *, least: int = 0) -> int:
    """A whole number that a calendar can hold: a hundredth of a day, -4 and 10⁹ months are none."""
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= LONGEST:
        raise ValueError(f"{name}: {number!r}")
    return number


def open_slot(asked: Asked, *, enrolled_on: date, today: date) -> Slot | None:
    """The slot of this questionnaire that ``today`` lies in, if there is one."""
    opens, lapses = _latest(asked, enrolled_on, today)
    if opens is None or not opens <= today < lapses:
        return None
    return Slot(asked.instrument, len(instrument(asked.instrument).items), opens, lapses)


def _latest(asked: Asked, enrolled_on: date, today: date) -> tuple[date | None, date]:
    if today < enrolled_on:
        return None, today
    if asked.every_days:
        opens = enrolled_on + timedelta(days=(today - enrolled_on).days // asked.every_days * asked.every_days)
        return opens, opens + timedelta(days=asked.every_days)
    months: Sequence[int] = asked.months
    if asked.every_months:
        past = (today.year - enrolled_on.year) * 12 + today.month - enrolled_on.month
        months = range(asked.every_months, past + 1, asked.every_months)
    marks = [mark for mark in (month_mark(enrolled_on, m) for m in months) if mark <= today]
    return (marks[-1], marks[-1] + LAPSES_AFTER) if marks else (None, today)


def is_answered(slot: Slot, answered_on: Sequence[date]) -> bool:
    """Whether an answer of these days stands for the slot: given in it, or shortly before it opened."""
    early = min(EARLY, (slot.lapses_on - slot.opens_on) / 4)
    return any(slot.opens_on - early <= day < slot.lapses_on for day in answered_on)


def open_slots(
    calendar: Calendar, *, informant: str, enrolled_on: date, today: date, answered: Mapping[str, Sequence[date]]
) -> list[Slot]:
    """What is to be asked of ``informant`` today and was not answered yet: the outcome measure first, then what lapses
    first. ``answered`` maps an instrument to the days on which it was answered."""
    slots = [
        slot
        for asked in calendar.asked
        if instrument(asked.instrument).informant == informant
        and (slot := open_slot(asked, enrolled_on=enrolled_on, today=today)) is not None
        and not is_answered(slot, answered.get(asked.instrument, ()))
    ]
    return sorted(slots, key=lambda slot: (slot.instrument != calendar.first, slot.lapses_on, slot.items))


def within_the_week(
    slots: Sequence[Slot], *, items_a_week: int, answered_items: int
) -> tuple[list[Slot], list[Slot]]:  # fmt: skip
    """What may be asked now and what is held back, so that with the ``answered_items`` of the last seven days no more
    than ``items_a_week`` are asked. One that is longer than a whole week's allowance is asked in a week by itself."""
    now: list[Slot] = []
    later: list[Slot] = []
    used = answered_items
    for slot in slots:
        fits = used + slot.items <= items_a_week or used == 0
        (now if fits else later).append(slot)
        used += slot.items if fits else 0
    return now, later
