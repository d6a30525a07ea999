"""From answers to scores by an instrument's definition: explicit keys, its missing rule, its flags."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import InvalidInput
from core.instruments.definition import Definition, Formula, Item, Range, Score
from core.instruments.library import instrument
from core.language import _


@dataclass(frozen=True, slots=True)
class Flag:
    """An answer that is a fact by itself (PHQ-9 item 9): code, item and the keyed score."""

    code: str
    item: str
    value: float


@dataclass(frozen=True, slots=True)
class Scored:
    """The outcome: ``total`` and each sub-scale (``None`` where the missing rule forbids it), the published band of
    the total, the items without an answer, the flags, and whether every item was answered."""

    instrument: str
    total: float | None
    subscales: dict[str, float | None]
    band: str | None
    missing: tuple[str, ...]
    flags: tuple[Flag, ...]
    complete: bool


def score(code: str, answers: Mapping[str, float | None]) -> Scored:
    """Score ``answers`` (item id → the number printed beside the chosen option; absent or ``None`` is not answered).

    Missing items within an instrument's allowance count as the mean of the answered ones (a sum is then prorated), or
    as a stated neutral answer; an item marked ``never_imputed`` (PHQ-9 item 9) leaves the total open. Raises
    ``InvalidInput`` for an unknown instrument, an unknown item or an answer that the item does not have.
    """
    definition = instrument(code)
    keyed = _keyed(definition, answers)
    missing = tuple(item.id for item in definition.items if item.id not in keyed)
    total = _scored(definition, definition.total, keyed) if definition.total else None
    return Scored(
        instrument=code,
        total=total,
        subscales={name: _scored(definition, part, keyed) for name, part in definition.subscales.items()},
        band=_band(definition, total),
        missing=missing,
        flags=_flags(definition, keyed),
        complete=not missing,
    )


def check_answer(definition: Definition, item: Item, answer: float) -> float:
    """The keyed score of one answer; raises ``InvalidInput`` naming the item where it has no such answer."""
    options = definition.options_of(item)
    if isinstance(options, Range):
        if _is_number(answer) and options.low <= answer <= options.high and _on_step(answer, options):
            return float(answer)
        allowed = f"{options.low:g}–{options.high:g}"
    else:
        for option in options:
            if _is_number(answer) and option.answer == answer:
                return option.score
        allowed = ", ".join(f"{option.answer:g}" for option in options)
    words = _("{instrument}, item {item} ({label}): {answer} is not one of its answers ({allowed}).")
    raise InvalidInput(
        words.format(instrument=definition.name, item=item.id, label=item.label, answer=answer, allowed=allowed)
    )


def _keyed(definition: Definition, answers: Mapping[str, float | None]) -> dict[str, float]:
    items = {item.id: item for item in definition.items}
    unknown = next((str(given) for given in answers if str(given) not in items), None)
    if unknown is not None:
        words = _("{instrument} has no item {item}.")
        raise InvalidInput(words.format(instrument=definition.name, item=unknown))
    given = {str(i): answer for i, answer in answers.items() if answer is not None}
    return {i: check_answer(definition, items[i], answer) for i, answer in given.items()}


def _is_number(answer: object) -> bool:
    return isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)


def _on_step(answer: float, options: Range) -> bool:
    return options.step is None or math.isclose((answer - options.low) % options.step, 0, abs_tol=1e-9)


def _scored(definition: Definition, part: Score, keyed: Mapping[str, float]) -> float | None:
    answered = [keyed[i] for i in part.items if i in keyed]
    absent = [item for item in definition.items if item.id in part.items and item.id not in keyed]
    if len(absent) > part.missing or any(item.never_imputed for item in absent):
        return None
    if part.neutral is not None:
        answered += [check_answer(definition, item, part.neutral) for item in absent]
    mean = math.fsum(answered) / len(answered)
    scale = 1 if part.formula is Formula.MEAN else len(part.items)
    return round(mean * scale * part.factor, 10)


def _band(definition: Definition, total: float | None) -> str | None:
    if total is None:
        return None
    reached = [band.code for band in definition.bands if band.start <= total]
    return reached[-1] if reached else None


def _flags(definition: Definition, keyed: Mapping[str, float]) -> tuple[Flag, ...]:
    return tuple(
        Flag(item.flag, item.id, keyed[item.id])
        for item in definition.items
        if item.flag is not None and keyed.get(item.id, -math.inf) >= item.flag_from
    )
