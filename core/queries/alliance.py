"""The pair: how each side sees goal, task and bond, how far apart, and what changed by more than measurement error.

A part of the case review for a patient already in reach. The patient's rating of a session that the therapist has
still to rate is not read into any view (``core.queries.ratings_due``).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from core.access.actor import Actor
from core.access.pair import may_rate
from core.instruments import instrument
from core.queries.prepared import rows
from core.queries.ratings_due import DueRating, is_withheld, ratings_due
from models import (
    AllianceRating,
    Appointment,
    CareKind,
    CareRelationship,
    Patient,
    Service,
    Side,
    Staff,
)

SUBSCALES = ("goal", "task", "bond")
WIDE_GAP = 1.0  # points of item mean; our default (clinical reference, rules)
TYPICAL_GAP_D, TYPICAL_AGREEMENT_R = 0.63, 0.36  # Tryon 2007: patients rate higher; the two sides agree loosely
USUAL_NEEDS = 3  # earlier ratings before one speaks of this side's own usual; our default


@dataclass(frozen=True, slots=True)
class RatingView:
    """One side's rating: item means 1–5 (``None`` where too many items were missing), after which session."""

    side: Side
    rated_at: datetime
    appointment_id: uuid.UUID | None
    session_number: int | None
    goal: float | None
    task: float | None
    bond: float | None

    def part(self, subscale: str) -> float | None:
        """The item mean of ``goal``, ``task`` or ``bond``."""
        return {"goal": self.goal, "task": self.task, "bond": self.bond}[subscale]

    @property
    def mean(self) -> float | None:
        """Mean of the three sub-scales, or ``None`` while one is missing."""
        parts = [p for p in (self.goal, self.task, self.bond) if p is not None]
        return sum(parts) / 3 if len(parts) == 3 else None


