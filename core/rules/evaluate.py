"""From what came in to an alert: the rules run on it, and what they find opens one alert for each patient and rule or
adds its facts to the open one, with its history, audit entry and notification in the caller's transaction."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.audit import log
from core.clock import moment
from core.instruments.library import instruments
from core.measures import by_id, catalogue
from core.queries.ratings_due import is_withheld, ratings_due
from core.rules import alliance, change, medical, said
from core.rules.catalogue import RULES
from core.rules.deadlines import deadline
from core.rules.findings import Finding
from core.rules.in_force import settings_of
from core.rules.look import rests
from core.rules.owners import first_owner, told_about
from core.rules.steps import Step, keep, take
from core.rules.words import Written, words_that_ask
from core.rules.workload import may_wait, over_budget
from models import (
    Alert,
    AlertState,
    AlertVerb,
    AllianceRating,
    Patient,
    QuestionnaireResponse,
    Service,
    Side,
)

Entry = tuple[datetime | int, int, float]
_OPEN = (
    select(Alert)
    .where(
        col(Alert.patient_id) == bindparam("patient"), col(Alert.rule) == bindparam("rule"),
        col(Alert.state) != AlertState.CLOSED,
    )
    .execution_options(populate_existing=True)
)  # fmt: skip
SPOKEN_OF = frozenset(catalogue()[code].id for code in (*said.SAFETY_MEASURES, *medical.MEASURES))


def open_or_add(session: Session, *, patient: Patient, finding: Finding, now: datetime) -> Alert:
    """The open alert of this patient and rule, with the finding's facts in it.

    A new one belongs to who leads the treatment (else the head of the team), who is told. An open one takes the facts
    it does not hold yet; its due time only ever moves earlier; one that was put off comes back. Raises ``NotPossible``
    where nobody could own it.
    """
    log.take_turn(session)  # before the alert is read: two findings at once become one alert
    alert: Alert | None = session.execute(_OPEN, {"patient": patient.id, "rule": finding.rule}).scalars().first()
    response = RULES[finding.rule].response
    due = deadline(session, patient=patient, response=response, now=now)
    if alert is None:
        return _open(session, patient, finding, now, due)
    _add(session, patient, alert, finding, now, due)
    return alert


def _open(session: Session, patient: Patient, finding: Finding, now: datetime, due: datetime) -> Alert:
    owner, account = first_owner(session, patient, now)
    alert = Alert(
        patient_id=patient.id, rule=finding.rule, response=RULES[finding.rule].response, opened_at=now, due_at=due,
        owner_id=owner.id, evidence=[fact.as_json() for fact in finding.facts],
    )  # fmt: skip
    session.add(alert)
    session.flush()
    service = session.get_one(Service, patient.service_id)
    waits = over_budget(session, alert=alert, service=service, now=now)
    tell = () if waits is alert else (account.id,)
    step = Step(AlertVerb.OPEN, now, tell=tell, detail={"rule": finding.rule, "due": due.isoformat()})
    keep(session, patient=patient, alert_id=alert.id, step=step, states=(None, AlertState.NEW))
    if waits is not None:
        _put_on_weekly_list(session, waits, service, now)
    return alert


def _put_on_weekly_list(session: Session, alert: Alert, service: Service, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(service.time_zone)).date()
    step = Step(AlertVerb.BATCH, now, columns={"batched_on": today}, detail={"rule": alert.rule})
    patient = session.get_one(Patient, alert.patient_id)
    take(session, patient=patient, alert=alert, step=step, version=alert.version)


def _add(
    session: Session, patient: Patient, alert: Alert, finding: Finding, now: datetime, due: datetime
) -> None:  # fmt: skip
    kept: list[dict[str, Any]] = list(alert.evidence)
    fresh = [fact for fact in (fact.as_json() for fact in finding.facts) if fact not in kept]
    if not fresh:
        return
    tell = told_about(session, alert.owner_id, patient, now) if alert.state is AlertState.SNOOZED else ()
    step = Step(
        AlertVerb.ADD_EVIDENCE, now, columns={"evidence": kept + fresh, "due_at": min(due, alert.due_at)},
        tell=tell, detail={"rule": finding.rule, "facts": len(fresh)},
    )  # fmt: skip
    take(session, patient=patient, alert=alert, step=step, version=alert.version)


def asks(measure_id: int, value: float, settings: Mapping[str, Any]) -> bool:
    """Whether a rule on new entries could ask anything because of this one (of a measure in ``SPOKEN_OF``): of the
    thousand values of a device almost none. What passes is looked at by ``on_observations``."""
    code = by_id()[measure_id].code
    if code in said.SAFETY_MEASURES or code == medical.REFUSED:
        return value > 0
    if code == medical.HEART:
        return value < RULES["medical_signs"].threshold("heart_rate_below", settings)
    return code in medical.MEASURES


def on_observations(session: Session, *, patient: Patient, values: Iterable[Entry], now: datetime) -> list[Alert]:
    """Run the rules on new entries ``(at, measure id, value)`` that have been stored: what was said about safety, and
    signs of the body; times are aware, or seconds since 1970-01-01 UTC. The alerts opened or added to."""
    entries = [
        (moment(at) if isinstance(at, int) else at, by_id()[measure].code, value) for at, measure, value in values
    ]
    settings = settings_of(session, patient)
    found = [said.safety_entries(entries, settings=settings)]
    if any(code in medical.MEASURES for _at, code, _value in entries):
        readings = medical.readings_of(session, patient=patient, now=now)
        found.append(medical.signs_of_the_body(readings, now=now, settings=settings))
    return _settle(session, patient, found, now, settings)


def on_questionnaire(
    session: Session, *, patient: Patient, response: QuestionnaireResponse, now: datetime
) -> list[Alert]:
    """Run the rules on a response that has been stored: its safety item, the C-SSRS screener, the session rating, and
    deterioration against the person's own earlier totals. The alerts opened or added to."""
    settings, code, at = settings_of(session, patient), response.instrument, response.answered_at
    who = response.informant.value
    found = [said.safety_item(code, response.answers, at=at, informant=who, settings=settings)]
    if code == said.CSSRS:
        found.append(said.cssrs(response.answers, at=at, informant=who))
    elif code == "srs":
        found.append(said.low_session_rating(response.answers, response.total, at=at, settings=settings))
    elif response.total is not None and code in instruments():
        totals = [*_earlier_totals(session, response), response.total]
        better = instruments()[code].better
        found.append(
            change.reliable_deterioration(code, totals, better=better, at=at, informant=who, settings=settings)
        )
    return _settle(session, patient, found, now, settings)


