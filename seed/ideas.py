"""Simulated ideas of what is made together, rated by simulated patients, relatives and clinicians, and one release."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from sqlmodel import Session, col, select

from models import (
    EmpathyMap,
    Idea,
    IdeaRating,
    IdeaState,
    Maker,
    MapOf,
    Patient,
    Relative,
    Release,
    Role,
    Service,
    StoryFrame,
    User,
)
from seed.plan import RESERVED, Plan

RATE = {Maker.PATIENTS: 14, Maker.RELATIVES: 6, Maker.CLINICIANS: 8}  # people of each group who rate
MISSED = 0.15  # share of them who leave an idea out


@dataclass(frozen=True)
class Told:
    """An idea, and what each group thinks of it (new, useful, feasible)."""

    maker: Maker
    need: str
    for_whom: str
    better: str
    days_ago: int
    state: IdeaState
    outcome: str
    marks: dict[Maker, tuple[int, int, int]]


_P, _R, _C = Maker.PATIENTS, Maker.RELATIVES, Maker.CLINICIANS
IDEAS = (
    Told(
        _P, "Knowing when my therapist has read what I wrote", "Everyone who writes messages",
        "I would stop wondering whether it arrived, and bring it up in the session.", 190, IdeaState.RELEASED,
        "Messages show who read them and when.", {_P: (6, 9, 8), _R: (6, 8, 8), _C: (4, 7, 8)},
    ),
    Told(
        _P, "Fewer questions on days when I already know that they are bad", "Patients in the first weeks",
        "One question and a way to say “not today” would keep me from leaving the app alone.", 74,
        IdeaState.TRIED, "Two teams ask one question on such days until spring.",
        {_P: (7, 9, 7), _R: (6, 8, 7), _C: (5, 5, 6)},
    ),
    Told(
        _C, "Seeing before the session what changed since the last one", "Therapists with full days",
        "Five sentences I can read in the corridor instead of a table.", 120, IdeaState.WORKED_ON, "",
        {_P: (5, 7, 7), _R: (5, 7, 7), _C: (6, 9, 7)},
    ),
    Told(
        _R, "A word from the team on what to say at the table, and what not", "Families who eat together",
        "Meals would be less of a fight, and we would feel part of the treatment.", 52, IdeaState.PROPOSED, "",
        {_P: (6, 5, 7), _R: (8, 10, 8), _C: (5, 8, 7)},
    ),
    Told(
        _P, "Choosing together which curves we look at in the session", "Patients and therapists",
        "We would talk about the same thing instead of each reading a different one.", 31, IdeaState.PROPOSED, "",
        {_P: (8, 8, 7), _R: (7, 7, 6), _C: (7, 8, 7)},
    ),
    Told(
        _P, "A list of everybody’s entries, so that one can compare oneself", "Patients",
        "I would see that I am not the only one.", 150, IdeaState.SET_ASIDE,
        "Comparing did harm in the eyes of patients and families; the groups of the programme answer the need.",
        {_P: (7, 4, 6), _R: (6, 3, 6), _C: (5, 2, 5)},
    ),
)  # fmt: skip
RELEASE, RELEASED_DAYS_AGO = "Messages that show when they were read", 110
MAPS = {
    MapOf.PATIENT: ("I am fine, thanks.", "If I say that it is bad, they ask ten more things.",
                    "Opens the check-in, closes it again.", "Tired, a little guilty."),
    MapOf.THERAPIST: ("I saw no entries since Friday.", "Is it a bad week, or is the app too much?",
                      "Asks about it in the session.", "Wants to understand, has ten minutes."),
}  # fmt: skip
FRAMES = (
    "In the morning the telephone asks how the night was. Nuria sees it and does not want to.",
    "She presses “not today, one question only”, and says that it is a heavy day.",
    "Her therapist sees a heavy day instead of a gap, and begins the session with it.",
)


def share_ideas(session: Session, service: Service, plan: Plan) -> int:
    """Write the ideas once; returns how many there are now."""
    if session.exec(select(Idea.id).where(col(Idea.service_id) == service.id)).first():
        return len(IDEAS)
    raters = _raters(session, service)
    release = Release(
        id=plan.made_id("release"), service_id=service.id, name=RELEASE, made_at=plan.seeded_at,
        released_on=(plan.seeded_at - timedelta(days=RELEASED_DAYS_AGO)).date(), made_by=raters[_C][0],
    )  # fmt: skip
    session.add(release)
    session.flush()
    for number, told in enumerate(IDEAS):
        _write(session, plan, number, told, raters, release)
    return len(IDEAS)


def _raters(session: Session, service: Service) -> dict[Maker, list[uuid.UUID]]:
    here = select(User.id).where(col(User.service_id) == service.id)
    clinicians = here.where(col(User.role).in_((Role.THERAPIST, Role.TEAM_LEAD))).order_by(col(User.username))
    patients = here.join(Patient, col(Patient.user_id) == col(User.id)).order_by(col(Patient.key))
    relatives = here.join(Relative, col(Relative.user_id) == col(User.id)).order_by(col(User.username))
    found = {_P: patients, _R: relatives, _C: clinicians}
    return {maker: list(session.exec(wanted.limit(RATE[maker]))) for maker, wanted in found.items()}


def _write(
    session: Session, plan: Plan, number: int, told: Told, raters: dict[Maker, list[uuid.UUID]], release: Release
) -> None:  # fmt: skip
    made, at = plan.made_id("idea", number), plan.seeded_at - timedelta(days=told.days_ago)
    out = told.state is IdeaState.RELEASED
    session.add(
        Idea(
            id=made,
            service_id=release.service_id,
            need=told.need,
            for_whom=told.for_whom,
            better=told.better,
            made_at=at,
            made_by=(raters[told.maker] or raters[_C])[0],
            maker=told.maker,
            state=told.state,
            outcome=told.outcome,
            release_id=release.id if out else None,
        )
    )
    session.flush()
    if told.state is IdeaState.TRIED:
        for side, (says, thinks, does, feels) in MAPS.items():
            session.add(EmpathyMap(idea_id=made, side=side, says=says, thinks=thinks, does=does, feels=feels))
        for place, words in enumerate(FRAMES, start=1):
            session.add(StoryFrame(idea_id=made, number=place, words=words))
    draws = plan.generator(RESERVED + number, "ideas")
    for maker, people in raters.items():
        for person in people:
            marks = np.clip(np.rint(draws.normal(told.marks[maker], 1.4)), 0, 10).astype(int)
            if draws.random() >= MISSED:
                fresh, useful, feasible = (int(mark) for mark in marks)
                session.add(
                    IdeaRating(
                        idea_id=made,
                        rated_by=person,
                        maker=maker,
                        fresh=fresh,
                        useful=useful,
                        feasible=feasible,
                        rated_at=at + timedelta(days=float(draws.uniform(1, 20))),
                    )
                )
