"""What is made together: ideas of patients, relatives, clinicians and technical staff, worked out and rated by all of
them, and the releases that came of them. Nothing here belongs to a patient's record."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Integer, SmallInteger
from sqlmodel import Field

from models.base import Base, EnumText, UtcDateTime, new_id


class Maker(StrEnum):
    """The groups that make the product together."""

    PATIENTS = "patients"
    RELATIVES = "relatives"
    CLINICIANS = "clinicians"
    TECHNICAL = "technical"


class IdeaState(StrEnum):
    """What became of an idea."""

    PROPOSED = "proposed"
    WORKED_ON = "worked_on"
    TRIED = "tried"
    RELEASED = "released"
    SET_ASIDE = "set_aside"


class MapOf(StrEnum):
    """Whose eyes an empathy map looks through."""

    PATIENT = "patient"
    THERAPIST = "therapist"


class Release(Base, table=True):
    """Something new in everybody's hands since ``released_on``."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    name: str = Field(max_length=120)
    released_on: date
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID


class Idea(Base, table=True):
    """One idea: what is needed, for whom, what would be better. ``named``: the person wants their name beside it,
    else only the group is shown. ``outcome`` says what came of it."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    service_id: uuid.UUID = Field(foreign_key="service.id", index=True)
    need: str = Field(max_length=400)
    for_whom: str = Field(max_length=200)
    better: str = Field(max_length=600)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: uuid.UUID = Field(foreign_key="account.id")
    maker: Maker = Field(sa_type=EnumText(Maker))
    named: bool = False
    state: IdeaState = Field(default=IdeaState.PROPOSED, sa_type=EnumText(IdeaState))
    outcome: str = Field(default="", max_length=600)
    release_id: uuid.UUID | None = Field(default=None, foreign_key="release.id", index=True)
    version: int = Field(default=1)


class EmpathyMap(Base, table=True):
    """What a patient or a therapist says, thinks, does and feels where the need arises."""

    __tablename__ = "empathy_map"

    idea_id: uuid.UUID = Field(foreign_key="idea.id", primary_key=True)
    side: MapOf = Field(sa_type=EnumText(MapOf), primary_key=True)
    says: str = Field(default="", max_length=600)
    thinks: str = Field(default="", max_length=600)
    does: str = Field(default="", max_length=600)
    feels: str = Field(default="", max_length=600)
    version: int = Field(default=1)


class StoryFrame(Base, table=True):
    """One frame of an idea's storyboard: words, and a drawing as PNG (drawn anew here, nothing of the file is kept)."""

    __tablename__ = "story_frame"

    idea_id: uuid.UUID = Field(foreign_key="idea.id", primary_key=True)
    number: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    words: str = Field(default="", max_length=300)
    drawing: bytes | None = None
    version: int = Field(default=1)


class IdeaRating(Base, table=True):
    """One person's NUF test of an idea: how new, useful and feasible, 0–10 each; the last word counts."""

    __tablename__ = "idea_rating"
    __table_args__ = tuple(
        CheckConstraint(f"{name} BETWEEN 0 AND 10", name=f"{name}_0_10") for name in ("fresh", "useful", "feasible")
    )

    idea_id: uuid.UUID = Field(foreign_key="idea.id", primary_key=True)
    rated_by: uuid.UUID = Field(foreign_key="account.id", primary_key=True)
    maker: Maker = Field(sa_type=EnumText(Maker))
    fresh: int = Field(sa_column=Column(Integer, nullable=False))
    useful: int = Field(sa_column=Column(Integer, nullable=False))
    feasible: int = Field(sa_column=Column(Integer, nullable=False))
    rated_at: datetime = Field(sa_type=UtcDateTime)
