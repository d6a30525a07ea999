"""Alliance views without a database, for figures and wording."""

import uuid

from core.queries.alliance import AllianceView, Change, MeasurementError, RatingView
from core.queries.ratings_due import DueRating
from models import Side
from tests.factories.cast import NOW, ZONE


def rating(
    side: Side, *, goal: float | None, task: float | None, bond: float | None, session: uuid.UUID, number: int = 4
) -> RatingView:
    """One side's rating of a session."""
    return RatingView(side, NOW, session, number, goal, task, bond)


def due(number: int = 8, *, patient_rated: bool = False) -> DueRating:
    """A session that waits for the therapist."""
    return DueRating(uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), number, NOW, NOW, patient_rated)


def view(
    theirs: RatingView | None, own: RatingView | None, *, given_name: str = "Laia", therapist: str = "Alice",
    is_own: bool = True, changes: tuple[Change, ...] = (), waiting: DueRating | None = None, withheld: bool = False,
) -> AllianceView:  # fmt: skip
    """The pair as shown to its therapist (``is_own``) or to somebody else."""
    both = theirs is not None and own is not None and theirs.appointment_id == own.appointment_id
    return AllianceView(
        patient_id=uuid.uuid4(), given_name=given_name, therapist=therapist, time_zone=ZONE, own=is_own,
        ratings=tuple(r for r in (theirs, own) if r), newest_patient=theirs, newest_therapist=own,
        pair=(theirs, own) if theirs and own and both else None, changes=changes,
        error=MeasurementError(0.7, "recalled", False), due=waiting, withheld=withheld,
        may_rate=waiting is not None and is_own,
    )  # fmt: skip
