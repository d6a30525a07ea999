"""A check-in that waits, for the simulated people whom somebody can sign in as: whoever tries the patient's side finds
something to answer, at whatever time of day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from core.access.passwords import NO_SIGN_IN
from core.actions.observations import PromptSent, source_of, store_prompts
from core.check_ins.schedule import LASTS
from core.queries.prompts import open_prompts
from models import Patient, PromptKind, Service, User

AGO = timedelta(minutes=8)
NOON, EVENING = 11, 18


def invite(session: Session, service: Service, now: datetime) -> int:
    """Ask everybody with a sign-in who has nothing to answer in time; returns how many."""
    source = source_of(session, code="check-in", kind="app", name="The patient's own entries", now=now)
    asked = 0
    for patient in session.exec(
        select(Patient)
        .join(User, col(User.id) == col(Patient.user_id))
        .where(col(Patient.service_id) == service.id, col(Patient.left_on).is_(None))
        .where(col(User.password_hash) != NO_SIGN_IN)
    ):
        if any(not prompt.late for prompt in open_prompts(session, patient=patient, now=now)):
            continue
        kind, sent = _kind(patient, now), (now - AGO).replace(microsecond=0)
        prompts = [PromptSent(sent, sent + LASTS[kind], kind)]
        asked += store_prompts(session, patient=patient, source_id=source, prompts=prompts).new
    return asked


def _kind(patient: Patient, now: datetime) -> PromptKind:
    hour = now.astimezone(ZoneInfo(patient.time_zone)).hour
    if hour < NOON:
        return PromptKind.MORNING
    return PromptKind.MOMENTARY if hour < EVENING else PromptKind.EVENING
