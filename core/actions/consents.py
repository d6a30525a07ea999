"""A patient decides what each relative may see, stream by stream; a clinician records what the patient decided in the
room. It acts with the transaction: the next read of the relative finds it."""

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound
from core.language import _, say_time
from core.queries.consents import STREAMS
from models import Consent, Patient, Relative, Role


def decide_consent(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, relative_id: uuid.UUID,
    stream: str, given: bool, said_on: date | None = None,
) -> None:  # fmt: skip
    """Give (``given``) or withdraw one stream of one relative. A clinician names the day on which the patient said so
    (``said_on``), today or earlier; what the patient decided here after that day is not undone by recording it: then
    ``ChangedMeanwhile``. Withdrawing is never refused for that. Deciding what holds already changes nothing."""
    check(by, Permission.DECIDE_CONSENT)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    relative = session.get(Relative, relative_id)
    if relative is None or relative.patient_id != patient.id or stream not in STREAMS:
        raise NotFound(_(NOT_FOUND))
    action = "give_consent" if given else "withdraw_consent"
    if already_done(session, key=key, by=by.user_id, action=action):
        return
    day = _said_on(by, patient, said_on, now)
    rows = _decisions(session, relative)
    if given and day is not None:
        _refuse_older(rows, patient, stream, day)
    _decide(session, rows, (patient, relative), stream=stream, given=given, mark=(now, by.user_id, day))
    log.record(
        session, at=now, action=action, actor_id=by.user_id, patient_id=patient.id, target=relative.id,
        detail={"stream": stream},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action=action, now=now, target=relative.id)


def _said_on(by: Actor, patient: Patient, said_on: date | None, now: datetime) -> date | None:
    if by.role is Role.PATIENT:
        return None
    if said_on is None or said_on > now.astimezone(ZoneInfo(patient.time_zone)).date():
        raise InvalidInput(_("Give the day on which the patient said so: today or earlier."))
    return said_on


def _decisions(session: Session, relative: Relative) -> list[Consent]:
    mine = select(Consent).where(col(Consent.relative_id) == relative.id)
    return list(session.exec(mine.order_by(col(Consent.granted_at)).execution_options(populate_existing=True)))


def _refuse_older(rows: list[Consent], patient: Patient, stream: str, day: date) -> None:
    """A day in the room does not undo what the patient withdrew themselves afterwards."""
    zone = ZoneInfo(patient.time_zone)
    kept = {row.granted_at for row in rows if stream in row.scope}  # a consent replaced by one that still holds it
    own = [row.withdrawn_at for row in rows if row.withdrawn_by == patient.user_id and stream in row.scope]
    later = [at for at in own if at is not None and at not in kept and at.astimezone(zone).date() > day]
    if later:
        sentence = _("{name} withdrew consent {when}, after that day. Talk about it before you record it again.")
        when = say_time(max(later), patient.time_zone, "d MMM HH:mm")
        raise ChangedMeanwhile(sentence.format(name=patient.given_name or patient.name, when=when))


def _decide(
    session: Session, rows: list[Consent], who: tuple[Patient, Relative], *, stream: str, given: bool,
    mark: tuple[datetime, uuid.UUID, date | None],
) -> None:  # fmt: skip
    """End the consent that holds and write the one that holds from now on: what was agreed when stays readable."""
    (now, by, day), (patient, relative) = mark, who
    standing = [row for row in rows if row.withdrawn_at is None]
    before = {one for row in standing for one in row.scope}
    after = before | {stream} if given else before - {stream}
    if after == before:
        return
    for row in standing:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_on = now, by, day
    if after:
        kept = [one for one in STREAMS if one in after]
        session.add(
            Consent(
                patient_id=patient.id, relative_id=relative.id, scope=kept, granted_at=now, granted_by=by,
                granted_on=day,
            )
        )  # fmt: skip
    session.flush()
