"""What people set about how they are told: their own channels; and an administrator's second try of what was given
up."""

import uuid
from datetime import datetime, time

from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput, NotFound, NotPossible
from core.language import _
from core.notify.channels import kind_of, seal
from core.notify.trial import own_channel
from models import NotificationChannel, Outbox, User, new_id

MOST_CHANNELS, LONGEST_LABEL = 8, 80


def add_channel(
    session: Session, *, by: Actor, now: datetime, key: str, label: str, address: str,
    quiet_from: time | None = None, quiet_until: time | None = None,
) -> None:  # fmt: skip
    """Add a way to reach oneself: an e-mail or Apprise address, encrypted; quiet between the two times (the service's
    clock) except for what is imminent. Raises ``InvalidInput`` for an address nobody could be reached by,
    ``NotPossible`` for the ninth."""
    if already_done(session, key=key, by=by.user_id, action="add_channel"):
        return
    if not label.strip() or len(label) > LONGEST_LABEL:
        raise InvalidInput(_("Give it a name of at most {n} characters.").format(n=LONGEST_LABEL))
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise InvalidInput(_("Quiet hours need a beginning and an end."))
    kind, c = kind_of(address), NotificationChannel
    held = session.exec(select(func.count()).select_from(c).where(col(c.user_id) == by.user_id)).one()
    if held >= MOST_CHANNELS:
        raise NotPossible(_("At most {n} ways can be kept. Remove one first.").format(n=MOST_CHANNELS))
    channel = NotificationChannel(
        id=new_id(), user_id=by.user_id, label=label.strip(), kind=kind, address=b"", added_at=now,
        quiet_from=quiet_from.strftime("%H:%M") if quiet_from else None,
        quiet_until=quiet_until.strftime("%H:%M") if quiet_until else None,
    )  # fmt: skip
    channel.address = seal(session, channel, address)
    session.add(channel)
    give_receipt(session, key=key, by=by.user_id, action="add_channel", now=now, target=channel.id)
    log.record(
        session, at=now, action="add_channel", actor_id=by.user_id, target=channel.id, detail={"kind": channel.kind}
    )


def remove_channel(session: Session, *, by: Actor, now: datetime, key: str, channel_id: uuid.UUID) -> None:
    """Forget one of one's own channels with its address."""
    if already_done(session, key=key, by=by.user_id, action="remove_channel"):
        return
    session.delete(own_channel(session, by, channel_id))
    give_receipt(session, key=key, by=by.user_id, action="remove_channel", now=now, target=channel_id)
    log.record(session, at=now, action="remove_channel", actor_id=by.user_id, target=channel_id)


def send_again(session: Session, *, by: Actor, now: datetime, key: str, row_id: uuid.UUID | None = None) -> int:
    """Put what was given up back in the outbox (``row_id``: one of it; none: all of the service); how many.

    Raises ``NotFound`` for a row that is not on the service's list of what was given up.
    """
    check(by, Permission.KEEP_NOTIFICATIONS)
    if already_done(session, key=key, by=by.user_id, action="send_again"):
        return 0
    people = select(User.id).where(col(User.service_id) == by.service_id)
    given_up = select(Outbox).where(col(Outbox.failed_at).is_not(None), col(Outbox.recipient_id).in_(people))
    if row_id is not None:
        given_up = given_up.where(col(Outbox.id) == row_id)
    rows = session.exec(given_up.with_for_update()).all()
    if row_id is not None and not rows:
        raise NotFound(_(NOT_FOUND))
    for row in rows:
        row.failed_at, row.next_try_at, row.tries, row.trouble = None, None, 0, None
    give_receipt(session, key=key, by=by.user_id, action="send_again", now=now, target=row_id)
    log.record(session, at=now, action="send_again", actor_id=by.user_id, target=row_id, detail={"rows": len(rows)})
    return len(rows)
