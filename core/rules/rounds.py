"""The round over everyone in treatment: the rules on what time brings, a transaction for each person, so that one of
them never costs another theirs."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from core.calls import Calls
from core.chores import Shift
from core.errors import NotPossible
from core.rules.watch import watch
from models import Patient

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """How many were looked at, the alerts opened by rule, for how many people nobody could own what was found, and for
    how many the look failed (the log names the kind of error)."""

    patients: int
    opened: dict[str, int] = field(default_factory=dict)
    unowned: int = 0
    failed: int = 0


def watch_everyone(
    calls: Calls, now: datetime, progress: Callable[[int, int], None], *, goes_on: Callable[[], bool] = lambda: True
) -> Round:
    """Look at the days of every patient in treatment (``core.rules.watch``); a repeated round opens nothing twice.
    ``goes_on`` is asked before each person; whoever is not looked at is so in the next round."""
    with calls.transaction() as session:
        stays = or_(col(Patient.left_on).is_(None), col(Patient.left_on) > now.date())
        people = session.exec(select(Patient.id).where(stays).order_by(col(Patient.key))).all()
    opened, unowned, failed, done = Counter[str](), 0, 0, 0
    for patient_id in people:
        if not goes_on():
            break
        try:
            with calls.transaction() as session:
                found = watch(session, patient=session.get_one(Patient, patient_id), now=now)
                opened.update([alert.rule for alert in found])
        except NotPossible:
            unowned += 1
        except Exception as error:  # noqa: BLE001 whatever it is about this person, the others are looked at
            failed += 1
            logger.error("rules: the look at a patient failed: %s", type(error).__name__)
        done += 1
        progress(done, len(people))
    return Round(done, dict(sorted(opened.items())), unowned, failed)


def go_round(shift: Shift) -> dict[str, Any]:
    """The round as a chore of the running application."""
    made = watch_everyone(shift.calls, shift.began, lambda _done, _total: None, goes_on=shift.goes_on)
    return {"patients": made.patients, "opened": made.opened, "unowned": made.unowned, "failed": made.failed}
