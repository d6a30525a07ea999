"""Ideas that patients, relatives, clinicians and technical staff have together: proposed as a need, worked out, drawn,
rated once by each person, and answered for: what became of it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, func, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound
from core.ideas.drawing import redraw
from core.ideas.makers import maker_of
from core.language import _
from models import (
    EmpathyMap,
    Idea,
    IdeaRating,
    IdeaState,
    MapOf,
    Release,
    Service,
    StoryFrame,
    new_id,
)

SHORTEST = 5  # (d) characters of a need
FRAMES = 6  # (d) frames of a storyboard
LONGEST = {"need": 400, "for_whom": 200, "better": 600, "map": 600, "frame": 300, "outcome": 600, "release": 120}


@dataclass(frozen=True, slots=True)
class Words:
    """An idea in words; ``named``: one's own name may stand beside it."""

    need: str
    for_whom: str
    better: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Empathy:
    """What somebody says, thinks, does and feels."""

    says: str = ""
    thinks: str = ""
    does: str = ""
    feels: str = ""


def propose_idea(session: Session, *, by: Actor, now: datetime, key: str, words: Words) -> uuid.UUID | None:
    """Propose an idea; raises ``InvalidInput`` for words that are missing or too long. ``None`` on a second press."""
    maker = maker_of(session, by)
    log.take_turn(session)
    if already_done(session, key=key, by=by.user_id, action="propose_idea"):
        return None
    row = new_id()
    session.add(
        Idea(
            id=row, service_id=by.service_id, made_at=now, made_by=by.user_id, maker=maker, named=words.named,
            need=_said(words.need, "need", SHORTEST), for_whom=_said(words.for_whom, "for_whom", 2),
            better=_said(words.better, "better", SHORTEST),
        )
    )  # fmt: skip
    session.flush()
    _done(session, by, now, key, "propose_idea", row)
    return row


def map_idea(
    session: Session, *, by: Actor, now: datetime, key: str, idea_id: uuid.UUID, side: str, version: int, words: Empathy
) -> None:
    """Write one side's empathy map, on the version that was seen (0: none yet). Raises ``ChangedMeanwhile``."""
    if not _begin(session, by, key, "map_idea", idea_id):
        return
    told = {name: _said(getattr(words, name), "map", 0) for name in ("says", "thinks", "does", "feels")}
    _put(session, EmpathyMap, {"idea_id": idea_id, "side": _one_of(MapOf, side)}, version, told)
    _done(session, by, now, key, "map_idea", idea_id)


def draw_frame(
    session: Session, *, by: Actor, now: datetime, key: str, idea_id: uuid.UUID, number: int, version: int, words: str,
    drawing: bytes | None = None,
) -> None:  # fmt: skip
    """Write one frame (1–6) of the storyboard; without a drawing the one that is there stays.

    Raises ``InvalidInput`` for a picture that is none, ``ChangedMeanwhile``.
    """
    if not _begin(session, by, key, "draw_frame", idea_id):
        return
    if not 1 <= number <= FRAMES:
        raise InvalidInput(_("A storyboard has up to {n} frames.").format(n=FRAMES))
    told: dict[str, Any] = {"words": _said(words, "frame", 0)}
    if drawing is not None:
        told["drawing"] = redraw(drawing)
    _put(session, StoryFrame, {"idea_id": idea_id, "number": number}, version, told)
    _done(session, by, now, key, "draw_frame", idea_id)


def rate_idea(
    session: Session, *, by: Actor, now: datetime, key: str, idea_id: uuid.UUID, fresh: int, useful: int, feasible: int
) -> None:
    """One's own NUF test, 0–10 each; a person has one, and the last one counts."""
    maker = maker_of(session, by)
    if not _begin(session, by, key, "rate_idea", idea_id):
        return
    if not all(isinstance(mark, int) and 0 <= mark <= 10 for mark in (fresh, useful, feasible)):
        raise InvalidInput(_("Each of the three is a whole number from 0 to 10."))
    own = session.get(IdeaRating, (idea_id, by.user_id))
    if own is None:
        own = IdeaRating(
            idea_id=idea_id, rated_by=by.user_id, maker=maker, fresh=fresh, useful=useful, feasible=feasible,
            rated_at=now,
        )  # fmt: skip
        session.add(own)
    own.maker, own.fresh, own.useful, own.feasible, own.rated_at = maker, fresh, useful, feasible, now
    _done(session, by, now, key, "rate_idea", idea_id)


