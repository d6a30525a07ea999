"""What the criteria of a programme suggest for one person, with the facts behind it. Values in, suggestions out. What
the patient asks for is a reason by itself, a safety need goes straight to the step that is meant for it; neither is
weighed against a score."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from core.instruments import instruments
from core.rules.findings import Fact
from core.stepped import definition
from core.stepped.definition import Criterion, Plan
from models import StepWish

_EXACT = 1e-9


class Ground(StrEnum):
    """Why a step is suggested."""

    SAFETY = "safety"
    ASKED = "asked"
    SCORE = "score"
    STILL_ABOVE = "still_above"
    LONELY = "lonely"
    WORSE = "worse"
    NO_CHANGE = "no_change"
    BELOW = "below"
    RECOVERED = "recovered"


class Direction(StrEnum):
    """Whether a step gives more or less support than the present one; ``OTHER``: the patient wants something else."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered instrument: each of its scores by name (``total``, sub-scales)."""

    at: datetime
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person: the present step and since when, answered instruments (oldest first), the days with
    their mean of "lonely", sessions held since the step began, safety needs (rule, moment) and open requests."""

    step: int
    since: date
    today: date
    answered: Mapping[str, Sequence[Answered]]
    lonely: Sequence[tuple[date, float]] = ()
    sessions: int = 0
    safety: Sequence[tuple[str, datetime]] = ()
    wishes: Sequence[tuple[StepWish, datetime]] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground and the facts it rests on."""

    ground: Ground
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A step that is suggested (``None``: to be found together) and why."""

    to: int | None
    direction: Direction
    reasons: tuple[Reason, ...]


def suggestions(plan: Plan | None, person: Standing) -> list[Suggestion]:
    """What is suggested, the most pressing first: safety, what the patient asks for, more support, less support.

    While a safety need is open nothing suggests less support.
    """
    found = [*_safety(plan, person), *_asked(plan, person)]
    step = plan.step(person.step) if plan else None
    for move in step.moves if step else ():
        reasons = _move(move, person)
        if reasons and not (move.kind == "less" and person.safety):
            found.append(Suggestion(move.to, Direction(move.kind), reasons))
    order = {Direction.MORE: 0, Direction.OTHER: 1, Direction.LESS: 2}
    return sorted(found, key=lambda s: (_rank(s), order[s.direction]))


def _rank(suggestion: Suggestion) -> int:
    grounds = {reason.ground for reason in suggestion.reasons}
    return 0 if Ground.SAFETY in grounds else 1 if Ground.ASKED in grounds else 2


def _safety(plan: Plan | None, person: Standing) -> list[Suggestion]:
    if not person.safety or (plan is not None and person.step == plan.safety_step):
        return []
    facts = tuple(Fact(at, "safety", window=rule) for rule, at in person.safety)
    to = plan.safety_step if plan else None
    return [Suggestion(to, Direction.MORE, (Reason(Ground.SAFETY, facts),))]


def _asked(plan: Plan | None, person: Standing) -> list[Suggestion]:
    found = []
    for wish, at in person.wishes:
        fact = Fact(at, "wish", informant="patient", window=wish.value)
        found.append(Suggestion(_towards(plan, person, wish), Direction(wish.value), (Reason(Ground.ASKED, (fact,)),)))
    return found


def _towards(plan: Plan | None, person: Standing, wish: StepWish) -> int | None:
    step = plan.step(person.step) if plan else None
    moves = [move.to for move in step.moves if move.kind == wish.value] if step else []
    return moves[0] if moves else None


def _move(move: definition.Move, person: Standing) -> tuple[Reason, ...]:
    if move.any_of:
        return tuple(reason for criterion in move.any_of if (reason := _check(criterion, person)))
    reasons = [_check(criterion, person) for criterion in move.all_of]
    return tuple(r for r in reasons if r) if all(reasons) else ()


def _check(criterion: Criterion, person: Standing) -> Reason | None:
    match criterion:
        case definition.Score():
            return _score(criterion, person)
        case definition.Below():
            return _below(criterion, person)
        case definition.Worse():
            return _worse(criterion, person)
        case definition.NoChange():
            return _no_change(criterion, person)
        case definition.Recovered():
            return _recovered(criterion, person)
        case definition.Lonely():
            return _lonely(criterion, person)


def _values(on: definition.OnInstrument, person: Standing) -> list[tuple[datetime, float]]:
    rows = person.answered.get(on.instrument, ())
    return [(row.at, row.scores[on.part]) for row in rows if on.part in row.scores]


def _fact(
    on: definition.OnInstrument, value: tuple[datetime, float], *, threshold: float, usual: float | None = None
) -> Fact:
    part = None if on.part == "total" else on.part
    return Fact(
        value[0], "score", value[1], instrument=on.instrument, subscale=part, threshold=threshold, usual=usual,
        informant="patient",
    )  # fmt: skip


def _score(on: definition.Score, person: Standing) -> Reason | None:
    values = _values(on, person)
    long_enough = person.today - person.since >= timedelta(weeks=on.weeks_on_step)
    if on.weeks_on_step:
        values = [value for value in values if value[0].date() >= person.since + timedelta(weeks=on.weeks_on_step)]
    if not values or not long_enough or values[-1][1] < on.at_least - _EXACT:
        return None
    ground = Ground.STILL_ABOVE if on.weeks_on_step else Ground.SCORE
    return Reason(ground, (_fact(on, values[-1], threshold=on.at_least),))


def _below(on: definition.Below, person: Standing) -> Reason | None:
    values = [value for value in _values(on, person) if value[0].date() >= person.since][-on.times :]
    if len(values) < on.times or any(value >= on.below - _EXACT for _at, value in values):
        return None
    return Reason(Ground.BELOW, tuple(_fact(on, value, threshold=on.below) for value in values))


def _gain(on: definition.OnInstrument, before: float, now: float) -> float:
    """How much better, in points (negative: worse)."""
    return (now - before) * instruments()[on.instrument].better


def _reliable(on: definition.OnInstrument) -> float:
    change = instruments()[on.instrument].reliable_change
    return change.value if change else float("inf")


def _since_step(on: definition.OnInstrument, person: Standing) -> list[tuple[datetime, float]]:
    """The last score before the step began (or the first on it), and those since."""
    values = _values(on, person)
    before = [value for value in values if value[0].date() < person.since]
    return before[-1:] + [value for value in values if value[0].date() >= person.since]


def _worse(on: definition.Worse, person: Standing) -> Reason | None:
    values = _since_step(on, person)
    if len(values) < 2 or -_gain(on, values[0][1], values[-1][1]) < _reliable(on) - _EXACT:
        return None
    return Reason(Ground.WORSE, (_fact(on, values[-1], threshold=_reliable(on), usual=values[0][1]),))


def _no_change(on: definition.NoChange, person: Standing) -> Reason | None:
    values = _since_step(on, person)
    if person.sessions < on.sessions or len(values) < 2:
        return None
    if _gain(on, values[0][1], values[-1][1]) >= _reliable(on) - _EXACT:
        return None
    return Reason(Ground.NO_CHANGE, (_fact(on, values[-1], threshold=_reliable(on), usual=values[0][1]),))


def _recovered(on: definition.Recovered, person: Standing) -> Reason | None:
    values = _values(on, person)
    if len(values) < 2 or values[-1][1] >= on.below - _EXACT:
        return None
    if _gain(on, values[0][1], values[-1][1]) < _reliable(on) - _EXACT:
        return None
    return Reason(Ground.RECOVERED, (_fact(on, values[-1], threshold=on.below, usual=values[0][1]),))


def _lonely(on: definition.Lonely, person: Standing) -> Reason | None:
    since = person.today - timedelta(days=on.days)
    recent = [(day, value) for day, value in person.lonely if day > since]
    if len(recent) < on.entries or statistics.fmean(value for _day, value in recent) < on.at_least - _EXACT:
        return None
    newest = datetime.combine(recent[-1][0], time(12), UTC)
    fact = Fact(
        newest, "series", statistics.fmean(value for _day, value in recent), measure="lonely", threshold=on.at_least,
        informant="patient", window=f"{on.days} days",
    )  # fmt: skip
    return Reason(Ground.LONELY, (fact,))
