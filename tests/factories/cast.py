"""The fixed cast of every story: Alice treats the patient, Bob is on her team, Charlie on another, Dana leads the
team; a director, an administrator, the patient and her mother. Each is an ``Actor`` as ``by=`` takes one."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from core.access.actor import Actor
from core.measures import catalogue
from core.vault import vault
from models import (
    CareKind,
    CareRelationship,
    Consent,
    Measure,
    MessageThread,
    Patient,
    Programme,
    Relative,
    Role,
    Service,
    Source,
    Staff,
    StepOfCare,
    Team,
    User,
)

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)  # a Wednesday, half past ten in Barcelona
ZONE = "Europe/Madrid"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone and everything a story needs; ids are fresh in each test."""

    service: Service
    team: Team
    other_team: Team
    programme: Programme
    source: Source
    alice: Actor
    bob: Actor
    charlie: Actor
    lead: Actor
    director: Actor
    administrator: Actor
    patient: Patient
    patient_actor: Actor
    relative: Relative
    relative_actor: Actor
    other_patient: Patient

    @property
    def everyone(self) -> dict[str, Actor]:
        """Each person by a name that a test id can show."""
        return {
            "therapist": self.alice, "colleague": self.bob, "other team": self.charlie, "team lead": self.lead,
            "director": self.director, "administrator": self.administrator, "patient": self.patient_actor,
            "relative": self.relative_actor,
        }  # fmt: skip


def make_cast(session: Session, *, now: datetime = NOW) -> Cast:
    """Write the cast into ``session`` (which must carry a vault) and flush. Alice's patient and Charlie's patient
    have a data key and an empty message thread; the mother has consent for family notes."""
    session.add_all(Measure.model_validate(m.model_dump()) for m in catalogue().values())
    service = Service(
        name="Test service", time_zone=ZONE, country="ES", region="CT",
        crisis_contacts=[{"name": "Emergency", "phone": "112", "hours": "always"}],
    )  # fmt: skip
    source = Source(code="check-in", kind="app", name="The patient's own entries", created_at=now)
    _save(session, service, source)
    team, other_team = Team(service_id=service.id, name="Blue"), Team(service_id=service.id, name="Ochre")
    programme = Programme(
        service_id=service.id, code="eating-disorder-day-care", name="Eating disorder day care",
        outcome_instrument="core-10", weeks=12,
        steps=[{"step": 1, "name": "Guided self-help"}, {"step": 2, "name": "Day care"}],
    )  # fmt: skip
    _save(session, team, other_team, programme)
    alice = _clinician(session, service, team, "alice", Role.THERAPIST, now)
    bob = _clinician(session, service, team, "bob", Role.THERAPIST, now)
    charlie = _clinician(session, service, other_team, "charlie", Role.THERAPIST, now)
    lead = _clinician(session, service, team, "dana", Role.TEAM_LEAD, now)
    patient, patient_actor = _patient(session, service, team, programme, ("Laia", "Puig"), 1, now)
    other, _ = _patient(session, service, other_team, programme, ("Otto", "Weiss"), 2, now)
    _in_care(session, patient, alice, now)
    _in_care(session, other, charlie, now)
    relative, relative_actor = _relative(session, service, patient, now)
    return Cast(
        service=service, team=team, other_team=other_team, programme=programme, source=source,
        alice=alice, bob=bob, charlie=charlie, lead=lead,
        director=_actor(_account(session, service, "erika", Role.DIRECTOR, now)),
        administrator=_actor(_account(session, service, "farid", Role.ADMINISTRATOR, now)),
        patient=patient, patient_actor=patient_actor, relative=relative, relative_actor=relative_actor,
        other_patient=other,
    )  # fmt: skip


def _save(session: Session, *rows: object) -> None:
    session.add_all(rows)
    session.flush()


def _account(session: Session, service: Service, username: str, role: Role, now: datetime) -> User:
    user = User(
        service_id=service.id, username=username, password_hash="!", password_set_at=now,
        name=username.capitalize(), role=role,
    )  # fmt: skip
    _save(session, user)
    return user


def _actor(
    user: User, *, staff: Staff | None = None, patient_id: uuid.UUID | None = None, relative_id: uuid.UUID | None = None
) -> Actor:
    return Actor(
        user_id=user.id, service_id=user.service_id, role=user.role, name=user.name,
        staff_id=staff.id if staff else None, team_id=staff.team_id if staff else None,
        patient_id=patient_id, relative_id=relative_id,
    )  # fmt: skip


def _clinician(session: Session, service: Service, team: Team, username: str, role: Role, now: datetime) -> Actor:
    user = _account(session, service, username, role, now)
    staff = Staff(user_id=user.id, team_id=team.id, name=user.name, profession="Psychologist")
    _save(session, staff)
    return _actor(user, staff=staff)


def _patient(
    session: Session, service: Service, team: Team, programme: Programme, name: tuple[str, str], key: int, now: datetime
) -> tuple[Patient, Actor]:
    user = _account(session, service, name[0].lower(), Role.PATIENT, now)
    began = now.date() - timedelta(days=90)
    patient = Patient(
        key=key, service_id=service.id, team_id=team.id, programme_id=programme.id, user_id=user.id,
        given_name=name[0], family_name=name[1], birth_date=date(1998, 5, 4), sex="female", pronoun="she",
        time_zone=ZONE, enrolled_on=began,
    )  # fmt: skip
    _save(session, patient)
    _save(
        session,
        vault(session).new_key(patient.id, at=now),
        MessageThread(patient_id=patient.id),
        StepOfCare(patient_id=patient.id, step=1, started_on=began, reason="start"),
    )
    return patient, _actor(user, patient_id=patient.id)


def _in_care(session: Session, patient: Patient, by: Actor, now: datetime) -> None:
    assert by.staff_id is not None
    starts = now.date() - timedelta(days=90)
    _save(
        session,
        CareRelationship(patient_id=patient.id, staff_id=by.staff_id, kind=CareKind.LEAD, starts_on=starts),
    )


def _relative(session: Session, service: Service, patient: Patient, now: datetime) -> tuple[Relative, Actor]:
    user = _account(session, service, "marta", Role.RELATIVE, now)
    relative = Relative(patient_id=patient.id, user_id=user.id, name="Marta Puig", relationship="mother")
    _save(session, relative)
    assert patient.user_id is not None
    _save(
        session,
        Consent(
            patient_id=patient.id, relative_id=relative.id, scope=["family_notes"], granted_at=now,
            granted_by=patient.user_id,
        ),
    )  # fmt: skip
    return relative, _actor(user, patient_id=patient.id, relative_id=relative.id)
