"""What a clinician does about an alert. Each verb acts on the version that was seen on screen, once for each form, and
leaves the change, a line of history, an audit entry and the notifications together or not at all."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.language import _
from core.rules.deadlines import deadline
from core.rules.life_cycle import AUDIT_ACTIONS
from core.rules.owners import account_of, team_leads, those_who_reach
from core.rules.steps import Step, take, what_happened
from models import Alert, AlertState, AlertVerb, Patient, Response, Staff

SHORTEST, LONGEST = 5, 4000  # (d) characters of what is written about an alert
URGENT = (Response.NOW, Response.SAME_DAY)
LONGEST_SNOOZE = {True: timedelta(hours=24), False: timedelta(days=14)}  # (d) urgent ones come back within a day
LATEST_REVIEW = timedelta(days=366)  # (d) a next review further away is a slip of the hand


class ClosingAction(StrEnum):
    """What was done before an alert is closed."""

    CALLED = "called"
    SAW_IN_PERSON = "saw_in_person"
    WROTE = "wrote"
    DISCUSSED_IN_TEAM = "discussed_in_team"
    EMERGENCY_SERVICE = "emergency_service"
    NOT_REACHED = "not_reached"


def acknowledge(session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int) -> None:
    """Say that one has seen the alert. Raises, as every verb here: ``NotFound`` out of reach, ``NotPossible`` where
    the state does not allow it, ``ChangedMeanwhile`` where ``version`` is not the newest. A second press of the form
    does nothing."""
    _Press(by, now, key, AlertVerb.ACKNOWLEDGE, version).on(session, alert_id)


def act(
    session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int, text: str = ""
) -> None:
    """Say that one is doing something about it; ``text`` is optional and encrypted."""
    _Press(by, now, key, AlertVerb.ACT, version).on(session, alert_id, text=_words(text, needed=False))


def close(  # noqa: PLR0913  everything that a closed alert has to answer for
    session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int,
    action: str, text: str, next_review: date | None, useful: bool | None = None,
) -> None:  # fmt: skip
    """Close with what was done (a ``ClosingAction``), words about it, and the day of the next look.

    ``useful`` is whether the alert was worth it (``None``: not said). Raises ``InvalidInput`` without an action,
    words, or a next review from today (on the patient's calendar) to a year from now. The owner is told when somebody
    else closes.
    """
    press = _Press(by, now, key, AlertVerb.CLOSE, version)
    found = press.find(session, alert_id)
    if found is None:
        return
    alert, patient = found
    done = _closing(action)
    owner = account_of(session, alert.owner_id)
    press.take(
        session, alert, patient, text=_words(text, needed=True), action=done.value, useful=useful,
        next_review=_review_day(next_review, now, patient), columns={"closed_at": now, "closed_by": by.user_id},
        tell=(owner,) if owner and owner != by.user_id else (), detail={"action": done.value, "useful": useful},
    )  # fmt: skip


def snooze(
    session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int,
    until: datetime, text: str,
) -> None:  # fmt: skip
    """Put it off until a moment (aware), with the reason. The due time stays what it was.

    Raises ``InvalidInput`` without a reason, for a moment that has passed, or one more than 14 days away (24 hours
    where the response was asked for now or on the same day).
    """
    press = _Press(by, now, key, AlertVerb.SNOOZE, version)
    found = press.find(session, alert_id)
    if found is None:
        return
    alert, patient = found
    _refuse_long_snooze(alert, until, now)
    press.take(
        session, alert, patient, text=_words(text, needed=True), columns={"snoozed_until": until},
        detail={"until": until.isoformat()},
    )  # fmt: skip


def hand_over(
    session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int,
    to: uuid.UUID, text: str = "",
) -> None:  # fmt: skip
    """Give it to a colleague (``to`` is a member of staff) who reaches the patient, and tell them.

    Raises ``NotPossible`` for somebody who does not reach the patient or owns the alert already.
    """
    press = _Press(by, now, key, AlertVerb.HAND_OVER, version)
    found = press.find(session, alert_id)
    if found is None:
        return
    alert, patient = found
    if to == alert.owner_id:
        raise NotPossible(_("This alert is theirs already."))
    account = session.execute(those_who_reach(patient, now).where(col(Staff.id) == to)).first()
    if account is None:
        raise NotPossible(_("Only a colleague who treats this patient or is on the team can take this alert."))
    press.take(
        session, alert, patient, text=_words(text, needed=False), columns={"owner_id": to}, tell=(account[1].id,),
        detail={"from_staff": str(alert.owner_id), "to_staff": str(to)},
    )  # fmt: skip


def escalate(
    session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int, text: str = ""
) -> None:
    """Take it to the head of the patient's team, who owns it from now on and is told.

    Raises ``NotPossible`` where the team has no (other) head.
    """
    press = _Press(by, now, key, AlertVerb.ESCALATE, version)
    found = press.find(session, alert_id)
    if found is None:
        return
    alert, patient = found
    leads = [lead for lead in team_leads(session, patient) if lead[0].id != alert.owner_id]
    if not leads:
        raise NotPossible(_("There is no other team lead to take this to. Hand it over to a colleague."))
    staff, account = leads[0]
    press.take(
        session, alert, patient, text=_words(text, needed=False), columns={"owner_id": staff.id}, tell=(account.id,),
        detail={"from_staff": str(alert.owner_id), "to_staff": str(staff.id)},
    )  # fmt: skip


def reopen(
    session: Session, *, by: Actor, now: datetime, key: str, alert_id: uuid.UUID, version: int, text: str
) -> None:
    """Open it again with the reason; the response is due as if it had been asked for now.

    Raises ``NotPossible`` where the same rule has an open alert for this patient.
    """
    press = _Press(by, now, key, AlertVerb.REOPEN, version)
    found = press.find(session, alert_id)
    if found is None:
        return
    alert, patient = found
    same = select(Alert.id).where(col(Alert.patient_id) == patient.id, col(Alert.rule) == alert.rule)
    if session.exec(same.where(col(Alert.id) != alert.id, col(Alert.state) != AlertState.CLOSED)).first():
        raise NotPossible(_("A newer alert of the same kind is open for this person. Go on there."))
    due = deadline(session, patient=patient, response=alert.response, now=now)
    press.take(
        session, alert, patient, text=_words(text, needed=True),
        columns={"closed_at": None, "closed_by": None, "due_at": due}, detail={"due": due.isoformat()},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Press:
    """Somebody presses a button: who, when, on which form, for which verb, having seen which version."""

    by: Actor
    now: datetime
    key: str
    verb: AlertVerb
    version: int

    def on(self, session: Session, alert_id: uuid.UUID, **step: Any) -> None:
        found = self.find(session, alert_id)
        if found is not None:
            self.take(session, *found, **step)

    def find(self, session: Session, alert_id: uuid.UUID) -> tuple[Alert, Patient] | None:
        """The alert and its patient; ``None`` where this form was carried out before."""
        check(self.by, Permission.HANDLE_ALERTS)
        log.take_turn(session)
        alert = session.get(Alert, alert_id)
        if alert is None:
            raise NotFound(_(NOT_FOUND))
        patient = patient_in_reach(session, by=self.by, patient_id=alert.patient_id, now=self.now)
        done = already_done(session, key=self.key, by=self.by.user_id, action=AUDIT_ACTIONS[self.verb])
        if done:
            return None
        if alert.version != self.version:
            raise ChangedMeanwhile(what_happened(session, alert, patient))
        return alert, patient

    def take(self, session: Session, alert: Alert, patient: Patient, **step: Any) -> None:
        made = Step(verb=self.verb, at=self.now, by=self.by.user_id, **step)
        take(session, patient=patient, alert=alert, step=made, version=self.version)
        name = AUDIT_ACTIONS[self.verb]
        give_receipt(session, key=self.key, by=self.by.user_id, action=name, now=self.now, target=alert.id)


def _words(text: str, *, needed: bool) -> str:
    words = text.strip()
    if needed and len(words) < SHORTEST:
        raise InvalidInput(_("Write a few words about it: who reads this next needs to know."))
    if len(words) > LONGEST:
        raise InvalidInput(_("The text is too long: at most {n} characters.").format(n=LONGEST))
    return words


def _closing(action: str) -> ClosingAction:
    try:
        return ClosingAction(action)
    except ValueError as error:
        raise InvalidInput(_("Choose what was done.")) from error


def _review_day(day: date | None, now: datetime, patient: Patient) -> date:
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    if day is None:
        raise InvalidInput(_("Choose the day of the next review."))
    if not today <= day <= today + LATEST_REVIEW:
        raise InvalidInput(_("The next review must lie between today and a year from now."))
    return day


def _refuse_long_snooze(alert: Alert, until: datetime, now: datetime) -> None:
    longest = LONGEST_SNOOZE[alert.response in URGENT]
    if until <= now:
        raise InvalidInput(_("Choose a moment to come."))
    if until > now + longest:
        hours = int(longest.total_seconds() // 3600)
        words = _("This can be put off for at most {n} hours.") if hours <= 24 else _("At most {days} days.")
        raise InvalidInput(words.format(n=hours, days=longest.days))
