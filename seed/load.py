"""Writes a simulated service: the service itself, then its people chunk by chunk, each chunk in one transaction with
a mark of how far it is, so that an interrupted seeding goes on where it stopped and nothing is there twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from sqlalchemy import Table, func, insert
from sqlmodel import Session, col, select

from core.actions.observations import source_of
from core.audit import log
from core.calls import Calls
from core.errors import NotFound, NotPossible
from core.ingest.bulk import append
from core.language import _
from core.start import write_catalogue
from core.vault import vault
from models import (
    AgendaItem,
    AimEvent,
    Alert,
    AlertEvent,
    AllianceRating,
    AllianceTalk,
    Appointment,
    Base,
    CareRelationship,
    ClinicalEvent,
    Consent,
    ExerciseAssignment,
    ExerciseDoing,
    FamilyNote,
    Meeting,
    MeetingDecision,
    Message,
    MessageThread,
    Note,
    Patient,
    PatientKey,
    Presence,
    Programme,
    ProgrammeOffer,
    QuestionnaireResponse,
    Relative,
    SafetyPlan,
    Service,
    SharedAim,
    Staff,
    StepDecision,
    StepOfCare,
    StepRequest,
    Team,
    TeamAction,
    User,
)
from seed import people
from seed.generate import Chunk, Numbers, chunk
from seed.plan import Plan
from seed.rows import Row, Rows

ORDER: tuple[type[Base], ...] = (
    Service, Team, Programme, User, Staff, Patient, Relative, Consent, CareRelationship, Appointment, AllianceRating,
    QuestionnaireResponse, MessageThread, Message, FamilyNote, StepOfCare, StepDecision, StepRequest, SharedAim,
    AimEvent, ExerciseAssignment, ExerciseDoing, AllianceTalk, ClinicalEvent, Note, SafetyPlan, Alert, AlertEvent,
    Meeting, AgendaItem, Presence, MeetingDecision, TeamAction, ProgrammeOffer,
)  # fmt: skip
CHUNK = 200
PARALLEL_FROM = 600  # people; below, starting a second process takes longer than it saves
Progress = Callable[[int], None]


def load(calls: Calls, plan: Plan, progress: Progress) -> int:
    """Write the whole service of ``plan``; ``progress`` hears how many people are written. Returns observations.

    Raises ``NotPossible`` where the database holds another service already.
    """
    done, numbers = _begin(calls, plan)
    progress(done)
    observations = 0
    for part in _chunks(plan, done, numbers):
        with calls.transaction() as session:
            write_chunk(session, part, plan.seeded_at)
            done += part.size
            _mark(session, plan, done)
        observations += len(part.values)
        progress(done)
    return observations


def unfinished(session: Session) -> Plan | None:
    """The plan of a simulated service whose seeding was interrupted."""
    service = find_simulated(session)
    if service is None or "loaded" not in service.settings.get("simulation", {}):
        return None
    return people.plan_of(service, service_moment(service))[0]


def service_moment(service: Service) -> datetime:
    """The moment a simulated service was seeded at."""
    return datetime.fromisoformat(service.settings["simulation"]["seeded_at"])


def _begin(calls: Calls, plan: Plan) -> tuple[int, Numbers]:
    with calls.transaction() as session:
        write_catalogue(session)
        session.flush()
        begun = unfinished(session)
        if begun is None and session.exec(select(Service).limit(1)).first() is not None:
            raise NotPossible(_("There is a service here already. Seed into an empty database (another VINCLE_HOME)."))
        if begun is not None and begun != plan:
            raise NotPossible(_("A seeding with other numbers was interrupted here. Give the same ones to finish it."))
        service = find_simulated(session) or _write_service(session, plan)
        return int(service.settings["simulation"]["loaded"]), numbers_of(session, plan, service)


def numbers_of(session: Session, plan: Plan, service: Service) -> Numbers:
    """What the database numbered for this service."""
    sources = (
        source_of(session, code="check-in", kind="app", name="The patient's own entries", now=plan.seeded_at),
        source_of(session, code="wearable", kind="device", name="Step counter", now=plan.seeded_at),
    )
    return Numbers(int(service.settings["simulation"]["first_key"]), sources)


def _write_service(session: Session, plan: Plan) -> Service:
    rows = Rows()
    people.service_rows(plan, rows)
    first_key = int(session.exec(select(func.coalesce(func.max(Patient.key), 0))).one())
    settings = rows.by_table[Service][0]["settings"]
    settings["simulation"] |= {"first_key": first_key, "loaded": 0}
    write_rows(session, rows)
    log.record(
        session, at=plan.seeded_at, action="service_simulated", actor_id=None, target=plan.made_id("service"),
        detail={"seed": plan.seed, "patients": plan.patients, "days": plan.days},
    )  # fmt: skip
    return session.get_one(Service, plan.made_id("service"))


def find_simulated(session: Session) -> Service | None:
    """The simulated service, if there is one."""
    return session.exec(select(Service).where(col(Service.simulated)).limit(1)).first()


def simulated_service(session: Session) -> Service:
    """The simulated service; raises ``NotFound`` where there is none."""
    service = find_simulated(session)
    if service is None or "simulation" not in service.settings:
        raise NotFound(_("There is no simulated service here."))
    return service


def _mark(session: Session, plan: Plan, done: int) -> None:
    service = session.get_one(Service, plan.made_id("service"))
    simulation = dict(service.settings["simulation"]) | {"loaded": done}
    if done >= plan.patients:
        del simulation["loaded"]
    service.settings = dict(service.settings) | {"simulation": simulation}


def _chunks(plan: Plan, done: int, numbers: Numbers) -> Iterator[Chunk]:
    bounds = [(at, min(at + CHUNK, plan.patients)) for at in range(done, plan.patients, CHUNK)]
    if plan.patients - done < PARALLEL_FROM:
        yield from (chunk(plan, *bound, numbers) for bound in bounds)
        return
    # A second process computes the next chunk while this one writes; never more than two ahead, so memory stays flat.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        ahead: list[Future[Chunk]] = []
        for bound in bounds:
            ahead.append(pool.submit(chunk, plan, *bound, numbers))
            if len(ahead) == 2:
                yield ahead.pop(0).result()
        for rest in ahead:
            yield rest.result()


def write_chunk(session: Session, part: Chunk, at: datetime) -> None:
    """One chunk of new people with their streams."""
    people_of = [row["id"] for row in part.rows.by_table[Patient]]
    keys = [vault(session).new_key(person, at=at).model_dump() for person in people_of]
    write_rows(session, part.rows, keys)
    append(session, part.values, part.prompts)


def write_rows(session: Session, rows: Rows, keys: list[Row] | None = None) -> None:
    """Insert rows in the order in which they refer to one another, their words encrypted."""
    for table in ORDER:
        new = rows.by_table.get(table)
        if new:
            session.execute(insert(table_of(table)), sealed(session, new, table, rows))
        if table is Patient and keys:
            session.execute(insert(table_of(PatientKey)), keys)
    session.flush()


def table_of(model: type[Base]) -> Table:
    """The plain table of a model: one statement for all its rows, where the mapper would make one for each pattern of
    empty fields."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def sealed(session: Session, new: list[Row], table: type[Base], rows: Rows) -> list[Row]:
    """The rows with their words encrypted."""
    return [_sealed(session, table, row, rows) for row in new] if rows.words else new


def _sealed(session: Session, table: type[Base], row: Row, rows: Rows) -> Row:
    if row.get("id") not in rows.words:
        return row
    patient, name, text = rows.words[row["id"]]
    return row | {name: vault(session).close(session, patient, str(table.__tablename__), row["id"], text)}
