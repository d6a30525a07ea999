"""A check-in while it is being answered, and what the patient gets back for it. What was answered in the last hours is
found again, on whichever telephone the person goes on."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, bindparam
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.check_ins import RESUME, SOURCE, given_in
from core.actions.observations import source_of
from core.audit import log
from core.check_ins.blocks import Kind, Screen, kinds, screens
from core.check_ins.plan import asks_about_eating
from core.clock import day_number
from core.errors import InvalidInput
from core.language import _
from core.queries.observations import days_of
from core.queries.prepared import rows
from core.queries.prompts import OpenPrompt, open_prompts
from core.queries.streams import Series, all_series, entry_days
from core.queries.therapist import therapist_of
from core.rules.usual import REVIEW_DAYS, WINDOW_DAYS
from core.vault import vault
from models import CheckIn, Domain, Patient, User

SHOWN_DAYS = 14
_GIVES_BACK: Mapping[Kind, Domain | None] = {
    Kind.MOMENTARY: Domain.POSITIVE_AFFECT, Kind.EVENING: Domain.POSITIVE_AFFECT, Kind.MORNING: Domain.SLEEP,
    Kind.URGES: Domain.URGES, Kind.MEAL: Domain.MEALS, Kind.SAFETY: None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckInView:
    """One check-in: ``check_in_id`` where it was begun, its answers so far by measure, the screens that follow from
    them, the prompt it answers."""

    kind: Kind
    check_in_id: uuid.UUID | None
    answers: Mapping[str, float]
    screens: tuple[Screen, ...]
    prompt: OpenPrompt | None
    given_name: str
    time_zone: str
    now: datetime

    @property
    def late(self) -> bool:
        """Whether the answers will be marked as late."""
        return self.prompt is not None and self.prompt.late


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """What somebody may write down without being asked, and what waits."""

    kinds: tuple[Kind, ...]
    prompts: tuple[OpenPrompt, ...]
    time_zone: str


@dataclass(frozen=True, slots=True)
class ThanksView:
    """What the last two weeks showed: ``series`` of the kind (``None`` below two days or for safety), on how many of
    the last 14 days there was an entry."""

    kind: Kind
    series: Series | None
    first: int
    last: int
    days: int
    therapist: str | None


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """A check-in as the team sees it: when, what kind, how much of it, the words written with it, who read it first."""

    id: uuid.UUID
    kind: str
    at: datetime
    late: bool
    answered: int
    words: str
    read_at: datetime | None
    read_by: str | None


def check_in_choice(session: Session, *, by: Actor, now: datetime) -> ChoiceView:
    """The kinds of check-in that are there for the signed-in patient."""
    patient = _me(session, by, now)
    eating = asks_about_eating(session, patient)
    return ChoiceView(kinds(eating=eating), open_prompts(session, patient=patient, now=now), patient.time_zone)


def check_in_page(session: Session, *, by: Actor, now: datetime, kind: str) -> CheckInView:
    """The check-in of this kind that is going on, else an empty one. Raises ``InvalidInput`` for an unknown kind."""
    patient = _me(session, by, now)
    if kind not in list(Kind):
        raise InvalidInput(_("There is no such check-in."))
    log.record(session, at=now, action="read_check_in_page", actor_id=by.user_id, patient_id=patient.id)
    row = _going_on(session, patient, kind, now)
    answers = given_in(session, patient, row, _source(session, now)) if row else {}
    waiting = next((one for one in open_prompts(session, patient=patient, now=now) if one.kind == kind), None)
    eating = asks_about_eating(session, patient)
    return CheckInView(
        kind=Kind(kind), check_in_id=row.id if row else None, answers=answers, prompt=waiting, now=now,
        screens=screens(Kind(kind), eating=eating, given=answers), given_name=patient.given_name,
        time_zone=patient.time_zone,
    )  # fmt: skip


def thanks(session: Session, *, by: Actor, now: datetime, kind: str) -> ThanksView:
    """What the person's own entries showed lately, after one of this kind."""
    patient = _me(session, by, now)
    log.record(session, at=now, action="read_own_course", actor_id=by.user_id, patient_id=patient.id)
    last = day_number(now, patient.time_zone)
    days = days_of(session, patient=patient, first=last - REVIEW_DAYS - WINDOW_DAYS, last=last)
    domain = _GIVES_BACK[Kind(kind)]
    whole = all_series(days, last=last).get(domain) if domain else None
    first = last - SHOWN_DAYS + 1
    series = whole.between(first, last) if whole else None
    present = entry_days(days)
    return ThanksView(
        kind=Kind(kind), series=series if series is not None and series.day.size > 1 else None, first=first, last=last,
        days=int((present >= first).sum()), therapist=therapist_of(session, patient, now),
    )  # fmt: skip


def newest_check_in_of(session: Session, *, patient: Patient, now: datetime) -> CheckInLine | None:
    """The newest check-in of a patient already in reach; part of the case review."""
    for row in rows(session, _NEWEST, patient=patient.id, now=now):
        words = "" if row.words is None else vault(session).open(session, patient.id, "check_in", row.id, row.words)
        return CheckInLine(row.id, row.kind, row.at, row.late, len(row.answered), words, row.read_at, row.reader)
    return None


def _me(session: Session, by: Actor, now: datetime) -> Patient:
    check(by, Permission.READ_OWN_SPACE)
    return patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)


def _going_on(session: Session, patient: Patient, kind: str, now: datetime) -> CheckIn | None:
    c = CheckIn
    return session.exec(
        select(c)
        .where(col(c.patient_id) == patient.id, col(c.kind) == kind, col(c.finished_at).is_(None))
        .where(col(c.at) > now - RESUME)
        .order_by(col(c.at).desc())
        .limit(1)
    ).first()


def _source(session: Session, now: datetime) -> int:
    return source_of(session, code=SOURCE, kind="app", name="The patient's own entries", now=now)


_NEWEST: Executable = (
    select(CheckIn, col(User.name).label("reader"))
    .outerjoin(User, col(User.id) == col(CheckIn.read_by))
    .where(col(CheckIn.patient_id) == bindparam("patient"), col(CheckIn.at) <= bindparam("now"))
    .order_by(col(CheckIn.at).desc())
    .limit(1)
)
