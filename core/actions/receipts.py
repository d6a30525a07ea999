"""Idempotency: one form, one key, one effect (threat 43)."""

import uuid
from datetime import datetime

from sqlmodel import Session

from core.errors import AccessRefused
from core.language import _
from models import ActionReceipt


def already_done(session: Session, *, key: str, by: uuid.UUID, action: str) -> ActionReceipt | None:
    """The receipt if this press was carried out before; a key of someone else or another action is refused."""
    receipt = session.get(ActionReceipt, key)
    if receipt is not None and (receipt.by != by or receipt.action != action):
        raise AccessRefused(_("This form was already used for something else. Reload the page."))
    return receipt


def give_receipt(
    session: Session, *, key: str, by: uuid.UUID, action: str, now: datetime, target: object = None
) -> None:
    """Note that the action was carried out; two presses at once collide here and one is undone."""
    session.add(ActionReceipt(key=key, by=by, action=action, at=now, target=None if target is None else str(target)))
    session.flush()
