"""The therapist rates first: what is due, what is withheld until then, and what a second rating meets."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.reach import patient_in_reach
from core.actions.alliance import rate_as_patient, rate_as_therapist
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.queries.alliance import AllianceView, alliance_of
from models import Alert, AllianceRating, Appointment, AppointmentState, AuditEntry, Side
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import NOW, Cast

TEN_FOURS = {str(item): 4.0 for item in range(1, 11)}
TWELVE_FOURS = {str(item): 4.0 for item in range(1, 13)}


def read(session: Session, *, by: Actor, now: datetime, cast: Cast) -> AllianceView:
    patient = patient_in_reach(session, by=by, patient_id=cast.patient.id, now=now)
    return alliance_of(session, by=by, now=now, patient=patient)


@dataclass(frozen=True, slots=True)
class Pair:
    """Sessions 3 and 4 of Alice and Laia: both rated 3; Laia rated 4, Alice has still to."""

    third: Appointment
    fourth: Appointment


@pytest.fixture
def pair(calls: Calls, cast: Cast) -> Pair:
    with calls.transaction() as session:
        third = hold_session(session, cast, number=3, days_ago=9)
        fourth = hold_session(session, cast, number=4, days_ago=2)
        patient_rates(session, cast, third, goal=4.5, task=4.0, bond=4.5)
        therapist_rates(session, cast, third, goal=4.0, task=4.0, bond=4.0)
        patient_rates(session, cast, fourth, goal=3.0, task=4.0, bond=4.5)
    return Pair(third, fourth)


def rate(
    calls: Calls, cast: Cast, pair: Pair, *, key: str = "form-1", by: Actor | None = None
) -> AllianceRating | None:
    return calls.run(
        rate_as_therapist, by=by or cast.alice, key=key, patient_id=cast.patient.id, appointment_id=pair.fourth.id,
        answers=TEN_FOURS,
    )  # fmt: skip


def test_the_patients_newest_rating_is_not_even_read_while_the_therapists_own_is_due(
    calls: Calls, cast: Cast, pair: Pair
) -> None:
    for reader in (cast.alice, cast.bob, cast.lead):
        view = calls.run(read, by=reader, cast=cast)
        assert view.withheld
        assert view.due is not None
        assert (view.due.number, view.due.patient_rated) == (4, True)
        assert [r.session_number for r in view.side(Side.PATIENT)] == [3]
        assert view.newest_patient is not None
        assert view.newest_patient.goal == 4.5
        assert "3.0" not in repr(view)


def test_after_the_therapist_rated_both_sides_show_with_the_gap(calls: Calls, cast: Cast, pair: Pair) -> None:
    rate(calls, cast, pair)
    view = calls.run(read, by=cast.alice, cast=cast)
    assert (view.due, view.withheld, view.may_rate) == (None, False, False)
    assert view.pair is not None
    assert view.pair[0].session_number == view.pair[1].session_number == 4
    assert [view.gap(part) for part in ("goal", "task", "bond")] == [-1.0, 0.0, 0.5]


def test_a_fall_beyond_measurement_error_is_named_and_a_smaller_change_is_not(
    calls: Calls, cast: Cast, pair: Pair
) -> None:
    rate(calls, cast, pair)
    view = calls.run(read, by=cast.alice, cast=cast)
    assert [(c.side, c.subscale, c.difference) for c in view.changes] == [(Side.PATIENT, "goal", -1.5)]
    assert (view.error.value, view.error.verified) == (0.7, False)


def test_a_second_press_of_the_same_form_records_one_rating_with_one_entry(
    calls: Calls, cast: Cast, pair: Pair
) -> None:
    first = rate(calls, cast, pair)
    assert rate(calls, cast, pair) is None
    with calls.transaction() as session:
        kept = session.exec(
            select(AllianceRating).where(
                col(AllianceRating.appointment_id) == pair.fourth.id, col(AllianceRating.side) == Side.THERAPIST
            )
        ).all()
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "rate_alliance")).all()
        assert first is not None
        assert [(r.id, r.goal, r.rated_by) for r in kept] == [(first.id, 4.0, cast.alice.user_id)]
        assert [(e.patient_id, e.target) for e in entries] == [(cast.patient.id, str(first.id))]


def test_a_second_rating_of_the_session_is_told_who_rated_it_and_when(calls: Calls, cast: Cast, pair: Pair) -> None:
    rate(calls, cast, pair)
    with pytest.raises(ChangedMeanwhile, match=r"Alice rated session 4 on 18 Nov 10:30"):
        rate(calls, cast, pair, key="form-2")


def test_a_colleague_on_cover_does_not_rate_another_therapists_session(calls: Calls, cast: Cast, pair: Pair) -> None:
    with pytest.raises(NotPossible, match="whoever held the session"):
        rate(calls, cast, pair, by=cast.bob)
    with pytest.raises(NotFound):
        rate(calls, cast, pair, by=cast.charlie)
    with pytest.raises(AccessRefused):
        rate(calls, cast, pair, by=cast.patient_actor)


def test_one_open_item_of_each_part_is_prorated_and_a_second_one_refused(calls: Calls, cast: Cast, pair: Pair) -> None:
    def with_open(*items: str) -> dict[str, float | None]:
        return {item: None if item in items else value for item, value in TEN_FOURS.items()} | {"6": 1.0}

    arguments = {"patient_id": cast.patient.id, "appointment_id": pair.fourth.id}
    with pytest.raises(InvalidInput, match="Goal, Task"):
        calls.run(rate_as_therapist, by=cast.alice, key="a", answers=with_open("3", "8", "1", "4"), **arguments)
    rating = calls.run(rate_as_therapist, by=cast.alice, key="b", answers=with_open("3", "1"), **arguments)
    assert (rating.goal, rating.task, rating.bond) == (2.5, 4.0, 4.0)
    assert "3" not in rating.answers


def test_a_session_that_was_not_held_is_not_rated(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        missed = hold_session(session, cast, number=1, days_ago=2, state=AppointmentState.MISSED)
        planned = hold_session(session, cast, number=2, days_ago=-2, state=AppointmentState.PLANNED)
    for appointment in (missed, planned):
        with pytest.raises(NotPossible, match="took place"):
            calls.run(
                rate_as_therapist, by=cast.alice, key=str(appointment.id), patient_id=cast.patient.id,
                appointment_id=appointment.id, answers=TEN_FOURS,
            )  # fmt: skip


def test_a_session_of_another_patient_cannot_be_rated_by_its_id(calls: Calls, cast: Cast, pair: Pair) -> None:
    with calls.transaction() as session:
        other = Appointment(
            patient_id=cast.other_patient.id, staff_id=cast.charlie.staff_id or pair.third.staff_id, number=1,
            starts_at=NOW - timedelta(days=1), state=AppointmentState.HELD,
        )  # fmt: skip
        session.add(other)
    with pytest.raises(NotFound):
        calls.run(
            rate_as_therapist, by=cast.alice, key="x", patient_id=cast.patient.id, appointment_id=other.id,
            answers=TEN_FOURS,
        )  # fmt: skip


def test_a_rating_is_no_longer_asked_for_after_two_weeks_and_then_nothing_is_withheld(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        old = hold_session(session, cast, number=4, days_ago=15)
        patient_rates(session, cast, old, goal=3.0, task=3.0, bond=3.0)
    view = calls.run(read, by=cast.alice, cast=cast)
    assert (view.due, view.withheld) == (None, False)
    assert view.newest_patient is not None
    with pytest.raises(NotPossible, match="too long ago"):
        calls.run(
            rate_as_therapist, by=cast.alice, key="late", patient_id=cast.patient.id, appointment_id=old.id,
            answers=TEN_FOURS,
        )  # fmt: skip


@pytest.mark.parametrize(("number", "asked"), [(1, True), (2, False), (3, True), (4, True), (5, False), (8, True)])
def test_ratings_are_due_after_sessions_one_three_and_each_fourth(
    calls: Calls, cast: Cast, number: int, asked: bool
) -> None:
    with calls.transaction() as session:
        hold_session(session, cast, number=number, days_ago=1)
    view = calls.run(read, by=cast.alice, cast=cast)
    assert (view.due is not None, view.may_rate) == (asked, asked)


def test_a_patient_rates_their_own_session_once(calls: Calls, cast: Cast, pair: Pair) -> None:
    with calls.transaction() as session:
        fifth = hold_session(session, cast, number=5, days_ago=1)
    arguments = {"patient_id": cast.patient.id, "appointment_id": fifth.id, "answers": TWELVE_FOURS}
    rating = calls.run(rate_as_patient, by=cast.patient_actor, key="p1", **arguments)
    assert (rating.side, rating.goal, rating.staff_id) == (Side.PATIENT, 4.0, cast.alice.staff_id)
    with pytest.raises(ChangedMeanwhile, match="Laia rated session 5"):
        calls.run(rate_as_patient, by=cast.patient_actor, key="p2", **arguments)


def test_a_patient_without_any_rating_has_an_empty_panel(calls: Calls, cast: Cast) -> None:
    view = calls.run(read, by=cast.alice, cast=cast)
    assert (view.ratings, view.pair, view.due, view.changes, view.given_name) == ((), None, None, (), "Laia")
    assert view.therapist == "Alice"


def test_a_fall_in_the_patients_rating_raises_nothing_that_tells_of_it_before_the_therapist_rated(
    calls: Calls, cast: Cast
) -> None:
    with calls.transaction() as session:
        third = hold_session(session, cast, number=3, days_ago=9)
        fourth = hold_session(session, cast, number=4, days_ago=1)
        patient_rates(session, cast, third, goal=4.5, task=4.5, bond=4.5)
        therapist_rates(session, cast, third, goal=4.0, task=4.0, bond=4.0)
    arguments = {"patient_id": cast.patient.id, "appointment_id": fourth.id}
    low = {str(item): 2.0 for item in range(1, 13)}
    calls.run(rate_as_patient, by=cast.patient_actor, key="p", answers=low, **arguments)
    assert open_rules(calls) == set()
    calls.run(rate_as_therapist, by=cast.alice, key="t", answers=TEN_FOURS, **arguments)
    assert open_rules(calls) == {"alliance_fall", "alliance_gap"}


def open_rules(calls: Calls) -> set[str]:
    with calls.transaction() as session:
        return {alert.rule for alert in session.exec(select(Alert)).all()}
