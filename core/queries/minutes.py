"""The minutes of a meeting: who was there, whom it talked about, what was decided and agreed; with initials instead of
names where the service has it so, because minutes leave the house."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND
from core.audit import log
from core.errors import NotFound
from core.language import _
from core.queries.decisions import ActionView, DecisionView, actions_about, decisions_about, open_actions
from core.queries.meetings import items_of
from core.rules.agenda import Reason
from models import Meeting, Presence, Service, Staff, Team

SHORTEST_NAME = 3  # letters: shorter parts of a name ("de", "Li") are too often something else


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """One person in the minutes; ``label`` is the name, or the initials where the service has it so."""

    label: str
    programme: str
    reasons: tuple[Reason, ...]
    seconds: int
    decisions: tuple[DecisionView, ...]
    actions: tuple[ActionView, ...]


@dataclass(frozen=True, slots=True)
class MinutesView:
    """The minutes of one meeting. ``carried`` are actions of earlier meetings open at its end (or now), with labels."""

    id: uuid.UUID
    service: str
    team: str
    time_zone: str
    started_at: datetime
    ended_at: datetime | None
    initials_only: bool
    present: tuple[str, ...]
    items: tuple[MinutesItem, ...]
    carried: tuple[tuple[str, ActionView], ...]


def minutes(session: Session, *, by: Actor, now: datetime, meeting_id: uuid.UUID) -> MinutesView:
    """The minutes of a meeting of the reader's team, with those patients whom the reader reaches (also on paper).

    Initials instead of names, also in what was written down, unless the service's
    ``settings["meeting"]["initials_only"]`` is false. Raises ``NotFound`` for another team's.
    """
    check(by, Permission.HOLD_MEETINGS)
    found = session.get(Meeting, meeting_id)
    if found is None or found.team_id != by.team_id:
        raise NotFound(_(NOT_FOUND))
    service = session.get_one(Service, by.service_id)
    initials = bool(service.settings.get("meeting", {}).get("initials_only", True))  # (d)
    items = items_of(session, found, actor=by, now=now)
    actions = actions_about(
        session, patient_ids=[item.patient_id for item in items], actor=by, now=now, made_in=found.id
    )
    decisions = decisions_about(session, meeting_id=found.id)
    carried = [one for one in open_actions(session, actor=by, now=now) if one.made_at < found.started_at]
    people = {one.patient_id: one.patient for one in carried} | {item.patient_id: item.name for item in items}
    label = labels(people) if initials else people
    if initials:
        decisions = [replace(one, text=unnamed(one.text, one.patient_id, people, label)) for one in decisions]
        actions, carried = (
            [replace(one, text=unnamed(one.text, one.patient_id, people, label)) for one in some]
            for some in (actions, carried)
        )
    log.record(session, at=now, action="read_minutes", actor_id=by.user_id, target=found.id)
    return MinutesView(
        id=found.id, service=service.name, team=session.get_one(Team, found.team_id).name,
        time_zone=service.time_zone, started_at=found.started_at, ended_at=found.ended_at, initials_only=initials,
        present=_present_names(session, found.id),
        items=tuple(
            MinutesItem(
                label[item.patient_id], item.programme, item.reasons, item.seconds,
                tuple(one for one in decisions[::-1] if one.patient_id == item.patient_id),
                tuple(one for one in actions if one.patient_id == item.patient_id),
            )
            for item in items
        ),
        carried=tuple((label[one.patient_id], one) for one in carried),
    )  # fmt: skip


def labels(people: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """Initials of each name ("M. S."), numbered where several people share them, in the order of ``people``."""
    plain = {one: " ".join(f"{part[0].upper()}." for part in name.split()) for one, name in people.items()}
    shared, seen, made = Counter(plain.values()), Counter[str](), {}
    for one, initials in plain.items():
        seen[initials] += 1
        made[one] = f"{initials} ({seen[initials]})" if shared[initials] > 1 else initials
    return made


def unnamed(text: str, about: uuid.UUID, people: Mapping[uuid.UUID, str], label: Mapping[uuid.UUID, str]) -> str:
    """``text`` about one of ``people`` with labels where it names somebody: everybody by their whole name, the one it
    is about by a first name or surname too (written as a name: "Rosa", never "rosa")."""
    for one, name in people.items():
        text = label[one].join(re.split(rf"\b{re.escape(name)}\b", text, flags=re.IGNORECASE))
    own = people.get(about, "").split()
    parts = "|".join(re.escape(part) for part in own if len(part) >= SHORTEST_NAME and part[0].isupper())
    return label[about].join(re.split(rf"\b(?:{parts})\b", text)) if parts else text


def _present_names(session: Session, meeting_id: uuid.UUID) -> tuple[str, ...]:
    there = select(Staff.name).join(Presence, col(Presence.staff_id) == col(Staff.id))
    return tuple(session.exec(there.where(col(Presence.meeting_id) == meeting_id).order_by(col(Staff.name))))
