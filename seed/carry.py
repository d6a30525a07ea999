"""Carries a simulated service on to the present, so that a demonstration never opens on people who fell silent.

The same past is computed twice, as it was shown last and as it stands now; the difference is written. What a person
has changed in between stays: a simulated change is made only where the row still is as simulated, a simulated reply
only where nobody replied, a simulated alert only where none of its rule is open. Doing it again changes nothing.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, insert, update
from sqlmodel import Session, col, select

from core.audit import log
from core.calls import Calls
from core.ingest.bulk import merge
from models import (
    Alert,
    AlertEvent,
    AlertState,
    AllianceRating,
    Appointment,
    AppointmentState,
    Base,
    ExerciseAssignment,
    ExerciseDoing,
    Message,
    MessageThread,
    Patient,
    SafetyPlan,
)
from seed.generate import Chunk, Numbers, chunk
from seed.load import CHUNK, ORDER, Progress, numbers_of, sealed, simulated_service, table_of
from seed.people import plan_of
from seed.plan import Plan, date_of
from seed.rows import Row

PAUSE = timedelta(minutes=30)  # shorter than this, nothing worth writing has happened
OPEN_PROMPT = timedelta(hours=6)
_BATCH = 500
YOUNG = frozenset(
    {ExerciseAssignment, ExerciseDoing}
)  # an older demonstration has none: all that is missing is written


@dataclass
class Carried:
    """What was added; ``refused`` alerts are those that a person changed or that are open already."""

    observations: int = 0
    prompts: int = 0
    rows: int = 0
    refused: set[uuid.UUID] = field(default_factory=set)


def carry(calls: Calls, now: datetime, progress: Progress) -> Carried:
    """Bring the simulated service to ``now``; ``progress`` hears how many people are done."""
    now = now.replace(microsecond=0)
    with calls.transaction() as session:
        service = simulated_service(session)
        plan, shown = plan_of(service, now)
        numbers = numbers_of(session, plan, service)
    done = Carried()
    if now - shown < PAUSE:
        return done
    for start in range(0, plan.patients, CHUNK):
        stop = min(start + CHUNK, plan.patients)
        with calls.transaction() as session:
            _carry_chunk(session, plan, shown, (start, stop), numbers, done)
        progress(stop)
    with calls.transaction() as session:
        _mark(session, plan, done)
    return done


def _mark(session: Session, plan: Plan, done: Carried) -> None:
    service = simulated_service(session)
    simulation = dict(service.settings["simulation"]) | {"shown_at": plan.now.isoformat()}
    service.settings = dict(service.settings) | {"simulation": simulation}
    service.carried_on_to = date_of(plan.today)
    detail = {"observations": done.observations, "rows": done.rows}
    log.record(session, at=plan.now, action="service_carried_on", actor_id=None, target=service.id, detail=detail)


def _carry_chunk(
    session: Session, plan: Plan, shown: datetime, bounds: tuple[int, int], numbers: Numbers, done: Carried
) -> None:
    before, after = chunk(plan.at(shown), *bounds, numbers), chunk(plan, *bounds, numbers)
    since = int(shown.timestamp())
    merged = merge(
        session,
        after.values.take(after.values.at > since),
        after.prompts.take(after.prompts.sent_at > since - int(OPEN_PROMPT.total_seconds())),
    )
    done.observations += merged.new
    done.prompts += merged.new_prompts
    for table in ORDER:
        old = {row["id"]: row for row in before.rows.by_table.get(table, [])}
        now = {row["id"]: row for row in after.rows.by_table.get(table, [])}
        if table is MessageThread:
            continue
        for key in old.keys() & now.keys():
            _change(session, table, old[key], now[key], done)
        fresh = [row for key, row in now.items() if table in YOUNG or key not in old]
        _add(session, table, fresh, after, done)
        if table is Appointment:
            _cancel(session, [key for key in old if key not in now])
    _threads(session, [row["id"] for row in after.rows.by_table[Patient]])


def _change(session: Session, table: type[Base], old: Row, now: Row, done: Carried) -> None:
    """Make one simulated change where the row is still as it was simulated."""
    changed = {name: value for name, value in now.items() if value != old[name]}
    if not changed:
        return
    columns = table_of(table).c
    guards = [name for name in changed if not isinstance(columns[name].type, JSON)]
    guards += ["version"] if "version" in old and "version" not in guards else []
    as_it_was = [columns[name].is_not_distinct_from(old[name]) for name in guards]
    result: Any = session.execute(update(table_of(table)).where(columns.id == old["id"], *as_it_was).values(**changed))
    done.rows += result.rowcount
    if table is Alert and not result.rowcount:
        done.refused.add(old["id"])


def _add(session: Session, table: type[Base], rows: list[Row], after: Chunk, done: Carried) -> None:
    """Insert the simulated rows that are neither there nor made pointless by what people did."""
    there = _existing(session, table, rows)
    rows = [row for row in rows if row["id"] not in there]
    if table is Alert:
        rows = _only_unopened(session, rows, done)
    elif table is AlertEvent:
        rows = [row for row in rows if row["alert_id"] not in done.refused]
    elif table is AllianceRating:
        rows = _only_unrated(session, rows)
    elif table is Message:
        rows = _only_unanswered(session, rows, after)
    elif table is SafetyPlan:
        planned = set(session.exec(select(SafetyPlan.patient_id)))
        rows = [row for row in rows if row["patient_id"] not in planned]
    if rows:
        session.execute(insert(table_of(table)), sealed(session, rows, table, after.rows))
        done.rows += len(rows)


def _existing(session: Session, table: type[Base], rows: list[Row]) -> set[uuid.UUID]:
    keys, found = [row["id"] for row in rows], set()
    for start in range(0, len(keys), _BATCH):
        identifier = table_of(table).c.id
        found |= set(session.execute(select(identifier).where(identifier.in_(keys[start : start + _BATCH]))).scalars())
    return found


def _only_unopened(session: Session, rows: list[Row], done: Carried) -> list[Row]:
    people = {row["patient_id"] for row in rows}
    still_open = select(Alert.patient_id, Alert.rule).where(
        col(Alert.state) != AlertState.CLOSED, col(Alert.patient_id).in_(people)
    )
    taken = {(patient, rule) for patient, rule in session.exec(still_open)}
    refused = [row for row in rows if (row["patient_id"], row["rule"]) in taken]
    done.refused |= {row["id"] for row in refused}
    return [row for row in rows if row["id"] not in done.refused]


def _only_unrated(session: Session, rows: list[Row]) -> list[Row]:
    sessions = {row["appointment_id"] for row in rows}
    rated = set(
        session.exec(
            select(AllianceRating.appointment_id, AllianceRating.side).where(
                col(AllianceRating.appointment_id).in_(sessions)
            )
        )
    )
    return [row for row in rows if (row["appointment_id"], row["side"]) not in rated]


def _only_unanswered(session: Session, rows: list[Row], after: Chunk) -> list[Row]:
    last: dict[uuid.UUID, datetime] = {}
    people = {row["patient_id"] for row in rows}
    said = select(Message.patient_id, Message.sent_at).where(
        col(Message.patient_id).in_(people), ~col(Message.from_patient)
    )
    for patient, at in session.exec(said):
        last[patient] = max(at, last.get(patient, at))
    replies = after.rows.replies
    return [row for row in rows if _still_due(replies.get(row["id"]), last.get(row["patient_id"]))]


def _still_due(asked: datetime | None, answered: datetime | None) -> bool:
    return asked is None or answered is None or answered <= asked


def _cancel(session: Session, keys: list[uuid.UUID]) -> None:
    """Sessions that were planned with someone who has left in the meantime."""
    planned = col(Appointment.state) == AppointmentState.PLANNED
    session.execute(
        update(Appointment).where(col(Appointment.id).in_(keys), planned).values(state=AppointmentState.CANCELLED)
    )


def _threads(session: Session, people: list[uuid.UUID]) -> None:
    """Bring each thread's waiting and last moment in line with its messages, whoever wrote them."""
    waiting: dict[uuid.UUID, datetime | None] = {}
    last: dict[uuid.UUID, datetime] = {}
    letters = select(Message.patient_id, Message.from_patient, Message.sent_at).where(
        col(Message.patient_id).in_(people)
    )
    for patient, from_patient, at in session.exec(letters.order_by(col(Message.sent_at))):
        waiting[patient] = (waiting.get(patient) or at) if from_patient else None
        last[patient] = at
    threads = session.exec(select(MessageThread).where(col(MessageThread.patient_id).in_(list(last))))
    for thread in threads:
        thread.needs_reply_since, thread.last_at = waiting[thread.patient_id], last[thread.patient_id]
