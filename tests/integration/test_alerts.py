"""What clinicians do about an alert: each verb once, on what was seen, with its line of history, its entry in the log
and its notification, together or not at all."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.access.reach import patient_in_reach
from core.actions.alerts import acknowledge, act, close, escalate, hand_over, reopen, snooze
from core.audit.log import verify
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.queries.alerts import AlertView, alerts_of, colleagues_of
from core.rules.steps import Step, take
from models import (
    ActionReceipt,
    Alert,
    AlertEvent,
    AlertState,
    AlertVerb,
    AuditEntry,
    Base,
    Outbox,
    Patient,
    Response,
)
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

WORDS = "Called her; she is with her sister and knows whom to ring tonight."
CLOSING: dict[str, Any] = {"action": "called", "text": WORDS, "next_review": date(2026, 11, 20)}


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.fixture
def alert(calls: Calls, cast: Cast) -> Alert:
    """Alice's alert, asked for on the same day."""
    return open_alert(calls, cast)


def open_alert(calls: Calls, cast: Cast, **more: Any) -> Alert:
    assert cast.alice.staff_id is not None
    fields: dict[str, Any] = {
        "patient_id": cast.patient.id, "rule": "phq9_item9", "response": Response.SAME_DAY,
        "opened_at": NOW - minutes(60), "due_at": NOW + minutes(300), "owner_id": cast.alice.staff_id,
        "evidence": [{"at": NOW.isoformat(), "kind": "answer", "instrument": "phq-9", "item": "9", "value": 1}],
    }  # fmt: skip
    made = Alert(**fields | more)
    with calls.transaction() as session:
        session.add(made)
    return made


def view(database: Database, cast: Cast, *, by: Actor | None = None, now: datetime = NOW) -> tuple[AlertView, ...]:
    def read(session: Session, *, by: Actor, now: datetime) -> tuple[AlertView, ...]:
        patient = patient_in_reach(session, by=by, patient_id=cast.patient.id, now=now)
        return alerts_of(session, by=by, now=now, patient=patient)

    return database.calls(now).run(read, by=by or cast.alice)


def press(
    database: Database, verb: Callable[..., None], by: Actor, alert: Alert, *, version: int = 1, key: str | None = None,
    now: datetime = NOW, **more: Any,
) -> None:  # fmt: skip
    database.calls(now).run(
        verb, by=by, key=key or uuid.uuid4().hex, alert_id=alert.id, version=version, **more
    )  # fmt: skip


def state_of(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


# Closing


def test_closing_keeps_who_what_words_and_the_next_review(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, close, cast.alice, alert, useful=True, **CLOSING)
    (shown,) = view(database, cast)
    assert (shown.state, shown.closed, shown.overdue, shown.version) == (AlertState.CLOSED, True, False, 2)
    (step,) = shown.history
    assert (step.by, step.verb, step.action, step.text) == ("Alice", AlertVerb.CLOSE, "called", WORDS)
    assert (step.at, step.next_review) == (NOW, date(2026, 11, 20))
    assert shown.can[AlertVerb.CLOSE] == "This alert is closed. Reopen it first if something new came up."
    assert shown.can[AlertVerb.REOPEN] is None


def test_the_words_of_a_closed_alert_stand_nowhere_in_the_clear(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, close, cast.alice, alert, **CLOSING)
    with database.calls().transaction() as session:
        (kept,) = session.exec(select(AlertEvent)).all()
        assert kept.text is not None
        assert WORDS.encode() not in kept.text
        (entry,) = session.exec(select(AuditEntry)).all()
        assert (entry.action, entry.target, entry.actor_id) == ("close_alert", str(alert.id), cast.alice.user_id)
        assert entry.detail == {"from": "new", "to": "closed", "action": "called", "useful": None}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": "  ok  "}, "few words"),
        ({"text": "x" * 4001}, "too long"),
        ({"action": "looked"}, "what was done"),
        ({"next_review": None}, "day of the next review"),
        ({"next_review": date(2026, 11, 17)}, "between today"),
        ({"next_review": date(2027, 11, 20)}, "between today"),
    ],
)
def test_an_alert_is_not_closed_without_action_words_and_a_next_review(
    database: Database, cast: Cast, alert: Alert, wrong: dict[str, Any], says: str
) -> None:
    before = state_of(database)
    with pytest.raises(InvalidInput, match=says):
        press(database, close, cast.alice, alert, **CLOSING | wrong)
    assert state_of(database) == before
    assert view(database, cast)[0].version == 1


def test_a_review_may_be_today_on_the_patients_own_calendar(database: Database, cast: Cast, alert: Alert) -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # past midnight in Barcelona
    with pytest.raises(InvalidInput):
        press(database, close, cast.alice, alert, now=late, **CLOSING | {"next_review": date(2026, 11, 18)})
    press(database, close, cast.alice, alert, now=late, **CLOSING | {"next_review": date(2026, 11, 19)})
    assert view(database, cast, now=late)[0].closed


