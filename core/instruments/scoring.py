"""From answers to scores by an instrument's definition: explicit keys, its missing rule, its flags."""

import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.errors import InvalidInput
from core.instruments.definition import Definition, Formula, Item, Range, Score
from core.instruments.library import instrument
from core.instruments.triage import response_time
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
    the total (for the C-SSRS screener the response time), the items without an answer that were to be asked, the
    flags, and whether every item to be asked was answered."""

    instrument: str
    total: float | None
    subscales: dict[str, float | None]
    band: str | None
    missing: tuple[str, ...]
    flags: tuple[Flag, ...]
    complete: bool


def score(code: str, answers: Mapping[str, float | None], *, version: str | None = None) -> Scored:
    """Score ``answers`` (item id → the number of the chosen option; absent or ``None`` is not answered).

    Missing items within an instrument's allowance count as the mean of the answered ones (a sum is then prorated), or
    as a stated neutral answer; an item marked ``never_imputed`` (PHQ-9 item 9) leaves the total open. Raises
    ``InvalidInput`` for an unknown instrument, an unknown item, an answer that the item does not have, or a
    ``version`` (default: the one in force) that is retired or unknown.
    """
    plan = _plan(code)
    definition = plan.definition
    if version is not None:
        check_version(definition, version)
    keyed = _keyed(plan, answers)
    missing = _missing(plan, keyed)
    scores: dict[str, float | None] = {}
    for name, part in plan.order:
        scores[name] = _from_parts(definition, part, scores) if part.parts else _from_items(plan, part, keyed)
    total = scores.pop("total", None)
    return Scored(
        instrument=code, total=total, subscales={name: scores[name] for name in definition.subscales},
        band=response_time(keyed) if definition.triage else _band(definition, total),
        missing=missing, flags=_flags(plan, keyed), complete=not missing,
    )  # fmt: skip


def check_version(definition: Definition, version: str) -> None:
    """Raise ``InvalidInput`` with the file and the reason unless this is the version in force."""
    if version == definition.version:
        return
    file = f"{definition.code}.yaml"
    why = definition.retired.get(version)
    if why is not None:
        words = _("{file}: version {version} of {name} is retired ({reason}); its answers are not scored.")
        raise InvalidInput(words.format(file=file, version=version, name=definition.name, reason=why))
    words = _("{file}: there is no version {version} of {name}; version {now} is in force.")
    raise InvalidInput(words.format(file=file, version=version, name=definition.name, now=definition.version))


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
        words.format(
            instrument=definition.name,
            item=item.id,
            label=item.label,
            allowed=allowed,
            answer=repr(answer) if isinstance(answer, str) else answer,
        )
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """A definition made ready for many responses: maps instead of searches. ``order`` has every part before what is
    made of it; ``flags`` are (item, code, from, below) of what is flagged."""

    definition: Definition
    items: dict[str, Item]
    maps: dict[str, dict[float, float]]
    order: tuple[tuple[str, Score], ...]
    kept: frozenset[str]
    flags: tuple[tuple[str, str, float, float], ...]


@cache
def _plan(code: str) -> _Plan:
    definition = instrument(code)
    maps = {}
    for item in definition.items:
        options = definition.options_of(item)
        if not isinstance(options, Range):
            maps[item.id] = {option.answer: option.score for option in options}
    scores, order = definition.scores(), dict[str, Score]()
    while len(order) < len(scores):
        order |= {name: part for name, part in scores.items() if set(part.parts) <= set(order)}
    flags = [(item.id, item.flag, item.flag_from, -math.inf) for item in definition.items if item.flag]
    if definition.item_flag_below is not None:
        low = definition.item_flag_below.value
        flags += [(item.id, f"{code}_item_low", -math.inf, low) for item in definition.items]
    return _Plan(
        definition, {item.id: item for item in definition.items}, maps, tuple(order.items()),
        frozenset(item.id for item in definition.items if item.never_imputed), tuple(flags),
    )  # fmt: skip


def _keyed(plan: _Plan, answers: Mapping[str, float | None]) -> dict[str, float]:
    keyed = {}
    for given, answer in answers.items():
        name = given if type(given) is str else str(given)
        item = plan.items.get(name)
        if item is None:
            words = _("{instrument} has no item {item}.")
            raise InvalidInput(words.format(instrument=plan.definition.name, item=name))
        if answer is None:
            continue
        options = plan.maps.get(name)
        found = options.get(answer) if options is not None and type(answer) in (float, int) else None
        keyed[name] = check_answer(plan.definition, item, answer) if found is None else found
    return keyed


def _is_number(answer: object) -> bool:
    if isinstance(answer, bool) or not isinstance(answer, numbers.Real):
        return False
    return isinstance(answer, numbers.Integral) or math.isfinite(answer)


def _on_step(answer: float, options: Range) -> bool:
    if options.step is None:
        return True
    steps = (answer - options.low) / options.step
    return math.isclose(steps, round(steps), abs_tol=1e-9)


def _missing(plan: _Plan, keyed: Mapping[str, float]) -> tuple[str, ...]:
    if len(keyed) == len(plan.items):
        return ()
    return tuple(name for name, item in plan.items.items() if name not in keyed and not _passed_over(item, keyed))


def _passed_over(item: Item, keyed: Mapping[str, float]) -> bool:
    """Whether the answer before says that this item is not asked; while that answer is open, it stays open."""
    return item.asked_if is not None and keyed.get(item.asked_if.item, math.inf) < item.asked_if.at_least


def _from_items(plan: _Plan, part: Score, keyed: Mapping[str, float]) -> float | None:
    answered = [keyed[i] for i in part.items if i in keyed]
    if len(answered) < len(part.items):
        absent = [i for i in part.items if i not in keyed]
        if len(absent) > part.missing or not plan.kept.isdisjoint(absent):
            return None
        if part.neutral is not None:
            answered += [check_answer(plan.definition, plan.items[i], part.neutral) for i in absent]
    scale = 1 if part.formula is Formula.MEAN else len(part.items)
    return round(math.fsum(answered) / len(answered) * scale * part.factor, 10)


def _from_parts(definition: Definition, part: Score, scores: Mapping[str, float | None]) -> float | None:
    values = [scores[name] for name in part.parts]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    if part.formula is Formula.SUM:
        return round(math.fsum(known) * part.factor, 10)
    weights = [len(definition.items_of(definition.subscales[name])) for name in part.parts]
    weighted = math.fsum(value * weight for value, weight in zip(known, weights, strict=True))
    return round(weighted / sum(weights) * part.factor, 10)


def _band(definition: Definition, total: float | None) -> str | None:
    if total is None:
        return None
    reached = [band.code for band in definition.bands if band.start <= total]
    return reached[-1] if reached else None


def _flags(plan: _Plan, keyed: Mapping[str, float]) -> tuple[Flag, ...]:
    return tuple(
        Flag(code, item, keyed[item])
        for item, code, start, below in plan.flags
        if item in keyed and (keyed[item] < below if below > -math.inf else keyed[item] >= start)
    )
