"""The rule "off the expected course": the newest answer on the outcome measure lies above the band in which 80 of 100
people with such a start lie. One answer in ten does so by chance, so it is a prompt for the next session and no more
(de Jong 2021: feedback on being off track helps most with what to do about it)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

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
    s = SignalScore
    newest = (
        select(s.course)
        .where(col(s.patient_id) == patient.id, col(s.signal) == Signal.PROGNOSIS, col(s.as_of) <= now)
        .order_by(col(s.as_of).desc())
        .limit(1)
    )
    found = off_course(session.exec(newest).first(), now=now)
    if found is None:
        return None
    told = select(Alert.id).where(
        col(Alert.patient_id) == patient.id, col(Alert.rule) == found.rule, col(Alert.opened_at) >= found.facts[0].at
    )
    return None if session.exec(told.limit(1)).first() else found
