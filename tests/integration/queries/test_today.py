"""The work list in the order of response due, and the caseload beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.actions.alliance import rate_as_therapist
from core.actions.observations import store
from core.calls import Calls
from core.errors import AccessRefused
from core.measures import catalogue
from core.queries.caseload import ContactKind, Scope
from core.queries.header import Stream
from core.queries.today import Kind, Only, TodayView, today
from core.queries.waiting_alerts import LISTED, Span
from models import Alert, AlertState, AuditEntry, CareRelationship, MessageThread, Patient, Response
from tests.conftest import Database
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import NOW, Cast
from tests.factories.service_people import admit_people


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def open_alert(session: Session, patient: Patient, owner: Actor, *, due: timedelta, **more: Any) -> Alert:
    assert owner.staff_id is not None
    fields = {"rule": "sleep_short", "response": Response.NEXT_SESSION, "opened_at": NOW - hours(5)} | more
    alert = Alert(patient_id=patient.id, owner_id=owner.staff_id, due_at=NOW + due, **fields)
    session.add(alert)
    session.flush()
    return alert


def unanswered(session: Session, patient: Patient, since: datetime) -> None:
    thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == patient.id)).one()
    thread.needs_reply_since = thread.last_at = since
    session.add(thread)
    session.flush()


def enter(session: Session, cast: Cast, patient: Patient, code: str, *, days_ago: int, value: float) -> None:
    assert cast.source.id is not None
    at = NOW - timedelta(days=days_ago)
    store(session, patient=patient, source_id=cast.source.id, values=[(at, catalogue()[code].id, value)])


def see(calls: Calls, by: Actor, **filters: Any) -> TodayView:
    return calls.run(today, by=by, **filters)


def test_alerts_messages_and_ratings_stand_in_one_list_by_response_due(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        hold_session(session, cast, number=4, days_ago=1)
        open_alert(session, cast.patient, cast.alice, due=-hours(3), rule="phq9_item9", response=Response.SAME_DAY)
        open_alert(session, cast.patient, cast.alice, due=hours(200))
        unanswered(session, cast.patient, NOW - hours(46))
    view = see(calls, cast.alice)
    assert [(item.kind, item.overdue) for item in view.work] == [
        (Kind.ALERT, True), (Kind.MESSAGE, False), (Kind.RATING, False), (Kind.ALERT, False),
    ]  # fmt: skip
    assert [item.due_at for item in view.work] == sorted(item.due_at for item in view.work)
    assert {item.patient for item in view.work} == {"Laia Puig"}
    assert view.work[0].since == NOW - hours(5)
    assert view.rows[0].things == 4
    assert view.rows[0].due_at == NOW - hours(3)


def test_closed_and_snoozed_alerts_wait_elsewhere_until_they_wake(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        open_alert(session, cast.patient, cast.alice, due=hours(1), state=AlertState.CLOSED, closed_at=NOW,
                   closed_by=cast.alice.user_id)  # fmt: skip
        open_alert(session, cast.patient, cast.alice, due=hours(1), state=AlertState.SNOOZED,
                   snoozed_until=NOW + hours(30))  # fmt: skip
    assert see(calls, cast.alice).work == ()
    woken = Calls(calls.engine, calls.keys, lambda: NOW + hours(31)).run(today, by=cast.alice)
    assert [item.state for item in woken.work] == [AlertState.SNOOZED]


def test_a_message_that_an_alert_reminds_of_is_listed_once(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        unanswered(session, cast.patient, NOW - hours(60))
        open_alert(session, cast.patient, cast.alice, due=hours(1), rule="message_unanswered")
    assert [item.kind for item in see(calls, cast.alice).work] == [Kind.ALERT]


def test_ones_own_list_holds_ones_own_and_the_teams_list_everybodys(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        (bobs,) = admit_people(session, cast, cast.bob, ["Zapata"], first_key=10)
        open_alert(session, bobs, cast.bob, due=hours(2))
        open_alert(session, cast.patient, cast.alice, due=hours(1))
        open_alert(session, cast.other_patient, cast.charlie, due=hours(1))
    assert [item.patient for item in see(calls, cast.alice).work] == ["Laia Puig"]
    assert [row.name for row in see(calls, cast.alice).rows] == ["Laia Puig"]
    team = see(calls, cast.lead, scope=Scope.TEAM)
    assert [(item.patient, item.owner) for item in team.work] == [("Laia Puig", "Alice"), ("Test Zapata", "Bob")]
    assert [(row.name, row.therapist) for row in team.rows] == [("Laia Puig", "Alice"), ("Test Zapata", "Bob")]
    assert see(calls, cast.lead).rows == ()


def test_a_long_list_holds_what_is_due_first_and_counts_the_rest(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        unanswered(session, cast.patient, NOW - hours(1))
        for number in range(LISTED + 4):
            due = hours(number / 60 - 0.5) if number < LISTED else hours(300 + number)
            open_alert(session, cast.patient, cast.alice, due=due, rule=f"rule_{number}")
        open_alert(session, cast.other_patient, cast.alice, due=-hours(9))  # out of reach: it counts nowhere
    view = see(calls, cast.alice)
    assert [item.rule for item in view.work] == [f"rule_{number}" for number in range(LISTED)]
    (due,) = view.unlisted.values()
    assert (list(view.unlisted), due.n) == ([Span.LATER], 5)  # four alerts and the message
    assert view.rows[0].things == LISTED + 5
    assert view.rows[0].due_at == NOW - hours(0.5)


def test_a_message_that_an_unlisted_alert_reminds_of_is_counted_once(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        unanswered(session, cast.patient, NOW - hours(60))
        for number in range(LISTED):
            open_alert(session, cast.patient, cast.alice, due=-hours(1), rule=f"rule_{number}")
        open_alert(session, cast.patient, cast.alice, due=hours(1), rule="message_unanswered")
    view = see(calls, cast.alice)
    assert {span: due.n for span, due in view.unlisted.items()} == {Span.TODAY: 1}
    assert view.unlisted[Span.TODAY].first == NOW + hours(1)


def test_what_is_batched_waits_on_the_weekly_list_until_it_is_taken_up(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        open_alert(session, cast.patient, cast.alice, due=hours(5), batched_on=NOW.date())
        open_alert(session, cast.other_patient, cast.alice, due=hours(5), batched_on=NOW.date())
        open_alert(session, cast.patient, cast.alice, due=hours(6), batched_on=NOW.date(), rule="ewma_change",
                   state=AlertState.ACTING)  # fmt: skip
    view = see(calls, cast.alice)
    assert [(item.rule, item.patient) for item in view.weekly] == [("sleep_short", "Laia Puig")]
    assert [item.rule for item in view.work] == ["ewma_change"]
    assert view.rows[0].things == 1


def test_an_alert_of_a_patient_who_is_out_of_reach_is_not_listed(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        open_alert(session, cast.other_patient, cast.alice, due=hours(1))
    assert see(calls, cast.alice).work == ()


def test_the_caseload_ends_with_the_care_and_with_the_treatment(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        left, handed = admit_people(session, cast, cast.alice, ["Left", "Handed"], first_key=20)
        left.left_on = NOW.date()
        care = session.exec(select(CareRelationship).where(col(CareRelationship.patient_id) == handed.id)).one()
        care.ends_on = NOW.date()
        session.add_all([left, care])
    assert [row.name for row in see(calls, cast.alice).rows] == ["Laia Puig"]


def test_each_stream_says_how_long_it_has_been_silent(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        enter(session, cast, cast.patient, "sad", days_ago=4, value=3)
        enter(session, cast, cast.patient, "sleep_hours", days_ago=1, value=7)
    (row,) = see(calls, cast.alice).rows
    fresh = {f.stream: (f.silent_days, f.quiet) for f in row.freshness}
    assert fresh == {
        Stream.ENTRIES: (4, True), Stream.MEALS: (None, False), Stream.SLEEP: (1, False), Stream.ACTIVITY: (None, False)
    }  # fmt: skip
    assert row.silent


def test_prompts_that_nobody_answered_are_not_an_entry(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        enter(session, cast, cast.patient, "sad", days_ago=1, value=3)
    assert not see(calls, cast.alice).rows[0].silent
    assert see(calls, cast.alice, only=Only.SILENT).rows == ()
    later = Calls(calls.engine, calls.keys, lambda: NOW + timedelta(days=4))
    assert [row.name for row in later.run(today, by=cast.alice, only=Only.SILENT).rows] == ["Laia Puig"]


def test_the_last_contact_is_the_last_session_or_message_and_the_next_session_follows(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        (patient,) = admit_people(session, cast, cast.alice, ["Adell"], first_key=30)
    row = next(r for r in see(calls, cast.alice).rows if r.name == "Test Adell")
    assert row.last_contact == (ContactKind.SESSION, NOW - timedelta(days=4))
    assert row.next_session == NOW + timedelta(days=3)
    with calls.transaction() as session:
        unanswered(session, session.get_one(Patient, patient.id), NOW - hours(1))
    row = next(r for r in see(calls, cast.alice).rows if r.name == "Test Adell")
    assert row.last_contact == (ContactKind.MESSAGE, NOW - hours(1))


def test_the_little_alliance_line_withholds_what_the_therapist_has_still_to_rate(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        third, fourth = (hold_session(session, cast, number=n, days_ago=d) for n, d in ((3, 9), (4, 2)))
        patient_rates(session, cast, third, goal=4.0, task=4.0, bond=4.0)
        therapist_rates(session, cast, third, goal=3.0, task=4.0, bond=5.0)
        patient_rates(session, cast, fourth, goal=2.0, task=2.0, bond=2.0)
    (row,) = see(calls, cast.alice).rows
    assert [mean for _at, mean in row.patient_line] == [4.0]
    assert [mean for _at, mean in row.therapist_line] == [4.0]
    assert row.rating_due == 4
    calls.run(
        rate_as_therapist, by=cast.alice, key="k", patient_id=cast.patient.id, appointment_id=fourth.id,
        answers={str(item): 4.0 for item in range(1, 11)},
    )  # fmt: skip
    (row,) = see(calls, cast.alice).rows
    assert [mean for _at, mean in row.patient_line] == [4.0, 2.0]
    assert row.rating_due is None


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"search": "áDELL"}, ["Test Adell"]),
        ({"search": "test b"}, ["Test Bosch"]),
        ({"search": "nobody"}, []),
        ({"only": Only.NEEDS}, ["Laia Puig"]),
        ({"programme": "Eating disorder day care"}, ["Laia Puig", "Test Adell", "Test Bosch"]),
        ({"programme": "Another"}, []),
    ],
)
def test_filters_narrow_the_caseload_and_never_the_work(
    calls: Calls, cast: Cast, filters: dict[str, Any], names: list[str]
) -> None:
    with calls.transaction() as session:
        admit_people(session, cast, cast.alice, ["Adell", "Bosch"], first_key=40)
        open_alert(session, cast.patient, cast.alice, due=hours(1))
    view = see(calls, cast.alice, **filters)
    assert [row.name for row in view.rows] == names
    assert (len(view.work), view.total, view.found) == (1, 3, len(names))


def test_a_list_read_leaves_one_entry_without_names(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        open_alert(session, cast.patient, cast.alice, due=hours(1))
    see(calls, cast.alice)
    with calls.transaction() as session:
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.actor_id) == cast.alice.user_id)).all()
        assert [(e.action, e.detail) for e in entries] == [
            ("read_work_list", {"scope": "mine", "work": 1, "shown": 1, "of": 1})
        ]


def test_roles_without_a_work_list_are_refused(calls: Calls, cast: Cast) -> None:
    for by in (cast.director, cast.administrator, cast.patient_actor, cast.relative_actor):
        with pytest.raises(AccessRefused):
            see(calls, by)


def test_a_longer_caseload_asks_the_database_no_more_often(database: Database, calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        admit_people(session, cast, cast.alice, ["Adell"], first_key=50)
    with counted(database) as few:
        see(calls, cast.alice)
    with calls.transaction() as session:
        admit_people(session, cast, cast.alice, [f"More{n}" for n in range(25)], first_key=60)
    with counted(database) as many:
        assert len(see(calls, cast.alice).rows) == 27
    assert len(many) == len(few)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)
