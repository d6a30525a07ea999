"""The language a person wants to be spoken to in. It stands on the account, so that every browser, reminder and export
speaks it from then on."""

from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import InvalidInput
from core.language import LANGUAGES, _
from models import User


def choose_language(session: Session, *, by: Actor, now: datetime, key: str, locale: str) -> None:
    """Speak ``locale`` (one of ``core.language.LANGUAGES``) to ``by`` from the next run on.

    Raises ``InvalidInput`` for a language that is none of ours.
    """
    log.take_turn(session)
    if already_done(session, key=key, by=by.user_id, action="choose_language"):
        return
    if locale not in LANGUAGES:
        raise InvalidInput(_("Vincle does not speak this language yet."))
    session.get_one(User, by.user_id).locale = locale
    session.flush()
    log.record(session, at=now, action="choose_language", actor_id=by.user_id, target=locale)
    give_receipt(session, key=key, by=by.user_id, action="choose_language", now=now)