def on_alliance(session: Session, *, patient: Patient, rating: AllianceRating, now: datetime) -> list[Alert]:
    """Run the rules on the session that ``rating`` (stored) is about: possible strain, and two views apart.

    While the therapist's own rating is due, the patient's is withheld and so is everything that would tell of it; the
    rules run when the therapist has rated. The alerts opened or added to.
    """
    service = session.get_one(Service, patient.service_id)
    due = ratings_due(session, patient_ids=[patient.id], service=service, now=now).get(patient.id)
    theirs = _rated(session, patient.id, Side.PATIENT, rating)
    if not theirs or theirs[-1].appointment_id != rating.appointment_id:
        return []
    newest, open_session = theirs[-1], due.session if due else None
    if is_withheld(newest.side, newest.appointment_id, newest.rated_at, open_session):
        return []
    settings = settings_of(session, patient)
    found = [alliance.possible_strain([_as_rating(row) for row in theirs], settings=settings)]
    own = [row for row in _rated(session, patient.id, Side.THERAPIST, rating) if _same_session(row, rating)]
    if own:
        found.append(alliance.two_views(_as_rating(newest), _as_rating(own[-1]), settings=settings))
    return _settle(session, patient, found, now, settings)


def on_words(session: Session, *, patient: Patient, written: Written, now: datetime) -> list[Alert]:
    """Run the rules on what was written and stored (``core.rules.words``); the alerts opened or added to."""
    found = words_that_ask(written)
    return [] if found is None else _settle(session, patient, [found], now, settings_of(session, patient))


def _settle(
    session: Session, patient: Patient, found: Sequence[Finding | None], now: datetime, settings: Mapping[str, Any]
) -> list[Alert]:
    kept = [finding for finding in found if finding is not None and RULES[finding.rule].runs(settings)]
    return [
        open_or_add(session, patient=patient, finding=finding, now=now)
        for finding in kept
        if not (may_wait(finding.rule) and rests(session, patient, finding.rule, now))  # what was said never rests
    ]


def _earlier_totals(session: Session, response: QuestionnaireResponse) -> list[float]:
    q = QuestionnaireResponse
    rows = session.exec(
        select(q.total)
        .where(
            col(q.patient_id) == response.patient_id, col(q.instrument) == response.instrument,
            col(q.informant) == response.informant, col(q.answered_at) < response.answered_at,
            col(q.id) != response.id, col(q.total).is_not(None),
        )
        .order_by(col(q.answered_at))
    )  # fmt: skip
    return [total for total in rows if total is not None]


def _rated(session: Session, patient_id: uuid.UUID, side: Side, upto: AllianceRating) -> list[AllianceRating]:
    """One side's ratings of the same pair, oldest first."""
    r = AllianceRating
    wanted = col(r.patient_id) == patient_id, col(r.side) == side, col(r.staff_id) == upto.staff_id
    return list(session.exec(select(r).where(*wanted).order_by(col(r.rated_at), col(r.id))))


def _same_session(row: AllianceRating, rating: AllianceRating) -> bool:
    return row.appointment_id is not None and row.appointment_id == rating.appointment_id


def _as_rating(row: AllianceRating) -> alliance.Rating:
    parts = {"goal": row.goal, "task": row.task, "bond": row.bond}
    return alliance.Rating(row.rated_at, row.instrument, row.side.value, parts)
