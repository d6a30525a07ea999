"""What was imported: which file, by whom, what it brought, and whether it was taken back; and, apart from it, what
devices and partner applications sent, which may be a batch every few minutes."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.audit import log
from models import ImportRun, Service, Source, User

SHOWN = 50


@dataclass(frozen=True, slots=True)
class RunView:
    """One import. ``by`` is ``None`` where it was the command line or a token; ``counts`` are the numbers of its
    report."""

    id: uuid.UUID
    file: str
    source: str
    at: datetime
    by: str | None
    counts: dict[str, Any]
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunsView:
    """The newest imports, the newest batches that devices and partners sent, and the clock of the service."""

    time_zone: str
    runs: tuple[RunView, ...]
    sent: tuple[RunView, ...]


def import_runs(session: Session, *, by: Actor, now: datetime) -> RunsView:
    """The newest imports of the service; raises ``AccessRefused``."""
    check(by, Permission.IMPORT_DATA)
    log.record(session, at=now, action="read_imports", actor_id=by.user_id)
    zone = session.get_one(Service, by.service_id).time_zone
    return RunsView(zone, _newest(session, by, sent=False), _newest(session, by, sent=True))


def _newest(session: Session, by: Actor, *, sent: bool) -> tuple[RunView, ...]:
    is_sent = col(Source.kind) == "api"
    wanted = (
        select(ImportRun, Source.name, User.name)
        .join(Source, col(Source.id) == col(ImportRun.source_id))
        .outerjoin(User, col(User.id) == col(ImportRun.started_by))
        .where(col(ImportRun.service_id) == by.service_id, is_sent if sent else ~is_sent)
        .order_by(col(ImportRun.started_at).desc(), col(ImportRun.id).desc())
        .limit(SHOWN)
    )
    return tuple(
        RunView(run.id, run.file, source, run.started_at, who, run.counts, run.undone_at)
        for run, source, who in session.exec(wanted)
    )
