"""What is asked of whom now: by the programme's calendar, never twice, never more than a week's items."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.access.actor import Actor
from core.actions.alliance import rate_as_patient
from core.actions.questionnaires import answer_due, record_answers
from core.calls import Calls
from core.errors import NotFound, NotPossible
from core.instruments import instrument
from core.instruments.definition import Range
from core.queries.caseload import Scope
from core.queries.questionnaires_due import FormsDue, questionnaires_due
from core.queries.today import Kind, today
from models import Appointment, AppointmentState, Patient, Programme, QuestionnaireResponse
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

FOUR_WEEKS = NOW - timedelta(days=28)


def enrol(calls: Calls, cast: Cast, at: datetime = FOUR_WEEKS, **calendar: Any) -> None:
    """The patient began on this day; the programme asks what ``calendar`` says (nothing else)."""
    nothing = dict.fromkeys(
        ("core-10", "who-5", "phq-9", "gad-7", "ede-qs", "sus", "vas-app", "vas-platform", "watoci", "nps")
    )
    with calls.transaction() as session:
        session.get_one(Patient, cast.patient.id).enrolled_on = at.date()
        session.get_one(Programme, cast.programme.id).settings = {"calendar": nothing | calendar}


def due(calls: Calls, cast: Cast, by: Actor | None = None) -> FormsDue:
    return calls.run(questionnaires_due, by=by or cast.patient_actor, patient_id=cast.patient.id)


def answers(code: str) -> dict[str, float]:
    definition = instrument(code)
    sets = {item.id: definition.options_of(item) for item in definition.items}
    return {i: options.low if isinstance(options, Range) else options[0].answer for i, options in sets.items()}


def give(calls: Calls, cast: Cast, code: str, *, by: Actor | None = None, key: str = "k") -> Any:
    return calls.run(
        answer_due, by=by or cast.patient_actor, key=key, patient_id=cast.patient.id, code=code, answers=answers(code)
    )


def codes(forms: Any) -> list[str]:
    return [form.instrument for form in forms]


def test_what_is_due_is_asked_until_it_is_answered_and_then_not_before_its_next_time(
    calls: Calls, cast: Cast, database: Database
) -> None:
    enrol(calls, cast, **{"who-5": {"every_days": 14}, "phq-9": {"every_days": 28}})
    assert codes(due(calls, cast).patient) == ["who-5", "phq-9"]
    response = give(calls, cast, "who-5")
    assert response.answers == answers("who-5")
    assert codes(due(calls, cast).patient) == ["phq-9"]
    in_a_fortnight = database.calls(NOW + timedelta(days=14))
    assert codes(due(in_a_fortnight, cast).patient) == ["who-5", "phq-9"]


def test_nothing_is_answered_twice_from_two_tabs(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast, **{"who-5": {"every_days": 14}})
    assert give(calls, cast, "who-5", key="tab 1") is not None
    assert give(calls, cast, "who-5", key="tab 1") is None  # a second press
    with pytest.raises(NotPossible, match="may have been answered already"):
        give(calls, cast, "who-5", key="tab 2")
    with calls.transaction() as session:
        assert len(session.exec(select(QuestionnaireResponse)).all()) == 1


def test_what_is_not_on_the_calendar_is_not_asked_and_not_taken(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast)
    assert due(calls, cast).patient == ()
    with pytest.raises(NotPossible):
        give(calls, cast, "who-5")


def test_more_than_the_weeks_items_wait_for_a_week_with_room(calls: Calls, cast: Cast, database: Database) -> None:
    enrol(calls, cast, items_a_week=12, **{"core-10": {"every_days": 28}, "who-5": {"every_days": 28}})
    view = due(calls, cast)
    assert (codes(view.patient), codes(view.held_back)) == (["core-10"], ["who-5"])  # the outcome measure first
    give(calls, cast, "core-10")
    view = due(calls, cast)
    assert (codes(view.patient), codes(view.held_back), view.items_this_week) == ([], ["who-5"], 10)
    next_week = database.calls(NOW + timedelta(days=7))
    assert codes(due(next_week, cast).patient) == ["who-5"]


def test_an_answer_on_paper_counts_too(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast, **{"who-5": {"every_days": 14}})
    calls.run(
        record_answers, by=cast.alice, key="p", patient_id=cast.patient.id, code="who-5", answers=answers("who-5")
    )
    assert due(calls, cast).patient == ()


def hold(calls: Calls, cast: Cast, number: int, days_ago: int) -> uuid.UUID:
    with calls.transaction() as session:
        held = Appointment(
            patient_id=cast.patient.id, staff_id=cast.alice.staff_id, number=number, state=AppointmentState.HELD,
            starts_at=NOW - timedelta(days=days_ago),
        )  # fmt: skip
        session.add(held)
        return held.id


def test_the_patient_is_asked_about_a_session_until_it_is_rated(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast)
    hold(calls, cast, 2, 9)
    held = hold(calls, cast, 3, 2)
    (form,) = due(calls, cast).patient
    assert (form.instrument, form.appointment_id, form.session_number) == ("wai-sr-patient", held, 3)
    rating = {str(n): 4.0 for n in range(1, 13)}
    calls.run(
        rate_as_patient, by=cast.patient_actor, key="r", patient_id=cast.patient.id, appointment_id=held, answers=rating
    )
    view = due(calls, cast)
    assert (view.patient, view.items_this_week) == ((), 12)


def test_a_session_that_no_number_asks_about_is_asked_about_after_three_months(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast, NOW - timedelta(days=95))  # three months were three days ago
    hold(calls, cast, 9, 9)
    hold(calls, cast, 10, 1)
    assert [form.session_number for form in due(calls, cast).patient] == [10]
    view = calls.run(today, by=cast.alice, scope=Scope.MINE)
    assert [item.session_number for item in view.work if item.kind is Kind.RATING] == [10]


def test_what_is_asked_of_the_therapist_stands_in_their_work_and_not_in_the_patients_space(
    calls: Calls, cast: Cast
) -> None:
    enrol(calls, cast, NOW - timedelta(days=33), **{"vas-platform": {"months": [1]}, "who-5": {"every_days": 14}})
    view = calls.run(today, by=cast.alice, scope=Scope.MINE)
    (item,) = [item for item in view.work if item.kind is Kind.QUESTIONNAIRE]
    assert (item.instrument, item.owner, item.overdue) == ("vas-platform", "Alice", False)
    assert [row.asked for row in view.rows if row.patient_id == cast.patient.id] == [1]
    assert due(calls, cast).therapist == ()
    assert codes(due(calls, cast, cast.alice).therapist) == ["vas-platform"]
    give(calls, cast, "vas-platform", by=cast.alice)
    view = calls.run(today, by=cast.alice, scope=Scope.MINE)
    assert not [item for item in view.work if item.kind is Kind.QUESTIONNAIRE]


def test_it_is_asked_of_who_leads_the_treatment_alone(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast, NOW - timedelta(days=33), **{"vas-platform": {"months": [1]}})
    assert not [i for i in calls.run(today, by=cast.bob, scope=Scope.MINE).work if i.kind is Kind.QUESTIONNAIRE]
    team = calls.run(today, by=cast.bob, scope=Scope.TEAM)
    assert [item.owner for item in team.work if item.kind is Kind.QUESTIONNAIRE] == ["Alice"]


def test_who_has_left_is_asked_nothing(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast, **{"who-5": {"every_days": 14}})
    with calls.transaction() as session:
        session.get_one(Patient, cast.patient.id).left_on = NOW.date()
    assert due(calls, cast, cast.alice).patient == ()


def test_another_patients_questionnaires_are_not_found(calls: Calls, cast: Cast) -> None:
    with pytest.raises(NotFound):
        calls.run(questionnaires_due, by=cast.patient_actor, patient_id=cast.other_patient.id)
    with calls.transaction() as session:
        assert session.exec(select(QuestionnaireResponse).where(col(QuestionnaireResponse.id).is_not(None))).all() == []


def test_an_answer_long_ago_still_stands_for_a_long_interval(calls: Calls, cast: Cast, database: Database) -> None:
    enrol(calls, cast, NOW - timedelta(days=100), **{"who-5": {"every_days": 180}})
    give(database.calls(NOW - timedelta(days=95)), cast, "who-5")
    assert due(calls, cast).patient == ()


def test_two_tabs_at_once_store_one_response(calls: Calls, cast: Cast) -> None:
    enrol(calls, cast, **{"who-5": {"every_days": 14}})

    def press(tab: int) -> bool:
        try:
            return give(calls, cast, "who-5", key=f"tab {tab}") is not None
        except NotPossible:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1
    with calls.transaction() as session:
        assert len(session.exec(select(QuestionnaireResponse)).all()) == 1
