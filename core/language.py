"""The language of the person in front of the screen: gettext for sentences, Babel for dates and numbers.

The locale is set once for each run (``use_locale``) and travels with the thread of that run; English is the source.
Translations are ``locales/<language>/LC_MESSAGES/vincle.po`` (``make messages`` brings them up to the sources); they
are compiled into memory when a language is first spoken, so that a fresh clone needs no step for them.
"""

import gettext as _gettext
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date as _format_date
from babel.dates import format_datetime as _format_datetime
from babel.dates import get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal as _format_decimal

LANGUAGES = ("en", "es", "ca")
FOLDER = Path(__file__).parent / "locales"
_locale: ContextVar[str] = ContextVar("vincle_locale", default="en")


@lru_cache(maxsize=16)
def _translations(locale: str) -> _gettext.NullTranslations:
    file = FOLDER / locale / "LC_MESSAGES" / "vincle.po"
    if locale not in LANGUAGES or not file.exists():
        return _gettext.NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def use_locale(locale: str) -> None:
    """Speak ``locale`` (``en``, ``es``, ``ca``) for the rest of this run."""
    _locale.set(locale)


def spoken() -> str:
    """The language of this run (``en``, ``es``, ``ca``)."""
    return _locale.get()


def _(message: str) -> str:
    """The sentence in the current language; the English one where there is no translation."""
    return _sentence(_locale.get(), message)


@lru_cache(maxsize=16_384)
def _sentence(locale: str, message: str) -> str:
    """Kept, as a screen asks a thousand times for them on every run."""
    return _translations(locale).gettext(message)


def N_(message: str) -> str:  # noqa: N802
    """Mark a constant as a sentence to translate; it is said with ``_`` where it is shown."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural sentence for ``n`` in the current language."""
    return _translations(_locale.get()).ngettext(one, many, n)


def say_date(day: date, pattern: str = "d MMM") -> str:
    """A date as this person reads it, e.g. "14 Mar"."""
    return _date(day, pattern, _locale.get())


def say_time(moment: datetime, time_zone: str, pattern: str = "d MMM HH:mm") -> str:
    """An aware moment on the clock of ``time_zone``."""
    return _moment(moment, time_zone, pattern, _locale.get())


def say_number(value: float, decimals: int = 1, *, fixed: bool = False) -> str:
    """A number with the locale's decimal sign and at most ``decimals`` digits after it (``fixed``: always so many, as
    in a table)."""
    return _number(value, decimals, _locale.get(), "0" if fixed else "#")


# A screen says the same dates and numbers on every run; Babel takes 0.1 ms for each.
@lru_cache(maxsize=8192)
def _date(day: date, pattern: str, locale: str) -> str:
    return str(_format_date(day, pattern, locale=locale))


@lru_cache(maxsize=8192)
def _moment(moment: datetime, time_zone: str, pattern: str, locale: str) -> str:
    return str(_format_datetime(moment.astimezone(ZoneInfo(time_zone)), pattern, locale=locale))


@lru_cache(maxsize=8192)
def _number(value: float, decimals: int, locale: str, digit: str) -> str:
    pattern = "#,##0." + digit * decimals if decimals else "#,##0"
    return str(_format_decimal(value, pattern, locale=locale))


@lru_cache(maxsize=16)
def _months(locale: str) -> tuple[str, ...]:
    names = get_month_names("abbreviated", locale=locale)
    return tuple(str(names[number]) for number in range(1, 13))


def say_days(days: Iterable[date]) -> list[str]:
    """Many dates at once as "14 Mar", for figures: a hundred times cheaper than one by one."""
    months = _months(_locale.get())
    return [f"{day.day} {months[day.month - 1]}" for day in days]
