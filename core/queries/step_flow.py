"""How people move between the steps of a programme, for the whole service. Counted in people, suppressed below eight
and rounded to fives (``core.analysis.small_cells``), so that nobody can be found by subtracting one figure from
another (threats 25 and 26)."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.analysis.small_cells import SMALLEST, released, rounded
from core.audit.log import record
from core.queries.steps import names_of
from models import Patient, Programme, Service, StepOfCare

ENTERED, LEFT = 0, -1  # where people come from and go to, beside the steps


@dataclass(frozen=True, slots=True)
class Link:
    """About how many people went from one step to another (``ENTERED``, ``LEFT``: into and out of the programme)."""

    source: int
    target: int
    people: int


@dataclass(frozen=True, slots=True)
class FlowView:
    """The flow of one programme: ``links`` that are shown, how many kinds of move are ``suppressed``, and how many
    people are on each step ``today`` (steps with fewer than eight are absent)."""

    programme_id: uuid.UUID
    programme: str
    names: Mapping[int, str]
    links: tuple[Link, ...]
    suppressed: int
    today: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class FlowsView:
    """Every programme of the service."""

    service: str
    flows: tuple[FlowView, ...]


def step_flows(session: Session, *, by: Actor, now: datetime) -> FlowsView:
    """Read the flow between the steps of each programme of the reader's service. Raises ``AccessRefused``."""
    check(by, Permission.READ_STEP_FLOW)
    record(session, at=now, action="read_step_flow", actor_id=by.user_id)
    programmes = session.exec(
        select(Programme).where(col(Programme.service_id) == by.service_id).order_by(col(Programme.name))
    ).all()
    service = session.get_one(Service, by.service_id)
    return FlowsView(service.name, tuple(_flow(session, programme, now) for programme in programmes))


def _flow(session: Session, programme: Programme, now: datetime) -> FlowView:
    people = _people(session, programme)
    moves: Counter[tuple[int, int]] = Counter()
    here: Counter[int] = Counter()
    for steps, left_on in people.values():
        gone = left_on is not None and left_on <= now.date()
        path = [ENTERED, *steps, *([LEFT] if gone else [])]
        moves.update(set(pairwise(path)))  # a person counts once for each kind of move
        if not gone and steps:
            here[steps[-1]] += 1
    shown = {move: n for move, n in moves.items() if n >= SMALLEST}
    safe = released({(str(step),): (n,) for step, n in here.items()})
    return FlowView(
        programme_id=programme.id, programme=programme.name, names=names_of(programme),
        links=tuple(Link(source, target, rounded(n)) for (source, target), n in sorted(shown.items())),
        suppressed=len(moves) - len(shown),
        today={step: rounded(n) for step, n in sorted(here.items()) if (str(step),) in safe},
    )  # fmt: skip


def _people(session: Session, programme: Programme) -> dict[uuid.UUID, tuple[Sequence[int], date | None]]:
    s, p = StepOfCare, Patient
    rows = session.execute(
        select(col(p.id), col(p.left_on), col(s.step))
        .join(s, col(s.patient_id) == col(p.id))
        .where(col(p.programme_id) == programme.id)
        .order_by(col(p.id), col(s.started_on))
    ).all()
    steps: defaultdict[uuid.UUID, list[int]] = defaultdict(list)
    left: dict[uuid.UUID, date | None] = {}
    for patient_id, left_on, step in rows:
        left[patient_id] = left_on
        if not steps[patient_id] or steps[patient_id][-1] != step:
            steps[patient_id].append(step)
    return {patient_id: (own, left[patient_id]) for patient_id, own in steps.items()}
