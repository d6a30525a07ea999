"""The tokens of a service: for whom, for what, until when, when last used. Never the token itself."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.audit import log
from models import ApiToken, Service


@dataclass(frozen=True, slots=True)
class TokenView:
    """One token; ``holds`` is whether it may be used now."""

    id: uuid.UUID
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class TokensView:
    """The tokens of a service, newest first, and the clock of the service."""

    time_zone: str
    tokens: tuple[TokenView, ...]


def api_tokens_of(session: Session, *, by: Actor, now: datetime) -> TokensView:
    """All tokens of the service; raises ``AccessRefused``."""
    check(by, Permission.IMPORT_DATA)
    log.record(session, at=now, action="read_tokens", actor_id=by.user_id)
    wanted = select(ApiToken).where(col(ApiToken.service_id) == by.service_id).order_by(col(ApiToken.made_at).desc())
    tokens = tuple(
        TokenView(
            t.id, t.name, tuple(t.scopes), t.made_at, t.expires_at, t.revoked_at, t.used_at,
            holds=t.revoked_at is None and t.expires_at > now,
        )
        for t in session.exec(wanted)
    )  # fmt: skip
    return TokensView(session.get_one(Service, by.service_id).time_zone, tokens)
