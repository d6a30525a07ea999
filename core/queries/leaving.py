"""What became of a patient's wish to leave. Parts of other queries: the caller checked reach."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.language import _
from core.queries.prepared import rows
from core.vault import vault
from models import LeaveRequest, Patient, User


@dataclass(frozen=True, slots=True)
class LeaveView:
    """The newest request that was not taken back: in which words, and what was answered (``None``: it waits)."""

    id: uuid.UUID
    asked_at: datetime
    words: str
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None

    @property
    def waits(self) -> bool:
        """Whether nobody has answered."""
        return self.answered_at is None


def leaving_of(session: Session, patient: Patient) -> LeaveView | None:
    """The newest request of a patient; ``None`` where there is none or it was taken back."""
    found = rows(session, _NEWEST, patient=patient.id)
    if not found:
        return None
    row, words = found[0], vault(session)
    answered = row.answered_at is not None
    return LeaveView(
        id=row.id, asked_at=row.asked_at, answered_at=row.answered_at,
        words=words.open(session, patient.id, "leave_request", row.id, row.words) if row.words else "",
        answered_by=(row.name or _("Somebody")) if answered else None,
        answer=words.open(session, patient.id, "leave_request.answer", row.id, row.answer) if answered else None,
    )  # fmt: skip


_R = LeaveRequest
_NEWEST = (
    select(col(_R.id), col(_R.asked_at), col(_R.words), col(_R.answered_at), col(_R.answer), col(User.name))
    .outerjoin(User, col(User.id) == col(_R.answered_by))
    .where(col(_R.patient_id) == bindparam("patient"), col(_R.taken_back_at).is_(None))
    .order_by(col(_R.asked_at).desc())
    .limit(1)
)
