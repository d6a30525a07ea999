"""An Observation → values of our catalogue: by our own codes, or by the LOINC codes below. Units are converted where
the conversion is exact; an unknown code or unit is refused by its name."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.clock import seconds
from core.errors import InvalidInput
from core.ingest.items import Item, Refused, Stated, Value
from core.instruments.library import instruments
from core.language import _
from core.measures import catalogue

OWN_SYSTEM = "urn:vincle:measure"
# LOINC 2.82: code → measure of the catalogue.
LOINC = {
    "55423-8": "steps", "41950-7": "steps", "40443-4": "resting_heart_rate", "93832-4": "sleep_hours",
    "55411-3": "activity_minutes", "29463-7": "weight", "39156-5": "body_mass_index",
}  # fmt: skip
_TO_MINUTES = {"min": 1.0, "h": 60.0, "s": 1 / 60, "ms": 1 / 60_000, "hr": 60.0}
_UNITLESS = {"1", "", "{steps}", "{steps}/d", "{score}", "steps", "count", "/d", "{count}", "score"}
_TO_KG = {"kg": 1.0, "g": 0.001, "[lb_av]": 0.45359237}
_PER_MINUTE = {"/min", "{beats}/min", "bpm", "beats/minute", "{Beats}/min"}


def observation_items(resource: Mapping[str, Any], *, person: str, at: datetime, place: str) -> Iterator[Item]:
    """The values of one observation and of its components; a stated total of an instrument as what it is.

    Raises ``InvalidInput`` for an unknown code or unit, or where there is no value; a component of this kind is refused
    by itself.
    """
    components = resource.get("component") or []
    if not components or _has_value(resource):
        yield _item(resource, person, at, place)
    for number, component in enumerate(components, start=1):
        try:
            yield _item(component, person, at, f"{place}, component {number}")
        except InvalidInput as error:
            yield Refused(place, _("Component {n}: {why}").format(n=number, why=error))


def _item(part: Mapping[str, Any], person: str, at: datetime, place: str) -> Item:
    codings = (part.get("code") or {}).get("coding") or []
    instrument = _instrument(codings)
    if instrument is not None:
        return Stated(person, at, instrument, _number(part)[0], place.rsplit(", ", 1)[-1], place)
    measure = _measure(codings)
    value, unit = _number(part)
    return Value(person, seconds(at), measure, _converted(measure, value, unit), place)


def _measure(codings: list[Mapping[str, Any]]) -> str:
    for coding in codings:
        code, system = str(coding.get("code")), str(coding.get("system"))
        if system == OWN_SYSTEM and code in catalogue():
            return code
        if "loinc.org" in system and code in LOINC:
            return LOINC[code]
    named = ", ".join(str(coding.get("code"))[:40] for coding in codings) or "–"
    raise InvalidInput(_("Its code {code} is none that is known here.").format(code=named))


def _instrument(codings: list[Mapping[str, Any]]) -> str | None:
    codes = {str(coding.get("code")) for coding in codings if "loinc" in str(coding.get("system"))}
    for definition in instruments().values():
        if codes & {definition.loinc_panel, definition.loinc_total} - {None}:
            return definition.code
    return None


def _has_value(part: Mapping[str, Any]) -> bool:
    return any(name.startswith("value") for name in part)


def _number(part: Mapping[str, Any]) -> tuple[float, str]:
    quantity = part.get("valueQuantity")
    if quantity and isinstance(quantity.get("value"), int | float):
        return float(quantity["value"]), str(quantity.get("code") or quantity.get("unit") or "")
    for name in ("valueInteger", "valueDecimal", "valueBoolean"):
        if isinstance(part.get(name), int | float):
            return float(part[name]), ""
    raise InvalidInput(_("It has no value that is a number."))


def _converted(measure: str, value: float, unit: str) -> float:
    wanted = catalogue()[measure].unit
    if unit == wanted or (not wanted and unit in _UNITLESS) or (wanted == "bpm" and unit in _PER_MINUTE):
        return value
    if wanted in ("h", "min") and unit in _TO_MINUTES:
        return value * _TO_MINUTES[unit] / _TO_MINUTES[wanted]
    if wanted == "kg" and unit in _TO_KG:
        return value * _TO_KG[unit]
    words = _("Its unit {unit} is not one of {measure}.")
    raise InvalidInput(words.format(unit=unit[:20] or "–", measure=catalogue()[measure].label))
