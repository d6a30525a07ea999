"""The conversation with the team as the patient sees it: who read what and when, who reads what is written now, and
when an answer can be expected."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit import log
from core.errors import NotPossible
from core.queries.messages import NEWEST, REPLIES, MessageView, ThreadView, sent_times, thread_of
from core.queries.therapist import therapist_of
from core.rules.due import WorkingHours
from core.rules.owners import first_owner
from core.rules.reply_time import Expected, expected, waits_of
from models import Patient, Service


@dataclass(frozen=True, slots=True)
class OwnMessagesView:
    """The thread of the signed-in patient at ``now``. ``therapist`` leads the treatment; ``reader`` is told of what is
    written today, another name while the therapist is away (``None``: nobody). ``opens``/``closes`` are the team's
    working hours on its own clock ``service_zone``."""

    patient_id: uuid.UUID
    time_zone: str
    service_zone: str
    now: datetime
    therapist: str | None
    reader: str | None
    thread: ThreadView
    answer: Expected
    opens: time
    closes: time

    @property
    def new(self) -> tuple[MessageView, ...]:
        """What the team wrote and the patient has not seen yet."""
        return tuple(message for message in self.thread.messages if not message.from_patient and message.unread)


def own_messages(session: Session, *, by: Actor, now: datetime, everything: bool = False) -> OwnMessagesView:
    """The newest messages of the signed-in patient (``everything``: the last 200). Raises ``AccessRefused`` for every
    other role."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    log.record(session, at=now, action="read_own_messages", actor_id=by.user_id, patient_id=patient.id)
    hours = WorkingHours.of(session.get_one(Service, patient.service_id))
    waits = waits_of(sent_times(session, patient=patient, now=now), to_patient=True)
    return OwnMessagesView(
        patient_id=patient.id, time_zone=patient.time_zone, service_zone=str(hours.zone), now=now,
        therapist=therapist_of(session, patient, now), reader=_reader(session, patient, now),
        thread=thread_of(session, by=by, now=now, patient=patient, newest=REPLIES if everything else NEWEST),
        answer=expected(hours, waits, now=now), opens=hours.opens, closes=hours.closes,
    )  # fmt: skip


def _reader(session: Session, patient: Patient, now: datetime) -> str | None:
    try:
        return first_owner(session, patient, now)[0].name
    except NotPossible:
        return None
