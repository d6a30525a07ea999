"""Trying a channel out: sent at once, outside of the outbox, so that its owner sees what came of it."""

import uuid

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.reach import NOT_FOUND
from core.audit import log
from core.calls import Calls
from core.errors import NotFound, NotPossible, VincleError
from core.language import _
from core.notify import text
from core.notify.channels import apprise_address
from core.notify.post import Letter, Post
from core.notify.text import TRIAL, Matter
from core.settings import Settings
from models import NotificationChannel


def try_channel(calls: Calls, *, by: Actor, channel_id: uuid.UUID, settings: Settings | None = None) -> None:
    """Send a test through one's own channel. Raises ``NotPossible`` saying what the other side did, ``NotFound`` for a
    channel that is not one's own."""
    known = settings or Settings()
    with calls.transaction() as session:
        channel = own_channel(session, by, channel_id)
        address = apprise_address(session, channel, known)
    matter = [Matter(TRIAL)]
    letter = Letter(address, text.title(matter), text.body(matter, known.public_url))
    with Post(allowed=[part.strip() for part in known.notify_hosts.split(",") if part.strip()]) as post:
        trouble = post.carry(letter)
    with calls.transaction() as session:
        now, channel = calls.clock(), own_channel(session, by, channel_id)
        channel.tested_at, channel.trouble = now, trouble
        detail = {"trouble": trouble}
        log.record(session, at=now, action="try_channel", actor_id=by.user_id, target=channel_id, detail=detail)
    if trouble is not None:
        raise NotPossible(why(trouble))


def own_channel(session: Session, by: Actor, channel_id: uuid.UUID) -> NotificationChannel:
    """The channel, or ``NotFound``."""
    c = NotificationChannel
    mine = select(c).where(col(c.id) == channel_id, col(c.user_id) == by.user_id)
    found = session.exec(mine.with_for_update()).one_or_none()
    if found is None:
        raise NotFound(_(NOT_FOUND))
    return found


def why(trouble: str) -> str:
    """What a channel did, as a sentence."""
    return {
        "refused": _("The other side did not take the message. Check the address."),
        "address": _("The address is no longer understood. Enter it again."),
        "forbidden": _("The address leads inside the house, which is not allowed here. Ask your administrator."),
        "timeout": _("The other side did not answer in time."),
        "no_channel": _("No way to reach this person is known."),
        "recipient_gone": _("This account is disabled."),
    }.get(trouble, _("The message could not be sent."))


def try_all(calls: Calls, *, by: Actor, settings: Settings | None = None) -> dict[str, str | None]:
    """Try every channel of ``by``: label → what went wrong (a sentence), ``None`` where it was taken."""
    with calls.transaction() as session:
        c = NotificationChannel
        mine = session.exec(select(c).where(col(c.user_id) == by.user_id).order_by(col(c.added_at))).all()
    found: dict[str, str | None] = {}
    for channel in mine:
        try:
            try_channel(calls, by=by, channel_id=channel.id, settings=settings)
            found[channel.label] = None
        except VincleError as error:
            found[channel.label] = str(error)
    return found
