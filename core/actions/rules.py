"""A rule is set for the service or one of its programmes, with the name of who did it: its thresholds, and whether it
runs. What a person says about their safety always counts: those rules stay as they are."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotFound, NotPossible
from core.language import _
from core.rules.catalogue import RULES
from core.rules.in_force import configured_in, fault, in_force, unfit
from models import Programme, RuleChange, Service


def set_rule(
    session: Session, *, by: Actor, now: datetime, key: str, rule: str, thresholds: Mapping[str, float],
    runs: bool = True, programme_id: uuid.UUID | None = None, rehearsed: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Put a rule's thresholds in force from now on, for the service or one programme; ``rehearsed`` are the figures it
    was decided on. Raises ``NotPossible`` for a rule on what people say about their safety, ``InvalidInput`` for
    thresholds that do not hold, ``NotFound`` for a programme of another service."""
    check(by, Permission.SET_RULES)
    log.take_turn(session)
    if already_done(session, key=key, by=by.user_id, action="set_rule"):
        return
    check_thresholds(rule, thresholds, known=RULES)
    if not RULES[rule].may_be_switched_off:
        raise NotPossible(_("What a person says about their safety always counts. This rule cannot be changed."))
    place = _place(session, by, programme_id)
    configured = configured_in(place.settings)
    held = configured.get(rule, {})
    configured[rule] = {**({} if fault(rule, held) else held), **thresholds, "runs": runs}
    place.settings = {**place.settings, "rules": configured}
    row = RuleChange(
        service_id=by.service_id, programme_id=programme_id, rule=rule, runs=runs, thresholds=dict(thresholds),
        rehearsed=dict(rehearsed or {}), changed_at=now, changed_by=by.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    give_receipt(session, key=key, by=by.user_id, action="set_rule", now=now, target=row.id)
    log.record(
        session, at=now, action="set_rule", actor_id=by.user_id, target=rule,
        detail={"runs": runs, "thresholds": dict(thresholds), "change": str(row.id)},
    )  # fmt: skip


def check_thresholds(rule: str, thresholds: Mapping[str, float], *, known: Collection[str]) -> None:
    """Raise ``NotPossible`` for a rule outside ``known``, ``InvalidInput`` for names it does not have and for numbers
    they cannot be."""
    if rule not in known or rule not in RULES:
        raise NotPossible(_("This rule cannot be rehearsed."))
    for name, value in thresholds.items():
        if name not in RULES[rule].thresholds or unfit(name, value):
            raise InvalidInput(_("The threshold “{name}” cannot be {value}.").format(name=name, value=value))


def settings_in_force(session: Session, *, service_id: uuid.UUID, programme_id: uuid.UUID | None) -> dict[str, Any]:
    """What is configured about rules, the programme's over the service's. Raises ``NotFound`` for a programme of
    another service."""
    own = _programme(session, service_id, programme_id).settings if programme_id else {}
    return in_force(session.get_one(Service, service_id).settings, own)


def _place(session: Session, by: Actor, programme_id: uuid.UUID | None) -> Service | Programme:
    if programme_id is not None:
        return _programme(session, by.service_id, programme_id)
    return session.exec(select(Service).where(col(Service.id) == by.service_id).with_for_update()).one()


def _programme(session: Session, service_id: uuid.UUID, programme_id: uuid.UUID) -> Programme:
    p = Programme
    found = session.exec(select(p).where(col(p.id) == programme_id, col(p.service_id) == service_id)).one_or_none()
    if found is None:
        raise NotFound(_(NOT_FOUND))
    return found
