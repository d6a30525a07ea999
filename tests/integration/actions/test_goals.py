"""Goals and tasks that both sides share: who agrees, who does not and why, what new words undo, and what the second of
two people at once is told."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.actions.goals import LONGEST, MOST, add_goal, change_goal, finish_goal, mark_goal
from core.audit import log
from core.calls import Calls
from core.errors import ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.queries.goals import AimView, GoalsView, Stand, shared_goals
from models import AimEvent, AimVerb, AuditEntry, SharedAim, Side
from tests.conftest import KEYS, Database
from tests.factories.cast import NOW, Cast

TITLE = "Go back to the choir in spring"


def add(calls: Calls, cast: Cast, *, by: Actor, key: str = "add", **more: Any) -> uuid.UUID | None:
    arguments = {"kind": "goal", "title": TITLE, **more}
    return calls.run(add_goal, by=by, key=key, patient_id=cast.patient.id, **arguments)


def goals(calls: Calls, cast: Cast, by: Actor) -> GoalsView:
    return calls.run(shared_goals, by=by, patient_id=cast.patient.id)


def only(calls: Calls, cast: Cast, by: Actor) -> AimView:
    (aim,) = goals(calls, cast, by).aims
    return aim


def mark(
    calls: Calls, cast: Cast, aim: AimView, *, by: Actor, agrees: bool, key: str = "mark", words: str = ""
) -> None:
    calls.run(
        mark_goal, by=by, key=f"{by.name}-{key}", patient_id=cast.patient.id, aim_id=aim.id, version=aim.version,
        agrees=agrees, words=words,
    )  # fmt: skip


def test_who_adds_a_goal_agrees_to_it_and_the_other_side_is_asked(calls: Calls, cast: Cast) -> None:
    add(calls, cast, by=cast.patient_actor, exercise="breathing", step=2)
    for reader, asked in ((cast.alice, 1), (cast.patient_actor, 0)):
        view = goals(calls, cast, reader)
        (aim,) = view.aims
        assert (aim.title, aim.exercise, aim.step) == (TITLE, "breathing", 2)
        assert (aim.patient.stand, aim.patient.since, aim.therapist.stand) == (Stand.AGREES, NOW, Stand.NOT_SAID)
        assert (len(view.asked_of_me), aim.agreed, aim.disagreed) == (asked, False, False)
    assert goals(calls, cast, cast.alice).steps == {1: "Guided self-help", 2: "Day care"}


def test_not_agreeing_is_kept_with_the_words_and_read_by_both(calls: Calls, cast: Cast) -> None:
    add(calls, cast, by=cast.alice)
    mark(
        calls, cast, only(calls, cast, cast.patient_actor), by=cast.patient_actor, agrees=False, words="Dinners first."
    )
    view = goals(calls, cast, cast.alice)
    (aim,) = view.disagreed
    assert (aim.patient.stand, aim.patient.words, aim.therapist.stand) == (
        Stand.DOES_NOT, "Dinners first.", Stand.AGREES,
    )  # fmt: skip
    assert [(line.side, line.verb, line.words) for line in aim.history] == [
        (Side.THERAPIST, AimVerb.ADDED, ""), (Side.PATIENT, AimVerb.NOT_AGREED, "Dinners first."),
    ]  # fmt: skip
    mark(calls, cast, aim, by=cast.patient_actor, agrees=True, key="later")
    assert only(calls, cast, cast.alice).agreed


def test_new_words_are_asked_about_again_and_a_new_link_is_not(calls: Calls, cast: Cast) -> None:
    add(calls, cast, by=cast.patient_actor)
    mark(calls, cast, only(calls, cast, cast.alice), by=cast.alice, agrees=True)
    before = only(calls, cast, cast.alice)
    where = {"patient_id": cast.patient.id, "aim_id": before.id}
    calls.run(change_goal, by=cast.alice, key="link", version=before.version, title=TITLE, step=1, **where)
    linked = only(calls, cast, cast.alice)
    assert (linked.agreed, linked.step) == (True, 1)
    calls.run(change_goal, by=cast.alice, key="words", version=linked.version, title="Sing once a week", **where)
    changed = only(calls, cast, cast.alice)
    assert changed.title == "Sing once a week"
    assert (changed.patient.stand, changed.therapist.stand) == (Stand.NOT_SAID, Stand.AGREES)


def test_a_finished_goal_stands_below_and_takes_nothing_more(calls: Calls, cast: Cast) -> None:
    first = add(calls, cast, by=cast.alice)
    add(calls, cast, by=cast.alice, key="second", kind="task", title="Walk after lunch")
    calls.run(
        finish_goal, by=cast.patient_actor, key="done", patient_id=cast.patient.id, aim_id=first, version=1,
        outcome="reached", words="I sang!",
    )  # fmt: skip
    task, done = goals(calls, cast, cast.alice).aims
    assert (task.title, done.outcome, done.open, done.history[-1].words) == (
        "Walk after lunch", "reached", False, "I sang!",
    )  # fmt: skip
    with pytest.raises(NotPossible, match="finished"):
        mark(calls, cast, done, by=cast.alice, agrees=True)


def test_threat_45_the_second_of_two_is_told_who_was_faster(database: Database, calls: Calls, cast: Cast) -> None:
    add(calls, cast, by=cast.alice)
    seen = only(calls, cast, cast.patient_actor)
    mark(database.calls(NOW + timedelta(minutes=1)), cast, seen, by=cast.patient_actor, agrees=False)
    with pytest.raises(ChangedMeanwhile, match=r"Laia said on .* that they do not agree\."):
        mark(calls, cast, seen, by=cast.alice, agrees=True)
    assert only(calls, cast, cast.alice).disagreed


def test_threat_43_a_second_press_changes_nothing(calls: Calls, cast: Cast) -> None:
    assert add(calls, cast, by=cast.alice) is not None
    assert add(calls, cast, by=cast.alice) is None
    aim = only(calls, cast, cast.patient_actor)
    for _press in range(2):
        mark(calls, cast, aim, by=cast.patient_actor, agrees=False)
    assert len(only(calls, cast, cast.alice).history) == 2


def test_threat_20_a_goal_of_another_patient_is_not_found(calls: Calls, cast: Cast) -> None:
    other = calls.run(add_goal, by=cast.charlie, key="o", patient_id=cast.other_patient.id, kind="goal", title=TITLE)
    for by in (cast.alice, cast.patient_actor):
        with pytest.raises(NotFound):
            calls.run(
                mark_goal, by=by, key="m", patient_id=cast.patient.id, aim_id=other, version=1, agrees=True
            )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"title": "  a "}, "3 to 200"), ({"title": "x" * (LONGEST + 1)}, "3 to 200"),
        ({"kind": "wish"}, "goal or a task"), ({"exercise": "../etc"}, "no exercise"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_goal_is_refused_with_its_reason(
    calls: Calls, cast: Cast, what: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        add(calls, cast, by=cast.alice, **what)
    assert goals(calls, cast, cast.alice).aims == ()


def test_there_is_an_end_to_open_goals(calls: Calls, cast: Cast) -> None:
    for number in range(MOST):
        add(calls, cast, by=cast.alice, key=f"k{number}", title=f"Goal number {number}")
    with pytest.raises(NotPossible, match="Finish one"):
        add(calls, cast, by=cast.alice, key="more")


def test_words_are_sealed_in_the_tables_and_absent_from_the_log(calls: Calls, cast: Cast, database: Database) -> None:
    add(calls, cast, by=cast.alice)
    mark(calls, cast, only(calls, cast, cast.alice), by=cast.patient_actor, agrees=False, words="Dinners first.")
    with calls.transaction() as session:
        aim, event = session.exec(select(SharedAim)).one(), _newest(session)
        assert (aim.label, TITLE.encode() in (aim.words or b"")) == ("", False)
        assert event.words is not None
        assert b"Dinners" not in event.words
        told = [entry.model_dump_json() for entry in session.exec(select(AuditEntry))]
        assert [words for words in told if "Dinners" in words or TITLE in words] == []
        assert {"add_goal", "mark_goal"} <= {entry.action for entry in session.exec(select(AuditEntry))}
        assert log.verify(session, KEYS.audit).intact


def _newest(session: Session) -> AimEvent:
    return session.exec(select(AimEvent).order_by(col(AimEvent.at).desc(), col(AimEvent.words).is_(None))).first()  # type: ignore[return-value]


def test_a_goal_from_before_titles_were_sealed_is_still_read(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        made = NOW - timedelta(days=200)
        session.add(SharedAim(patient_id=cast.patient.id, kind="goal", label="Sleep through", made_at=made))
    assert only(calls, cast, cast.patient_actor).title == "Sleep through"
