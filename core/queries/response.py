"""What needs a response for one patient: open alerts in the order of their due time, the conversation, and what the
family wrote. Part of the case review: the caller checked reach and wrote the audit entry of the read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.queries.alerts import AlertView, Colleague, alerts_of, colleagues_of
from core.queries.check_ins import CheckInLine, newest_check_in_of
from core.queries.family_notes import FamilyNoteView, Marked, family_notes_of
from core.queries.leaving import LeaveView, leaving_of
from core.queries.messages import ThreadView, thread_of
from models import Patient


@dataclass(frozen=True, slots=True)
class ResponseView:
    """Everything of the left column; an alert can be handed over to ``colleagues``; ``check_in`` is the newest one,
    ``leaving`` the newest wish to leave."""

    patient: Patient
    now: datetime
    alerts: tuple[AlertView, ...]
    colleagues: tuple[Colleague, ...]
    thread: ThreadView
    family_notes: tuple[FamilyNoteView, ...]
    check_in: CheckInLine | None = None
    leaving: LeaveView | None = None


def response_of(
    session: Session, *, by: Actor, now: datetime, patient: Patient, notes: Sequence[Marked] = ()
) -> ResponseView:
    """The alerts, messages and family notes of a reached patient; ``notes``: the family's, as in the course."""
    return ResponseView(
        patient=patient,
        now=now,
        alerts=alerts_of(session, by=by, now=now, patient=patient),
        colleagues=colleagues_of(session, by=by, now=now, patient=patient),
        thread=thread_of(session, by=by, now=now, patient=patient),
        family_notes=family_notes_of(session, by=by, now=now, patient=patient, marks=notes),
        check_in=newest_check_in_of(session, patient=patient, now=now),
        leaving=leaving_of(session, patient),
    )
