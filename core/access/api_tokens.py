"""What devices and partner applications show: a random token, kept as its hash, for one service, with the scopes it was
given and an end. It is asked for at the start and again at the end of each request, in the same transaction."""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.sessions import digest
from core.errors import AccessRefused, SignInRefused
from core.language import _
from core.queries.prepared import change, rows
from models import ApiToken, Role

SCOPES = ("observations", "responses", "messages", "fhir")
_USE = (
    update(ApiToken)
    .where(col(ApiToken.id) == bindparam("this"), col(ApiToken.revoked_at).is_(None))
    .values(used_at=bindparam("now"))
)
_SHOWN = select(*(getattr(ApiToken, name) for name in ("id", "service_id", "name", "scopes", "expires_at"))).where(
    col(ApiToken.token_hash) == bindparam("digest"), col(ApiToken.revoked_at).is_(None)
)


class Shown(NamedTuple):
    """A token that holds."""

    id: uuid.UUID
    service_id: uuid.UUID
    name: str
    scopes: list[str]
    expires_at: datetime


def holder(session: Session, *, token: str, scope: str, now: datetime) -> Shown:
    """What stands behind a token that holds now. Raises ``SignInRefused`` for one that is unknown, over or revoked;
    ``AccessRefused`` for one without the scope."""
    kept = rows(session, _SHOWN, digest=digest(token))
    found = Shown(*kept[0]) if kept else None
    if found is None or found.expires_at <= now:
        raise SignInRefused(_("This token is not valid. Ask the service for a new one."))
    if scope not in found.scopes:
        raise AccessRefused(_("This token may not be used for {scope}.").format(scope=scope))
    return found


def used(session: Session, *, token_id: uuid.UUID, now: datetime) -> None:
    """Note the use of a token. Raises ``SignInRefused`` where it was revoked meanwhile; nothing of the request is
    stored then."""
    if change(session, _USE, this=token_id, now=now) != 1:
        raise SignInRefused(_("This token was revoked. Nothing was stored."))


def as_actor(row: Shown) -> Actor:
    """On whose behalf a request with this token is carried out: the token itself stands in the log."""
    return Actor(user_id=row.id, service_id=row.service_id, role=Role.ADMINISTRATOR, name=row.name)
