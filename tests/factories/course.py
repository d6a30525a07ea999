"""A patient with a whole course, as the case review shows it: 120 days of entries with a silent stretch and a change in
the last week, sessions, ratings of both sides, messages, a family note, alerts, a step, answered instruments."""

import math
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from core.actions.observations import PromptSent, store, store_prompts
from core.measures import catalogue
from core.vault import vault
from models import (
    Alert,
    AllianceRating,
    Appointment,
    AppointmentState,
    ExerciseDoing,
    FamilyNote,
    Informant,
    Message,
    MessageThread,
    Patient,
    QuestionnaireResponse,
    Response,
    Side,
    StepOfCare,
)
from tests.factories.cast import NOW, Cast

DAYS = 120
SILENT = range(6, 9)  # days ago without an entry
CHANGED = 6  # days at the end that are unlike the usual


def make_course(session: Session, cast: Cast, *, now: datetime = NOW) -> Patient:
    """Write the course of Alice's patient and flush."""
    patient = session.get_one(Patient, cast.patient.id)
    patient.enrolled_on = now.date() - timedelta(days=DAYS)
    source = cast.source.id
    assert source is not None
    store(session, patient=patient, source_id=source, values=list(_values(now)))
    store_prompts(session, patient=patient, source_id=source, prompts=list(_prompts(now)))
    _sessions(session, cast, now)
    _talk(session, cast, now)
    _frame(session, cast, now)
    session.flush()
    return patient


def _values(now: datetime):  # type: ignore[no-untyped-def]
    codes = {code: measure.id for code, measure in catalogue().items()}
    for ago in range(DAYS):
        at = now - timedelta(days=ago)
        worse = 1.3 if ago < CHANGED else 0.0
        wave = math.sin(ago / 5.0) * 0.5 + math.sin(ago * 1.7) * 0.25
        if ago not in SILENT:
            for code in ("cheerful", "relaxed", "satisfied"):
                yield at - timedelta(hours=2), codes[code], round(_within(4.5 + wave - worse, 1, 7), 1)
            for code in ("sad", "anxious", "irritated"):
                yield at - timedelta(hours=2), codes[code], round(_within(3.0 - wave + worse, 1, 7), 1)
            yield at - timedelta(hours=3), codes["urge_restrict"], round(_within(3 + 2 * wave + 2 * worse, 0, 10), 1)
            for meal in range(5):
                eaten = 0.0 if (worse and meal > 2) or (ago * 7 + meal) % 13 == 0 else 2.0
                yield at - timedelta(hours=1 + meal), codes["meal"], eaten
        yield at - timedelta(hours=4), codes["sleep_hours"], round(7.0 + wave * 0.8 - worse, 1)
        if ago > 2:
            yield at - timedelta(hours=5), codes["activity_minutes"], 30.0 + (ago * 37) % 50


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _prompts(now: datetime):  # type: ignore[no-untyped-def]
    for ago in range(DAYS):
        for hour in (1, 5, 8):
            sent = now - timedelta(days=ago, hours=hour)
            answered = None if ago in SILENT or (ago + hour) % 5 == 0 else sent + timedelta(minutes=9)
            yield PromptSent(sent, sent + timedelta(hours=1), answered_at=answered)


def _sessions(session: Session, cast: Cast, now: datetime) -> None:
    staff, patient = cast.alice.staff_id, cast.patient
    assert staff is not None
    start = now.replace(hour=9, minute=0) - timedelta(days=118)
    for number in range(1, 19):
        at = start + timedelta(days=7 * (number - 1))
        state = AppointmentState.PLANNED if at > now else AppointmentState.HELD
        state = AppointmentState.MISSED if number == 9 else state
        held = Appointment(patient_id=patient.id, staff_id=staff, number=number, starts_at=at, state=state)
        session.add(held)
        session.flush()
        if state is AppointmentState.HELD and number % 2 == 0:
            _rate(session, cast, held)