def test_the_owner_is_told_when_a_colleague_closes(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, close, cast.bob, alert, **CLOSING)
    with database.calls().transaction() as session:
        (told,) = session.exec(select(Outbox)).all()
        assert (told.kind, told.recipient_id) == ("close_alert", cast.alice.user_id)
        assert told.payload == {"alert": str(alert.id)}


# The other verbs


def test_the_life_of_an_alert_is_told_in_order(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, acknowledge, cast.alice, alert, version=1, now=NOW)
    press(database, act, cast.alice, alert, version=2, now=NOW + minutes(1), text="Ringing her now.")
    press(database, close, cast.alice, alert, version=3, now=NOW + minutes(9), **CLOSING)
    press(database, reopen, cast.bob, alert, version=4, now=NOW + minutes(30), text="She rang back.")
    (shown,) = view(database, cast, now=NOW + minutes(40))
    told = [(s.by, s.verb, s.to_state) for s in shown.history]
    assert told == [
        ("Alice", AlertVerb.ACKNOWLEDGE, AlertState.ACKNOWLEDGED),
        ("Alice", AlertVerb.ACT, AlertState.ACTING),
        ("Alice", AlertVerb.CLOSE, AlertState.CLOSED),
        ("Bob", AlertVerb.REOPEN, AlertState.NEW),
    ]
    assert shown.due_at == datetime(2026, 11, 18, 17, tzinfo=UTC)  # the same day again, by closing time
    assert not shown.closed
    with database.calls().transaction() as session:
        assert verify(session, database.keys.audit).entries == 4


def test_a_verb_that_does_not_apply_says_why_and_the_screen_says_the_same(
    database: Database, cast: Cast, alert: Alert
) -> None:
    press(database, acknowledge, cast.alice, alert)
    (shown,) = view(database, cast)
    reason = shown.can[AlertVerb.ACKNOWLEDGE]
    assert reason == "This alert has been acknowledged already."
    with pytest.raises(NotPossible, match=reason):
        press(database, acknowledge, cast.alice, alert, version=2)


