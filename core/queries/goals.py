"""Goals and tasks as both sides see them: who agrees, who does not (and what they would rather), who was not asked
yet, and what has been done about each. The same view for the therapist and in the patient's own space."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.pair import side_of
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.actions.goals import title_of
from core.audit.log import record
from core.queries.prepared import rows
from core.vault import vault
from models import AgreementKind, AimEvent, AimVerb, Patient, Programme, SharedAim, Side, User


class Stand(StrEnum):
    """What one side says about a goal or task."""

    AGREES = "agrees"
    DOES_NOT = "does_not"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True)
class Stance:
    """What one side says, since when, and its newest words about it (empty: none)."""

    stand: Stand
    since: datetime | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class AimLine:
    """One line of history, oldest first: ``name`` of who did it, for which side."""

    at: datetime
    name: str
    side: Side
    verb: AimVerb
    words: str


@dataclass(frozen=True, slots=True)
class AimView:
    """One goal or task. ``step`` and ``exercise`` (a code) are what it is linked to; ``outcome`` is how it ended."""

    id: uuid.UUID
    kind: AgreementKind
    title: str
    made_at: datetime
    patient: Stance
    therapist: Stance
    step: int | None
    exercise: str | None
    ended_at: datetime | None
    outcome: str | None
    version: int
    history: tuple[AimLine, ...]

    def side(self, side: Side) -> Stance:
        """What one side says."""
        return self.patient if side is Side.PATIENT else self.therapist

    @property
    def open(self) -> bool:
        """Whether it is still worked on."""
        return self.ended_at is None

    @property
    def disagreed(self) -> bool:
        """Whether a side said that it does not agree."""
        return self.open and Stand.DOES_NOT in (self.patient.stand, self.therapist.stand)

    @property
    def agreed(self) -> bool:
        """Whether both sides said that they agree."""
        return self.open and self.patient.stand is self.therapist.stand is Stand.AGREES


@dataclass(frozen=True, slots=True)
class GoalsView:
    """The goals and tasks of one treatment, the open ones first, each kind in the order in which they were made;
    ``side`` is the reader's own; ``steps`` names the steps that one can be linked to."""

    patient_id: uuid.UUID
    given_name: str
    time_zone: str
    side: Side
    aims: tuple[AimView, ...]
    steps: Mapping[int, str]

    @property
    def open(self) -> tuple[AimView, ...]:
        """Those still worked on."""
        return tuple(aim for aim in self.aims if aim.open)

    @property
    def disagreed(self) -> tuple[AimView, ...]:
        """Those that a side does not agree to."""
        return tuple(aim for aim in self.aims if aim.disagreed)

    @property
    def asked_of_me(self) -> tuple[AimView, ...]:
        """Those on which the reader's side has not said anything yet."""
        return tuple(aim for aim in self.open if aim.side(self.side).stand is Stand.NOT_SAID)


def shared_goals(session: Session, *, by: Actor, now: datetime, patient_id: uuid.UUID) -> GoalsView:
    """Read the goals and tasks of a patient in reach, as a clinician or as the patient.

    Raises ``AccessRefused`` or ``NotFound``.
    """
    check(by, Permission.SHARE_GOALS)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    record(session, at=now, action="read_goals", actor_id=by.user_id, patient_id=patient.id)
    return goals_of(session, by=by, now=now, patient=patient)


def goals_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> GoalsView:  # noqa: ARG001
    """The same, for a patient already reached and audited by the caller."""
    aims = rows(session, _AIMS, patient=patient.id)
    history = _history(session, patient) if aims else {}
    views = [_view(session, aim, history.get(aim.id, [])) for aim in aims]
    order = {AgreementKind.GOAL: 0, AgreementKind.TASK: 1}
    views.sort(key=lambda aim: (not aim.open, order[aim.kind], aim.made_at))
    programme = session.get_one(Programme, patient.programme_id)
    return GoalsView(
        patient_id=patient.id, given_name=patient.given_name or patient.name, time_zone=patient.time_zone,
        side=side_of(by), aims=tuple(views),
        steps={int(step["step"]): str(step.get("name", "")) for step in programme.steps if "step" in step},
    )  # fmt: skip


def _history(session: Session, patient: Patient) -> dict[uuid.UUID, list[AimLine]]:
    lines: defaultdict[uuid.UUID, list[AimLine]] = defaultdict(list)
    words = vault(session)
    for event in rows(session, _EVENTS, patient=patient.id):
        said = words.open(session, patient.id, "shared_aim_event", event.id, event.words) if event.words else ""
        lines[event.aim_id].append(AimLine(event.at, event.name or "", event.side, event.verb, said))
    for own in lines.values():
        own.sort(key=lambda line: (line.at, line.verb is not AimVerb.ADDED))
    return lines


def _view(session: Session, aim: Any, history: Sequence[AimLine]) -> AimView:
    return AimView(
        id=aim.id, kind=aim.kind, title=title_of(session, aim), made_at=aim.made_at,
        patient=_stance(aim.patient_agreed_at, aim.patient_declined_at, history, Side.PATIENT),
        therapist=_stance(aim.therapist_agreed_at, aim.therapist_declined_at, history, Side.THERAPIST),
        step=aim.step, exercise=aim.exercise, ended_at=aim.ended_at, outcome=aim.outcome, version=aim.version,
        history=tuple(history),
    )  # fmt: skip


def _stance(
    agreed: datetime | None, declined: datetime | None, history: Sequence[AimLine], side: Side
) -> Stance:  # fmt: skip
    if declined is not None:
        said = [line.words for line in history if line.side is side and line.verb is AimVerb.NOT_AGREED]
        return Stance(Stand.DOES_NOT, declined, said[-1] if said else "")
    return Stance(Stand.AGREES, agreed) if agreed is not None else Stance(Stand.NOT_SAID, None)


_AIMS = (
    select(*(getattr(SharedAim, name) for name in SharedAim.model_fields))
    .where(col(SharedAim.patient_id) == bindparam("patient"))
    .order_by(col(SharedAim.made_at))
)
_EVENTS = (
    select(
        col(AimEvent.id), col(AimEvent.aim_id), col(AimEvent.at), col(AimEvent.side), col(AimEvent.verb),
        col(AimEvent.words), col(User.name),
    )
    .outerjoin(User, col(User.id) == col(AimEvent.by))
    .where(col(AimEvent.patient_id) == bindparam("patient"))
    .order_by(col(AimEvent.at))
)  # fmt: skip