def settle_idea(
    session: Session, *, by: Actor, now: datetime, key: str, idea_id: uuid.UUID, version: int, state: str, outcome: str,
    release_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Say what became of an idea, and with which release it came. Raises ``InvalidInput`` where it is set aside without
    a word why, ``ChangedMeanwhile``."""
    check(by, Permission.STEER_IDEAS)
    if not _begin(session, by, key, "settle_idea", idea_id):
        return
    settled = _one_of(IdeaState, state)
    words = _said(outcome, "outcome", SHORTEST if settled is IdeaState.SET_ASIDE else 0)
    release = None if release_id is None else session.get(Release, release_id)
    if release_id is not None and (release is None or release.service_id != by.service_id):
        raise NotFound(_("There is no such release."))
    changed = {"state": settled, "outcome": words, "release_id": release_id}
    _put(session, Idea, {"id": idea_id}, version, changed)
    _done(session, by, now, key, "settle_idea", idea_id)


def mark_release(
    session: Session, *, by: Actor, now: datetime, key: str, name: str, released_on: date
) -> uuid.UUID | None:
    """Mark a release on the time line of the service. Raises ``InvalidInput`` without a name or for a day ahead."""
    check(by, Permission.STEER_IDEAS)
    log.take_turn(session)
    if already_done(session, key=key, by=by.user_id, action="mark_release"):
        return None
    if released_on > now.astimezone(ZoneInfo(session.get_one(Service, by.service_id).time_zone)).date():
        raise InvalidInput(_("A release is marked when it is there."))
    row = Release(
        service_id=by.service_id, name=_said(name, "release", 2), released_on=released_on, made_at=now,
        made_by=by.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _done(session, by, now, key, "mark_release", row.id)
    return row.id


def _begin(session: Session, by: Actor, key: str, action: str, idea_id: uuid.UUID) -> bool:
    """Whether this press is to be carried out; ``NotFound`` for an idea of another service."""
    maker_of(session, by)
    log.take_turn(session)
    idea = session.get(Idea, idea_id)
    if idea is None or idea.service_id != by.service_id:
        raise NotFound(_("There is no such idea."))
    return already_done(session, key=key, by=by.user_id, action=action) is None


def _done(session: Session, by: Actor, now: datetime, key: str, action: str, target: uuid.UUID) -> None:
    log.record(session, at=now, action=action, actor_id=by.user_id, target=f"idea:{target}")
    give_receipt(session, key=key, by=by.user_id, action=action, now=now, target=target)


def _put(session: Session, table: type[Any], place: dict[str, Any], version: int, told: dict[str, Any]) -> None:
    """Write a row on the version that was seen; 0 is a row that is not there yet."""
    here = [col(getattr(table, name)) == value for name, value in place.items()]
    if version == 0:
        if session.exec(select(func.count()).select_from(table).where(*here)).one():
            raise ChangedMeanwhile(_("Somebody wrote here meanwhile. Your words are still in the form."))
        session.add(table(**place, **told))
        session.flush()
        return
    seen = update(table).where(*here, col(table.version) == version).values(**told, version=version + 1)
    if cast("CursorResult[Any]", session.execute(seen)).rowcount != 1:
        raise ChangedMeanwhile(_("Somebody wrote here meanwhile. Your words are still in the form."))


def _one_of(kind: type[Any], value: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidInput(_("This choice is not known.")) from error


def _said(words: str, what: str, shortest: int) -> str:
    said = words.strip().replace("\0", "")
    if len(said) < shortest:
        raise InvalidInput(_("Say a little more: a few words are missing."))
    if len(said) > LONGEST[what]:
        raise InvalidInput(_("That is longer than {n} characters.").format(n=LONGEST[what]))
    return said
