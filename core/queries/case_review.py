"""The one screen: everything a clinician needs about one patient in one service call, with one reach check and one
audit entry of the read."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import patient_in_reach
from core.audit.log import record
from core.queries.alliance import AllianceView, alliance_of
from core.queries.brief import BriefView, brief_of
from core.queries.course import course_of
from core.queries.exercise_marks import ExercisesView, exercises_of
from core.queries.header import HeaderView, header_of
from core.queries.pair import PairView, pair_of
from core.queries.response import ResponseView, response_of
from core.queries.signal_views import SignalsView
from core.queries.signals import signals_of
from core.queries.steps import StepsView, steps_of
from core.queries.timeline import TimelineView, timeline_of
from models import Signal


@dataclass(frozen=True, slots=True)
class CaseReviewView:
    """One patient at ``now``, with ``days`` on the time line (``None``: all)."""

    patient_id: uuid.UUID
    now: datetime
    days: int | None
    header: HeaderView
    brief: BriefView
    timeline: TimelineView
    response: ResponseView
    alliance: AllianceView
    pair: PairView
    steps: StepsView
    signals: SignalsView
    exercises: ExercisesView


def case_review(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    patient_id: uuid.UUID,
    days: int | None,
    opened: Collection[Signal] = tuple(Signal),
) -> CaseReviewView:
    """Read the case of ``patient_id``; what stands behind an estimate is read for the signals that are ``opened``.
    Raises ``AccessRefused`` or ``NotFound`` (also for what is out of reach)."""
    check(by, Permission.READ_RECORD)
    patient = patient_in_reach(session, by=by, patient_id=patient_id, now=now)
    record(session, at=now, action="read_case_review", actor_id=by.user_id, patient_id=patient.id)
    alliance = alliance_of(session, by=by, now=now, patient=patient)
    exercises = exercises_of(session, now=now, patient=patient)
    course = course_of(session, now=now, patient=patient, days=days, alliance=alliance)
    return CaseReviewView(
        patient_id=patient.id, now=now, days=days,
        header=header_of(session, by=by, now=now, patient=patient, course=course),
        brief=brief_of(course), alliance=alliance, exercises=exercises,
        timeline=timeline_of(course, days=days, doings=exercises.doings),
        response=response_of(session, by=by, now=now, patient=patient, notes=course.notes),
        pair=pair_of(session, by=by, now=now, patient=patient, alliance=alliance, course=course),
        steps=steps_of(session, by=by, now=now, patient=patient, stretches=course.steps),
        signals=signals_of(session, by=by, now=now, patient=patient, opened=opened),
    )  # fmt: skip
