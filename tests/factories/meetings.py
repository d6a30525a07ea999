"""A meeting that goes on about one patient, with something agreed; its identifiers follow from the patient's."""

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session

from core.vault import vault
from models import AgendaItem, Meeting, Patient, TeamAction
from tests.factories.cast import NOW


def item_of(patient: Patient) -> uuid.UUID:
    """The agenda item of ``make_meeting``."""
    return uuid.uuid5(patient.id, "item")


def action_of(patient: Patient) -> uuid.UUID:
    """The action of ``make_meeting``."""
    return uuid.uuid5(patient.id, "action")


def meeting_of(patient: Patient) -> uuid.UUID:
    """The meeting of ``make_meeting``."""
    return uuid.uuid5(patient.id, "meeting")


def make_meeting(
    session: Session, patient: Patient, staff_id: uuid.UUID, by: uuid.UUID, *, now: datetime = NOW
) -> None:
    """A running meeting of the patient's team with the patient on it, and an open action."""
    meeting = Meeting(id=meeting_of(patient), team_id=patient.team_id, started_at=now, started_by=by)
    session.add(meeting)
    session.flush()
    session.add(AgendaItem(id=item_of(patient), meeting_id=meeting.id, patient_id=patient.id, position=0, minutes=3))
    words = vault(session).close(session, patient.id, "team_action", action_of(patient), "Ring the school.")
    session.add(
        TeamAction(
            id=action_of(patient), meeting_id=meeting.id, patient_id=patient.id, owner_id=staff_id, text=words,
            due_on=now.date() + timedelta(days=1), made_at=now, made_by=by,
        )
    )  # fmt: skip
    session.flush()
