"""What makes a definition faulty. Each fault is one sentence that names the item, the option set or the score, so that
whoever wrote the file can mend it; the library puts the file's name before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.instruments.definition import Definition, Item, Option, Range, Score


def faults(definition: Definition) -> Iterator[str]:
    """Everything that does not hold; later checks rely on the earlier ones, so the first fault is the one to mend."""
    looks = (
        _of_items, _of_options, _of_conditions, _of_scores, _of_circles, _of_items_nowhere, _of_answers, _of_order,
        _of_versions,
    )  # fmt: skip
    for look in looks:
        yield from look(definition)


def _of_items(definition: Definition) -> Iterator[str]:
    ids = [item.id for item in definition.items]
    yield from (f"item {i} is defined twice" for i in sorted(set(ids)) if ids.count(i) > 1)
    codes = [item.loinc for item in definition.items if item.loinc]
    yield from (f"the code {code} stands at two items" for code in sorted(set(codes)) if codes.count(code) > 1)
    for item in definition.items:
        if item.options is None and len(definition.options) > 1:
            yield f"item {item.id} does not say which of the option sets it uses"
        elif item.options is not None and item.options not in definition.options:
            yield f"item {item.id} uses the option set {item.options!r}, which is not defined"


def _of_options(definition: Definition) -> Iterator[str]:
    for name, options in definition.options.items():
        if not isinstance(options, tuple):
            if options.low >= options.high:
                yield f"option set {name!r}: low is not below high"
            elif options.step is not None and not 0 < options.step <= options.high - options.low:
                yield f"option set {name!r}: a step of {options.step:g} does not lead along it"
            continue
        answers = [option.answer for option in options]
        yield from (f"option set {name!r}: answer {a:g} is given twice" for a in answers if answers.count(a) > 1)
        codes = [option.loinc for option in options if option.loinc]
        yield from (f"option set {name!r}: the code {c} stands at two answers" for c in codes if codes.count(c) > 1)
        if not options:
            yield f"option set {name!r} is empty"
    strange = sorted(set(definition.loinc_lists) - set(definition.options))
    yield from (f"an answer list belongs to the option set {name!r}, which is not defined" for name in strange)
    if definition.options and all(item.options for item in definition.items):
        unused = set(definition.options) - {item.options for item in definition.items}
        yield from (f"option set {name!r} is used by no item" for name in sorted(unused))


def _of_conditions(definition: Definition) -> Iterator[str]:
    """An item whose condition can never hold is never asked: unreachable."""
    earlier: dict[str, Item] = {}
    for item in definition.items:
        if item.asked_if is not None:
            before = earlier.get(item.asked_if.item)
            if before is None:
                yield f"item {item.id} can never be asked: it depends on item {item.asked_if.item}, not one before it"
            elif highest(definition.options_of(before)) < item.asked_if.at_least:
                yield (
                    f"item {item.id} can never be asked: no answer to item {before.id} scores "
                    f"{item.asked_if.at_least:g}"
                )
        earlier[item.id] = item


def _of_scores(definition: Definition) -> Iterator[str]:
    if "total" in definition.subscales:
        yield "a sub-scale cannot be called total"
    known, scores = {item.id for item in definition.items}, definition.scores()
    for name, part in scores.items():
        if bool(part.items) == bool(part.parts):
            yield f"{name}: it must be made of items or of parts, and not of both"
        yield from (f"{name}: item {i} is not defined" for i in part.items if i not in known)
        yield from (f"{name}: item {i} is counted twice" for i in sorted(set(part.items)) if part.items.count(i) > 1)
        yield from (f"{name}: the part {p!r} is not defined" for p in part.parts if p not in scores)
        if part.items and not 0 <= part.missing < len(part.items):
            yield f"{name}: it would stand with every item missing"


def _of_circles(definition: Definition) -> Iterator[str]:
    scores = definition.scores()
    for name in scores:
        seen, ahead = set(), list(scores[name].parts)
        while ahead:
            part = ahead.pop()
            if part == name:
                yield f"{name}: its formula is circular, it is made of itself"
                break
            if part not in seen:
                seen.add(part)
                ahead += scores[part].parts


def _of_items_nowhere(definition: Definition) -> Iterator[str]:
    """Where there are scores, an item that is in none of them was forgotten."""
    scores = definition.scores()
    used = {i for part in scores.values() for i in part.items}
    if scores:
        yield from (f"item {item.id} counts nowhere" for item in definition.items if item.id not in used)


def _of_answers(definition: Definition) -> Iterator[str]:
    """Numbers elsewhere in the file that are no answer, or no score, of the items they are about."""
    for name, part in definition.scores().items():
        if part.neutral is not None:
            for item in (definition.item(i) for i in part.items):
                if not answerable(definition.options_of(item), part.neutral):
                    yield f"{name}: {part.neutral:g} counts for a missing item {item.id}, but is outside its option map"
    for item in definition.items:
        if item.flag and highest(definition.options_of(item)) < item.flag_from:
            yield f"item {item.id}: no option scores {item.flag_from:g}, so that it could never be flagged"


def _of_order(definition: Definition) -> Iterator[str]:
    starts = [band.start for band in definition.bands]
    if starts != sorted(set(starts)):
        yield "the bands are not in rising order"
    scores = definition.scores()
    for cut in definition.cut_offs:
        name = cut.subscale or "total"
        if name not in scores:
            yield f"a cut-off is on the sub-scale {name!r}, which is not defined"
        elif not any(cut.reached(end) for end in span(definition, scores[name])):
            yield f"no score of {name} reaches the cut-off {cut.side} {cut.value:g}"
    if starts and definition.total and starts[-1] > span(definition, definition.total)[1]:
        yield f"no total reaches the band {definition.bands[-1].code} from {starts[-1]:g} on"


def _of_versions(definition: Definition) -> Iterator[str]:
    if definition.version in definition.retired:
        yield f"version {definition.version} is in force and retired"


def highest(options: tuple[Option, ...] | Range) -> float:
    """The highest score that these options can give."""
    return max((o.score for o in options), default=0.0) if isinstance(options, tuple) else options.high


def lowest(options: tuple[Option, ...] | Range) -> float:
    """The lowest score that these options can give."""
    return min((o.score for o in options), default=0.0) if isinstance(options, tuple) else options.low


def answerable(options: tuple[Option, ...] | Range, answer: float) -> bool:
    """Whether this number is one of the answers."""
    if isinstance(options, tuple):
        return any(option.answer == answer for option in options)
    return options.low <= answer <= options.high


def span(definition: Definition, part: Score) -> tuple[float, float]:
    """The lowest and highest value that a score can take."""
    sets = [definition.options_of(definition.item(i)) for i in definition.items_of(part)]
    ends = sum(lowest(s) for s in sets), sum(highest(s) for s in sets)
    scale = part.factor / (len(sets) if part.formula == "mean" else 1)
    return ends[0] * scale, ends[1] * scale
