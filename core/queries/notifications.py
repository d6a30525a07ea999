"""How people are told: one's own channels; for an administrator what waits, what was given up, and who has no channel.
Kinds and codes only: nothing in it is about a patient."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.access.permissions import ROLE_PERMISSIONS, Permission, check
from core.audit import log
from core.settings import Settings
from models import NotificationChannel, Outbox, Service, User

LISTED = 100
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One way to reach oneself; ``trouble`` is a code of what its last letter met (``None``: it was taken)."""

    id: uuid.UUID
    label: str
    kind: str
    quiet_from: str | None
    quiet_until: str | None
    tested_at: datetime | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class ChannelsView:
    """One's own channels; ``mail`` is whether plain e-mail addresses work here."""

    channels: tuple[ChannelView, ...]
    time_zone: str
    mail: bool


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A notification that was given up."""

    id: uuid.UUID
    kind: str
    recipient: str
    made_at: datetime
    failed_at: datetime
    trouble: str | None


@dataclass(frozen=True, slots=True)
class OutboxView:
    """The outbox: how many wait and since when, what was told within seven days (``unreached``: seen in the application
    only, for want of a channel), what was given up (the newest hundred of ``given_up_count``), and the clinicians
    without any channel."""

    time_zone: str
    waiting: int
    oldest: datetime | None
    delivered: int
    unreached: int
    given_up_count: int
    given_up: tuple[GivenUp, ...]
    without_channel: tuple[str, ...]


def my_channels(session: Session, *, by: Actor, now: datetime) -> ChannelsView:
    """The channels of ``by``, oldest first; never their addresses."""
    c = NotificationChannel
    rows = session.exec(select(c).where(col(c.user_id) == by.user_id).order_by(col(c.added_at), col(c.id)))
    views = tuple(
        ChannelView(row.id, row.label, row.kind, row.quiet_from, row.quiet_until, row.tested_at, row.trouble)
        for row in rows
    )
    log.record(session, at=now, action="read_channels", actor_id=by.user_id, detail={"channels": len(views)})
    return ChannelsView(
        views, session.get_one(Service, by.service_id).time_zone, Settings().mail_server is not None
    )  # fmt: skip


def outbox(session: Session, *, by: Actor, now: datetime) -> OutboxView:
    """What stands in the outbox of the service of ``by``."""
    check(by, Permission.KEEP_NOTIFICATIONS)
    o, people = Outbox, select(User.id).where(col(User.service_id) == by.service_id)
    ours = col(o.recipient_id).in_(people)
    waiting = ours, col(o.delivered_at).is_(None), col(o.failed_at).is_(None)
    lately = ours, col(o.delivered_at) >= now - LATELY
    lost = ours, col(o.failed_at).is_not(None)
    rows = session.execute(
        select(o, User.name).join(User, col(User.id) == col(o.recipient_id)).where(*lost)
        .order_by(col(o.failed_at).desc()).limit(LISTED)
    )  # fmt: skip
    listed = tuple(
        GivenUp(row.id, row.kind, name, row.made_at, row.failed_at, row.trouble)
        for row, name in rows
        if row.failed_at is not None
    )
    no_channel = col(o.trouble) == "no_channel"
    view = OutboxView(
        time_zone=session.get_one(Service, by.service_id).time_zone,
        waiting=_count(session, *waiting),
        oldest=session.exec(select(func.min(o.made_at)).where(*waiting)).one(),
        delivered=_count(session, *lately, func.coalesce(col(o.trouble), "") != "no_channel"),
        unreached=_count(session, *lately, no_channel),
        given_up_count=_count(session, *lost),
        given_up=listed,
        without_channel=_without_channel(session, by),
    )
    log.record(session, at=now, action="read_outbox", actor_id=by.user_id, detail={"given_up": view.given_up_count})
    return view


def _count(session: Session, *conditions: object) -> int:
    return int(session.exec(select(func.count()).select_from(Outbox).where(*conditions)).one())  # type: ignore[arg-type]


def _without_channel(session: Session, by: Actor) -> tuple[str, ...]:
    """Who may own alerts and is told in the application only."""
    handling = [role for role, held in ROLE_PERMISSIONS.items() if Permission.HANDLE_ALERTS in held]
    has = select(NotificationChannel.user_id)
    rows = session.exec(
        select(User.name)
        .where(
            col(User.service_id) == by.service_id, col(User.role).in_(handling), col(User.disabled_at).is_(None),
            col(User.id).not_in(has),
        )
        .order_by(col(User.name))
    )  # fmt: skip
    return tuple(rows)
