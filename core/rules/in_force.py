"""What is configured about rules, as far as it holds: a programme's thresholds over its service's. A configuration that
is malformed is refused by the rule's name: it rests until that is mended, and the other rules run. A rule on what a
person said about their safety is not configured at all: whatever stands there is refused, and it runs as it is."""

import math
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from core.errors import SettingsError
from core.queries.prepared import rows
from core.rules.catalogue import RULES, UNSOUND
from core.rules.cues.definition import LANGUAGES, ready
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from models import Patient, Programme, Service

_BOTH = (
    select_columns(col(Service.settings), col(Programme.settings))
    .join(Programme, col(Programme.service_id) == col(Service.id))
    .where(col(Programme.id) == bindparam("programme"))
)


@dataclass(frozen=True, slots=True)
class Range:
    """What a threshold may be: from ``low`` to ``high``, ``whole`` where it counts something."""

    low: float
    high: float
    whole: bool = False


_ANY = Range(0.0, 10_000.0)  # up to beyond anything measured
_RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "days": Range(1, REVIEW_DAYS, whole=True),  # in a row: no more than are looked at
        "baseline_days": Range(2, WINDOW_DAYS, whole=True),  # two, for a spread
        "ratings": Range(2, 100, whole=True),  # two, for a spread
        "efficiency_nights": Range(1, 28, whole=True),
        "short_nights": Range(1, 28, whole=True),
        "of_nights": Range(1, 28, whole=True),
        "unread_days": Range(0, 30, whole=True),
        "unanswered_days": Range(0, 30, whole=True),
        "weight": Range(0.01, 1.0),  # (0, 1] by definition
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule whose definition or configuration cannot be used: ``where`` it stands and ``why``, in a few words."""

    rule: str
    where: str
    why: str


def in_force(service: Mapping[str, Any], programme: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that ``Rule.threshold`` and ``Rule.runs`` read, from both ``settings`` columns."""
    whole, own = configured_in(service), configured_in(programme)
    return {"rules": {code: _merged(code, whole.get(code, {}), own.get(code, {})) for code in whole | own}}


def settings_of(session: Session, patient: Patient) -> dict[str, Any]:
    """What is in force for one patient."""
    service, programme = session.get_one(Service, patient.service_id), session.get_one(Programme, patient.programme_id)
    return in_force(service.settings, programme.settings)


def settings_in(session: Session, programme_id: uuid.UUID) -> dict[str, Any]:
    """The same for everyone in one programme."""
    service, programme = rows(session, _BOTH, programme=programme_id)[0]
    return in_force(service, programme)


def refusals(session: Session | None) -> list[Refusal]:
    """Every rule that is refused, with its place: in the catalogue, in a language's cues, and (with a ``session``) in
    the settings of a service or programme."""
    found = [Refusal(code, "catalogue", why) for code, why in UNSOUND.items()]
    for language in LANGUAGES:
        try:
            ready(language)
        except SettingsError as error:
            found += [Refusal(rule, f"cues/{language}.yaml", str(error)) for rule in ("words_now", "words_same_day")]
    for where, settings in _places(session) if session else ():
        found += _faults(settings, where)
    return found


def as_set(session: Session) -> dict[str, dict[str, Any]]:
    """What stands in the settings, by rule and place, whether it holds or not."""
    found: dict[str, dict[str, Any]] = {}
    for where, settings in _places(session):
        for code, values in configured_in(settings).items():
            found.setdefault(code, {})[where] = values
    return found


def _places(session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in session.exec(select(Service).order_by(col(Service.name))):
        yield f"service {service.name}", service.settings
    for programme in session.exec(select(Programme).order_by(col(Programme.code))):
        yield f"programme {programme.code}", programme.settings


def _faults(settings: Mapping[str, Any], where: str) -> Iterator[Refusal]:
    given = settings.get("rules", {})
    if not isinstance(given, Mapping):
        yield Refusal("rules", where, "no table of rules")
        return
    for code, configured in given.items():
        why = "no such rule" if code not in RULES else fault(code, configured)
        if why:
            yield Refusal(str(code), where, why)


def fault(code: str, configured: object) -> str | None:
    """What is wrong with what is configured for one rule, ``None`` where it holds."""
    if not RULES[code].may_be_switched_off:
        return "what a person says about their safety always counts"
    if not isinstance(configured, Mapping):
        return "no table of thresholds"
    for name, value in configured.items():
        if name == "runs":
            if not isinstance(value, bool):
                return "runs is neither true nor false"
        elif name not in RULES[code].thresholds:
            return f"{name} is no threshold of it"
        elif why := unfit(name, value):
            return why
    return None


def range_of(name: str) -> Range:
    """What the threshold ``name`` may be."""
    return _RANGES.get(name, _ANY)


def unfit(name: str, value: object) -> str | None:
    """Why the threshold ``name`` cannot be ``value``, ``None`` where it can."""
    allowed = range_of(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{name} is no number"
    if not math.isfinite(value) or not allowed.low <= value <= allowed.high:
        return f"{name} lies outside {allowed.low:g} to {allowed.high:g}"
    return f"{name} is no whole number" if allowed.whole and not float(value).is_integer() else None


def configured_in(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a ``settings`` column says about rules we know, by code, whether it holds or not."""
    given = settings.get("rules", {})
    return {code: some for code, some in given.items() if code in RULES} if isinstance(given, Mapping) else {}


def _merged(code: str, whole: Any, own: Any) -> dict[str, Any]:
    if not RULES[code].may_be_switched_off:
        return {}
    if fault(code, whole) or fault(code, own):
        return {"runs": False}
    return {**whole, **own}