def test_a_snoozed_alert_comes_back_at_its_moment_and_its_due_time_stays(
    database: Database, cast: Cast, alert: Alert
) -> None:
    press(database, snooze, cast.alice, alert, until=NOW + minutes(90), text="She is in class until noon.")
    (asleep,) = view(database, cast, now=NOW + minutes(89))
    assert (asleep.state, asleep.snoozed_until) == (AlertState.SNOOZED, NOW + minutes(90))
    (awake,) = view(database, cast, now=NOW + minutes(90))
    assert (awake.state, awake.snoozed_until, awake.due_at) == (AlertState.NEW, None, alert.due_at)
    press(database, acknowledge, cast.alice, alert, version=2, now=NOW + minutes(95))
    (seen,) = view(database, cast, now=NOW + minutes(96))
    assert [(s.verb, s.by) for s in seen.history] == [
        (AlertVerb.SNOOZE, "Alice"), (AlertVerb.WAKE, None), (AlertVerb.ACKNOWLEDGE, "Alice"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("response", "away", "allowed"),
    [
        (Response.NOW, timedelta(hours=24), True),
        (Response.SAME_DAY, timedelta(hours=24, seconds=1), False),
        (Response.NEXT_SESSION, timedelta(days=14), True),
        (Response.NEXT_SESSION, timedelta(days=14, seconds=1), False),
        (Response.NEXT_SESSION, timedelta(0), False),
    ],
)
def test_urgent_alerts_are_put_off_for_a_day_at_most_and_others_for_two_weeks(
    database: Database, calls: Calls, cast: Cast, response: Response, away: timedelta, allowed: bool
) -> None:
    alert = open_alert(calls, cast, response=response)
    more = {"until": NOW + away, "text": "Agreed with her."}
    if allowed:
        press(database, snooze, cast.alice, alert, **more)
        assert view(database, cast)[0].state is AlertState.SNOOZED
        return
    with pytest.raises(InvalidInput):
        press(database, snooze, cast.alice, alert, **more)
    assert view(database, cast)[0].state is AlertState.NEW


def test_putting_off_needs_a_reason(database: Database, cast: Cast, alert: Alert) -> None:
    with pytest.raises(InvalidInput, match="few words"):
        press(database, snooze, cast.alice, alert, until=NOW + minutes(60), text=" ")


def test_handing_over_changes_the_owner_and_tells_them(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, hand_over, cast.alice, alert, to=cast.bob.staff_id, text="I am away from four.")
    (shown,) = view(database, cast, by=cast.bob)
    assert (shown.owner, shown.mine, shown.state) == ("Bob", True, AlertState.NEW)
    assert shown.history[0].text == "I am away from four."
    with database.calls().transaction() as session:
        (told,) = session.exec(select(Outbox)).all()
        assert (told.kind, told.recipient_id) == ("hand_over_alert", cast.bob.user_id)


def test_threat_21_an_alert_is_handed_only_to_somebody_who_reaches_the_patient(
    database: Database, cast: Cast, alert: Alert
) -> None:
    with pytest.raises(NotPossible, match="treats this patient"):
        press(database, hand_over, cast.alice, alert, to=cast.charlie.staff_id)
    with pytest.raises(NotPossible, match="theirs already"):
        press(database, hand_over, cast.alice, alert, to=cast.alice.staff_id)
    assert view(database, cast)[0].owner == "Alice"


def test_colleagues_are_those_of_the_team_and_nobody_else(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        found = colleagues_of(session, by=cast.alice, now=NOW, patient=cast.patient)
        assert [colleague.name for colleague in found] == ["Alice", "Bob", "Dana"]
        assert colleagues_of(session, by=cast.patient_actor, now=NOW, patient=cast.patient) == ()


def test_escalating_makes_the_team_lead_the_owner_and_tells_them_once(
    database: Database, cast: Cast, alert: Alert
) -> None:
    press(database, escalate, cast.alice, alert)
    assert view(database, cast)[0].owner == "Dana"
    with database.calls().transaction() as session:
        (told,) = session.exec(select(Outbox)).all()
        assert (told.kind, told.recipient_id) == ("escalate_alert", cast.lead.user_id)
    with pytest.raises(NotPossible, match="no other team lead"):
        press(database, escalate, cast.alice, alert, version=2)


def test_an_alert_is_not_reopened_beside_a_newer_one_of_the_same_rule(
    database: Database, calls: Calls, cast: Cast, alert: Alert
) -> None:
    press(database, close, cast.alice, alert, **CLOSING)
    open_alert(calls, cast)
    with pytest.raises(NotPossible, match="newer alert"):
        press(database, reopen, cast.alice, alert, version=2, text="She rang back.")


def test_open_alerts_stand_by_due_time_and_closed_ones_leave_after_two_weeks(
    database: Database, calls: Calls, cast: Cast, alert: Alert
) -> None:
    open_alert(calls, cast, rule="no_entries", due_at=NOW - minutes(5))
    open_alert(calls, cast, rule="srs_low", due_at=NOW + minutes(5))
    press(database, close, cast.alice, alert, **CLOSING)
    assert [(a.rule, a.overdue) for a in view(database, cast)] == [
        ("no_entries", True), ("srs_low", False), ("phq9_item9", False),
    ]  # fmt: skip
    later = NOW + timedelta(days=14, minutes=1)
    assert [a.rule for a in view(database, cast, now=later)] == ["no_entries", "srs_low"]


def test_only_clinicians_in_reach_act_on_an_alert(database: Database, cast: Cast, alert: Alert) -> None:
    for by in (cast.director, cast.administrator, cast.patient_actor, cast.relative_actor):
        with pytest.raises(AccessRefused):
            press(database, acknowledge, by, alert)
    with pytest.raises(NotFound):
        press(database, acknowledge, cast.charlie, alert)
    assert view(database, cast)[0].history == ()


# Threat 43: one form, one effect


def test_threat_43_a_second_press_of_the_same_form_has_no_second_effect(
    database: Database, cast: Cast, alert: Alert
) -> None:
    press(database, close, cast.bob, alert, key="form-1", **CLOSING)
    after = state_of(database)
    press(database, close, cast.bob, alert, key="form-1", **CLOSING)
    assert state_of(database) == after
    assert len(view(database, cast)[0].history) == 1


def test_threat_43_two_presses_at_the_same_moment_have_one_effect(database: Database, cast: Cast, alert: Alert) -> None:
    def once(_n: int) -> None:
        press(database, hand_over, cast.alice, alert, key="form-1", to=cast.bob.staff_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, range(4)))
    with database.calls().transaction() as session:
        for table in (AlertEvent, AuditEntry, Outbox, ActionReceipt):
            assert len(session.exec(select(table)).all()) == 1
    assert view(database, cast)[0].version == 2


def test_threat_43_a_second_tab_that_shows_the_old_alert_is_told(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, acknowledge, cast.alice, alert, key="tab-1")
    with pytest.raises(ChangedMeanwhile, match=r"Alice acknowledged this alert on 18 Nov 10:30\."):
        press(database, acknowledge, cast.alice, alert, key="tab-2")


def test_a_key_of_somebody_else_is_refused(database: Database, cast: Cast, alert: Alert) -> None:
    press(database, acknowledge, cast.alice, alert, key="form-1")
    with pytest.raises(AccessRefused):
        press(database, acknowledge, cast.bob, alert, version=2, key="form-1")


def test_a_step_on_an_old_version_changes_nothing_even_without_the_turn(
    database: Database, cast: Cast, alert: Alert
) -> None:
    press(database, acknowledge, cast.alice, alert)
    before = state_of(database)
    with pytest.raises(ChangedMeanwhile, match="Alice acknowledged"), database.calls().transaction() as session:
        kept = session.get_one(Alert, alert.id)
        patient = session.get_one(Patient, cast.patient.id)
        take(session, patient=patient, alert=kept, step=Step(AlertVerb.ACT, NOW, cast.bob.user_id), version=1)
    assert state_of(database) == before
    assert view(database, cast)[0].state is AlertState.ACKNOWLEDGED


# Threat 44: interrupted anywhere, all or nothing


class Interrupted(Exception):
    """The lights went out."""


@contextmanager
def interrupted_before(engine: Engine, nth: int) -> Iterator[list[int]]:
    """Raise before the n-th statement that ``engine`` is sent (the first is 0); yields a counter of statements."""
    sent = [0]

    def count(*_arguments: object) -> None:
        sent[0] += 1
        if sent[0] > nth:
            raise Interrupted

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", count)


VERBS: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
    "acknowledge": (acknowledge, {}),
    "act": (act, {"text": "Ringing her now."}),
    "close": (close, CLOSING),
    "snooze": (snooze, {"until": NOW + minutes(60), "text": "She is in class."}),
    "escalate": (escalate, {}),
}


