"""Whose case can be opened: the short list behind the picker of the case review. Names only, nothing of a record."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.audit.log import record
from core.queries.caseload import Scope, people_in


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """One person to choose; ``own`` for a care relationship of one's own, else the team's."""

    patient_id: uuid.UUID
    name: str
    programme: str
    own: bool


def cases(session: Session, *, by: Actor, now: datetime) -> tuple[CaseChoice, ...]:
    """Everyone in treatment whom ``by`` treats, by name, then those of the team. Raises ``AccessRefused``."""
    check(by, Permission.READ_RECORD)
    own = people_in(session, actor=by, scope=Scope.MINE, now=now)
    known = {person.id for person in own}
    team = [p for p in people_in(session, actor=by, scope=Scope.TEAM, now=now) if p.id not in known]
    record(session, at=now, action="list_cases", actor_id=by.user_id, detail={"rows": len(own) + len(team)})
    return tuple(CaseChoice(p.id, p.name, p.programme, p.id in known) for p in (*own, *team))
