"""Goals and tasks that both sides share. Either side adds, changes, agrees or does not agree, and finishes; each step
acts on the version that was seen, and leaves its line of history. That somebody does not agree is worth knowing, and
no fault."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.pair import side_of
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.language import _, say_time
from core.vault import vault
from models import AgreementKind, AimEvent, AimVerb, Patient, SharedAim, User, new_id

SHORTEST, LONGEST, LONGEST_WORDS = 3, 200, 2000  # (d) characters of a title, and of what is said about it
MOST = 20  # (d) goals and tasks at once: more than anybody can hold
_EXERCISE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class Outcome(StrEnum):
    """How a goal or task ended."""

    REACHED = "reached"
    SET_ASIDE = "set_aside"


def add_goal(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, kind: str, title: str,
    step: int | None = None, exercise: str | None = None,
) -> uuid.UUID | None:  # fmt: skip
    """Add a goal or task (an ``AgreementKind``); whoever adds it agrees to it, the other side is asked.

    ``step`` links it to a step of care, ``exercise`` to an exercise by its code. Raises ``InvalidInput`` for a title
    of fewer than 3 or more than 200 characters, ``NotPossible`` beyond 20 open ones. ``None`` on a second press.
    """
    check(by, Permission.SHARE_GOALS)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="add_goal"):
        return None
    _refuse_too_many(session, patient)
    row = new_id()
    aim = SharedAim(
        id=row, patient_id=patient.id, kind=_kind(kind), made_at=now, made_by=by.user_id, step=step,
        exercise=_exercise(exercise), words=vault(session).close(session, patient.id, "shared_aim", row, _title(title)),
    )  # fmt: skip
    setattr(aim, f"{side_of(by).value}_agreed_at", now)
    session.add(aim)
    session.flush()
    _Press(by, now, key, "add_goal", AimVerb.ADDED).keep(session, patient, row)
    return row


def change_goal(  # noqa: PLR0913  everything that a goal says, and which goal on which version
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, aim_id: uuid.UUID, version: int,
    title: str, step: int | None = None, exercise: str | None = None,
) -> None:  # fmt: skip
    """Say it in other words or link it otherwise. New words are agreed to by whoever wrote them, and the other side,
    who agreed to the old ones, is asked again. Raises as ``add_goal`` and ``mark_goal`` do."""
    press = _Press(by, now, key, "change_goal", AimVerb.CHANGED)
    found = press.find(session, patient_id, aim_id)
    if found is None:
        return
    patient, aim = found
    words = _title(title)
    changed: dict[str, Any] = {"step": step, "exercise": _exercise(exercise)}
    if words != title_of(session, aim):
        changed |= {
            "words": vault(session).close(session, patient.id, "shared_aim", aim.id, words), "label": "",
            "patient_agreed_at": None, "patient_declined_at": None, "therapist_agreed_at": None,
            "therapist_declined_at": None,
        }  # fmt: skip
        changed[f"{side_of(by).value}_agreed_at"] = now
    press.take(session, patient, aim, version, changed)


def mark_goal(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, aim_id: uuid.UUID, version: int,
    agrees: bool, words: str = "",
) -> None:  # fmt: skip
    """Say for one's own side that one agrees or does not (yet); ``words`` (what one would rather) are encrypted.

    Raises ``NotFound`` out of reach, ``NotPossible`` for one that is finished, ``ChangedMeanwhile`` where ``version``
    is not the newest. A second press of the form does nothing.
    """
    press = _Press(by, now, key, "mark_goal", AimVerb.AGREED if agrees else AimVerb.NOT_AGREED)
    found = press.find(session, patient_id, aim_id)
    if found is None:
        return
    side = side_of(by).value
    changed = {f"{side}_agreed_at": now if agrees else None, f"{side}_declined_at": None if agrees else now}
    press.take(session, *found, version, changed, said=_words(words))


def finish_goal(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, aim_id: uuid.UUID, version: int,
    outcome: str, words: str = "",
) -> None:  # fmt: skip
    """Say that it was reached or is set aside (an ``Outcome``). Raises as ``mark_goal`` does."""
    press = _Press(by, now, key, "finish_goal", AimVerb.FINISHED)
    found = press.find(session, patient_id, aim_id)
    if found is None:
        return
    try:
        ended = Outcome(outcome)
    except ValueError as error:
        raise InvalidInput(_("Say whether it was reached or is set aside.")) from error
    press.take(session, *found, version, {"ended_at": now, "outcome": ended.value}, said=_words(words))


def title_of(session: Session, aim: SharedAim) -> str:
    """What a goal or task is called, readable."""
    if aim.words is None:
        return aim.label
    return vault(session).open(session, aim.patient_id, "shared_aim", aim.id, aim.words)


@dataclass(frozen=True, slots=True)
class _Press:
    """One press of a form by one person."""

    by: Actor
    now: datetime
    key: str
    action: str
    verb: AimVerb

    def find(self, session: Session, patient_id: uuid.UUID, aim_id: uuid.UUID) -> tuple[Patient, SharedAim] | None:
        """The goal as it stands, or ``None`` where this press was carried out before."""
        check(self.by, Permission.SHARE_GOALS)
        log.take_turn(session)
        patient = patient_in_reach(session, by=self.by, patient_id=patient_id, now=self.now)
        aim = session.get(SharedAim, aim_id)
        if aim is None or aim.patient_id != patient.id:
            raise NotFound(_(NOT_FOUND))
        if already_done(session, key=self.key, by=self.by.user_id, action=self.action):
            return None
        if aim.ended_at is not None:
            raise NotPossible(_("This one is finished. Add it again if you want to go on with it."))
        return patient, aim

    def take(
        self, session: Session, patient: Patient, aim: SharedAim, version: int, changed: dict[str, Any], said: str = ""
    ) -> None:
        """Change the row from the version that was seen, and keep the line of history."""
        statement = update(SharedAim).where(col(SharedAim.id) == aim.id, col(SharedAim.version) == version)
        done = session.execute(
            statement.values(**changed, version=version + 1), execution_options={"synchronize_session": False}
        )
        if cast("CursorResult[Any]", done).rowcount != 1:
            raise ChangedMeanwhile(_what_happened(session, aim, patient))
        self.keep(session, patient, aim.id, said)
        session.refresh(aim)

    def keep(self, session: Session, patient: Patient, aim_id: uuid.UUID, said: str = "") -> None:
        """The line of history, the audit entry and the receipt."""
        row, side = new_id(), side_of(self.by)
        sealed = vault(session).close(session, patient.id, "shared_aim_event", row, said) if said else None
        session.add(
            AimEvent(
                id=row, aim_id=aim_id, patient_id=patient.id, at=self.now, by=self.by.user_id, side=side,
                verb=self.verb, words=sealed,
            )
        )  # fmt: skip
        log.record(
            session, at=self.now, action=self.action, actor_id=self.by.user_id, patient_id=patient.id, target=aim_id,
            detail={"side": side.value, "verb": self.verb.value},
        )  # fmt: skip
        give_receipt(session, key=self.key, by=self.by.user_id, action=self.action, now=self.now, target=aim_id)


def _refuse_too_many(session: Session, patient: Patient) -> None:
    a = SharedAim
    there = session.exec(select(a.id).where(col(a.patient_id) == patient.id, col(a.ended_at).is_(None))).all()
    if len(there) >= MOST:
        raise NotPossible(_("There are {n} open goals and tasks. Finish one before you add another.").format(n=MOST))


def _kind(kind: str) -> AgreementKind:
    try:
        return AgreementKind(kind)
    except ValueError as error:
        raise InvalidInput(_("Say whether it is a goal or a task.")) from error


def _title(title: str) -> str:
    words = " ".join(title.replace("\x00", "").split())
    if not SHORTEST <= len(words) <= LONGEST:
        sentence = _("Say it in {least} to {most} characters.")
        raise InvalidInput(sentence.format(least=SHORTEST, most=LONGEST))
    return words


def _words(words: str) -> str:
    text = words.replace("\x00", "").strip()
    if len(text) > LONGEST_WORDS:
        raise InvalidInput(_("The text is too long: at most {n} characters.").format(n=LONGEST_WORDS))
    return text


def _exercise(code: str | None) -> str | None:
    if code and not _EXERCISE.fullmatch(code):
        raise InvalidInput(_("There is no exercise {code}.").format(code=code[:60]))
    return code or None


def _what_happened(session: Session, aim: SharedAim, patient: Patient) -> str:
    newest = session.execute(
        select(col(AimEvent.verb), col(AimEvent.at), col(User.name))
        .outerjoin(User, col(User.id) == col(AimEvent.by))
        .where(col(AimEvent.aim_id) == aim.id)
        .order_by(col(AimEvent.at).desc())
        .limit(1)
    ).first()
    if newest is None:
        return _("This has changed since you opened it. Nothing was changed.")
    said = {
        AimVerb.ADDED: _("{name} added this on {when}."),
        AimVerb.CHANGED: _("{name} changed this on {when}."),
        AimVerb.AGREED: _("{name} agreed to this on {when}."),
        AimVerb.NOT_AGREED: _("{name} said on {when} that they do not agree."),
        AimVerb.FINISHED: _("{name} finished this on {when}."),
    }[newest.verb]
    when = say_time(newest.at, patient.time_zone)
    return said.format(name=newest.name or _("Somebody"), when=when) + " " + _("Nothing was changed.")