@pytest.mark.parametrize("name", VERBS)
def test_threat_44_interrupted_at_any_statement_an_action_leaves_all_or_nothing(
    database: Database, cast: Cast, alert: Alert, name: str
) -> None:
    verb, more = VERBS[name]
    untouched, nth = state_of(database), 0
    while True:
        with interrupted_before(database.engine, nth):
            try:
                press(database, verb, cast.bob, alert, key="form", **more)
                break
            except Interrupted:
                nth += 1
        assert state_of(database) == untouched, f"half written after statement {nth}"
        assert view(database, cast)[0].version == 1
    assert nth > 6
    done = state_of(database)
    grown = {table: done[table] - untouched[table] for table in done if done[table] != untouched[table]}
    expected = {"alert_event": 1, "audit_entry": 1, "audit_head": 1, "action_receipt": 1}
    assert grown == expected | ({"outbox": 1} if name in ("close", "escalate") else {})
    with database.calls().transaction() as session:
        assert verify(session, database.keys.audit).intact


# Threat 45: two clinicians, one alert


def test_threat_45_the_second_clinician_is_told_who_did_what_and_when_and_nothing_is_lost(
    database: Database, cast: Cast, alert: Alert
) -> None:
    press(database, close, cast.bob, alert, now=NOW + minutes(3), **CLOSING)
    mine = {"action": "wrote", "text": "Wrote to her this morning.", "next_review": date(2026, 11, 19)}
    said = r"Bob closed this alert on 18 Nov 10:33\. Nothing was changed; what you wrote is still here\."
    with pytest.raises(ChangedMeanwhile, match=said):
        press(database, close, cast.alice, alert, key="hers", now=NOW + minutes(4), **mine)
    (shown,) = view(database, cast, now=NOW + minutes(5))
    assert [(s.by, s.text) for s in shown.history] == [("Bob", WORDS)]
    press(database, reopen, cast.alice, alert, version=2, now=NOW + minutes(6), text="I had written to her too.")
    press(database, close, cast.alice, alert, key="hers", version=3, now=NOW + minutes(7), **mine)
    (both,) = view(database, cast, now=NOW + minutes(8))
    assert [(s.by, s.text) for s in both.history if s.verb is AlertVerb.CLOSE] == [
        ("Bob", WORDS), ("Alice", "Wrote to her this morning."),
    ]  # fmt: skip


def test_threat_45_of_several_clinicians_at_the_same_moment_one_closes_and_the_others_are_told(
    database: Database, cast: Cast, alert: Alert
) -> None:
    def attempt(by: Actor) -> str:
        try:
            press(database, close, by, alert, **CLOSING)
        except ChangedMeanwhile as told:
            return str(told)
        return by.name

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(attempt, [cast.alice, cast.bob, cast.lead]))
    (winner,) = [name for name in said if name in ("Alice", "Bob", "Dana")]
    assert sum(f"{winner} closed this alert on" in words for words in said) == 2
    with database.calls().transaction() as session:
        kept = session.exec(select(AlertEvent).where(col(AlertEvent.verb) == AlertVerb.CLOSE)).all()
        assert len(kept) == 1
