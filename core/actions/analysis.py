"""That somebody took figures of the service away: what an export leaves behind in the log."""

from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput
from core.language import _

KINDS = ("csv", "xlsx", "json")


def note_export(session: Session, *, by: Actor, now: datetime, key: str, kind: str) -> None:
    """Log that ``by`` took the alliance analysis as ``kind`` (csv, xlsx, json). Raises ``InvalidInput`` for another."""
    check(by, Permission.READ_ALLIANCE_ANALYSIS)
    if kind not in KINDS:
        raise InvalidInput(_("There is no export of this kind."))
    if already_done(session, key=key, by=by.user_id, action="export_alliance_analysis"):
        return
    give_receipt(session, key=key, by=by.user_id, action="export_alliance_analysis", now=now)
    log.record(session, at=now, action="export_alliance_analysis", actor_id=by.user_id, detail={"kind": kind})
