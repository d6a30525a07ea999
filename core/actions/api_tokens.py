"""Giving tokens to devices and partner applications, and taking them back."""

import re
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.api_tokens import SCOPES
from core.access.permissions import Permission, check
from core.access.sessions import digest
from core.audit import log
from core.errors import InvalidInput, NotFound
from core.language import _
from models import ApiToken

LONGEST_DAYS = 366


def add_token(session: Session, *, by: Actor, now: datetime, name: str, scopes: Sequence[str], days: int = 90) -> str:
    """Make a token and return it; it is shown once and kept only as its hash. ``name`` is the source under which its
    values are known for good. Raises ``InvalidInput`` for a taken or unusable name, an unknown scope, too many days."""
    check(by, Permission.IMPORT_DATA)
    plain = name.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", plain):
        raise InvalidInput(_("A token is named with up to 40 letters, digits and hyphens."))
    if not scopes or set(scopes) - set(SCOPES):
        raise InvalidInput(_("Scopes are {scopes}.").format(scopes=", ".join(SCOPES)))
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(_("A token holds for 1 to {n} days.").format(n=LONGEST_DAYS))
    running = select(ApiToken.id).where(
        col(ApiToken.service_id) == by.service_id, col(ApiToken.name) == plain, col(ApiToken.revoked_at).is_(None),
        col(ApiToken.expires_at) > now,
    )  # fmt: skip
    if session.exec(running).first() is not None:
        raise InvalidInput(_("There is a token of this name; revoke it first."))
    token = f"vincle_{secrets.token_urlsafe(32)}"
    row = ApiToken(
        service_id=by.service_id, name=plain, token_hash=digest(token), scopes=sorted(set(scopes)), made_at=now,
        made_by=by.user_id, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    session.add(row)
    session.flush()
    log.record(
        session, at=now, action="token_added", actor_id=by.user_id, target=row.id,
        detail={"name": plain, "scopes": row.scopes, "days": days},
    )  # fmt: skip
    return token


def revoke_token(session: Session, *, by: Actor, now: datetime, token_id: uuid.UUID) -> ApiToken:
    """Take a token back: from now on nothing is taken with it, also not the rest of a request under way."""
    check(by, Permission.IMPORT_DATA)
    row = session.get(ApiToken, token_id)
    if row is None or row.service_id != by.service_id:
        raise NotFound(_("There is no such token."))
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now, by.user_id
        log.record(session, at=now, action="token_revoked", actor_id=by.user_id, target=row.id)
    session.flush()
    return row
