"""Prompts of one patient as states (sent, opened, answered, late, expired), what still waits for an answer, and how
many were answered: computed from the prompts themselves, never guessed from the entries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from core.clock import moment, seconds
from models import Patient, Prompt

LATE = timedelta(hours=12)  # (d) a prompt that ran out is offered for so long; its answer is marked as late


class PromptState(StrEnum):
    """Where one request stands."""

    SENT = "sent"
    OPENED = "opened"
    ANSWERED = "answered"
    LATE = "late"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    """A check-in that waits for an answer: its kind and when it went out; ``late``: its time has run out."""

    kind: str
    sent_at: datetime
    expires_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Compliance:
    """Prompts of a stretch of days whose time is over (or that were answered): how many in each state."""

    in_time: int
    late: int
    expired: int

    @property
    def asked(self) -> int:
        """How many could have been answered."""
        return self.in_time + self.late + self.expired

    @property
    def share(self) -> float | None:
        """Share answered, in time or late; ``None`` where nothing was asked."""
        return (self.in_time + self.late) / self.asked if self.asked else None


def state_of(prompt: Prompt, now: datetime) -> PromptState:
    """The state of one prompt at ``now``."""
    if prompt.answered_at is not None:
        return PromptState.LATE if prompt.answered_at > prompt.expires_at else PromptState.ANSWERED
    if prompt.expires_at < seconds(now):
        return PromptState.EXPIRED
    return PromptState.SENT if prompt.opened_at is None else PromptState.OPENED


def open_prompts(session: Session, *, patient: Patient, now: datetime) -> tuple[OpenPrompt, ...]:
    """Unanswered prompts that can still be answered, newest first and one of each kind; late ones for ``LATE``."""
    since = seconds(now - LATE)
    rows = session.exec(
        select(Prompt)
        .where(col(Prompt.patient_key) == patient.key, col(Prompt.sent_at) > since - 86_400)
        .where(col(Prompt.sent_at) <= seconds(now))
        .order_by(col(Prompt.sent_at).desc())
    )
    newest: dict[str, OpenPrompt | None] = {}
    for row in rows:  # one that was answered later than an open one of its kind leaves nothing to ask
        waits = row.answered_at is None and row.expires_at > since
        late = row.expires_at < seconds(now)
        newest.setdefault(
            row.kind, OpenPrompt(row.kind, moment(row.sent_at), moment(row.expires_at), late) if waits else None
        )  # fmt: skip
    return tuple(prompt for prompt in newest.values() if prompt is not None)


def compliance(prompts: Iterable[Prompt], now: datetime) -> Compliance:
    """Count prompts by what became of them; those that can still be answered in time do not count yet."""
    states = Counter(state_of(prompt, now) for prompt in prompts)
    return Compliance(states[PromptState.ANSWERED], states[PromptState.LATE], states[PromptState.EXPIRED])


def sent_between(session: Session, *, patient: Patient, since: datetime, until: datetime) -> list[Prompt]:
    """Prompts sent with ``since <= sent_at < until``, oldest first."""
    return list(
        session.exec(
            select(Prompt)
            .where(col(Prompt.patient_key) == patient.key)
            .where(col(Prompt.sent_at) >= seconds(since), col(Prompt.sent_at) < seconds(until))
            .order_by(col(Prompt.sent_at), col(Prompt.kind))
        )
    )
