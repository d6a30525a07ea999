"""A rehearsal from its question to its answer: the rule as it is set and as it is proposed, over the same past of the
same people. Read without the turn to write, a few hundred people at a time, so that nobody waits for it."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.rules import check_thresholds, settings_in_force
from core.audit import log
from core.calls import Calls
from core.clock import day_number
from core.rehearsal.daily import DAILY
from core.rehearsal.judge import Judged, cooled, judge
from core.rehearsal.people import Person, past_of, people_of
from core.rehearsal.sequences import ONE_BY_ONE, Material
from core.rules.catalogue import RULES
from models import Service

REHEARSED = tuple(code for code in RULES if code in DAILY or code in ONE_BY_ONE)
WEEKS = 52
CHUNK = 250  # people at a time
Settings = Mapping[str, Any]
Alerts = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rule would have raised from ``first`` to ``last`` (days since 1970-01-01) about ``people``: ``now`` as it
    is set (nothing while it is off), ``proposed`` with the ``thresholds`` tried. ``changes`` names whose number of
    alerts differs (patient, before, after), the largest difference first; ``silent_days`` is the share of days without
    any value behind it, for rules on days (``None``: not one of them)."""

    rule: str
    programme_id: uuid.UUID | None
    thresholds: Mapping[str, float]
    first: int
    last: int
    people: int
    now: Judged
    proposed: Judged
    changes: tuple[tuple[uuid.UUID, int, int], ...]
    silent_days: float | None


def rehearse(
    calls: Calls, *, by: Actor, rule: str, thresholds: Mapping[str, float], programme_id: uuid.UUID | None = None,
    weeks: int = WEEKS, progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Rehearsal:  # fmt: skip
    """Replay ``rule`` over the last full ``weeks``. Raises ``AccessRefused``, ``InvalidInput`` for thresholds that do
    not hold, ``NotPossible`` for a rule that cannot be replayed."""
    with calls.transaction() as session:
        service, current, proposed = _permit(session, by, calls, rule, thresholds, programme_id)
    runs = RULES[rule].runs(current)
    last = day_number(calls.clock(), service.time_zone) - 1
    first = last - timedelta(weeks=weeks).days + 1
    people = calls.leaf_through(people_of, service_id=service.id, programme_id=programme_id, first=first, last=last)
    before, after = list[tuple[int, int]](), list[tuple[int, int]]()
    silent, days = 0.0, 0
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        found = calls.leaf_through(_replay, chunk=chunk, service=service, rule=rule, span=(first, last),
                             settings=(current, proposed))  # fmt: skip
        before += cooled(found[0]) if runs else []
        after += cooled(found[1])
        silent, days = silent + found[2], days + found[3]
        progress(min(start + CHUNK, len(people)), len(people))
    past = calls.leaf_through(past_of, people=people, service_id=service.id, rule=rule)
    return Rehearsal(
        rule=rule, programme_id=programme_id, thresholds=dict(thresholds), first=first, last=last, people=len(people),
        now=judge(before, past, first=first, last=last), proposed=judge(after, past, first=first, last=last),
        changes=_changes(people, before, after), silent_days=silent / days if days else None,
    )  # fmt: skip


def _permit(
    session: Session, by: Actor, calls: Calls, rule: str, thresholds: Mapping[str, float],
    programme_id: uuid.UUID | None,
) -> tuple[Service, Settings, Settings]:  # fmt: skip
    check(by, Permission.SET_RULES)
    check_thresholds(rule, thresholds, known=REHEARSED)
    current = settings_in_force(session, service_id=by.service_id, programme_id=programme_id)
    own = dict(current["rules"].get(rule, {})) | dict(thresholds)
    log.record(
        session, at=calls.clock(), action="rehearse_rule", actor_id=by.user_id, target=rule,
        detail={"thresholds": dict(thresholds), "programme": str(programme_id) if programme_id else None},
    )  # fmt: skip
    return session.get_one(Service, by.service_id), current, {"rules": {**current["rules"], rule: own}}


def _replay(
    connection: Connection, *, chunk: Sequence[Person], service: Service, rule: str, span: tuple[int, int],
    settings: tuple[Settings, Settings],
) -> tuple[Alerts, Alerts, float, int]:  # fmt: skip
    """What both settings find about these people; how many days had nothing, of how many."""
    first, last = span
    if rule in DAILY:
        load, look = DAILY[rule]
        grid = load(connection, chunk, first, last)
        found = [grid.alerts(look(grid, one)) for one in settings]
        silent, days = grid.silence()
        return found[0], found[1], silent, days
    read, run = ONE_BY_ONE[rule]
    material = Material(chunk, read(connection, chunk, rule), service)
    within = {person.key: (max(person.enrolled, first), min(person.left - 1, last)) for person in chunk}
    kept = [
        [(key, day) for key, day in run(material, one) if within[key][0] <= day <= within[key][1]] for one in settings
    ]
    return kept[0], kept[1], 0.0, 0


def _changes(people: Sequence[Person], before: Alerts, after: Alerts) -> tuple[tuple[uuid.UUID, int, int], ...]:
    old, new = (Counter(key for key, _day in alerts) for alerts in (before, after))
    changed = [(person.id, old[person.key], new[person.key]) for person in people if old[person.key] != new[person.key]]
    return tuple(sorted(changed, key=lambda one: (-abs(one[2] - one[1]), str(one[0]))))