def _rate(session: Session, cast: Cast, held: Appointment) -> None:
    patient, staff = cast.patient, cast.alice
    assert staff.staff_id is not None
    assert patient.user_id is not None
    fell = held.number >= 14
    theirs = (3.2 if fell else 3.9 + held.number * 0.04, 3.9, 4.2)
    for side, parts, by in ((Side.PATIENT, theirs, patient.user_id), (Side.THERAPIST, (3.9, 3.7, 4.0), staff.user_id)):
        session.add(
            AllianceRating(
                patient_id=patient.id, staff_id=staff.staff_id, appointment_id=held.id, side=side,
                instrument=f"wai-sr-{side.value}", rated_at=held.starts_at + timedelta(hours=2), rated_by=by,
                goal=parts[0], task=parts[1], bond=parts[2],
            )
        )  # fmt: skip


def _talk(session: Session, cast: Cast, now: datetime) -> None:
    patient = cast.patient
    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).one()
    assert patient.user_id is not None
    said = [
        (40, True, "Thank you for Tuesday, the list helped."), (39, False, "I am glad. Shall we keep it for a week?"),
        (11, True, "I don't really see why we keep going on about the lunches."),
        (10, False, "Thank you for saying so. Let us look at it together on Thursday."),
        (1, True, "It felt like you'd decided before I came in. Could we talk before Friday?"),
    ]  # fmt: skip
    for ago, theirs, words in said:
        author = patient.user_id if theirs else cast.alice.user_id
        message = Message(
            thread_id=thread.id, patient_id=patient.id, author_id=author, from_patient=theirs,
            sent_at=now - timedelta(days=ago, hours=3), body=b"",
        )  # fmt: skip
        message.body = vault(session).close(session, patient.id, "message", message.id, words)
        session.add(message)
        thread.last_at = message.sent_at
    thread.needs_reply_since = now - timedelta(days=1, hours=3)
    note = FamilyNote(
        patient_id=patient.id, relative_id=cast.relative.id, written_at=now - timedelta(days=2), body=b"",
        about_day=now.date() - timedelta(days=3), noticed={"meals": "worse", "mood": "worse"},
    )  # fmt: skip
    note.body = vault(session).close(session, patient.id, "family_note", note.id, "She left the table twice.")
    session.add(note)


def _frame(session: Session, cast: Cast, now: datetime) -> None:
    patient = cast.patient
    first = session.exec(select(StepOfCare).where(col(StepOfCare.patient_id) == patient.id)).one()
    changed: date = now.date() - timedelta(days=60)
    first.started_on, first.ended_on = now.date() - timedelta(days=DAYS), changed
    session.add(StepOfCare(patient_id=patient.id, step=2, started_on=changed, reason="reliable deterioration"))
    begun = now - timedelta(days=12)
    session.add(
        ExerciseDoing(
            patient_id=patient.id,
            template="slow-breathing",
            template_version=1,
            started_at=begun,
            done_at=begun,
            helped=3,
        )
    )
    owner = cast.alice.staff_id
    assert owner is not None
    for rule, ago in (("ewma_change", 33), ("alliance_fall", 5), ("phq9_item9", 0)):
        opened = now - timedelta(days=ago, hours=2)
        closed = ago > 20
        session.add(
            Alert(
                patient_id=patient.id, rule=rule, response=Response.SAME_DAY, opened_at=opened, owner_id=owner,
                due_at=opened + timedelta(hours=8), closed_at=opened + timedelta(hours=4) if closed else None,
                closed_by=cast.alice.user_id if closed else None,
                evidence=[{"at": opened.isoformat(), "kind": "answer", "instrument": "phq-9", "item": "9", "value": 1,
                           "informant": "patient"}],
            )
        )  # fmt: skip
    for ago, total in ((20, 12.0), (3, 19.0)):
        session.add(
            QuestionnaireResponse(
                patient_id=patient.id, instrument="core-10", informant=Informant.PATIENT, total=total,
                answered_at=now - timedelta(days=ago),
            )
        )  # fmt: skip
