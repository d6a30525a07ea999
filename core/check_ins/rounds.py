"""The round of requests: whoever is due is asked now, whoever has not opened a request is asked once more. A request is
made when its time has come and never afterwards: hours in which the application was down ask nobody and count against
nobody. What goes out says that something waits, and nothing of anybody's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select, update

from core.access.passwords import NO_SIGN_IN
from core.actions.check_ins import SOURCE
from core.actions.observations import PromptSent, source_of, store_prompts
from core.audit import log
from core.calls import Calls
from core.check_ins.plan import Agreed, plans_of
from core.check_ins.schedule import Slot, slots
from core.chores import Shift
from core.clock import moment, seconds
from core.notify.text import ASKED, ASKED_AGAIN
from models import NotificationChannel, Outbox, Patient, Prompt, User

_BATCH = 500
_LONGEST = timedelta(hours=4)  # no request lasts longer


@dataclass(slots=True)
class Asked:
    """What one round did: people looked at, requests made, people asked once more."""

    patients: int = 0
    sent: int = 0
    reminded: int = 0

    def as_json(self) -> dict[str, int]:
        """As kept with the chore."""
        return {name: getattr(self, name) for name in self.__slots__}


def ask_everyone(
    calls: Calls, now: datetime, progress: Callable[[int, int], None], *, goes_on: Callable[[], bool] = lambda: True
) -> Asked:
    """Make the requests that are due now for everybody who can answer them; again changes nothing. People of the
    simulation are asked only where somebody made a plan for them: the others answer by themselves."""
    with calls.transaction() as session:
        people = _who_can_answer(session, now)
    done = Asked()
    for start in range(0, len(people), _BATCH):
        if not goes_on():
            break
        batch = people[start : start + _BATCH]
        with calls.transaction() as session:
            _ask(session, batch, now, done)
        progress(min(start + _BATCH, len(people)), len(people))
    return done


def go_round(shift: Shift) -> dict[str, Any]:
    """The round as a chore."""
    done = ask_everyone(shift.calls, shift.calls.clock(), lambda _done, _all: None, goes_on=shift.goes_on)
    return done.as_json()


def _who_can_answer(session: Session, now: datetime) -> list[Patient]:
    p = Patient
    return list(
        session.exec(
            select(p)
            .join(User, col(User.id) == col(p.user_id))
            .where(or_(col(p.left_on).is_(None), col(p.left_on) > now.date()), col(p.enrolled_on) <= now.date())
            .where(col(User.disabled_at).is_(None), col(User.password_hash) != NO_SIGN_IN)
            .order_by(col(p.key))
        )
    )


def _ask(session: Session, people: list[Patient], now: datetime, done: Asked) -> None:
    log.take_turn(session)
    plans = plans_of(session, people)
    asked = [patient for patient in people if plans[patient.key].own or not patient.simulated]
    held = _lately(session, asked, now)
    done.patients += len(people)
    due = {
        patient.key: [
            slot for slot in _due(patient, plans[patient.key], now)
            if (patient.key, seconds(slot.sent_at), slot.kind.value) not in held
        ]
        for patient in asked
    }  # fmt: skip
    new = [patient for patient in asked if due[patient.key]]
    again = [patient for patient in asked if _forgotten(held.values(), patient, plans[patient.key], now)]
    reached = _with_channel(session, [*new, *again])
    for patient in new:
        _send(session, patient, due[patient.key], now, reached)
        done.sent += len(due[patient.key])
    for patient in again:
        _remind(session, patient, _forgotten(held.values(), patient, plans[patient.key], now), now, reached)
    done.reminded += len(again)


def _due(patient: Patient, agreed: Agreed, now: datetime) -> list[Slot]:
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    days = (today - timedelta(days=1), today)
    made = (slots(agreed, patient_id=patient.id, day=day, time_zone=patient.time_zone) for day in days)
    return [slot for day in made for slot in day if slot.sent_at <= now < slot.expires_at]


def _lately(session: Session, people: Iterable[Patient], now: datetime) -> dict[tuple[int, int, str], Prompt]:
    rows = session.exec(
        select(Prompt)
        .where(col(Prompt.patient_key).in_([patient.key for patient in people]))
        .where(col(Prompt.sent_at) > seconds(now - _LONGEST), col(Prompt.sent_at) <= seconds(now))
    )
    return {(row.patient_key, row.sent_at, row.kind): row for row in rows}


def _forgotten(held: Iterable[Prompt], patient: Patient, agreed: Agreed, now: datetime) -> list[Prompt]:
    """Requests still open that nobody opened and that were not repeated."""
    wait = agreed.plan.remind_after * 60
    if not wait:
        return []
    return [
        row for row in held
        if row.patient_key == patient.key and row.opened_at is None and row.answered_at is None
        and row.reminded_at is None and row.sent_at + wait <= seconds(now) < row.expires_at
    ]  # fmt: skip


def _with_channel(session: Session, people: Iterable[Patient]) -> set[Any]:
    users = [patient.user_id for patient in people]
    held = select(NotificationChannel.user_id).where(col(NotificationChannel.user_id).in_(users))
    return set(session.exec(held))


def _send(session: Session, patient: Patient, due: list[Slot], now: datetime, reached: set[Any]) -> None:
    source = source_of(session, code=SOURCE, kind="app", name="The patient's own entries", now=now)
    prompts = [PromptSent(slot.sent_at, slot.expires_at, slot.kind) for slot in due]
    store_prompts(session, patient=patient, source_id=source, prompts=prompts)
    _tell(session, patient, ASKED, now, reached)


def _remind(session: Session, patient: Patient, rows: list[Prompt], now: datetime, reached: set[Any]) -> None:
    sent = [row.sent_at for row in rows]
    mine = update(Prompt).where(col(Prompt.patient_key) == patient.key, col(Prompt.sent_at).in_(sent))
    session.execute(mine.where(col(Prompt.reminded_at).is_(None)).values(reminded_at=seconds(now)))
    _tell(session, patient, ASKED_AGAIN, now, reached)


def _tell(session: Session, patient: Patient, kind: str, now: datetime, reached: set[Any]) -> None:
    if patient.user_id in reached:
        session.add(Outbox(made_at=moment(seconds(now)), kind=kind, recipient_id=patient.user_id))
        session.flush()
