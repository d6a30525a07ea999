"""Rating the working alliance: the therapist's own view of a session, and the patient's. One for each session and
side, and the patient's of any day; what is recorded stays as it is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.pair import may_rate
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.instruments import instrument, score
from core.language import _, say_time
from core.queries.questionnaires_due import leads_of
from core.queries.ratings_due import ratings_due
from core.rules.evaluate import on_alliance
from models import AllianceRating, Appointment, AppointmentState, Patient, Service, Side, User

FORMS = {Side.PATIENT: "wai-sr-patient", Side.THERAPIST: "wai-sr-therapist"}
Answers = Mapping[str, float | None]


def rate_as_therapist(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID, appointment_id: uuid.UUID,
    answers: Answers,
) -> AllianceRating | None:  # fmt: skip
    """Record the therapist's rating of a held session; ``answers`` are 1–5 by item of ``wai-sr-therapist``.

    Raises ``NotFound`` out of reach, ``NotPossible`` for a session that was not held or is another therapist's,
    ``ChangedMeanwhile`` where it was rated already, ``InvalidInput`` where more than one item of a sub-scale is
    missing or an answer is impossible. ``None`` on a second press of the same form.
    """
    check(by, Permission.RATE_AS_THERAPIST)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="rate_as_therapist"):
        return None
    appointment = _held_session(session, patient, appointment_id, now)
    if not may_rate(session, by=by, patient_id=patient.id, staff_id=appointment.staff_id, now=now):
        raise NotPossible(_("This rating belongs to whoever held the session; you can read it once it is recorded."))
    _refuse_second(session, appointment, Side.THERAPIST, patient.time_zone)
    _refuse_unless_due(session, patient, appointment, now)
    rating = _record(session, by, now, patient, appointment, Side.THERAPIST, answers)
    give_receipt(session, key=key, by=by.user_id, action="rate_as_therapist", now=now, target=rating.id)
    return rating


def rate_as_patient(
    session: Session, *, by: Actor, now: datetime, key: str, patient_id: uuid.UUID,
    appointment_id: uuid.UUID | None = None, answers: Answers,
) -> AllianceRating | None:  # fmt: skip
    """Record the patient's own rating of a held session, or (without ``appointment_id``) how it is for them today;
    ``answers`` are 1–5 by item of ``wai-sr-patient``.

    Raises as ``rate_as_therapist`` does, and ``NotPossible`` for a second one without a session on the same day.
    ``None`` on a second press of the same form.
    """
    check(by, Permission.RATE_AS_PATIENT)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="rate_as_patient"):
        return None
    if appointment_id is None:
        about: _About = _about_today(session, patient, now)
    else:
        about = _held_session(session, patient, appointment_id, now)
        _refuse_second(session, about, Side.PATIENT, patient.time_zone)
    rating = _record(session, by, now, patient, about, Side.PATIENT, answers)
    give_receipt(session, key=key, by=by.user_id, action="rate_as_patient", now=now, target=rating.id)
    return rating


def _held_session(session: Session, patient: Patient, appointment_id: uuid.UUID, now: datetime) -> Appointment:
    """The session, locked until the end of the transaction: two ratings at once wait for each other here."""
    found = session.exec(
        select(Appointment)
        .where(col(Appointment.id) == appointment_id, col(Appointment.patient_id) == patient.id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound(_(NOT_FOUND))
    if found.state is not AppointmentState.HELD or found.starts_at > now:
        raise NotPossible(_("Only a session that took place can be rated."))
    return found


@dataclass(frozen=True, slots=True)
class _Today:
    """What a rating is about that belongs to no session: the pair as it is today."""

    staff_id: uuid.UUID
    id: None = None
    number: None = None


_About = Appointment | _Today


def _about_today(session: Session, patient: Patient, now: datetime) -> _Today:
    """The pair of today, locked until the end of the transaction; once a day."""
    session.exec(select(Patient.id).where(col(Patient.id) == patient.id).with_for_update()).one()
    today = now.astimezone(ZoneInfo(patient.time_zone)).date()
    lead = leads_of(session, patient_ids=[patient.id], today=today).get(patient.id)
    if lead is None:
        raise NotPossible(_("There is nobody at the moment who leads your treatment."))
    r = AllianceRating
    newest = session.exec(
        select(r.rated_at)
        .where(col(r.patient_id) == patient.id, col(r.side) == Side.PATIENT, col(r.appointment_id).is_(None))
        .order_by(col(r.rated_at).desc())
        .limit(1)
    ).first()
    if newest is not None and newest.astimezone(ZoneInfo(patient.time_zone)).date() >= today:
        words = _("You said today at {time} how it is for you. From tomorrow on you can say it again.")
        raise NotPossible(words.format(time=say_time(newest, patient.time_zone, "HH:mm")))
    return _Today(lead)


def _refuse_unless_due(session: Session, patient: Patient, appointment: Appointment, now: datetime) -> None:
    """A rating is one's own only before the other side's is shown: what is not due any more stays open."""
    service = session.get_one(Service, patient.service_id)
    due = ratings_due(session, patient_ids=[patient.id], service=service, now=now).get(patient.id)
    if due is None or due.appointment_id != appointment.id:
        words = _("Session {n} is not waiting for a rating: it was not asked for, or it is too long ago.")
        raise NotPossible(words.format(n=appointment.number))


def _record(
    session: Session, by: Actor, now: datetime, patient: Patient, about: _About, side: Side, answers: Answers
) -> AllianceRating:
    scored = score(FORMS[side], answers)
    lacking = [name for name, value in scored.subscales.items() if value is None]
    if lacking:
        labels = ", ".join(instrument(FORMS[side]).subscales[name].label for name in lacking)
        words = _("Too many questions are open for: {parts}. At most one of each part may stay open.")
        raise InvalidInput(words.format(parts=labels))
    rating = AllianceRating(
        patient_id=patient.id, staff_id=about.staff_id, appointment_id=about.id, side=side,
        instrument=FORMS[side], rated_at=now, rated_by=by.user_id,
        answers={item: float(answer) for item, answer in answers.items() if answer is not None},
        goal=scored.subscales["goal"], task=scored.subscales["task"], bond=scored.subscales["bond"],
    )  # fmt: skip
    session.add(rating)
    session.flush()
    log.record(
        session, at=now, action="rate_alliance", actor_id=by.user_id, patient_id=patient.id, target=rating.id,
        detail={"side": side.value, "session": about.number, "missing": list(scored.missing)},
    )  # fmt: skip
    on_alliance(session, patient=patient, rating=rating, now=now)
    return rating


def _refuse_second(session: Session, appointment: Appointment, side: Side, time_zone: str) -> None:
    earlier = session.execute(
        select(col(User.name), col(AllianceRating.rated_at))
        .join(User, col(User.id) == col(AllianceRating.rated_by), isouter=True)
        .where(col(AllianceRating.appointment_id) == appointment.id, col(AllianceRating.side) == side)
    ).first()
    if earlier is not None:
        words = _("{name} rated session {n} on {when}. Each side rates a session once, so nothing was changed.")
        when = say_time(earlier.rated_at, time_zone)
        raise ChangedMeanwhile(words.format(name=earlier.name or _("Somebody"), n=appointment.number, when=when))
