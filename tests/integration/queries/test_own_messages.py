"""The patient's own conversation: what they wrote and who read it, what came, who reads now, when to expect answers."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.actions.absences import Away, enter_absence
from core.actions.messages import mark_read, reply, write_as_patient
from core.calls import Calls
from core.errors import AccessRefused, NotFound
from core.queries.messages import NEWEST
from core.queries.own_messages import OwnMessagesView, own_messages
from core.vault import vault
from models import Alert, AuditEntry, Message, MessageThread, Patient
from tests.factories.cast import NOW, Cast


def view(calls: Calls, cast: Cast, **more: bool) -> OwnMessagesView:
    return calls.run(own_messages, by=cast.patient_actor, **more)


def write(calls: Calls, cast: Cast, body: str, key: str = "k") -> None:
    calls.run(write_as_patient, by=cast.patient_actor, key=key, patient_id=cast.patient.id, body=body)


def test_the_patient_sees_who_read_what_they_wrote_and_what_came_back(calls: Calls, cast: Cast) -> None:
    write(calls, cast, "Lunch was hard.")
    assert [(m.body, m.mine, m.unread) for m in view(calls, cast).thread.messages] == [("Lunch was hard.", True, True)]
    calls.run(mark_read, by=cast.bob, key="r", patient_id=cast.patient.id)
    assert view(calls, cast).thread.messages[0].read_by == "Bob"
    calls.run(reply, by=cast.alice, key="a", patient_id=cast.patient.id, body="Thank you for telling me.")
    assert [m.body for m in view(calls, cast).new] == ["Thank you for telling me."]
    calls.run(mark_read, by=cast.patient_actor, key="mine", patient_id=cast.patient.id)
    assert view(calls, cast).new == ()


def test_the_other_side_sees_that_the_patient_read_it(calls: Calls, cast: Cast) -> None:
    calls.run(reply, by=cast.alice, key="a", patient_id=cast.patient.id, body="See you on Thursday.")
    calls.run(mark_read, by=cast.patient_actor, key="mine", patient_id=cast.patient.id)
    with calls.transaction() as session:
        assert session.exec(select(Message)).one().read_by == cast.patient_actor.user_id


def test_pressed_twice_it_is_sent_once(calls: Calls, cast: Cast) -> None:
    write(calls, cast, "Once.")
    write(calls, cast, "Once.")
    assert len(view(calls, cast).thread.messages) == 1


def test_words_of_a_hard_moment_open_an_alert_in_the_same_transaction(calls: Calls, cast: Cast) -> None:
    write(calls, cast, "I want to kill myself tonight.")
    with calls.transaction() as session:
        assert [alert.rule.startswith("words_") for alert in session.exec(select(Alert))] == [True]


def test_who_stands_in_is_named_while_the_therapist_is_away(calls: Calls, cast: Cast) -> None:
    seen = view(calls, cast)
    assert (seen.therapist, seen.reader) == ("Alice", "Alice")
    away = Away(NOW.date(), NOW.date() + timedelta(days=3), cover_id=cast.bob.staff_id)
    calls.run(enter_absence, by=cast.alice, key="away", absence=away)
    seen = view(calls, cast)
    assert (seen.therapist, seen.reader) == ("Alice", "Bob")


def test_the_newest_are_shown_first_and_the_earlier_ones_when_asked(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        patient = session.get_one(Patient, cast.patient.id)
        thread = session.exec(select(MessageThread).where(MessageThread.patient_id == patient.id)).one()
        for hour in range(NEWEST + 5):
            message = Message(
                thread_id=thread.id, patient_id=patient.id, author_id=cast.patient_actor.user_id, from_patient=True,
                sent_at=NOW - timedelta(hours=100 - hour), body=b"",
            )  # fmt: skip
            message.body = vault(session).close(session, patient.id, "message", message.id, f"Number {hour}")
            session.add(message)
    seen = view(calls, cast)
    assert (len(seen.thread.messages), seen.thread.earlier) == (NEWEST, 5)
    assert seen.thread.messages[-1].body == f"Number {NEWEST + 4}"
    seen = view(calls, cast, everything=True)
    assert (seen.thread.messages[0].body, seen.thread.earlier) == ("Number 0", 0)


def test_the_usual_time_comes_from_the_answers_of_this_pair(calls: Calls, cast: Cast) -> None:
    assert not view(calls, cast).answer.measured
    with calls.transaction() as session:
        thread = session.exec(select(MessageThread).where(MessageThread.patient_id == cast.patient.id)).one()
        for day in (1, 2, 5, 6, 7, 8):  # from Wednesday the 18th back: working days
            for hours, by in ((0, cast.patient_actor), (2, cast.alice)):
                sent = NOW - timedelta(days=day) + timedelta(hours=hours)
                message = Message(
                    thread_id=thread.id, patient_id=cast.patient.id, author_id=by.user_id,
                    from_patient=by is cast.patient_actor, sent_at=sent, body=b"",
                )  # fmt: skip
                message.body = vault(session).close(session, cast.patient.id, "message", message.id, "Words")
                session.add(message)
    answer = view(calls, cast).answer
    assert answer.measured
    assert answer.by == NOW + timedelta(hours=2)


def test_nobody_else_reads_it_here_and_reading_leaves_an_entry(calls: Calls, cast: Cast) -> None:
    for other in (cast.alice, cast.relative_actor, cast.administrator):
        with pytest.raises((AccessRefused, NotFound)):
            calls.run(own_messages, by=other)
    view(calls, cast)
    with calls.transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "read_own_messages")).all()
        assert [entry.actor_id for entry in entries] == [cast.patient_actor.user_id]
