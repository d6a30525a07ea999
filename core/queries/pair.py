"""The pair beyond its newest ratings: rupture watch with each of its components, the conversations about it and what
came after, congruence of the two views, and the goals that a side does not agree to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Executable, bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.reach import patient_in_reach
from core.audit.log import record
from core.measures import PROMPTS_ANSWERED
from core.queries.alliance import SUBSCALES, AllianceView, RatingView, alliance_of
from core.queries.course import Course, course_of
from core.queries.goals import GoalsView, goals_of
from core.queries.prepared import AnyRow, rows
from core.rules import rupture
from core.rules.alliance import Rating
from core.rules.congruence import Congruence, congruence
from core.rules.rupture import Component, Meeting, Word
from core.vault import vault
from models import AllianceTalk, AppointmentState, Mended, Patient, Side, Staff, User

SHOWN_DAYS = 120  # of the course behind the page of the pair
_HELD = {AppointmentState.HELD: False, AppointmentState.MISSED: True}  # a cancelled session was nobody's fault


@dataclass(frozen=True, slots=True)
class After:
    """One sub-scale as the patient rated it last before a conversation and first and newest after it."""

    part: str
    before: float | None
    newest: float | None
    ratings: int


@dataclass(frozen=True, slots=True)
class TalkView:
    """A conversation about working together: when, with whom, about what (``rupture.Part`` codes), in words, what was
    unlike usual when it was recorded, whether it mended, and the ratings since."""

    id: uuid.UUID
    talked_at: datetime
    by: str
    about: tuple[str, ...]
    seen: tuple[str, ...]
    words: str
    mended: Mended | None
    mended_at: datetime | None
    mended_by: str
    mended_words: str
    version: int
    after: tuple[After, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing more is waited for."""
        return self.mended in (Mended.MENDED, Mended.NO_STRAIN)


@dataclass(frozen=True, slots=True)
class PairView:
    """``components`` of the rupture watch in their order; ``ask`` is the one that is worth asking about, unless a
    conversation about it was recorded since (``since_asked``); ``talks`` newest first; ``may_record``: the reader is a
    clinician."""

    patient_id: uuid.UUID
    now: datetime
    components: tuple[Component, ...]
    ask: Component | None
    since_asked: "TalkView | None"
    talks: tuple[TalkView, ...]
    congruence: Congruence
    goals: GoalsView
    may_record: bool

    @property
    def waiting(self) -> bool:
        """Whether the newest conversation waits for how it stands."""
        return bool(self.talks) and not self.talks[0].settled

    @property
    def unlike(self) -> tuple[Component, ...]:
        """What is unlike the pair's own usual now."""
        return tuple(component for component in self.components if component.unlike)


@dataclass(frozen=True, slots=True)
class PairPageView:
    """The page of a pair: the alliance of both sides, and the rest."""

    name: str
    programme_step: int | None
    alliance: AllianceView
    pair: PairView


