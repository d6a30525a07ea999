"""Answered instruments and messages that came from elsewhere, stored once under their number at the source, and held
against the rules like those entered here."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from core.access.passwords import NO_SIGN_IN
from core.errors import InvalidInput
from core.ingest.items import Answers, Stated, Words
from core.ingest.letters import is_readable, readable
from core.instruments import instrument, score
from core.instruments.checks import span
from core.language import _
from core.rules.evaluate import on_questionnaire, on_words
from core.rules.words import MESSAGE, Written
from core.vault import vault
from models import Informant, Message, MessageThread, Patient, QuestionnaireResponse, Role, User, new_id

LONGEST = 20_000  # characters of one message, as on screen
HIGHEST_TOTAL = 1000.0  # (d) of an instrument that has no total of its own


@dataclass(frozen=True, slots=True)
class Taken:
    """The number of a response that was new (``None``: it was there before), the total computed from its answers, and
    whether a stored one was put right."""

    new: uuid.UUID | None
    total: float | None
    corrected: bool = False


def check_item(item: Answers | Stated | Words) -> None:
    """Raise ``InvalidInput`` for what cannot be, whoever it is about: answers of no item of a known instrument, or that
    are none; a total that the instrument cannot have; a message that is empty or too long."""
    if isinstance(item, Answers):
        if not item.answers:
            raise InvalidInput(_("Nothing was answered."))
        score(item.instrument, _numbers(item.answers))
    elif isinstance(item, Stated):
        definition = instrument(item.instrument)
        low, high = (0.0, HIGHEST_TOTAL) if definition.total is None else span(definition, definition.total)
        if not low <= item.total <= high:
            raise InvalidInput(_("The total is no possible one."))
    elif not _words(item):
        raise InvalidInput(_("The message is empty."))
    elif len(_words(item)) > LONGEST:
        raise InvalidInput(_("The message is longer than {n} characters.").format(n=LONGEST))


def _numbers(answers: Mapping[str, float]) -> dict[str, float]:
    return {number: float(value) for number, value in answers.items()}


def _words(item: Words) -> str:
    return readable(item.text).strip()


def take_response(
    session: Session, *, patient: Patient, now: datetime, item: Answers, source: str, speaks: bool
) -> Taken:
    """Store and score one response (checked before); ``speaks``: the rules run on it. One that is there stays as it is,
    unless its source corrects it: then its answers are put right and its time stays.

    Raises ``InvalidInput`` for answers that differ from those stored under the same number.
    """
    given = _numbers(item.answers)
    definition, scored, ref = instrument(item.instrument), score(item.instrument, given), reference(item.ref)
    q = QuestionnaireResponse
    known = session.exec(select(q).where(col(q.source) == source, col(q.source_ref) == ref)).one_or_none()
    if known is not None and _settled(known, patient, item, given):
        return Taken(new=None, total=known.total)
    response = known or q(
        patient_id=patient.id, instrument=item.instrument, informant=Informant(definition.informant),
        answered_at=item.at, source=source, source_ref=ref,
    )  # fmt: skip
    response.version, response.answers, response.total = definition.version, given, scored.total
    response.subscales = {name: value for name, value in scored.subscales.items() if value is not None}
    session.add(response)
    session.flush()
    if speaks:
        on_questionnaire(session, patient=patient, response=response, now=now)
    return Taken(new=None if known else response.id, total=scored.total, corrected=known is not None)


def _settled(known: QuestionnaireResponse, patient: Patient, item: Answers, given: Mapping[str, float]) -> bool:
    """Whether the stored response says the same; ``False`` where it is to be put right. Raises ``InvalidInput``."""
    same = known.patient_id == patient.id and known.instrument == item.instrument
    if same and known.answers == given:
        return True
    if not (same and item.corrects):
        raise InvalidInput(_("It differs from what is stored under the same number; the stored one stays."))
    return False


def beside(
    session: Session, *, patient: Patient, item: Stated | Answers, answered: bool
) -> QuestionnaireResponse | None:
    """The first response to the same instrument within a day of ``item``: one with answers, for a total that came
    alone; or a total that came alone, for answers."""
    q, day = QuestionnaireResponse, timedelta(days=1)
    wanted = (
        select(q)
        .where(col(q.patient_id) == patient.id, col(q.instrument) == item.instrument)
        .where(col(q.answered_at) > item.at - day, col(q.answered_at) < item.at + day)
        .order_by(col(q.answered_at))
    )
    return next((found for found in session.exec(wanted) if bool(found.answers) is answered), None)


def take_total(session: Session, *, patient: Patient, item: Stated, source: str) -> uuid.UUID | None:
    """Keep a total (checked before) whose answers did not come: without them no item is known, and no rule runs. Its
    number, if new.

    Raises ``InvalidInput`` for a total that differs from the one stored under the same number.
    """
    definition, q, ref = instrument(item.instrument), QuestionnaireResponse, reference(item.ref)
    known = session.exec(select(q).where(col(q.source) == source, col(q.source_ref) == ref)).one_or_none()
    if known is not None:
        if known.patient_id != patient.id or known.total != item.total:
            raise InvalidInput(_("It differs from what is stored under the same number; the stored one stays."))
        return None
    kept = q(
        patient_id=patient.id, instrument=item.instrument, version=definition.version,
        informant=Informant(definition.informant), answered_at=item.at, total=item.total, source=source,
        source_ref=ref,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept.id


def take_message(
    session: Session, *, patient: Patient, item: Words, source: str, waits: bool, now: datetime
) -> uuid.UUID | None:
    """Store one message of the patient (checked before), encrypted; ``waits``: the thread asks for an answer. Its
    number, if new.

    Raises ``InvalidInput`` for one that is not what is stored under the same number.
    """
    words, ref, m = _words(item), reference(item.ref), Message
    known = session.exec(select(m).where(col(m.source) == source, col(m.source_ref) == ref)).first()
    if known is not None:
        same = known.patient_id == patient.id and known.sent_at == item.at
        if not same or vault(session).open(session, patient.id, "message", known.id, known.body) != words:
            raise InvalidInput(_("It differs from what is stored under the same number; the stored one stays."))
        return None
    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).one()
    row = new_id()
    session.add(
        m(
            id=row, thread_id=thread.id, patient_id=patient.id, author_id=_author(session, patient, now),
            from_patient=True, sent_at=item.at, source=source, source_ref=ref,
            body=vault(session).close(session, patient.id, "message", row, words),
        )
    )  # fmt: skip
    thread.last_at = max(thread.last_at or item.at, item.at)
    if waits:
        thread.needs_reply_since = min(thread.needs_reply_since or item.at, item.at)
    session.flush()
    if waits:
        on_words(session, patient=patient, written=Written(MESSAGE, row, item.at, words), now=now)
    return row


def reference(ref: str) -> str:
    """A number at the source as it is kept: itself, or its digest where it is long or no text that can be kept."""
    if len(ref) <= 120 and is_readable(ref):
        return ref
    return hashlib.sha256(ref.encode("utf-8", "surrogatepass")).hexdigest()


def _author(session: Session, patient: Patient, now: datetime) -> uuid.UUID:
    """The patient's account; somebody who came by import and never signs in gets one that nobody can sign in with."""
    if patient.user_id is None:
        account = User(
            service_id=patient.service_id, username=f"imported-{patient.id.hex}", password_hash=NO_SIGN_IN,
            password_set_at=now, name=patient.name, role=Role.PATIENT,
        )  # fmt: skip
        session.add(account)
        session.flush()
        patient.user_id = account.id
        session.flush()
    return patient.user_id
