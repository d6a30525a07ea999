"""Talking about how two people work together, and whether a strain mended. What was unlike usual at that moment is
kept beside the words, so that it can be seen later what a conversation began with."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound
from core.language import _, say_time
from core.queries.alliance import alliance_of
from core.queries.course import LOOK_BACK, course_of
from core.queries.pair import components_of
from core.rules.rupture import Part
from core.vault import vault
from models import AllianceTalk, Mended, Patient, User, new_id

LONGEST = 4000  # (d) characters
OLDEST = timedelta(days=60)  # (d) a conversation longer ago is a slip of the hand
NOON = time(12, 0)


def record_talk(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, talked_on: date,
    about: Sequence[str], words: str = "",
) -> uuid.UUID | None:  # fmt: skip
    """Record a conversation about working together: on which day (the patient's calendar), about what (``Part`` codes,
    at least one), and what was said. Whether it mended is said later (``record_mended``), when one has seen it.

    Raises ``InvalidInput`` for a day to come or more than 60 days ago, no subject or an unknown one, or a text that is
    too long; ``NotFound`` out of reach. ``None`` on a second press of the same form.
    """
    check(by, Permission.TALK_ABOUT_ALLIANCE)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if by.staff_id is None:
        raise AccessRefused(_("Only who treats people here can record a conversation with them."))
    if already_done(session, key=key, by=by.user_id, action="record_alliance_talk"):
        return None
    row, said = new_id(), _words(words)
    talk = AllianceTalk(
        id=row, patient_id=patient.id, staff_id=by.staff_id, talked_at=_moment(talked_on, now, patient),
        about=_subjects(about), seen=_seen(session, by, now, patient), recorded_at=now, recorded_by=by.user_id,
        words=vault(session).close(session, patient.id, "alliance_talk", row, said) if said else None,
    )  # fmt: skip
    session.add(talk)
    session.flush()
    log.record(
        session, at=now, action="record_alliance_talk", actor_id=by.user_id, patient_id=patient.id, target=row,
        detail={"about": talk.about},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="record_alliance_talk", now=now, target=row)
    return row


def record_mended(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, talk_id: uuid.UUID, version: int,
    mended: str, words: str = "",
) -> None:  # fmt: skip
    """Say how it stands since that conversation (a ``Mended``), and what came of it. It may be said again later.

    Raises ``NotFound``, ``InvalidInput``, and ``ChangedMeanwhile`` where ``version`` is not the newest.
    """
    check(by, Permission.TALK_ABOUT_ALLIANCE)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    talk = session.get(AllianceTalk, talk_id)
    if talk is None or talk.patient_id != patient.id:
        raise NotFound(_(NOT_FOUND))
    if already_done(session, key=key, by=by.user_id, action="record_alliance_mended"):
        return
    said, how = _words(words), _mended(mended)
    sealed = vault(session).close(session, patient.id, "alliance_talk.mended", talk.id, said) if said else None
    values = {"mended": how, "mended_at": now, "mended_by": by.user_id, "mended_words": sealed, "version": version + 1}
    changed = update(AllianceTalk).where(col(AllianceTalk.id) == talk.id, col(AllianceTalk.version) == version)
    done = session.execute(changed.values(**values), execution_options={"synchronize_session": False})
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise ChangedMeanwhile(_what_happened(session, talk, patient))
    session.refresh(talk)
    log.record(
        session, at=now, action="record_alliance_mended", actor_id=by.user_id, patient_id=patient.id, target=talk.id,
        detail={"mended": how.value},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="record_alliance_mended", now=now, target=talk.id)


def _moment(day: date, now: datetime, patient: Patient) -> datetime:
    zone = ZoneInfo(patient.time_zone)
    today = now.astimezone(zone).date()
    if not today - OLDEST <= day <= today:
        raise InvalidInput(_("Choose the day on which you talked, within the last {n} days.").format(n=OLDEST.days))
    return now if day == today else datetime.combine(day, NOON, zone)


def _subjects(about: Sequence[str]) -> list[str]:
    try:
        parts = [Part(one) for one in about]
    except ValueError as error:
        raise InvalidInput(_("Say what you talked about.")) from error
    if not parts:
        raise InvalidInput(_("Say what you talked about."))
    return [part.value for part in Part if part in parts]


def _seen(session: Session, by: Actor, now: datetime, patient: Patient) -> list[dict[str, Any]]:
    alliance = alliance_of(session, by=by, now=now, patient=patient)
    course = course_of(session, now=now, patient=patient, days=LOOK_BACK, alliance=alliance)
    return [
        {name: value for name, value in asdict(component).items() if name != "at"}
        for component in components_of(alliance, course)
    ]


def _words(words: str) -> str:
    text = words.replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise InvalidInput(_("The text is too long: at most {n} characters.").format(n=LONGEST))
    return text


def _mended(mended: str) -> Mended:
    try:
        return Mended(mended)
    except ValueError as error:
        raise InvalidInput(_("Say how it stands now.")) from error


def _what_happened(session: Session, talk: AllianceTalk, patient: Patient) -> str:
    session.refresh(talk)
    who = session.get(User, talk.mended_by) if talk.mended_by else None
    when = say_time(talk.mended_at, patient.time_zone) if talk.mended_at else ""
    words = _("{name} said on {when} how it stands. Nothing was changed; what you wrote is still here.")
    return words.format(name=who.name if who else _("Somebody"), when=when)
