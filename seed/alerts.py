"""The life of simulated alerts: opened by a finding, de-duplicated, acknowledged, closed with an action and words, or
still open because their time has not come."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.rules.catalogue import RULES
from core.rules.due import due_at
from models import Alert, AlertEvent, AlertState, AlertVerb, Appointment, Response, Service
from seed import words
from seed.people import SETTINGS
from seed.person import Person
from seed.plan import ZONE, Real
from seed.rows import Rows
from seed.triggers import Finding, Said, findings

__all__ = ["Said", "alerts"]

COOL_DOWN = {Response.NOW: 1, Response.SAME_DAY: 2, Response.NEXT_WORKING_DAY: 7}
LEFT_OPEN = timedelta(days=6)
COOL_DOWN_ELSE = 35  # days; statistical findings come back at most monthly
SERVICE = Service(name="", time_zone=ZONE, country="ES", region="CT", settings=SETTINGS)


@dataclass
class _Life:
    """One alert on its way: what opened it, and the moments of what a clinician does about it."""

    number: int
    rule: str
    response: Response
    opened: datetime
    due: datetime
    evidence: list[dict[str, Any]]
    seen: datetime
    closed: datetime
    luck: Real


def alerts(person: Person, rows: Rows, said: Said) -> None:
    """All alerts of a person up to now with their history."""
    for life in _lives(person, rows, said):
        _write(person, life, rows)


def _lives(person: Person, rows: Rows, said: Said) -> list[_Life]:
    lives: list[_Life] = []
    last: dict[str, _Life] = {}
    sessions = sorted(row["starts_at"] for row in rows.by_table[Appointment])
    for finding in findings(person, rows, said):
        before = last.get(finding.rule)
        if before is not None and finding.at < before.closed:
            before.evidence.extend(finding.evidence)
        elif before is None or finding.at >= before.closed + _cool_down(before.response):
            last[finding.rule] = _open(person, finding, len(lives), sessions)
            lives.append(last[finding.rule])
    return lives


def _cool_down(response: Response) -> timedelta:
    return timedelta(days=COOL_DOWN.get(response, COOL_DOWN_ELSE))


def _open(person: Person, finding: Finding, number: int, sessions: list[datetime]) -> _Life:
    luck = person.draws(f"alert-{finding.rule}-{int(finding.at.timestamp())}").random(6)
    response = RULES[finding.rule].response
    session = next((at for at in sessions if at > finding.at), None)
    due = due_at(response, finding.at, SERVICE, next_session=session)
    seen, closed = _handled(response, finding.at, due, luck)
    shown = person.plan.seeded_at
    if person.is_made and shown - LEFT_OPEN < finding.at <= shown:  # the visitor meets these still to be done
        seen, closed = max(seen, shown + timedelta(hours=3)), max(closed, shown + timedelta(hours=6 + 30 * luck[0]))
    return _Life(number, finding.rule, response, finding.at, due, list(finding.evidence), seen, closed, luck)


def _handled(response: Response, opened: datetime, due: datetime, luck: Real) -> tuple[datetime, datetime]:
    """When it is acknowledged and closed: mostly within the time asked for, one in ten late."""
    span = due - opened
    share = 0.35 + 0.55 * float(luck[0]) if luck[1] < 0.9 else 1.05 + 0.5 * float(luck[0])
    closed = opened + span * share
    if response is Response.NEXT_SESSION:
        closed = due + timedelta(hours=1 + 3 * float(luck[0]))
    return opened + (closed - opened) * (0.3 + 0.5 * float(luck[2])), closed


def _write(person: Person, life: _Life, rows: Rows) -> None:
    now, alert = person.plan.now, person.made_id(f"alert-{life.rule}", int(life.opened.timestamp()))
    steps = [step for step in _steps(life) if step[0] <= now]
    state = steps[-1][2]
    done = state is AlertState.CLOSED
    rows.add(
        Alert, id=alert, patient_id=person.id, rule=life.rule, response=life.response, opened_at=life.opened,
        due_at=life.due, state=state, owner_id=person.staff_id, evidence=[f for f in life.evidence if _past(f, now)],
        snoozed_until=None, closed_at=life.closed if done else None, closed_by=person.user_id if done else None,
        version=len(steps),
    )  # fmt: skip
    before: AlertState | None = None
    for number, (at, verb, to_state) in enumerate(steps):
        _event(person, life, alert, number, (at, verb, before, to_state), rows)
        before = to_state


def _past(shown: dict[str, Any], now: datetime) -> bool:
    return datetime.fromisoformat(shown["at"]) <= now


def _steps(life: _Life) -> Iterator[tuple[datetime, AlertVerb, AlertState]]:
    yield life.opened, AlertVerb.OPEN, AlertState.NEW
    if life.seen < life.closed and life.luck[3] < 0.6:
        yield life.seen, AlertVerb.ACKNOWLEDGE, AlertState.ACKNOWLEDGED
    yield life.closed, AlertVerb.CLOSE, AlertState.CLOSED


def _event(
    person: Person, life: _Life, alert: uuid.UUID, number: int,
    step: tuple[datetime, AlertVerb, AlertState | None, AlertState], rows: Rows,
) -> None:  # fmt: skip
    at, verb, before, after = step
    closing = verb is AlertVerb.CLOSE
    action, text = words.pick(words.CLOSINGS, float(life.luck[4])) if closing else (None, None)
    values = {
        "id": person.made_id(f"alert-event-{life.rule}-{number}", int(life.opened.timestamp())), "alert_id": alert,
        "at": at, "by": None if verb is AlertVerb.OPEN else person.user_id, "verb": verb, "from_state": before,
        "to_state": after, "action": action, "text": None,
        "next_review": (at + timedelta(days=7)).date() if closing else None,
        "useful": bool(life.luck[5] < 0.62) if closing and life.luck[5] < 0.85 else None,
    }  # fmt: skip
    if text is None:
        rows.add(AlertEvent, **values)
    else:
        rows.add_words(AlertEvent, person.id, "text", text, **values)
