"""The patient's side of the pair: what can be rated when, own ratings alone, goals and tasks, what was asked for."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.actions.alliance import rate_as_patient
from core.actions.goals import add_goal, mark_goal
from core.actions.steps import ask_for_step
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, NotFound, NotPossible
from core.queries.goals import Stand
from core.queries.us import RateOffer, UsView, us
from models import AllianceRating, AuditEntry, CareRelationship, Side
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import Cast

TWELVE_FOURS = {str(item): 4.0 for item in range(1, 13)}


def view(calls: Calls, cast: Cast) -> UsView:
    return calls.run(us, by=cast.patient_actor)


def rate(calls: Calls, cast: Cast, offer: RateOffer | None, key: str = "k") -> AllianceRating | None:
    assert offer is not None
    return calls.run(
        rate_as_patient, by=cast.patient_actor, key=key, patient_id=cast.patient.id,
        appointment_id=offer.appointment_id, answers=TWELVE_FOURS,
    )  # fmt: skip


def test_what_is_due_comes_first_then_the_newest_session_then_today(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        third = hold_session(session, cast, number=3, days_ago=4)  # the calendar asks about the third
        fifth = hold_session(session, cast, number=5, days_ago=2)  # and not about the fifth
    first = view(calls, cast).offer
    assert first is not None
    assert (first.appointment_id, first.due) == (third.id, True)
    rate(calls, cast, first, key="1")
    second = view(calls, cast).offer
    assert second is not None
    assert (second.appointment_id, second.number, second.due) == (fifth.id, 5, False)
    rate(calls, cast, second, key="2")
    today = view(calls, cast).offer
    assert today == RateOffer(None, None, None, due=False)
    rate(calls, cast, today, key="3")
    assert view(calls, cast).offer is None
    assert [rating.session_number for rating in view(calls, cast).ratings] == [3, 5, None]


def test_a_rating_of_today_is_of_who_leads_the_treatment_and_once_a_day(calls: Calls, cast: Cast) -> None:
    rating = rate(calls, cast, view(calls, cast).offer)
    assert rating is not None
    assert (rating.staff_id, rating.appointment_id, rating.side) == (cast.alice.staff_id, None, Side.PATIENT)
    assert rate(calls, cast, RateOffer(None, None, None, due=False)) is None  # the same form pressed twice
    with pytest.raises(NotPossible, match="today at 10:30"):
        rate(calls, cast, RateOffer(None, None, None, due=False), key="again")
    with calls.transaction() as session:
        assert len(session.exec(select(AllianceRating)).all()) == 1


def test_nobody_to_rate_is_said_and_refused(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        for relationship in session.exec(select(CareRelationship)):
            relationship.ends_on = relationship.starts_on + timedelta(days=1)
    assert view(calls, cast).offer is None
    with pytest.raises(NotPossible, match="nobody at the moment"):
        rate(calls, cast, RateOffer(None, None, None, due=False))


def test_a_session_is_rated_once(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        hold_session(session, cast, number=3, days_ago=2)
    offer = view(calls, cast).offer
    rate(calls, cast, offer, key="1")
    with pytest.raises(ChangedMeanwhile):
        rate(calls, cast, offer, key="2")


def test_the_therapists_ratings_are_no_part_of_it(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        third = hold_session(session, cast, number=3, days_ago=9)
        fourth = hold_session(session, cast, number=4, days_ago=2)
        for at, goal in ((third, 4.5), (fourth, 3.0)):
            patient_rates(session, cast, at, goal=goal, task=4.0, bond=4.5)
            therapist_rates(session, cast, at, goal=2.2, task=2.2, bond=2.2)
    seen = view(calls, cast)
    assert [(rating.side, rating.goal) for rating in seen.ratings] == [(Side.PATIENT, 4.5), (Side.PATIENT, 3.0)]
    assert [(change.subscale, change.before, change.now) for change in seen.changes] == [("goal", 4.5, 3.0)]
    assert "2.2" not in repr(seen)


def test_goals_are_agreed_on_and_a_step_asked_for(calls: Calls, cast: Cast) -> None:
    aim = calls.run(
        add_goal, by=cast.alice, key="g", patient_id=cast.patient.id, kind="task", title="A walk after lunch"
    )  # fmt: skip
    seen = view(calls, cast)
    assert [one.title for one in seen.goals.asked_of_me] == ["A walk after lunch"]
    calls.run(
        mark_goal, by=cast.patient_actor, key="m", patient_id=cast.patient.id, aim_id=aim, version=1, agrees=True
    )  # fmt: skip
    assert view(calls, cast).goals.open[0].patient.stand is Stand.AGREES
    calls.run(ask_for_step, by=cast.patient_actor, key="s", patient_id=cast.patient.id, wish="more", words="A group.")
    step = view(calls, cast).step
    assert (step.name, step.waiting and step.waiting.words) == ("Guided self-help", "A group.")


def test_it_is_the_patients_alone_and_leaves_an_entry(calls: Calls, cast: Cast) -> None:
    for other in (cast.alice, cast.relative_actor, cast.director):
        with pytest.raises((AccessRefused, NotFound)):
            calls.run(us, by=other)
    view(calls, cast)
    with calls.transaction() as session:
        assert [entry.actor_id for entry in session.exec(select(AuditEntry).where(AuditEntry.action == "read_us"))] == [
            cast.patient_actor.user_id
        ]
