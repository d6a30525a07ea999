"""Answers are stored, scored and held against the rules together."""

from typing import Any

import pytest
from sqlmodel import col, select

from core.access.actor import Actor
from core.actions.questionnaires import record_answers
from core.calls import Calls
from core.errors import AccessRefused, InvalidInput, NotFound
from models import Alert, AuditEntry, Informant, QuestionnaireResponse, Response
from tests.factories.cast import Cast

PHQ_ZERO = {str(item): 0.0 for item in range(1, 10)}


def answer(calls: Calls, cast: Cast, by: Actor, answers: Any, *, code: str = "phq-9", key: str = "f1") -> Any:
    return calls.run(record_answers, by=by, key=key, patient_id=cast.patient.id, code=code, answers=answers)


def alerts(calls: Calls) -> list[Alert]:
    with calls.transaction() as session:
        return list(session.exec(select(Alert)).all())


def test_answers_are_scored_and_kept_with_what_is_missing(calls: Calls, cast: Cast) -> None:
    response = answer(calls, cast, cast.patient_actor, PHQ_ZERO | {"1": 2.0, "2": None})
    assert (response.total, response.informant) == (2.25, Informant.PATIENT)
    assert "2" not in response.answers
    with calls.transaction() as session:
        entry = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "record_answers")).one()
        assert entry.detail == {"instrument": "phq-9", "missing": 1}
    assert alerts(calls) == []


def test_an_answer_to_item_nine_asks_for_a_response_the_same_day_in_the_same_transaction(
    calls: Calls, cast: Cast
) -> None:
    answer(calls, cast, cast.patient_actor, PHQ_ZERO | {"9": 1.0})
    (alert,) = alerts(calls)
    assert (alert.rule, alert.response, alert.owner_id) == ("phq9_item9", Response.SAME_DAY, cast.alice.staff_id)


def test_an_open_item_nine_leaves_the_total_open_and_is_not_taken_for_a_no(calls: Calls, cast: Cast) -> None:
    response = answer(calls, cast, cast.patient_actor, PHQ_ZERO | {"9": None})
    assert response.total is None
    assert "9" not in response.answers


def test_a_second_press_keeps_one_response(calls: Calls, cast: Cast) -> None:
    assert answer(calls, cast, cast.patient_actor, PHQ_ZERO) is not None
    assert answer(calls, cast, cast.patient_actor, PHQ_ZERO) is None
    with calls.transaction() as session:
        assert len(session.exec(select(QuestionnaireResponse)).all()) == 1


def test_what_a_therapist_enters_from_paper_stays_the_patients_answer(calls: Calls, cast: Cast) -> None:
    assert answer(calls, cast, cast.alice, PHQ_ZERO).informant is Informant.PATIENT
    assert answer(calls, cast, cast.alice, {"1": 70.0}, code="vas-platform", key="f2").informant is Informant.THERAPIST


@pytest.mark.parametrize(
    ("code", "answers", "reason"),
    [
        ("phq-9", {"1": 4.0}, "Little interest"),
        ("phq-9", {"1": "2"}, "Little interest"),
        ("phq-9", {"12": 1.0}, "no item 12"),
        ("phq-9", {"1": None}, "Nothing was answered"),
        ("mood", {"1": 1.0}, "no instrument mood"),
        ("vas-platform", {"1": 50.0}, "for therapists"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name_and_nothing_is_kept(
    calls: Calls, cast: Cast, code: str, answers: Any, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        answer(calls, cast, cast.patient_actor, answers, code=code)
    with calls.transaction() as session:
        assert session.exec(select(QuestionnaireResponse)).all() == []


def test_nobody_answers_for_a_patient_out_of_their_reach(calls: Calls, cast: Cast) -> None:
    with pytest.raises(NotFound):
        answer(calls, cast, cast.charlie, PHQ_ZERO)
    with pytest.raises(AccessRefused):
        answer(calls, cast, cast.director, PHQ_ZERO)


def test_answers_to_a_version_that_is_not_in_force_are_refused_and_nothing_is_stored(calls: Calls, cast: Cast) -> None:
    with pytest.raises(InvalidInput, match=r"phq-9\.yaml: there is no version 0"):
        calls.run(
            record_answers, by=cast.patient_actor, key="f", patient_id=cast.patient.id, code="phq-9",
            answers=PHQ_ZERO, version="0",
        )  # fmt: skip
    with calls.transaction() as session:
        assert session.exec(select(QuestionnaireResponse)).all() == []


def test_the_screeners_answers_ask_for_a_response_by_its_time(calls: Calls, cast: Cast) -> None:
    said = {"1": 1.0, "2": 0.0, "6": 1.0, "6_within_3_months": 1.0}
    response = answer(calls, cast, cast.patient_actor, said, code="c-ssrs-screener")
    assert (response.total, response.subscales) == (None, {})
    (alert,) = alerts(calls)
    assert (alert.rule, alert.response) == ("cssrs_now", Response.NOW)