@dataclass(frozen=True, slots=True)
class Change:
    """A side's newest item mean against its rating before, where they differ by at least the measurement error;
    ``usual`` is the mean of all earlier ratings of that side, where there are enough."""

    side: Side
    subscale: str
    before: float
    now: float
    usual: float | None

    @property
    def difference(self) -> float:
        """Newest minus before, in points of item mean."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """Reliable change of an item mean (points), where the figure is from, and whether it was read there."""

    value: float
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class AllianceView:
    """Both sides as shown now. ``patient`` and ``therapist`` are the newest shown ratings, ``pair`` the newest session
    that both rated; ``due`` is what the therapist has still to rate, ``withheld`` whether the patient's rating waits
    for it, ``may_rate`` whether the reader is who rates it (``own``: whether the reader is the therapist of the pair).
    """

    patient_id: uuid.UUID
    given_name: str
    therapist: str
    time_zone: str
    own: bool
    ratings: tuple[RatingView, ...]
    newest_patient: RatingView | None
    newest_therapist: RatingView | None
    pair: tuple[RatingView, RatingView] | None
    changes: tuple[Change, ...]
    error: MeasurementError
    due: DueRating | None
    withheld: bool
    may_rate: bool

    def side(self, side: Side) -> tuple[RatingView, ...]:
        """The ratings of one side, oldest first."""
        return tuple(rating for rating in self.ratings if rating.side is side)

    def gap(self, subscale: str) -> float | None:
        """Patient minus therapist on one sub-scale of the session that both rated, in points of item mean."""
        if self.pair is None:
            return None
        theirs, own = self.pair[0].part(subscale), self.pair[1].part(subscale)
        return None if theirs is None or own is None else theirs - own


def alliance_of(session: Session, *, by: Actor, now: datetime, patient: Patient) -> AllianceView:
    """How the pair is doing, for a patient already reached and audited by the caller."""
    service = session.get_one(Service, patient.service_id)
    due = ratings_due(session, patient_ids=[patient.id], service=service, now=now).get(patient.id)
    ratings, withheld = _shown(ratings_of(session, patient_ids=[patient.id]).get(patient.id, []), due)
    theirs = [rating for rating in ratings if rating.side is Side.PATIENT]
    own = [rating for rating in ratings if rating.side is Side.THERAPIST]
    error = measurement_error()
    rater = may_rate(session, by=by, patient_id=patient.id, staff_id=due.staff_id if due else None, now=now)
    return AllianceView(
        patient_id=patient.id,
        given_name=patient.given_name or patient.name,
        therapist=_therapist(session, patient, due),
        time_zone=patient.time_zone,
        own=rater,
        ratings=tuple(ratings),
        newest_patient=theirs[-1] if theirs else None,
        newest_therapist=own[-1] if own else None,
        pair=_newest_pair(theirs, own),
        changes=(*changes_of(theirs, error.value), *changes_of(own, error.value)),
        error=error,
        due=due,
        withheld=withheld,
        may_rate=due is not None and rater,
    )


def ratings_of(session: Session, *, patient_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[RatingView]]:
    """Every rating of these patients, oldest first — before anything is withheld."""
    found: dict[uuid.UUID, list[RatingView]] = {}
    for patient_id, *rating in rows(session, _RATINGS, patients=patient_ids) if patient_ids else ():
        found.setdefault(patient_id, []).append(RatingView(*rating))
    return found


def shown_ratings(ratings: Sequence[RatingView], due: DueRating | None) -> list[RatingView]:
    """What may be seen of ``ratings`` while ``due`` is open."""
    return _shown(ratings, due)[0]


def _shown(ratings: Sequence[RatingView], due: DueRating | None) -> tuple[list[RatingView], bool]:
    shown = [r for r in ratings if not is_withheld(r.side, r.appointment_id, r.rated_at, due.session if due else None)]
    return shown, len(shown) < len(ratings)


def measurement_error() -> MeasurementError:
    """The reliable change of the patient form, used for both sides (the therapist form has none of its own)."""
    fact = instrument("wai-sr-patient").reliable_change
    if fact is None:  # pragma: no cover - the definition that is shipped has one
        raise RuntimeError("the alliance instrument has no reliable change")
    return MeasurementError(fact.value, fact.source, fact.verified)


def _therapist(session: Session, patient: Patient, due: DueRating | None) -> str:
    """Name of who held the session that is due, else of who leads the treatment."""
    found = rows(session, _HELD, staff=due.staff_id) if due else rows(session, _LEAD, patient=patient.id)
    return str(found[0].name) if found else ""


def _newest_pair(theirs: Sequence[RatingView], own: Sequence[RatingView]) -> tuple[RatingView, RatingView] | None:
    by_session = {rating.appointment_id: rating for rating in own if rating.appointment_id is not None}
    both = [(rating, by_session[rating.appointment_id]) for rating in theirs if rating.appointment_id in by_session]
    return both[-1] if both else None


def changes_of(ratings: Sequence[RatingView], error: float) -> list[Change]:
    """Where the newest of one side's ratings (oldest first) differs from the one before by at least ``error``."""
    if len(ratings) < 2:
        return []
    changes = []
    for subscale in SUBSCALES:
        parts = [part for part in (rating.part(subscale) for rating in ratings) if part is not None]
        if len(parts) >= 2 and ratings[-1].part(subscale) is not None and abs(parts[-1] - parts[-2]) >= error - 1e-9:
            earlier = parts[:-1]
            usual = sum(earlier) / len(earlier) if len(earlier) >= USUAL_NEEDS else None
            changes.append(Change(ratings[-1].side, subscale, parts[-2], parts[-1], usual))
    return changes


_R = AllianceRating
_RATINGS = (
    select(
        col(_R.patient_id), col(_R.side), col(_R.rated_at), col(_R.appointment_id), col(Appointment.number),
        col(_R.goal), col(_R.task), col(_R.bond),
    )
    .outerjoin(Appointment, col(Appointment.id) == col(_R.appointment_id))
    .where(col(_R.patient_id).in_(bindparam("patients", expanding=True)))
    .order_by(col(_R.patient_id), col(_R.rated_at))
)  # fmt: skip
_HELD = select(col(Staff.name)).where(col(Staff.id) == bindparam("staff"))
_LEAD = (
    select(col(Staff.name))
    .join(CareRelationship, col(CareRelationship.staff_id) == col(Staff.id))
    .where(col(CareRelationship.patient_id) == bindparam("patient"), col(CareRelationship.kind) == CareKind.LEAD)
    .order_by(col(CareRelationship.starts_on).desc())
    .limit(1)
)
