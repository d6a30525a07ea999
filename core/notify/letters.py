"""From rows of the outbox to letters: who gets what through which channel, together where nothing is imminent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.errors import KeyMissing
from core.language import use_locale
from core.notify import text
from core.notify.channels import apprise_address, quiet_until
from core.notify.post import Letter
from core.notify.text import Matter
from core.settings import Settings
from models import Alert, NotificationChannel, Outbox, Role, Service, User


@dataclass(frozen=True, slots=True)
class Way:
    """One channel for one bundle: the letter, or (``quiet_until``) when it may go."""

    channel_id: uuid.UUID
    letter: Letter
    quiet_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rows that one person is told of in one letter, and the channels that have not taken it yet. ``tries`` are those
    of the rows, this one included; ``trouble`` is why there is nothing to send."""

    rows: tuple[uuid.UUID, ...]
    tries: int
    ways: tuple[Way, ...]
    trouble: str | None = None


def bundles(session: Session, rows: Sequence[Outbox], *, now: datetime, settings: Settings) -> list[Bundle]:
    """The letters of these rows: what is imminent first and on its own, the rest together for each person."""
    matters = _matters(session, rows)
    order = sorted(rows, key=lambda row: (not matters[row.id].imminent, _together(row, matters[row.id])))
    grouped = groupby(order, key=lambda row: _together(row, matters[row.id]))
    return [_bundle(session, list(group), matters, now=now, settings=settings) for _key, group in grouped]


def _together(row: Outbox, matter: Matter) -> tuple[str, ...]:
    alone = str(row.id) if matter.imminent else ""
    return alone, str(row.recipient_id), f"{row.tries:04}", ",".join(sorted(row.reached))


def _matters(session: Session, rows: Sequence[Outbox]) -> dict[uuid.UUID, Matter]:
    ids = {uuid.UUID(row.payload["alert"]) for row in rows if "alert" in row.payload}
    alerts = {alert.id: alert for alert in session.exec(select(Alert).where(col(Alert.id).in_(ids)))}
    zones = {one.id: one.time_zone for one in session.exec(select(Service))}
    services = {
        user.id: zones[user.service_id]
        for user in session.exec(select(User).where(col(User.id).in_({row.recipient_id for row in rows})))
    }
    found = {}
    for row in rows:
        alert = alerts.get(uuid.UUID(row.payload["alert"])) if "alert" in row.payload else None
        zone = services.get(row.recipient_id, "UTC") if row.recipient_id else "UTC"
        found[row.id] = Matter(row.kind, alert.response, alert.due_at, zone) if alert else Matter(row.kind, zone=zone)
    return found


def _bundle(
    session: Session, rows: list[Outbox], matters: dict[uuid.UUID, Matter], *, now: datetime, settings: Settings
) -> Bundle:
    ids, tries = tuple(row.id for row in rows), max(row.tries for row in rows)
    person = session.get(User, rows[0].recipient_id) if rows[0].recipient_id else None
    if person is None or person.disabled_at is not None:
        return Bundle(ids, tries, (), "recipient_gone")
    use_locale(person.locale)
    told = [matters[row.id] for row in rows]
    link = _link(session, settings, person, rows)
    title, body = text.title(told), text.body(told, link)
    channels = channels_of(session, person.id)
    if not channels:
        return Bundle(ids, tries, (), "no_channel")
    zone, ways, trouble = ZoneInfo(session.get_one(Service, person.service_id).time_zone), [], None
    for channel in channels:
        if str(channel.id) in rows[0].reached:
            continue
        try:
            letter = Letter(apprise_address(session, channel, settings), title, body)
        except KeyMissing:
            trouble = "address"
            continue
        quiet = None if told[0].imminent else quiet_until(channel, now, zone)
        ways.append(Way(channel.id, letter, quiet))
    return Bundle(ids, tries, tuple(ways), trouble)


def channels_of(session: Session, user_id: uuid.UUID) -> list[NotificationChannel]:
    """Somebody's channels, oldest first."""
    c = NotificationChannel
    return list(session.exec(select(c).where(col(c.user_id) == user_id).order_by(col(c.added_at), col(c.id))))


def _link(session: Session, settings: Settings, person: User, rows: list[Outbox]) -> str:
    """To the case for one alert of a clinician, else to where the person lands."""
    start = settings.public_url.rstrip("/")
    about = rows[0].payload.get("alert")
    if not start or len(rows) > 1 or about is None or person.role not in (Role.THERAPIST, Role.TEAM_LEAD):
        return start
    alert = session.get(Alert, uuid.UUID(about))
    return f"{start}/case_review?patient={alert.patient_id}" if alert else start
