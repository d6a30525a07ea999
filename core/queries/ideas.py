"""Ideas as everybody who takes part sees them: by group and not by name, ranked by what the groups think, with where
they differ. Nothing here is about a patient."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.errors import NotFound
from core.ideas.makers import maker_of
from core.ideas.ranking import Standing, standing
from core.language import _
from models import EmpathyMap, Idea, IdeaRating, IdeaState, Maker, MapOf, Release, StoryFrame, User

_ENDED = (IdeaState.RELEASED, IdeaState.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class IdeaLine:
    """One idea in the list. ``name`` is who had it, if they want that; ``own`` is the reader's rating (new, useful,
    feasible); ``release`` the name of the release it came with."""

    id: uuid.UUID
    need: str
    for_whom: str
    better: str
    maker: Maker
    name: str | None
    made_at: datetime
    state: IdeaState
    outcome: str
    release: str | None
    release_id: uuid.UUID | None
    standing: Standing
    own: tuple[int, int, int] | None
    version: int


@dataclass(frozen=True, slots=True)
class IdeasView:
    """All ideas, open ones first, each part by rank (those without enough ratings last, newest first)."""

    maker: Maker
    may_steer: bool
    ideas: tuple[IdeaLine, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """One side's empathy map; version 0 is one that nobody has begun."""

    side: MapOf
    says: str = ""
    thinks: str = ""
    does: str = ""
    feels: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class FrameView:
    """One frame of the storyboard; ``drawing`` is a PNG."""

    number: int
    words: str
    drawing: bytes | None
    version: int


@dataclass(frozen=True, slots=True)
class IdeaView:
    """One idea with what was worked out."""

    line: IdeaLine
    may_steer: bool
    maps: tuple[MapView, ...]
    frames: tuple[FrameView, ...]


def ideas(session: Session, *, by: Actor, now: datetime) -> IdeasView:  # noqa: ARG001
    """All ideas of the service; raises ``AccessRefused`` for whoever takes no part."""
    maker = maker_of(session, by)
    lines = sorted(_lines(session, by), key=_rank)
    return IdeasView(maker, can(by, Permission.STEER_IDEAS), tuple(lines))


def idea(session: Session, *, by: Actor, now: datetime, idea_id: uuid.UUID) -> IdeaView:  # noqa: ARG001
    """One idea; raises ``AccessRefused``, ``NotFound``."""
    maker_of(session, by)
    found = _lines(session, by, idea_id)
    if not found:
        raise NotFound(_("There is no such idea."))
    maps = {m.side: m for m in session.exec(select(EmpathyMap).where(col(EmpathyMap.idea_id) == idea_id))}
    frames = session.exec(select(StoryFrame).where(col(StoryFrame.idea_id) == idea_id).order_by(col(StoryFrame.number)))
    return IdeaView(
        found[0], can(by, Permission.STEER_IDEAS), tuple(_map(side, maps.get(side)) for side in MapOf),
        tuple(FrameView(f.number, f.words, f.drawing, f.version) for f in frames),
    )  # fmt: skip


def _map(side: MapOf, written: EmpathyMap | None) -> MapView:
    if written is None:
        return MapView(side)
    return MapView(side, written.says, written.thinks, written.does, written.feels, written.version)


def _rank(line: IdeaLine) -> tuple[bool, bool, float, float]:
    together = line.standing.together
    return (
        line.state in _ENDED, together is None, -(together.mean if together else 0.0), -line.made_at.timestamp()
    )  # fmt: skip


def _lines(session: Session, by: Actor, idea_id: uuid.UUID | None = None) -> list[IdeaLine]:
    wanted = (
        select(Idea, User.name, Release.name)
        .join(User, col(User.id) == col(Idea.made_by))
        .outerjoin(Release, col(Release.id) == col(Idea.release_id))
        .where(col(Idea.service_id) == by.service_id)
    )
    found = session.exec(wanted if idea_id is None else wanted.where(col(Idea.id) == idea_id)).all()
    ratings: dict[uuid.UUID, list[IdeaRating]] = {}
    of_these = select(IdeaRating).where(col(IdeaRating.idea_id).in_([one.id for one, _name, _release in found]))
    for rating in session.exec(of_these):
        ratings.setdefault(rating.idea_id, []).append(rating)
    return [_line(one, name, release, ratings.get(one.id, []), by) for one, name, release in found]


def _line(one: Idea, name: str, release: str | None, ratings: list[IdeaRating], by: Actor) -> IdeaLine:
    own = next(((r.fresh, r.useful, r.feasible) for r in ratings if r.rated_by == by.user_id), None)
    return IdeaLine(
        id=one.id, need=one.need, for_whom=one.for_whom, better=one.better, maker=one.maker,
        name=name if one.named else None, made_at=one.made_at, state=one.state, outcome=one.outcome, release=release,
        release_id=one.release_id, standing=standing(ratings), own=own, version=one.version,
    )  # fmt: skip
