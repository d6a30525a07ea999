"""Answers that arrive as a FHIR R4 ``QuestionnaireResponse``: scored here from each chosen option, by its ordinal
value, its code or its number. A total that the response states is never believed and never thrown away: where it
disagrees with the answers, both are kept and the response is flagged."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.errors import InvalidInput
from core.instruments.definition import Definition, Item, Range
from core.instruments.library import instrument
from core.instruments.matching import (
    Resource,
    by_items,
    canonical,
    codes_of,
    is_beside,
    is_total,
    item_of,
    leaves,
    named,
    ordinal_of,
)
from core.instruments.scoring import Flag, Scored, score
from core.instruments.shape import misshapen
from core.language import _

STATED_TOTAL = "stated_total_differs"
RESPONSE = "QuestionnaireResponse"


@dataclass(frozen=True, slots=True)
class ScoredResponse:
    """What a response says: its ``answers`` as our numbers, their score, and the total that it states itself. Where
    both totals are there and differ, ``scored.flags`` holds ``stated_total_differs`` with the stated one."""

    answers: dict[str, float]
    scored: Scored
    stated_total: float | None


def score_response(resource: Resource, code: str | None = None) -> ScoredResponse:
    """Score a ``QuestionnaireResponse`` as parsed JSON; ``code`` says the instrument where the response does not.

    Raises ``InvalidInput`` where it is no such resource, the instrument cannot be told, the response is for a retired
    version, an item is none of the instrument's, or an answer none of its item's.
    """
    if resource.get("resourceType") != RESPONSE:
        raise InvalidInput(_("This is no FHIR QuestionnaireResponse."))
    place = misshapen(resource)
    if place is not None:
        raise InvalidInput(_("It is not valid FHIR: {where}.").format(where=place))
    definition, version = _instrument(resource, code)
    answers: dict[str, float] = {}
    stated: float | None = None
    for item in leaves(resource.get("item") or []):
        known = item_of(definition, item)
        if known is not None:
            value = _answer(definition, known, item)
            if value is not None and answers.setdefault(known.id, value) != value:
                raise _two_answers(definition, known)
        elif is_total(definition, item):
            stated = _number(item)
        elif not is_beside(definition, item):
            words = _("{instrument} has no item {item}.")
            raise InvalidInput(words.format(instrument=definition.name, item=item.get("linkId")))
    scored = score(definition.code, answers, version=version)
    return ScoredResponse(answers, _flagged(scored, stated), stated)


def _instrument(resource: Resource, code: str | None) -> tuple[Definition, str | None]:
    name, version = canonical(resource.get("questionnaire"))
    items = [found for item in leaves(resource.get("item") or []) for found in codes_of(item)]
    found = named([name]) or by_items(items)
    if code is not None:
        definition = instrument(code)
        if found is not None and found.code != definition.code:
            words = _("This response is for {other}, not for {instrument}.")
            raise InvalidInput(words.format(other=found.name, instrument=definition.name))
        found = definition
    if found is None:
        raise InvalidInput(_("Which instrument this response is for cannot be told from its questionnaire or codes."))
    return found, version


def _flagged(scored: Scored, stated: float | None) -> Scored:
    if stated is None or (scored.total is not None and math.isclose(stated, scored.total, abs_tol=1e-6)):
        return scored
    return replace(scored, flags=(*scored.flags, Flag(STATED_TOTAL, "total", stated)))


def _answer(definition: Definition, item: Item, given: Resource) -> float | None:
    answers = given.get("answer") or []
    if not answers:
        return None
    if len(answers) > 1:
        raise _two_answers(definition, item)
    coding = answers[0].get("valueCoding")
    value = _plain_value(answers[0]) if coding is None else _coded(definition, item, coding)
    if value is None:
        words = _("{instrument}, item {item} ({label}): its answer carries neither a score, a known code nor a number.")
        raise InvalidInput(words.format(instrument=definition.name, item=item.id, label=item.label))
    return value


def _two_answers(definition: Definition, item: Item) -> InvalidInput:
    words = _("{instrument}, item {item} ({label}): two answers were given.")
    return InvalidInput(words.format(instrument=definition.name, item=item.id, label=item.label))


def _coded(definition: Definition, item: Item, coding: Mapping[str, Any]) -> float | None:
    """The answer behind a coding: by LOINC answer code, by ordinal value (which is the option's score), by a code that
    is the option's number."""
    options = definition.options_of(item)
    code, ordinal = str(coding.get("code", "")), ordinal_of(coding)
    if isinstance(options, Range):
        return ordinal if ordinal is not None else _as_number(code)
    for option in options:
        if option.loinc is not None and option.loinc == code:
            return option.answer
    if ordinal is None:
        return _as_number(code)
    if {option.answer for option in options} != {option.score for option in options}:
        return ordinal  # a form whose numbers are not yet scores (SUS: 1–5 for 0–4)
    return next((option.answer for option in options if option.score == ordinal), ordinal)


def _plain_value(answer: Resource) -> float | None:
    if isinstance(answer.get("valueBoolean"), bool):
        return float(answer["valueBoolean"])
    for kind in ("valueInteger", "valueDecimal"):
        if isinstance(answer.get(kind), int | float) and not isinstance(answer[kind], bool):
            return float(answer[kind])
    quantity = answer.get("valueQuantity") or {}
    if isinstance(quantity.get("value"), int | float):
        return float(quantity["value"])
    return _as_number(str(answer.get("valueString", "")))


def _number(item: Resource) -> float | None:
    answers = item.get("answer") or [{}]
    return _plain_value(answers[0])


def _as_number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
