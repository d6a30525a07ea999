"""What devices and partner applications show: a random token, kept as its hash, for one service, with the scopes it was
given and an end. It is asked for at the start and again at the end of each request, in the same transaction."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.sessions import digest
from core.errors import AccessRefused, SignInRefused
from core.language import _
from models import ApiToken, Role

SCOPES = ("observations", "responses", "messages", "fhir")


def holder(session: Session, *, token: str, scope: str, now: datetime) -> ApiToken:
    """The row of a token that holds now. Raises ``SignInRefused`` for one that is unknown, over or revoked;
    ``AccessRefused`` for one without the scope."""
    wanted = select(ApiToken).where(col(ApiToken.token_hash) == digest(token))
    found = session.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        raise SignInRefused(_("This token is not valid. Ask the service for a new one."))
    if scope not in found.scopes:
        raise AccessRefused(_("This token may not be used for {scope}.").format(scope=scope))
    return found


def still_holds(session: Session, *, token_id: uuid.UUID) -> None:
    """Raise ``SignInRefused`` where the token was revoked meanwhile; nothing of the request is stored then."""
    gone = select(col(ApiToken.revoked_at)).where(col(ApiToken.id) == token_id)
    if session.exec(gone).one() is not None:
        raise SignInRefused(_("This token was revoked. Nothing was stored."))


def as_actor(row: ApiToken) -> Actor:
    """On whose behalf a request with this token is carried out: the token itself stands in the log."""
    return Actor(user_id=row.id, service_id=row.service_id, role=Role.ADMINISTRATOR, name=row.name)
