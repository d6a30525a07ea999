"""The rule "off the expected course": the newest answer on the outcome measure lies above the band in which 80 of 100
people with such a start lie. One answer in ten does so by chance, so it is a prompt for the next session and no more
(de Jong 2021: feedback on being off track helps most with what to do about it)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.queries.prepared import rows
from core.rules.catalogue import RULES
from core.rules.findings import Fact, Finding
from models import Alert, Patient, Signal, SignalScore

FRESH = timedelta(days=28)  # (d) an older answer is no news for a session


def off_course(course: Mapping[str, Any] | None, *, now: datetime) -> Finding | None:
    """The finding from a stored expected course (``core.signals.course``); ``None`` within or below the band, without
    an answer to place, and for an old one."""
    newest = (course or {}).get("newest")
    if not newest or newest["side"] <= 0:
        return None
    at = datetime.fromisoformat(newest["at"])
    if now - at > FRESH:
        return None
    fact = Fact(
        at, "score", newest["total"], instrument=str((course or {})["instrument"]), threshold=newest["high"],
        informant="patient", window="expected_course",
    )  # fmt: skip
    return Finding(RULES["off_course"].code, (fact,))


def find_off_course(session: Session, *, patient: Patient, now: datetime) -> Finding | None:
    """The same from the newest score of ``patient``; an answer that an alert was already about is not told again."""
    newest = rows(session, _NEWEST, patient=patient.id, now=now)
    found = off_course(newest[0].course, now=now) if newest else None
    if found is None:
        return None
    told = rows(session, _TOLD, patient=patient.id, rule=found.rule, since=found.facts[0].at)
    return None if told else found


_S = SignalScore
_NEWEST = (
    select(col(_S.course))
    .where(
        col(_S.patient_id) == bindparam("patient"), col(_S.signal) == Signal.PROGNOSIS,
        col(_S.as_of) <= bindparam("now"),
    )
    .order_by(col(_S.as_of).desc())
    .limit(1)
)  # fmt: skip
_TOLD = (
    select(col(Alert.id))
    .where(
        col(Alert.patient_id) == bindparam("patient"), col(Alert.rule) == bindparam("rule"),
        col(Alert.opened_at) >= bindparam("since"),
    )
    .limit(1)
)  # fmt: skip
