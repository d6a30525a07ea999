"""The daily round over everyone in treatment, a transaction for each person, so that one of them never costs another
theirs."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select

from core.calls import Calls
from core.errors import NotPossible
from core.rules.watch import watch
from models import Patient


@dataclass(frozen=True, slots=True)
class Round:
    """How many were looked at, the alerts opened by rule, and for how many people nobody could own what was found."""

    patients: int
    opened: dict[str, int] = field(default_factory=dict)
    unowned: int = 0


def watch_everyone(calls: Calls, now: datetime, progress: Callable[[int, int], None]) -> Round:
    """Look at the days of every patient in treatment (``core.rules.watch``); a repeated round opens nothing twice."""
    with calls.transaction() as session:
        stays = or_(col(Patient.left_on).is_(None), col(Patient.left_on) > now.date())
        people = session.exec(select(Patient.id).where(stays).order_by(col(Patient.key))).all()
    opened, unowned = Counter[str](), 0
    for done, patient_id in enumerate(people, start=1):
        try:
            with calls.transaction() as session:
                found = watch(session, patient=session.get_one(Patient, patient_id), now=now)
                rules = [alert.rule for alert in found]
        except NotPossible:
            unowned += 1
            continue
        opened.update(rules)
        progress(done, len(people))
    return Round(len(people), dict(sorted(opened.items())), unowned)
