"""The weekly meeting from its agenda to its minutes, and what stays open until it is done."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.access.actor import Actor
from core.actions import meetings as act
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.queries.meetings import MeetingView, Running, meeting, talk
from core.queries.minutes import minutes, unnamed
from core.queries.today import Kind, today
from models import AuditEntry, MeetingDecision, Need, Service, StepOfCare, TeamAction
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.story import Story, make_story

TODAY = NOW.date()


@pytest.fixture
def story(calls: Calls, cast: Cast) -> Story:
    with calls.transaction() as session:
        return make_story(session, cast, own=True)


def do(calls: Calls, action: Any, by: Actor, **arguments: Any) -> None:
    calls.run(action, by=by, key=arguments.pop("key", uuid.uuid4().hex), **arguments)


def seen(calls: Calls, by: Actor) -> MeetingView:
    return calls.run(meeting, by=by)


def begun(calls: Calls, cast: Cast, *people: uuid.UUID) -> Running:
    do(calls, act.start_meeting, cast.lead, patient_ids=people or [cast.patient.id])
    running = seen(calls, cast.lead).running
    assert running is not None
    return running


def test_the_agenda_names_who_needs_it_and_why(calls: Calls, cast: Cast, story: Story) -> None:
    view = seen(calls, cast.bob)
    assert [one.name for one in view.proposed] == ["Laia Puig"]
    needs = {reason.need: reason for reason in view.proposed[0].reasons}
    assert needs[Need.RESPONSE_DUE].rule == "phq9_item9"
    assert Need.SILENT not in needs
    assert view.running is None


def test_a_month_on_a_step_asks_for_a_decision_in_that_week_only(calls: Calls, cast: Cast, story: Story) -> None:
    def weeks(days: int) -> list[int | None]:
        with calls.transaction() as session:
            step = session.exec(select(StepOfCare).where(StepOfCare.patient_id == cast.patient.id)).one()
            step.started_on = TODAY - timedelta(days=days)
        reasons = seen(calls, cast.bob).proposed[0].reasons
        return [reason.number for reason in reasons if reason.need is Need.STEP_DECISION]

    assert [weeks(27), weeks(28), weeks(34), weeks(35)] == [[], [4], [4], []]


def test_another_teams_people_are_never_on_it(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        make_story(session, cast, own=False)
    assert "Otto Weiss" not in {one.name for one in seen(calls, cast.lead).proposed}
    with pytest.raises(NotFound):
        do(calls, act.start_meeting, cast.lead, patient_ids=[cast.other_patient.id])
    assert seen(calls, cast.lead).running is None


def test_a_decision_and_an_action_stay_until_the_action_is_done(
    database: Database, calls: Calls, cast: Cast, story: Story
) -> None:
    running = begun(calls, cast)
    item = running.items[0].id
    do(calls, act.turn_to, cast.lead, item_id=item)
    do(calls, act.decide, cast.lead, item_id=item, text="One more week on this step.")
    do(
        calls, act.assign, cast.lead, item_id=item, text="Ring the school.", owner_id=cast.alice.staff_id,
        due_on=TODAY + timedelta(days=2),
    )  # fmt: skip
    do(calls, act.end_meeting, cast.lead)
    assert seen(calls, cast.lead).running is None
    waiting = [item for item in calls.run(today, by=cast.alice).work if item.kind is Kind.ACTION]
    assert [(item.agreed.text, item.overdue) for item in waiting if item.agreed] == [("Ring the school.", False)]
    assert [item for item in calls.run(today, by=cast.bob).work if item.kind is Kind.ACTION] == []

    later = database.calls(NOW + timedelta(days=7))
    view = seen(later, cast.lead)
    assert Need.OPEN_ACTION in {reason.need for one in view.proposed for reason in one.reasons}
    assert [(one.text, one.overdue) for one in view.open_actions] == [("Ring the school.", True)]
    told = later.run(talk, by=cast.bob, patient_id=cast.patient.id)
    assert [one.text for one in told.decisions] == ["One more week on this step."]
    do(later, act.mark_done, cast.bob, action_id=view.open_actions[0].id, version=1)
    assert seen(later, cast.lead).open_actions == ()
    assert [item for item in later.run(today, by=cast.alice).work if item.kind is Kind.ACTION] == []


def test_what_is_said_about_a_patient_is_encrypted_and_never_in_the_log(
    calls: Calls, cast: Cast, story: Story
) -> None:  # fmt: skip
    item = begun(calls, cast).items[0].id
    do(calls, act.decide, cast.lead, item_id=item, text="Canary sentence.")
    do(calls, act.assign, cast.lead, item_id=item, text="Canary deed.", owner_id=cast.bob.staff_id, due_on=TODAY)
    with calls.transaction() as session:
        kept = [*session.exec(select(MeetingDecision.text)), *session.exec(select(TeamAction.text))]
        logged = " ".join(str(entry.detail) for entry in session.exec(select(AuditEntry)))
    assert len(kept) == 2
    assert all(b"Canary" not in text for text in kept)
    assert "Canary" not in logged


def test_the_order_can_be_changed_and_the_time_box(calls: Calls, cast: Cast, story: Story) -> None:
    with calls.transaction() as session:
        from tests.factories.cast import _in_care, _patient

        second, _actor = _patient(session, cast.service, cast.team, cast.programme, ("Nora", "Ribas"), 3, NOW)
        _in_care(session, second, cast.alice, NOW)
    running = begun(calls, cast, cast.patient.id, second.id)
    assert [item.name for item in running.items] == ["Laia Puig", "Nora Ribas"]
    last = running.items[1]
    do(calls, act.move, cast.bob, item_id=last.id, position=0)
    do(calls, act.set_time_box, cast.bob, item_id=last.id, minutes=9)
    again = seen(calls, cast.lead).running
    assert again is not None
    assert (again.items[0].name, again.items[0].minutes) == ("Nora Ribas", 9)
    do(calls, act.move, cast.bob, item_id=last.id, position=99)
    assert [item.name for item in (seen(calls, cast.lead).running or running).items] == ["Laia Puig", "Nora Ribas"]
    do(calls, act.leave_out, cast.bob, item_id=last.id)
    assert len((seen(calls, cast.lead).running or running).items) == 1
    do(calls, act.add_to_agenda, cast.bob, patient_id=second.id)
    with pytest.raises(NotPossible):
        do(calls, act.add_to_agenda, cast.bob, patient_id=second.id)


def test_the_time_spent_on_each_is_added_up(database: Database, calls: Calls, cast: Cast, story: Story) -> None:
    item = begun(calls, cast).items[0]
    do(calls, act.turn_to, cast.lead, item_id=item.id)
    later = database.calls(NOW + timedelta(seconds=95))
    do(later, act.end_meeting, cast.lead)
    past = seen(later, cast.lead).past[0]
    view = later.run(minutes, by=cast.bob, meeting_id=past.id)
    assert [one.seconds for one in view.items] == [95]
    assert view.present == ("Dana",)


def test_threat_43_a_second_press_decides_nothing_twice(calls: Calls, cast: Cast, story: Story) -> None:
    item = begun(calls, cast).items[0].id
    for _press in range(2):
        do(calls, act.decide, cast.lead, key="same", item_id=item, text="Once only.")
    assert (seen(calls, cast.lead).running or begun(calls, cast)).items[0].decisions == 1


def test_threat_45_two_mark_the_same_action_and_the_second_is_told_who_did(
    calls: Calls, cast: Cast, story: Story
) -> None:
    item = begun(calls, cast).items[0].id
    do(calls, act.assign, cast.lead, item_id=item, text="Ring the school.", owner_id=cast.bob.staff_id, due_on=TODAY)
    action = seen(calls, cast.lead).open_actions[0]
    do(calls, act.mark_done, cast.bob, action_id=action.id, version=action.version)
    with pytest.raises(ChangedMeanwhile, match="Bob"):
        do(calls, act.mark_done, cast.alice, action_id=action.id, version=action.version)


@pytest.mark.parametrize("due", [None, TODAY - timedelta(days=1), date(2028, 1, 1)])
def test_an_action_needs_a_day_that_makes_sense(calls: Calls, cast: Cast, story: Story, due: date | None) -> None:
    item = begun(calls, cast).items[0].id
    with pytest.raises(InvalidInput):
        do(calls, act.assign, cast.lead, item_id=item, text="Ring.", owner_id=cast.bob.staff_id, due_on=due)


def test_only_somebody_who_reaches_the_patient_can_be_asked_to_do_something(
    calls: Calls, cast: Cast, story: Story
) -> None:
    item = begun(calls, cast).items[0].id
    with pytest.raises(NotPossible):
        do(calls, act.assign, cast.lead, item_id=item, text="Ring.", owner_id=cast.charlie.staff_id, due_on=TODAY)


def test_a_meeting_is_the_teams_own(calls: Calls, cast: Cast, story: Story) -> None:
    item = begun(calls, cast).items[0].id
    with pytest.raises(NotFound):
        do(calls, act.decide, cast.charlie, item_id=item, text="Not mine to say.")
    with pytest.raises(AccessRefused):
        do(calls, act.decide, cast.director, item_id=item, text="Not mine to say.")
    with pytest.raises(NotPossible):
        do(calls, act.start_meeting, cast.bob, patient_ids=[])
    do(calls, act.end_meeting, cast.lead)
    with pytest.raises(ChangedMeanwhile):
        do(calls, act.decide, cast.lead, item_id=item, text="Too late.")
    past = seen(calls, cast.lead).past[0]
    with pytest.raises(NotFound):
        calls.run(minutes, by=cast.charlie, meeting_id=past.id)


def test_who_was_decided_about_stays_on_the_agenda(calls: Calls, cast: Cast, story: Story) -> None:
    item = begun(calls, cast).items[0].id
    do(calls, act.decide, cast.lead, item_id=item, text="Stay on the step.")
    with pytest.raises(NotPossible):
        do(calls, act.leave_out, cast.lead, item_id=item)


def test_presence_is_who_was_there_last_said(calls: Calls, cast: Cast, story: Story) -> None:
    begun(calls, cast)
    do(calls, act.note_presence, cast.lead, staff_ids=[cast.alice.staff_id, cast.bob.staff_id])
    running = seen(calls, cast.lead).running
    assert running is not None
    assert running.present == {cast.alice.staff_id, cast.bob.staff_id}
    with pytest.raises(NotFound):
        do(calls, act.note_presence, cast.lead, staff_ids=[uuid.uuid4()])


@pytest.mark.parametrize(("initials", "label"), [(None, "L. P."), (True, "L. P."), (False, "Laia Puig")])
def test_minutes_name_people_as_the_service_has_it(
    calls: Calls, cast: Cast, story: Story, initials: bool | None, label: str
) -> None:
    if initials is not None:
        with calls.transaction() as session:
            service = session.exec(select(Service).where(col(Service.id) == cast.service.id)).one()
            service.settings = {"meeting": {"initials_only": initials}}
    item = begun(calls, cast).items[0].id
    do(calls, act.decide, cast.lead, item_id=item, text="Laia Puig stays. Ask Laia's school.")
    do(calls, act.assign, cast.lead, item_id=item, text="Ring Puig", owner_id=cast.bob.staff_id, due_on=TODAY)
    do(calls, act.end_meeting, cast.lead)
    view = calls.run(minutes, by=cast.lead, meeting_id=seen(calls, cast.lead).past[0].id)
    (shown,) = view.items
    assert shown.label == label
    written = [one.text for one in (*shown.decisions, *shown.actions)]
    as_typed = ["Laia Puig stays. Ask Laia's school.", "Ring Puig"]
    assert written == (as_typed if initials is False else ["L. P. stays. Ask L. P.'s school.", "Ring L. P."])


def test_in_minutes_a_name_is_a_name_and_a_word_stays_a_word() -> None:
    rosa, pau = uuid.uuid4(), uuid.uuid4()
    people, label = {rosa: "Rosa de Li", pau: "Pau Mas"}, {rosa: "R. D. L.", pau: "P. M."}
    text = "Rosa wore rosa; PAU MAS was there, Rosario and Pau too."
    assert unnamed(text, rosa, people, label) == "R. D. L. wore rosa; P. M. was there, Rosario and Pau too."
    assert unnamed("Rosa", uuid.uuid4(), people, label) == "Rosa"
