"""One patient with something of everything that a service call can be about: an alert, an unread message, a family
note, sessions held and planned, ratings of both sides, a score with its factors, a broken glass, some entries."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from core.actions.observations import source_of, store
from core.measures import catalogue
from core.vault import vault
from models import (
    AgreementKind,
    Alert,
    AllianceRating,
    AllianceTalk,
    ApiToken,
    Appointment,
    AppointmentState,
    BreakGlass,
    CheckIn,
    ExerciseAssignment,
    FamilyNote,
    Idea,
    ImportRun,
    LeaveRequest,
    Maker,
    Message,
    MessageThread,
    Patient,
    Relative,
    Response,
    SharedAim,
    Side,
    Signal,
    SignalContribution,
    SignalScore,
)
from tests.factories.cast import NOW, Cast


@dataclass(frozen=True, slots=True)
class Story:
    """A patient, who treats them, and the identifiers of what was written."""

    patient: Patient
    staff_id: uuid.UUID
    alert_id: uuid.UUID
    message_id: uuid.UUID
    note_id: uuid.UUID | None
    held_id: uuid.UUID
    planned_id: uuid.UUID
    score_id: uuid.UUID
    glass_id: uuid.UUID
    aim_id: uuid.UUID
    talk_id: uuid.UUID
    token_id: uuid.UUID
    check_in_id: uuid.UUID
    run_id: uuid.UUID
    idea_id: uuid.UUID
    leave_id: uuid.UUID
    exercise_id: uuid.UUID


def make_story(session: Session, cast: Cast, *, own: bool, now: datetime = NOW) -> Story:
    """Write the story of Alice's patient (``own``) or of Charlie's, with entries of four weeks, and flush."""
    patient = cast.patient if own else cast.other_patient
    _entries(session, cast, patient, now)
    return happenings(session, cast, patient, own=own, now=now)


def happenings(session: Session, cast: Cast, patient: Patient, *, own: bool, now: datetime = NOW) -> Story:
    """Write everything but entries for any patient of Alice's (or Charlie's) who has an account and a thread."""
    therapist = cast.alice if own else cast.charlie
    assert therapist.staff_id is not None
    assert patient.user_id is not None
    staff_id = therapist.staff_id
    held = Appointment(
        patient_id=patient.id, staff_id=staff_id, number=1, starts_at=now - timedelta(days=6),
        state=AppointmentState.HELD,
    )  # fmt: skip
    planned = Appointment(
        patient_id=patient.id, staff_id=staff_id, number=2, starts_at=now + timedelta(days=1),
        state=AppointmentState.PLANNED,
    )  # fmt: skip
    alert = Alert(
        patient_id=patient.id, rule="phq9_item9", response=Response.SAME_DAY, opened_at=now - timedelta(hours=2),
        due_at=now + timedelta(hours=6), owner_id=staff_id,
        evidence=[{"at": now.isoformat(), "kind": "answer", "instrument": "phq-9", "item": "9", "value": 1,
                   "informant": "patient"}],
    )  # fmt: skip
    glass = BreakGlass(
        patient_id=patient.id, staff_id=staff_id, reason="on call, relative rang", started_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=1),
    )  # fmt: skip
    session.add_all([held, planned, alert, glass])
    session.flush()
    session.add(
        AllianceRating(
            patient_id=patient.id, staff_id=staff_id, appointment_id=held.id, side=Side.PATIENT,
            instrument="wai-sr-patient", rated_at=now - timedelta(days=5), rated_by=patient.user_id,
            answers={str(item): 4.0 for item in range(1, 13)}, goal=4.0, task=4.0, bond=4.0,
        )
    )  # fmt: skip
    noted = patient.id == cast.patient.id  # whose mother takes part
    return Story(
        patient=patient, staff_id=staff_id, alert_id=alert.id, message_id=_message(session, patient, now),
        note_id=_family_note(session, cast.relative, now) if noted else None, held_id=held.id,
        planned_id=planned.id, score_id=_score(session, patient, now), glass_id=glass.id,
        aim_id=_aim(session, patient, now), talk_id=_talk(session, patient, staff_id, therapist.user_id, now),
        token_id=_token(session, patient, therapist.user_id, now),
        run_id=_run(session, patient, therapist.user_id, now), check_in_id=_check_in(session, patient, now),
        idea_id=_idea(session, patient, therapist.user_id, now), leave_id=_leave(session, patient, now),
        exercise_id=_exercise(session, patient, therapist.user_id, now),
    )  # fmt: skip


def _exercise(session: Session, patient: Patient, by: uuid.UUID, now: datetime) -> uuid.UUID:
    at = now - timedelta(days=5)
    row = ExerciseAssignment(
        patient_id=patient.id, template="grounding", template_version=1, starts_on=at.date(), assigned_at=at,
        assigned_by=by, changed_at=at, changed_by=by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _check_in(session: Session, patient: Patient, now: datetime) -> uuid.UUID:
    at = now - timedelta(hours=3)
    row = CheckIn(patient_id=patient.id, kind="momentary", at=at, changed_at=at, finished_at=at)
    row.words = vault(session).close(session, patient.id, "check_in", row.id, "It was a long night.")
    session.add(row)
    session.flush()
    return row.id


def _leave(session: Session, patient: Patient, now: datetime) -> uuid.UUID:
    """A wish to leave that waits for an answer."""
    request = LeaveRequest(patient_id=patient.id, asked_at=now - timedelta(days=9))
    session.add(request)
    session.flush()
    return request.id


def _idea(session: Session, patient: Patient, by: uuid.UUID, now: datetime) -> uuid.UUID:
    idea = Idea(
        service_id=patient.service_id, need="A word from the team", for_whom="Families", better="Calmer meals",
        made_at=now, made_by=by, maker=Maker.CLINICIANS,
    )  # fmt: skip
    session.add(idea)
    session.flush()
    return idea.id


def _token(session: Session, patient: Patient, by: uuid.UUID, now: datetime) -> uuid.UUID:
    token = ApiToken(
        service_id=patient.service_id, name="watch", token_hash=uuid.uuid4().hex, scopes=["observations"], made_at=now,
        made_by=by, expires_at=now + timedelta(days=9),
    )  # fmt: skip
    session.add(token)
    session.flush()
    return token.id


def _run(session: Session, patient: Patient, by: uuid.UUID, now: datetime) -> uuid.UUID:
    source = source_of(session, code="import:story", kind="import", name="A study", now=now)
    run = ImportRun(service_id=patient.service_id, source_id=source, file="story.csv", started_at=now, started_by=by)
    session.add(run)
    session.flush()
    return run.id


def _talk(session: Session, patient: Patient, staff_id: uuid.UUID, by: uuid.UUID, now: datetime) -> uuid.UUID:
    talked = now - timedelta(days=30)
    talk = AllianceTalk(
        patient_id=patient.id, staff_id=staff_id, talked_at=talked, about=["goal"], recorded_at=talked, recorded_by=by
    )
    session.add(talk)
    session.flush()
    return talk.id


def _aim(session: Session, patient: Patient, now: datetime) -> uuid.UUID:
    made = now - timedelta(days=20)
    aim = SharedAim(
        patient_id=patient.id, kind=AgreementKind.GOAL, made_at=made, patient_agreed_at=made, therapist_agreed_at=made
    )
    aim.words = vault(session).close(session, patient.id, "shared_aim", aim.id, "Eat lunch with others")
    session.add(aim)
    session.flush()
    return aim.id


def _message(session: Session, patient: Patient, now: datetime) -> uuid.UUID:
    from sqlmodel import col, select

    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).one()
    sent = now - timedelta(hours=20)
    assert patient.user_id is not None
    message = Message(
        thread_id=thread.id, patient_id=patient.id, author_id=patient.user_id, from_patient=True, sent_at=sent, body=b""
    )
    message.body = vault(session).close(session, patient.id, "message", message.id, "Could we talk before Friday?")
    thread.needs_reply_since = thread.last_at = sent
    session.add(message)
    session.flush()
    return message.id


def _family_note(session: Session, relative: Relative, now: datetime) -> uuid.UUID:
    written = now - timedelta(days=1)
    note = FamilyNote(
        patient_id=relative.patient_id, relative_id=relative.id, written_at=written, about_day=written.date(),
        noticed={"meals": "worse"}, body=b"",
    )  # fmt: skip
    words = "She left the table twice."
    note.body = vault(session).close(session, relative.patient_id, "family_note", note.id, words)
    session.add(note)
    session.flush()
    return note.id


def _score(session: Session, patient: Patient, now: datetime) -> uuid.UUID:
    score = SignalScore(
        patient_id=patient.id, signal=Signal.RELAPSE, model_version="test-1", as_of=now - timedelta(hours=5),
        scored_at=now - timedelta(hours=5), estimate=0.07, lower=0.04, upper=0.12, usual=0.05, margin=-2.6,
        base_margin=-2.9, coverage={"entries": 0.8},
    )  # fmt: skip
    session.add(score)
    session.flush()
    session.add(
        SignalContribution(
            score_id=score.id, feature="sad_mean_7", domain="negative_affect", value=4.0, usual=3.0, contribution=0.3
        )
    )
    session.flush()
    return score.id


def _entries(session: Session, cast: Cast, patient: Patient, now: datetime) -> None:
    codes = catalogue()
    values = [
        (now - timedelta(days=day, hours=hour), codes[code].id, float(1 + (day + hour) % 6))
        for day in range(28)
        for hour in (1, 5)
        for code in ("sad", "cheerful", "urge_binge")
    ]
    assert cast.source.id is not None
    store(session, patient=patient, source_id=cast.source.id, values=values)
