"""The condition under which an alert interrupts somebody: asked in one statement with who is signed in, on every run of
every page, and read by the banner where it holds."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from models import Alert, AlertState, BreakGlass, CareRelationship, Patient, Response, Staff

PATIENT = aliased(Patient)  # whose alert it is; a statement about a person at the screen may join their own record


def waiting(*columns: Any, staff: Any, team: Any, service: Any) -> Select[*tuple[Any, ...]]:
    """``columns`` of the alerts, joined with their patients, that ask for an answer now, that nobody has said they saw,
    and that are in reach of ``staff`` of ``team`` in ``service`` (columns or parameters) at ``:now`` of ``:today``."""
    in_care = select(col(CareRelationship.patient_id)).correlate(Staff).where(
        col(CareRelationship.staff_id) == staff, col(CareRelationship.starts_on) <= bindparam("today"),
        or_(col(CareRelationship.ends_on).is_(None), col(CareRelationship.ends_on) > bindparam("today")),
    )  # fmt: skip
    glass = select(col(BreakGlass.patient_id)).correlate(Staff).where(
        col(BreakGlass.staff_id) == staff, col(BreakGlass.started_at) <= bindparam("now"),
        col(BreakGlass.ends_at) > bindparam("now"),
    )  # fmt: skip
    reach: ColumnElement[bool] = or_(
        col(PATIENT.team_id) == team, col(PATIENT.id).in_(in_care), col(PATIENT.id).in_(glass)
    )
    return (
        select(*columns)
        .select_from(Alert)
        .join(PATIENT, col(PATIENT.id) == col(Alert.patient_id))
        .where(
            col(Alert.response) == Response.NOW, col(PATIENT.service_id) == service, reach,
            or_(
                col(Alert.state) == AlertState.NEW,
                and_(col(Alert.state) == AlertState.SNOOZED, col(Alert.snoozed_until) <= bindparam("now")),
            ),
        )
    )  # fmt: skip