def pair_page(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> PairPageView:
    """Read the pair of a patient in reach. Raises ``AccessRefused`` or ``NotFound``."""
    check(by, Permission.READ_RECORD)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    record(session, at=now, action="read_pair", actor_id=by.user_id, patient_id=patient.id)
    alliance = alliance_of(session, by=by, now=now, patient=patient)
    course = course_of(session, now=now, patient=patient, days=SHOWN_DAYS, alliance=alliance)
    step = course.steps[-1].step if course.steps and course.steps[-1].ended_on is None else None
    return PairPageView(
        patient.name, step, alliance,
        pair_of(session, by=by, now=now, patient=patient, alliance=alliance, course=course),
    )  # fmt: skip


def pair_of(
    session: Session, *, by: Actor, now: datetime, patient: Patient, alliance: AllianceView, course: Course
) -> PairView:
    """The same without the ratings, for a patient already reached and audited by the caller."""
    components = components_of(alliance, course)
    talks = _talks(session, patient, alliance)
    ask = rupture.worth_asking(components)
    return PairView(
        patient_id=patient.id, now=now, components=components, ask=ask, since_asked=_since(ask, talks), talks=talks,
        congruence=congruence(_both(alliance)), goals=goals_of(session, by=by, now=now, patient=patient),
        may_record=can(by, Permission.TALK_ABOUT_ALLIANCE),
    )  # fmt: skip


def components_of(alliance: AllianceView, course: Course) -> tuple[Component, ...]:
    """Everything that is watched, from what may be shown of the ratings and from the course."""
    now, error = course.now, alliance.error.value
    words = [Word(message.sent_at, message.from_patient) for message in course.messages if message.sent_at <= now]
    meetings = [Meeting(s.starts_at, _HELD[s.state]) for s in course.sessions if s.state in _HELD and s.starts_at < now]
    prompts = course.days.of(PROMPTS_ANSWERED)
    days = list(zip(prompts.day.tolist(), prompts.n.tolist(), prompts.total.astype(int).tolist(), strict=True))
    began = words[0].at if words else now
    counted = (
        rupture.of_replies(words, by_patient=True, now=now), rupture.of_messages(words, began=began, now=now),
        rupture.of_entries(days, today=course.today), rupture.of_sessions(meetings, now=now),
        rupture.of_replies(words, by_patient=False, now=now),
    )  # fmt: skip
    return (
        *rupture.of_ratings(_ratings(alliance, Side.PATIENT), Side.PATIENT.value, error=error),
        *(() if course.closed else (component for component in counted if component is not None)),
        *rupture.of_ratings(_ratings(alliance, Side.THERAPIST), Side.THERAPIST.value, error=error),
    )


def _ratings(alliance: AllianceView, side: Side) -> list[Rating]:
    return [
        Rating(r.rated_at, f"wai-sr-{side.value}", side.value, {part: r.part(part) for part in SUBSCALES})
        for r in alliance.side(side)
    ]


def _both(alliance: AllianceView) -> list[tuple[float, float]]:
    own = {r.appointment_id: r.mean for r in alliance.side(Side.THERAPIST) if r.appointment_id is not None}
    found = []
    for rating in alliance.side(Side.PATIENT):
        theirs, other = rating.mean, own.get(rating.appointment_id) if rating.appointment_id else None
        if theirs is not None and other is not None:
            found.append((theirs, other))
    return found


def _since(ask: Component | None, talks: Sequence[TalkView]) -> TalkView | None:
    """The newest conversation after what is to be asked about was seen."""
    if ask is None or not talks:
        return None
    newest = talks[0]
    return newest if ask.at is None or newest.talked_at.date() >= ask.at.date() else None


def _talks(session: Session, patient: Patient, alliance: AllianceView) -> tuple[TalkView, ...]:
    return tuple(_talk(session, patient, alliance, talk) for talk in rows(session, _TALKS, patient=patient.id))


def _talk(session: Session, patient: Patient, alliance: AllianceView, talk: AnyRow) -> TalkView:
    def read(field: str, sealed: bytes | None) -> str:
        place = "alliance_talk" if field == "words" else f"alliance_talk.{field}"
        return vault(session).open(session, patient.id, place, talk.id, sealed) if sealed else ""

    return TalkView(
        id=talk.id, talked_at=talk.talked_at, by=talk.by, about=tuple(talk.about),
        seen=tuple(str(one["part"]) for one in talk.seen if one.get("unlike")), words=read("words", talk.words),
        mended=talk.mended, mended_at=talk.mended_at, mended_by=talk.mended_name or "",
        mended_words=read("mended", talk.mended_words), version=talk.version,
        after=_after(talk.talked_at, alliance.side(Side.PATIENT)),
    )  # fmt: skip


def _after(talked_at: datetime, ratings: Sequence[RatingView]) -> tuple[After, ...]:
    before = list(takewhile(lambda rating: rating.rated_at <= talked_at, ratings))
    since = ratings[len(before) :]
    return tuple(
        After(part, before[-1].part(part) if before else None, since[-1].part(part) if since else None, len(since))
        for part in SUBSCALES
    )


_TALKS: Executable = (
    select(AllianceTalk, col(Staff.name).label("by"), col(User.name).label("mended_name"))
    .join(Staff, col(Staff.id) == col(AllianceTalk.staff_id))
    .outerjoin(User, col(User.id) == col(AllianceTalk.mended_by))
    .where(col(AllianceTalk.patient_id) == bindparam("patient"))
    .order_by(col(AllianceTalk.talked_at).desc(), col(AllianceTalk.recorded_at).desc())
)
