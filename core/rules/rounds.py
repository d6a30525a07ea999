"""The round over everyone in treatment: the rules on what time brings. People are looked at by the hundred without
keeping a writer waiting; whoever something was found for is looked at again in a transaction of their own, so that one
of them never costs another theirs."""

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_
from sqlmodel import Session, col, select

from core.calls import Calls
from core.chores import Shift
from core.errors import NotPossible
from core.rules.in_force import refusals
from core.rules.watch import anything_found, watch
from models import Patient

AT_ONCE = 100  # people in one look
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Round:
    """How many were looked at, the alerts opened by rule, for how many people nobody could own what was found, and for
    how many the look failed (the log names the kind of error)."""

    patients: int = 0
    opened: dict[str, int] = field(default_factory=dict)
    unowned: int = 0
    failed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The counts, as the command prints them and the chore keeps them."""
        return asdict(self) | {"opened": dict(sorted(self.opened.items()))}


def watch_everyone(
    calls: Calls, now: datetime, progress: Callable[[int, int], None], *, goes_on: Callable[[], bool] = lambda: True
) -> Round:
    """Look at the days of every patient in treatment (``core.rules.watch``). A repeated round opens nothing twice, and
    one that was broken off is taken up by the next: what it opened keeps quiet. ``goes_on`` is asked between people."""
    people, made = calls.leaf_through(_in_treatment, now=now), Round()
    for begin in range(0, len(people), AT_ONCE):
        some = people[begin : begin + AT_ONCE]
        if not _some(calls, now, some, made, goes_on):
            break
        progress(made.patients, len(people))
    return made


def _in_treatment(connection: Connection, *, now: datetime) -> Sequence[uuid.UUID]:
    stays = or_(col(Patient.left_on).is_(None), col(Patient.left_on) > now.date())
    with Session(connection) as session:
        return session.exec(select(Patient.id).where(stays).order_by(col(Patient.key))).all()


def _some(calls: Calls, now: datetime, some: Sequence[uuid.UUID], made: Round, goes_on: Callable[[], bool]) -> bool:
    """Look at some people; whether there was time for all of them."""
    if not goes_on():
        return False
    found = _those_found(calls, now, some)
    for patient_id in found:
        if not goes_on():
            return False
        _one(calls, now, patient_id, made)
    made.patients += len(some)
    return True


def _those_found(calls: Calls, now: datetime, some: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    """Whom something is found for; all of them where the look at them together fails, each then on their own."""
    try:
        return calls.leaf_through(_glimpse, some=some, now=now)
    except Exception as error:  # noqa: BLE001 whatever it is about one of them, the others are looked at
        logger.error("rules: the look at %d patients failed: %s", len(some), type(error).__name__)
        return some


def _glimpse(connection: Connection, *, some: Sequence[uuid.UUID], now: datetime) -> list[uuid.UUID]:
    with Session(connection) as session:
        patients = session.exec(select(Patient).where(col(Patient.id).in_(some)).order_by(col(Patient.key))).all()
        return [patient.id for patient in anything_found(session, patients=patients, now=now)]


def _one(calls: Calls, now: datetime, patient_id: uuid.UUID, made: Round) -> None:
    try:
        with calls.transaction() as session:
            opened = watch(session, patient=session.get_one(Patient, patient_id), now=now)
            rules = [alert.rule for alert in opened]
    except NotPossible:
        made.unowned += 1
    except Exception as error:  # noqa: BLE001 whatever it is about this person, the others are looked at
        made.failed += 1
        logger.error("rules: the look at a patient failed: %s", type(error).__name__)
    else:
        made.opened = dict(Counter(made.opened) + Counter(rules))


def go_round(shift: Shift) -> dict[str, Any]:
    """The round as a chore of the running application. The first is at its start, and names in the log each rule that
    is refused."""
    with shift.calls.transaction() as session:
        refused = refusals(session)
    for one in refused:
        logger.warning("rule %s is refused (%s): %s", one.rule, one.where, one.why)
    made = watch_everyone(shift.calls, shift.began, lambda _done, _total: None, goes_on=shift.goes_on)
    return made.as_json() | {"refused": [one.rule for one in refused]}
