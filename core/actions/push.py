"""What a device or partner application pushes: one batch, one transaction, under the token's own name as source."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from core.access.api_tokens import as_actor, holder, used
from core.actions.intake import Way, take_in
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Item


def push(session: Session, *, now: datetime, token: str, scope: str, items: Iterable[Item]) -> IntakeReport:
    """Store a batch; people who are not known here are not admitted. Raises ``SignInRefused`` for a token that does not
    hold (also when it is revoked while the batch is stored), ``AccessRefused`` for one without the scope."""
    row = holder(session, token=token, scope=scope, now=now)
    way = Way(source=row.name, kind="api", name=row.name, admits=False)
    report = take_in(session, by=as_actor(row), now=now, way=way, items=items)
    used(session, token_id=row.id, now=now)
    return report
