"""An exercise agreed on, changed and ended by the team; begun, finished and judged by the patient: what is refused,
what a second press does, who is told, what is encrypted, and what words of a hard moment lead to."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.actions.exercise_doings import finish_exercise, say_helped, start_exercise
from core.actions.exercises import (
    LONGEST,
    MOST,
    Agreed,
    assign_exercise,
    change_exercise,
    end_exercise,
    mark_doings_read,
)
from core.actions.goals import add_goal
from core.calls import Calls
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.export.everything import everything
from core.queries.alerts import alerts_of
from core.queries.case_review import case_review
from core.queries.exercise_marks import ExercisesView
from core.queries.exercises import AssignedView, ExercisesPage, my_exercises, patient_exercises
from core.queries.timeline import MarkKind
from models import Alert, AuditEntry, ExerciseAssignment, ExerciseDoing, Outbox, Patient
from tests.conftest import KEYS, Database
from tests.factories.cast import NOW, Cast

DOING = uuid.UUID(int=81)
WHY = "So that the evenings get a quiet end."
TODAY = date(NOW.year, NOW.month, NOW.day)


def assign(calls: Calls, cast: Cast, exercise: str = "slow-breathing", *, key: str = "assign", **more: Any) -> Any:
    agreed = Agreed(**{"why": WHY, **more})
    return calls.run(
        assign_exercise, by=cast.alice, key=key, patient_id=cast.patient.id, exercise=exercise, agreed=agreed
    )  # fmt: skip


def mine(calls: Calls, cast: Cast) -> ExercisesPage:
    return calls.run(my_exercises, by=cast.patient_actor)


def only(calls: Calls, cast: Cast) -> AssignedView:
    (one,) = mine(calls, cast).assigned
    return one


def do(calls: Calls, cast: Cast, exercise: str, *, key: str = "do", **more: Any) -> None:
    calls.run(finish_exercise, by=cast.patient_actor, key=key, doing_id=DOING, exercise=exercise, **more)


def reviewed(calls: Calls, cast: Cast) -> ExercisesView:
    return calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=30).exercises


def test_what_was_agreed_reaches_the_patient_with_its_reason_and_the_defaults(calls: Calls, cast: Cast) -> None:
    calls.run(add_goal, by=cast.alice, key="goal", patient_id=cast.patient.id, kind="goal", title="Sleep through")
    aim = calls.run(patient_exercises, by=cast.alice, patient_id=cast.patient.id).aims[0]
    assign(calls, cast, parameters={"minutes": 3}, times_a_week=4, ends_on=TODAY + timedelta(days=20), aim_id=aim.id)
    one = only(calls, cast)
    assert (one.exercise, one.why, one.by, one.aim) == ("slow-breathing", WHY, "Alice", "Sleep through")
    assert one.parameters == {"minutes": 3, "breath_in": 4, "breath_out": 6}
    assert (one.starts_on, one.times_a_week, one.version) == (TODAY, 4, 1)
    with calls.transaction() as session:
        (told,) = session.exec(select(Outbox).where(col(Outbox.kind) == "exercise_assigned"))
        assert told.recipient_id == cast.patient_actor.user_id
        assert set(told.payload) == {"id"}
        (row,) = session.exec(select(ExerciseAssignment))
        assert WHY.encode() not in (row.why or b"")
        entry = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "assign_exercise")).one()
        assert entry.detail == {"exercise": "slow-breathing"}


def test_a_second_press_assigns_nothing_and_the_same_exercise_is_not_assigned_twice(calls: Calls, cast: Cast) -> None:
    assert assign(calls, cast) is not None
    assert assign(calls, cast) is None
    with pytest.raises(NotPossible, match="assigned already"):
        assign(calls, cast, key="again")
    assert len(mine(calls, cast).assigned) == 1


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("energy-plan", {}, "no exercise energy-plan"),
    ("juggling", {}, "no exercise juggling"),
    ("slow-breathing", {"parameters": {"minutes": 99}}, "minutes can be 1 to 15"),
    ("slow-breathing", {"times_a_week": 22}, "1 to 21"),
    ("slow-breathing", {"starts_on": TODAY - timedelta(days=1)}, "begin today"),
    ("slow-breathing", {"ends_on": TODAY - timedelta(days=1)}, "last day"),
    ("slow-breathing", {"why": "x" * (LONGEST + 1)}, "At most"),
]


@pytest.mark.parametrize(("exercise", "agreed", "named"), REFUSED, ids=[named for _e, _a, named in REFUSED])
def test_what_cannot_be_agreed_on_is_refused(
    calls: Calls, cast: Cast, exercise: str, agreed: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidInput, match=named):
        assign(calls, cast, exercise, **agreed)
    assert mine(calls, cast).assigned == ()


def test_nobody_is_given_more_than_can_be_kept_up_nor_a_goal_of_somebody_else(calls: Calls, cast: Cast) -> None:
    foreign = calls.run(
        add_goal, by=cast.charlie, key="g", patient_id=cast.other_patient.id, kind="goal", title="Not hers"
    )  # fmt: skip
    with pytest.raises(NotFound):
        assign(calls, cast, aim_id=foreign)
    codes = [one.code for one in mine(calls, cast).library]
    for code in codes[:MOST]:
        assign(calls, cast, code, key=code)
    with pytest.raises(NotPossible, match="6 exercises"):
        assign(calls, cast, codes[MOST], key="too much")


def test_the_second_of_two_people_is_told_who_changed_it(calls: Calls, cast: Cast) -> None:
    assign(calls, cast, times_a_week=2, ends_on=TODAY + timedelta(days=5))
    one = only(calls, cast)
    calls.run(
        change_exercise,
        by=cast.bob,
        key="c",
        assignment_id=one.id,
        version=1,
        agreed=Agreed("Shorter.", times_a_week=5),
    )
    with pytest.raises(ChangedMeanwhile, match="Bob changed this"):
        calls.run(end_exercise, by=cast.alice, key="e", assignment_id=one.id, version=1)
    now = only(calls, cast)
    assert (now.why, now.times_a_week, now.ends_on, now.version) == ("Shorter.", 5, None, 2)
    calls.run(end_exercise, by=cast.alice, key="e2", assignment_id=one.id, version=2)
    assert mine(calls, cast).assigned == ()
    with pytest.raises(ChangedMeanwhile, match="Alice ended this"):
        calls.run(change_exercise, by=cast.bob, key="c2", assignment_id=one.id, version=3, agreed=Agreed())


def test_done_and_helped_is_seen_on_the_case_review_and_read_by_whom_by_the_patient(calls: Calls, cast: Cast) -> None:
    assign(calls, cast, "values", times_a_week=2)
    where = {"doing_id": DOING, "exercise": "values", "assignment_id": only(calls, cast).id}
    by = cast.patient_actor
    calls.run(start_exercise, by=by, key="s", **where)
    assert reviewed(calls, cast).done_lately == 0
    for _twice in range(2):
        calls.run(finish_exercise, by=by, key="f", answers={"area": "family", "matters": "Being there."}, **where)
        calls.run(say_helped, by=by, key="h", doing_id=DOING, helped=3, words="Quiet afterwards.")
    view = reviewed(calls, cast)
    (mark,) = view.doings
    assert (mark.exercise, mark.done, mark.helped, view.unread) == ("values", True, 3, 1)
    assert [(use.exercise, use.done, use.helped) for use in view.use] == [("values", 1, 3.0)]
    assert view.assigned[0].done_lately == 1
    shown = calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=30).timeline.marks
    assert [(one.code, one.number, one.done) for one in shown if one.kind is MarkKind.EXERCISE] == [("values", 3, True)]
    (doing,) = calls.run(patient_exercises, by=cast.alice, patient_id=cast.patient.id).doings
    assert (doing.answers, doing.words) == ({"area": "family", "matters": "Being there."}, "Quiet afterwards.")
    assert calls.run(mark_doings_read, by=cast.bob, key="r", patient_id=cast.patient.id) == 1
    assert calls.run(mark_doings_read, by=cast.alice, key="r2", patient_id=cast.patient.id) == 0
    page = mine(calls, cast)
    assert (page.doings[0].read_by, page.doings[0].read_at) == ("Bob", NOW)
    assert (page.assigned[0].done_today, page.assigned[0].done_this_week, page.assigned[0].enough) == (1, 1, True)
    assert reviewed(calls, cast).unread == 0


def test_one_from_the_library_needs_no_assignment_and_what_is_open_comes_next_first(calls: Calls, cast: Cast) -> None:
    for code in ("grounding", "kind-words"):
        assign(calls, cast, code, key=code, times_a_week=3)
    do(
        calls,
        cast,
        "grounding",
        assignment_id=next(a.id for a in mine(calls, cast).assigned if a.exercise == "grounding"),
    )
    assert [one.exercise for one in mine(calls, cast).assigned] == ["kind-words", "grounding"]
    calls.run(start_exercise, by=cast.patient_actor, key="l", doing_id=uuid.UUID(int=82), exercise="about-sleep")
    assert [(one.exercise, one.assignment_id, one.done) for one in reviewed(calls, cast).doings][-1] == (
        "about-sleep", None, False,
    )  # fmt: skip


def test_what_a_patient_cannot_do_is_refused(calls: Calls, cast: Cast) -> None:
    assign(calls, cast, "values")
    number = only(calls, cast).id
    me = cast.patient_actor
    with pytest.raises(InvalidInput, match="no exercise energy-plan"):
        calls.run(start_exercise, by=me, key="a", doing_id=DOING, exercise="energy-plan")
    with pytest.raises(NotFound):
        calls.run(start_exercise, by=me, key="b", doing_id=DOING, exercise="grounding", assignment_id=number)
    with pytest.raises(NotPossible, match="done it"):
        calls.run(say_helped, by=me, key="c", doing_id=DOING, helped=2)
    do(calls, cast, "values")
    with pytest.raises(InvalidInput, match="0 to 4"):
        calls.run(say_helped, by=me, key="d", doing_id=DOING, helped=5)
    with pytest.raises(InvalidInput, match="no field wealth"):
        do(calls, cast, "values", key="e", answers={"wealth": 1})
    with calls.transaction() as session:
        other = ExerciseDoing(
            id=uuid.UUID(int=99), patient_id=cast.other_patient.id, template="values", template_version=1,
            started_at=NOW, done_at=NOW,
        )  # fmt: skip
        session.add(other)
    with pytest.raises(NotFound):
        calls.run(say_helped, by=me, key="f", doing_id=uuid.UUID(int=99), helped=1)


@pytest.mark.parametrize("in_a_form", [True, False], ids=["in the form", "in the words about it"])
def test_words_of_a_hard_moment_are_an_alert_that_quotes_them(calls: Calls, cast: Cast, in_a_form: bool) -> None:
    hard = "I want to kill myself tonight."
    do(calls, cast, "values", answers={"matters": "Peace.\nYes.", "step": hard} if in_a_form else {})
    if not in_a_form:
        calls.run(say_helped, by=cast.patient_actor, key="h", doing_id=DOING, helped=None, words=hard)
    with calls.transaction() as session:
        (alert,) = session.exec(select(Alert))
        assert alert.rule == "words_now"
        assert "kill" not in str(alert.evidence)
        patient = session.get_one(Patient, cast.patient.id)
        (view,) = alerts_of(session, by=cast.alice, now=NOW, patient=patient)
        (quote,) = view.quotes.values()
        assert "kill myself" in quote


def test_a_patient_takes_everything_along_in_clear(calls: Calls, cast: Cast) -> None:
    assign(calls, cast, "values")
    do(calls, cast, "values", answers={"matters": "Being there."})
    calls.run(say_helped, by=cast.patient_actor, key="h", doing_id=DOING, helped=4, words="Quiet.")
    with calls.transaction() as session:
        tables = dict(everything(session, session.get_one(Patient, cast.patient.id)))
    (assigned,), (doing,) = tables["exercise_assignment"], tables["exercise_doing"]
    assert (assigned["why"], doing["words"], doing["helped"]) == (WHY, "Quiet.", 4)
    assert "Being there." in doing["answers"]


def test_nothing_said_is_readable_in_the_database(database: Database, calls: Calls, cast: Cast) -> None:
    assign(calls, cast, "values")
    do(calls, cast, "values", answers={"matters": "Being there."})
    with database.engine.connect() as connection:
        for table in (ExerciseAssignment, ExerciseDoing):
            for row in connection.execute(select(table.__table__)):  # type: ignore[attr-defined]
                assert b"evenings" not in repr(tuple(row)).encode()
                assert b"Being there" not in repr(tuple(row)).encode()
    assert KEYS is not None
