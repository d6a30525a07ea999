"""Steps of care: what is suggested on which facts, what the patient asks for, and the decision of a person with the
patient's view. Nothing moves anybody by itself."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.actions.steps import ask_for_step, decide_step
from core.audit import log
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotPossible
from core.queries.steps import StepsView, steps_page
from core.queries.us import us
from core.stepped.suggest import Ground
from models import (
    Alert,
    AuditEntry,
    Informant,
    Outbox,
    Patient,
    PatientView,
    Programme,
    QuestionnaireResponse,
    Response,
    StepDecision,
    StepOfCare,
    StepRequest,
    StepWish,
)
from tests.conftest import KEYS, Database
from tests.factories.cast import NOW, Cast

TODAY = NOW.date()
NAMES = ("Assessment", "Full day care", "Half day care", "Group and individual", "Individual follow-up")


@pytest.fixture(autouse=True)
def programme(calls: Calls, cast: Cast) -> None:
    """The programme of the cast with all of its steps."""
    with calls.transaction() as session:
        found = session.get_one(Programme, cast.programme.id)
        found.steps = [{"step": number, "name": name} for number, name in enumerate(NAMES, start=1)]


def steps(calls: Calls, cast: Cast, by: Actor | None = None) -> StepsView:
    return calls.run(steps_page, by=by or cast.alice, patient_id=cast.patient.id).steps


def decide(calls: Calls, cast: Cast, *, to: int, key: str = "d", by: Actor | None = None, **more: Any) -> Any:
    arguments = {"from_step": 1, "patient_view": "agrees", **more}
    return calls.run(
        decide_step, by=by or cast.alice, key=key, patient_id=cast.patient.id, to_step=to, **arguments
    )  # fmt: skip


def ask(calls: Calls, cast: Cast, *, wish: str = "more", words: str = "Once a week?", key: str = "a") -> Any:
    return calls.run(
        ask_for_step, by=cast.patient_actor, key=key, patient_id=cast.patient.id, wish=wish, words=words
    )  # fmt: skip


def answers(session: Session, cast: Cast, total: float, *, days_ago: float = 2) -> None:
    session.add(
        QuestionnaireResponse(
            patient_id=cast.patient.id, instrument="ede-qs", informant=Informant.PATIENT,
            answered_at=NOW - timedelta(days=days_ago), total=total,
        )
    )  # fmt: skip
    session.flush()


def test_a_score_is_suggested_on_with_its_facts_and_moves_nobody(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        answers(session, cast, 22)
    view = steps(calls, cast)
    (suggestion,) = view.suggestions
    (reason,) = suggestion.reasons
    assert (view.step, view.name(1), suggestion.to, reason.ground) == (1, "Assessment", 2, Ground.SCORE)
    assert (reason.facts[0].value, reason.facts[0].threshold) == (22, 15)


def test_a_request_of_the_patient_is_a_suggestion_and_tells_the_therapist(calls: Calls, cast: Cast) -> None:
    request = ask(calls, cast)
    (suggestion,) = steps(calls, cast).suggestions
    assert (suggestion.to, [reason.ground for reason in suggestion.reasons]) == (2, [Ground.ASKED])
    (waiting,) = steps(calls, cast).waiting
    assert (waiting.id, waiting.wish, waiting.words) == (request, StepWish.MORE, "Once a week?")
    own = calls.run(us, by=cast.patient_actor).step
    assert (own.step, own.name, own.waiting and own.waiting.id) == (1, "Assessment", request)
    with calls.transaction() as session:
        told = session.exec(select(Outbox)).one()
        assert (told.kind, told.recipient_id) == ("step_asked", cast.alice.user_id)
    with pytest.raises(NotPossible, match="You asked on"):
        ask(calls, cast, key="again")


def test_a_decision_changes_the_step_answers_the_request_and_tells_the_patient(calls: Calls, cast: Cast) -> None:
    ask(calls, cast)
    decide(
        calls, cast, to=2, patient_view="unsure", patient_words="A little soon.", words="Tried half days first.",
        review_on=TODAY + timedelta(days=28),
    )  # fmt: skip
    view = steps(calls, cast)
    assert (view.step, view.since, view.suggestions, view.waiting) == (2, TODAY, (), ())
    assert [(s.step, s.ended_on) for s in view.stretches] == [(1, TODAY), (2, None)]
    (decision,) = view.decisions
    assert (decision.by, decision.from_step, decision.to_step) == ("Alice", 1, 2)
    assert (decision.patient_view, decision.patient_words) == (PatientView.UNSURE, "A little soon.")
    assert (decision.words, decision.reasons) == ("Tried half days first.", ("asked",))
    with calls.transaction() as session:
        assert session.exec(select(StepRequest)).one().answered_by == cast.alice.user_id
        assert session.exec(select(StepDecision)).one().evidence[0]["ground"] == "asked"
        kinds = [(row.kind, row.recipient_id) for row in session.exec(select(Outbox).order_by(col(Outbox.kind)))]
        assert kinds == [("step_asked", cast.alice.user_id), ("step_decided", cast.patient.user_id)]


def test_what_was_decided_on_stays_away_until_something_new_speaks_for_it(
    database: Database, calls: Calls, cast: Cast
) -> None:
    with calls.transaction() as session:
        answers(session, cast, 22)
    decide(calls, cast, to=1, patient_view="disagrees", review_on=TODAY + timedelta(days=20))
    assert (steps(calls, cast).step, steps(calls, cast).suggestions) == (1, ())
    later = database.calls(NOW + timedelta(days=20))
    assert [s.to for s in steps(later, cast).suggestions] == [2]  # the day for looking again has come
    with calls.transaction() as session:
        answers(session, cast, 24, days_ago=-1)
    assert [s.to for s in steps(database.calls(NOW + timedelta(days=2)), cast).suggestions] == [2]


def test_a_safety_answer_goes_straight_to_its_step(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        for rule in ("phq9_item9", "meals_missed"):
            session.add(
                Alert(
                    patient_id=cast.patient.id, rule=rule, response=Response.SAME_DAY, owner_id=cast.alice.staff_id,
                    opened_at=NOW - timedelta(hours=2), due_at=NOW + timedelta(hours=6), evidence=[],
                )
            )  # fmt: skip
    (suggestion,) = steps(calls, cast).suggestions
    assert (suggestion.to, suggestion.reasons[0].ground) == (2, Ground.SAFETY)
    assert [fact.window for fact in suggestion.reasons[0].facts] == ["phq9_item9"]


def test_threat_45_the_second_of_two_who_decide_is_told(calls: Calls, cast: Cast) -> None:
    decide(calls, cast, to=2)
    with pytest.raises(ChangedMeanwhile, match=r"Alice decided on .* for step 2"):
        decide(calls, cast, to=3, by=cast.bob, key="bob")
    assert steps(calls, cast).step == 2


def test_threat_43_a_second_press_decides_once(calls: Calls, cast: Cast) -> None:
    assert isinstance(decide(calls, cast, to=2), uuid.UUID)
    assert decide(calls, cast, to=2) is None
    assert len(steps(calls, cast).stretches) == 2
    assert ask(calls, cast) is not None
    assert ask(calls, cast) is None


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"to": 9}, "no step 9"), ({"to": 2, "patient_view": ""}, "what the patient thinks"),
        ({"to": 2, "review_on": TODAY - timedelta(days=1)}, "between today and a year"),
        ({"to": 2, "review_on": date(2030, 1, 1)}, "between today and a year"),
        ({"to": 2, "words": "x" * 3000}, "too long"),
    ],
)  # fmt: skip
def test_what_is_no_decision_is_refused_and_leaves_nothing(
    calls: Calls, cast: Cast, what: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        decide(calls, cast, **what)
    view = steps(calls, cast)
    assert (view.step, view.decisions, len(view.stretches)) == (1, (), 1)


def test_who_left_is_on_no_step(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        session.get_one(Patient, cast.patient.id).left_on = TODAY - timedelta(days=3)
        answers(session, cast, 22)
    assert (steps(calls, cast).step, steps(calls, cast).suggestions) == (None, ())
    with pytest.raises(NotPossible, match="no step of a programme"):
        decide(calls, cast, to=2)


def test_the_patient_asks_and_the_clinician_decides_never_the_other_way_round(calls: Calls, cast: Cast) -> None:
    with pytest.raises(AccessRefused):
        decide(calls, cast, to=2, by=cast.patient_actor)
    with pytest.raises(AccessRefused):
        calls.run(ask_for_step, by=cast.alice, key="k", patient_id=cast.patient.id, wish="more")
    with pytest.raises(InvalidInput, match="more, less or other"):
        ask(calls, cast, wish="everything")


def test_a_change_on_the_day_of_a_change_keeps_its_order(calls: Calls, cast: Cast) -> None:
    decide(calls, cast, to=2)
    decide(calls, cast, to=4, from_step=2, key="second")
    view = steps(calls, cast)
    assert (view.step, [s.step for s in view.stretches]) == (4, [1, 2, 4])
    with calls.transaction() as session:
        still = session.exec(select(StepOfCare).where(col(StepOfCare.ended_on).is_(None)))
        assert [row.step for row in still if row.patient_id == cast.patient.id] == [4]


def test_words_are_sealed_and_the_log_holds_codes_only(calls: Calls, cast: Cast) -> None:
    ask(calls, cast, words="Please, twice a week.")
    decide(calls, cast, to=2, patient_words="A relief.", words="Both of us agree.")
    with calls.transaction() as session:
        row = session.exec(select(StepDecision)).one()
        assert b"relief" not in (row.patient_words or b"")
        assert b"Both" not in (row.words or b"")
        entries = [entry.model_dump_json() for entry in session.exec(select(AuditEntry))]
        assert [entry for entry in entries if "relief" in entry or "twice" in entry or "Both of us" in entry] == []
        assert log.verify(session, KEYS.audit).intact
