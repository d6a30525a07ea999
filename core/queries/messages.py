"""The conversation of one patient with the team: the newest messages with who read them, and how quickly this pair
usually answers. Part of the case review: the caller checked reach and wrote the audit entry of the read."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _
from core.queries.prepared import AnyRow, rows
from core.rules.reply_time import waits_of
from core.vault import vault
from models import Message, MessageThread, Patient, User

NEWEST = 20  # (d) messages on screen
REPLIES = 200  # (d) messages looked at for the usual reply time
ENOUGH_REPLIES = 3  # (d) fewer say nothing about what is usual


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. ``read_at``/``read_by`` are the first reader of the other side."""

    id: uuid.UUID
    from_patient: bool
    mine: bool
    author: str
    sent_at: datetime
    body: str
    read_at: datetime | None
    read_by: str | None

    @property
    def unread(self) -> bool:
        """Whether nobody of the other side has read it."""
        return self.read_at is None


@dataclass(frozen=True, slots=True)
class ThreadView:
    """Oldest first; ``earlier`` messages are not shown. Reply times are medians in hours, ``None`` below 3 replies."""

    messages: tuple[MessageView, ...]
    earlier: int
    needs_reply_since: datetime | None
    team_reply_hours: float | None
    patient_reply_hours: float | None
    may_write: bool

    @property
    def unread(self) -> tuple[MessageView, ...]:
        """What the patient wrote and nobody of the team has read."""
        return tuple(message for message in self.messages if message.from_patient and message.unread)


def thread_of(
    session: Session, *, by: Actor, now: datetime, patient: Patient, newest: int = NEWEST
) -> ThreadView:  # fmt: skip
    """The conversation of a reached patient up to ``now``: its ``newest`` messages."""
    shown_rows = rows(session, _NEWEST, patient=patient.id, now=now, newest=newest)
    oldest_first = sent_times(session, patient=patient, now=now)
    thread = next(iter(rows(session, _THREAD, patient=patient.id)), None)
    shown = [_view(session, patient, by, message) for message in reversed(shown_rows)]
    return ThreadView(
        messages=tuple(shown),
        earlier=len(oldest_first) - len(shown),
        needs_reply_since=thread.needs_reply_since if thread else None,
        team_reply_hours=usual_reply_hours(oldest_first, to_patient=True),
        patient_reply_hours=usual_reply_hours(oldest_first, to_patient=False),
        may_write=thread is not None and can(by, Permission.WRITE_MESSAGES),
    )


def sent_times(session: Session, *, patient: Patient, now: datetime) -> list[tuple[bool, datetime]]:
    """Side (whether the patient) and moment of the newest ``REPLIES`` messages of a reached patient, oldest first."""
    return [(bool(side), at) for side, at in reversed(rows(session, _TIMES, patient=patient.id, now=now))]


def _view(session: Session, patient: Patient, by: Actor, message: AnyRow) -> MessageView:
    return MessageView(
        id=message.id,
        from_patient=message.from_patient,
        mine=message.author_id == by.user_id,
        author=message.author or _("Somebody"),
        sent_at=message.sent_at,
        body=vault(session).open(session, patient.id, "message", message.id, message.body),
        read_at=message.read_at,
        read_by=None if message.read_by is None else message.reader or _("Somebody"),
    )


def usual_reply_hours(messages: Iterable[tuple[bool, datetime]], *, to_patient: bool) -> float | None:
    """Median hours between the first unanswered message of one side and the other side's next one.

    ``messages`` are ``(from_patient, sent_at)``, oldest first. ``None`` below 3 replies: too few to be usual.
    """
    hours = [(answered - asked).total_seconds() / 3600 for asked, answered in waits_of(messages, to_patient=to_patient)]
    return median(hours) if len(hours) >= ENOUGH_REPLIES else None


_M, _AUTHOR, _READER = Message, aliased(User), aliased(User)
_OF_PATIENT = col(_M.patient_id) == bindparam("patient"), col(_M.sent_at) <= bindparam("now")
_NEWEST: Executable = (
    select(
        col(_M.id), col(_M.from_patient), col(_M.author_id), col(_M.sent_at), col(_M.body), col(_M.read_at),
        col(_M.read_by), col(_AUTHOR.name).label("author"), col(_READER.name).label("reader"),
    )
    .outerjoin(_AUTHOR, col(_AUTHOR.id) == col(_M.author_id))
    .outerjoin(_READER, col(_READER.id) == col(_M.read_by))
    .where(*_OF_PATIENT)
    .order_by(col(_M.sent_at).desc(), col(_M.id))
    .limit(bindparam("newest"))
)  # fmt: skip
_TIMES = (
    select(col(_M.from_patient), col(_M.sent_at)).where(*_OF_PATIENT).order_by(col(_M.sent_at).desc()).limit(REPLIES)
)
_THREAD = select(col(MessageThread.needs_reply_since)).where(col(MessageThread.patient_id) == bindparam("patient"))
