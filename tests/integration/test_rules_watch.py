"""The daily look at what nobody sends, on entries in the database: each rule once, quiet until the next review."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from core.actions.alerts import close
from core.actions.observations import PromptSent, store, store_prompts
from core.calls import Calls
from core.measures import catalogue
from core.queries.observations import DaysView, days_of
from core.rules import look, watch
from core.rules.findings import Finding
from core.rules.in_force import refusals
from core.rules.rounds import watch_everyone
from models import Alert, MessageThread, Patient, Programme, User
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.story import make_story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def enter(calls: Calls, cast: Cast, *entries: tuple[datetime, str, float]) -> None:
    assert cast.source.id is not None
    with calls.transaction() as session:
        values = [(at, catalogue()[code].id, value) for at, code, value in entries]
        store(session, patient=cast.patient, source_id=cast.source.id, values=values)


def ask(calls: Calls, cast: Cast, *sent: datetime) -> None:
    assert cast.source.id is not None
    with calls.transaction() as session:
        prompts = [PromptSent(at, at + HOUR) for at in sent]
        store_prompts(session, patient=cast.patient, source_id=cast.source.id, prompts=prompts)


def go_round(database: Database, now: datetime = NOW) -> dict[str, int]:
    return watch_everyone(database.calls(now), now, lambda *_: None).opened


def test_silence_opens_an_alert_after_three_days_of_unanswered_prompts(
    database: Database, calls: Calls, cast: Cast
) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0))
    assert go_round(database) == {}
    ask(calls, cast, NOW - 20 * HOUR)
    assert go_round(database, NOW - 2 * HOUR) == {}
    assert go_round(database) == {"no_entries": 1}
    assert go_round(database, NOW + HOUR) == {}


def test_silence_after_a_safety_answer_counts_after_a_day(database: Database, calls: Calls, cast: Cast) -> None:
    enter(calls, cast, (NOW - 25 * HOUR, "sad", 3.0), (NOW - 25 * HOUR, "wish_not_alive", 0.0))
    ask(calls, cast, NOW - 20 * HOUR)
    assert go_round(database) == {}
    enter(calls, cast, (NOW - 25 * HOUR + timedelta(minutes=2), "suicidal_thoughts", 1.0))
    assert go_round(database) == {"no_entries": 1}


def test_after_closing_a_rule_keeps_quiet_until_the_next_review(database: Database, calls: Calls, cast: Cast) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0))
    ask(calls, cast, NOW - 20 * HOUR)
    go_round(database)
    with calls.transaction() as session:
        alert = session.exec(select(Alert)).one()
    closing = {"action": "called", "text": "Away until Monday.", "next_review": (NOW + 3 * DAY).date()}
    calls.run(close, by=cast.alice, key="c", alert_id=alert.id, version=1, **closing)
    assert go_round(database, NOW + 2 * DAY) == {}
    assert go_round(database, NOW + 3 * DAY) == {"no_entries": 1}


def test_days_unlike_the_persons_own_open_one_alert_with_their_usual(
    database: Database, calls: Calls, cast: Cast
) -> None:
    for day in range(1, 50):
        value = 6.5 if day <= 8 else 2.0 + day % 2
        enter(calls, cast, *((NOW - day * DAY, code, value) for code in ("sad", "anxious", "irritated", "insecure")))
    assert go_round(database) == {"ewma_change": 1}
    with calls.transaction() as session:
        (fact,) = session.exec(select(Alert)).one().evidence
    assert fact["measure"] == "negative_affect"
    assert fact["usual"] == pytest.approx(2.5, abs=0.05)


def test_meals_and_nights_are_watched(database: Database, calls: Calls, cast: Cast) -> None:
    skipped = [(NOW - day * DAY - n * HOUR, "meal", 0.0) for day in (1, 2) for n in (1, 3)]
    nights = [(NOW - day * DAY, "sleep_hours", 4.5 if day < 4 else 8.0) for day in range(1, 7)]
    enter(calls, cast, *skipped[:-1], *nights[1:])
    assert go_round(database) == {}
    enter(calls, cast, skipped[-1], nights[0])
    assert go_round(database) == {"meals_missed": 1, "sleep_short": 1}


def test_more_compensation_than_usual_is_watched_by_its_share_of_meals(
    database: Database, calls: Calls, cast: Cast
) -> None:
    before = [
        (NOW - day * DAY - n * HOUR, "compensation", float(n == 1)) for day in range(15, 40) for n in (1, 2, 3, 4)
    ]
    newest = [(NOW - day * DAY - n * HOUR, "compensation", float(n < 3)) for day in range(1, 6) for n in (1, 2, 3, 4)]
    enter(calls, cast, *before)
    assert go_round(database) == {}
    enter(calls, cast, *newest)
    assert go_round(database) == {"meals_missed": 1}


def test_a_message_waits_one_working_day_unread_and_two_unanswered(
    database: Database, calls: Calls, cast: Cast
) -> None:
    with calls.transaction() as session:
        thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == cast.patient.id)).one()
        thread.needs_reply_since = NOW  # a Wednesday; the service closes at 17:00 UTC
    assert go_round(database, NOW.replace(day=20, hour=16)) == {}
    assert go_round(database, NOW.replace(day=20, hour=17)) == {"message_unanswered": 1}


def test_an_unread_message_is_due_sooner(database: Database, calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        make_story(session, cast, own=True, now=NOW)  # its message was sent on Tuesday and nobody has read it
    assert "message_unanswered" not in go_round(database, NOW)
    assert go_round(database, NOW.replace(hour=18))["message_unanswered"] == 1


def test_people_who_left_are_not_watched_and_one_without_an_owner_stops_nobody(
    database: Database, calls: Calls, cast: Cast
) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0))
    ask(calls, cast, NOW - 20 * HOUR)
    with calls.transaction() as session:
        for person in (cast.alice, cast.bob, cast.lead):
            account = session.get_one(User, person.user_id)
            account.disabled_at, account.disabled_by = NOW, cast.administrator.user_id
    made = watch_everyone(calls, NOW, lambda *_: None)
    assert (made.patients, made.unowned, made.opened) == (2, 1, {})
    with calls.transaction() as session:
        session.get_one(Patient, cast.patient.id).left_on = NOW.date()
    assert watch_everyone(calls, NOW, lambda *_: None).patients == 1


def test_one_whose_days_cannot_be_read_costs_nobody_else_theirs(
    database: Database, calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0))
    ask(calls, cast, NOW - 20 * HOUR)

    def unreadable(session: Session, *, patient: Patient, **asked: object) -> DaysView:
        if patient.id == cast.other_patient.id:
            raise RuntimeError("these days cannot be read")
        return days_of(session, patient=patient, **asked)

    monkeypatch.setattr(look, "days_of", unreadable)
    made = watch_everyone(calls, NOW, lambda *_: None)
    assert (made.patients, made.opened, made.failed) == (2, {"no_entries": 1}, 1)


def test_a_rule_that_fails_rests_and_the_others_run(
    database: Database, calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0))
    ask(calls, cast, NOW - 20 * HOUR)

    def broken(_look: look.Look) -> Finding | None:
        raise ZeroDivisionError

    parts = [(rule, broken if rule == "sleep_short" else part) for rule, part in watch.PARTS]
    monkeypatch.setattr(watch, "PARTS", parts)
    assert go_round(database) == {"no_entries": 1}
    assert "rule sleep_short failed: ZeroDivisionError" in caplog.text


def test_a_round_that_is_broken_off_is_taken_up_by_the_next(database: Database, calls: Calls, cast: Cast) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0))
    ask(calls, cast, NOW - 20 * HOUR)
    for answers in ([False], [True, False]):
        left = iter(answers)
        made = watch_everyone(calls, NOW, lambda *_: None, goes_on=lambda left=left: next(left))
        assert (made.patients, made.opened) == (0, {})
    assert go_round(database) == {"no_entries": 1}


def test_a_round_that_finds_nothing_waits_for_no_writer(database: Database, calls: Calls, cast: Cast) -> None:
    with database.calls(NOW).transaction() as writing:
        writing.get_one(Patient, cast.patient.id).given_name = "Somebody"
        writing.flush()
        assert watch_everyone(calls, NOW, lambda *_: None).patients == 2


def test_a_malformed_threshold_rests_by_name_and_the_others_run(database: Database, calls: Calls, cast: Cast) -> None:
    enter(calls, cast, (NOW - 73 * HOUR, "sad", 3.0), *((NOW - day * DAY, "sleep_hours", 4.5) for day in (4, 5, 6)))
    ask(calls, cast, NOW - 20 * HOUR)
    with calls.transaction() as session:
        programme = session.get_one(Programme, cast.patient.programme_id)
        programme.settings = {**programme.settings, "rules": {"no_entries": {"task_hours": "three days"}}}
    with calls.transaction() as session:
        (refused,) = refusals(session)
    assert (refused.rule, refused.where, refused.why) == (
        "no_entries", f"programme {programme.code}", "task_hours is no number",
    )  # fmt: skip
    assert go_round(database) == {"sleep_short": 1}
