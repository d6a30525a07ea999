"""From the outbox to a real server: once at least, imminent first and always, nothing of anybody in the text."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from sqlmodel import col, select

from core.access.actor import Actor
from core.actions.notifications import add_channel, remove_channel, send_again
from core.errors import NotFound, NotPossible
from core.notify.delivery import MOST_TRIES, Outcome, deliver
from core.notify.overdue import remind_of_overdue
from core.notify.trial import try_all, try_channel
from core.queries.notifications import my_channels, outbox
from core.rules.evaluate import open_or_add
from core.rules.findings import Fact, Finding
from core.settings import Settings
from models import Alert, AlertState, NotificationChannel, Outbox, User
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.sinks import Sink, http_sink, mail_sink

HERE = Settings(notify_hosts="127.0.0.1", public_url="https://vincle.example")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as running:
        yield running


def open_alert(database: Database, cast: Cast, rule: str = "ewma_change", now: datetime = NOW) -> Alert:
    finding = Finding(rule, (Fact(now, "answer", 2, item="4"),))
    with database.calls(now).transaction() as session:
        return open_or_add(session, patient=cast.patient, finding=finding, now=now)


def add(database: Database, by: Actor, address: str, key: str = "k", **more: object) -> None:
    database.calls().run(add_channel, by=by, key=key, label="Mine", address=address, **more)


def rows(database: Database) -> list[Outbox]:
    with database.calls().transaction() as session:
        return list(session.exec(select(Outbox).order_by(col(Outbox.made_at))))


def send(database: Database, now: datetime = NOW, patience: float = 20.0, settings: Settings = HERE) -> Outcome:
    return deliver(database.calls(now), settings, patience=patience)


def test_an_alert_is_told_with_a_link_and_nothing_of_the_patient(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address)
    alert = open_alert(database, cast, "safety_answer")
    assert send(database).delivered == 1
    (body,) = sink.received
    said = json.loads(body)
    assert f"https://vincle.example/case_review?patient={alert.patient_id}" in said["message"]
    assert "asked for today" in said["title"]
    for secret in ("Laia", "Puig", "1998", "safety", "PHQ", cast.programme.name):
        assert secret not in body
    (row,) = rows(database)
    assert row.delivered_at == NOW
    assert send(database) == Outcome()
    assert len(sink.received) == 1


def test_the_address_is_kept_sealed_and_shown_to_nobody(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address)
    with database.calls().transaction() as session:
        (kept,) = session.exec(select(NotificationChannel)).all()
    assert b"127.0.0.1" not in kept.address
    assert sink.address not in repr(database.calls().run(my_channels, by=cast.alice))
    assert database.calls().run(my_channels, by=cast.bob).channels == ()


def test_somebody_elses_channel_is_neither_tried_nor_removed(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address)
    (channel,) = database.calls().run(my_channels, by=cast.alice).channels
    with pytest.raises(NotFound):
        try_channel(database.calls(), by=cast.bob, channel_id=channel.id, settings=HERE)
    with pytest.raises(NotFound):
        database.calls().run(remove_channel, by=cast.bob, key="r", channel_id=channel.id)
    database.calls().run(remove_channel, by=cast.alice, key="r2", channel_id=channel.id)
    assert database.calls().run(my_channels, by=cast.alice).channels == ()


def test_what_is_not_imminent_comes_as_one_message(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address)
    for rule in ("ewma_change", "sleep_short", "no_entries"):
        open_alert(database, cast, rule)
    open_alert(database, cast, "cssrs_now")
    assert send(database).delivered == 4
    titles = [json.loads(body)["title"] for body in sink.received]
    assert titles == ["Vincle: an answer is asked for now", "Vincle: 3 things wait for you"]


def test_quiet_hours_hold_back_all_but_the_imminent(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address, quiet_from=time(9), quiet_until=time(12))  # it is half past ten
    open_alert(database, cast)
    open_alert(database, cast, "cssrs_now")
    assert (send(database).delivered, len(sink.received)) == (1, 1)
    assert send(database, NOW + timedelta(minutes=80)).delivered == 0
    assert send(database, NOW + timedelta(minutes=90)).delivered == 1  # noon in Barcelona
    assert len(sink.received) == 2


def test_a_channel_that_refuses_is_tried_later_and_later_and_then_listed(
    database: Database, cast: Cast, sink: Sink
) -> None:
    sink.behaviour = "refuse"
    add(database, cast.alice, sink.address)
    open_alert(database, cast)
    now = NOW
    for n in range(1, MOST_TRIES + 1):
        done = send(database, now)
        (row,) = rows(database)
        assert (row.tries, row.trouble) == (n, "refused")
        if row.next_try_at is not None:
            assert send(database, row.next_try_at - timedelta(seconds=1)) == Outcome()
            now = row.next_try_at
    assert done.failed == 1
    view = database.calls(now).run(outbox, by=cast.administrator)
    (lost,) = view.given_up
    assert (lost.recipient, lost.kind, lost.trouble) == ("Alice", "open_alert", "refused")
    sink.behaviour = "ok"
    database.calls(now).run(send_again, by=cast.administrator, key="again", row_id=lost.id)
    assert send(database, now).delivered == 1
    assert database.calls(now).run(outbox, by=cast.administrator).given_up == ()


@pytest.mark.parametrize("behaviour", ["hang", "drip"])
def test_a_channel_that_hangs_is_left_and_the_others_are_told(database: Database, cast: Cast, behaviour: str) -> None:
    with http_sink(behaviour) as slow, http_sink() as quick:
        add(database, cast.alice, slow.address + "?rto=30", key="1")
        add(database, cast.alice, quick.address, key="2")
        open_alert(database, cast, "cssrs_now")
        open_alert(database, cast, "cssrs_same_day")
        assert send(database, patience=2.0).waiting == 2
        assert len(quick.received) == 2
        slow.behaviour = "ok"
        assert send(database, NOW + timedelta(hours=1)).delivered == 2
        assert (len(slow.received), len(quick.received)) == (2, 2)  # what was taken is not sent again


@pytest.mark.parametrize("behaviour", ["drop", "redirect"])
def test_threat_38_what_only_half_answers_or_points_elsewhere_has_not_taken_it(
    database: Database, cast: Cast, behaviour: str
) -> None:
    with http_sink(behaviour) as odd, http_sink() as private:
        odd.elsewhere = f"http://127.0.0.2:{private.port}/"
        add(database, cast.alice, odd.address)
        open_alert(database, cast)
        assert send(database).waiting == 1
        assert private.received == []


def test_threat_38_an_address_inside_the_house_is_refused_where_it_was_not_named(
    database: Database, cast: Cast, sink: Sink
) -> None:
    add(database, cast.alice, sink.address)
    open_alert(database, cast)
    assert send(database, settings=Settings()).waiting == 1
    assert sink.received == []
    (row,) = rows(database)
    assert row.trouble == "forbidden"
    with pytest.raises(NotPossible, match="inside the house"):
        (channel,) = database.calls().run(my_channels, by=cast.alice).channels
        try_channel(database.calls(), by=cast.alice, channel_id=channel.id, settings=Settings())


def test_a_channel_that_lies_does_not_lose_the_alert(database: Database, cast: Cast) -> None:
    with http_sink("lie") as liar, http_sink() as heads:
        add(database, cast.alice, liar.address, key="1")
        add(database, cast.lead, heads.address, key="2")
        alert = open_alert(database, cast, "cssrs_now")
        assert send(database).delivered == 1
        assert liar.received == []
        later = alert.due_at + timedelta(minutes=1)
        assert remind_of_overdue(database.calls(alert.due_at - timedelta(minutes=1))) == 0
        assert remind_of_overdue(database.calls(later)) == 1
        assert remind_of_overdue(database.calls(later)) == 0
        send(database, later)
        assert [json.loads(body)["title"] for body in heads.received] == ["Vincle: an answer is overdue"]


def test_who_has_said_that_they_saw_it_is_not_reminded(database: Database, cast: Cast) -> None:
    alert = open_alert(database, cast, "cssrs_now")
    with database.calls().transaction() as session:
        session.get_one(Alert, alert.id).state = AlertState.ACKNOWLEDGED
    assert remind_of_overdue(database.calls(alert.due_at + timedelta(hours=3))) == 0


def test_without_a_channel_the_application_is_where_it_is_seen(database: Database, cast: Cast) -> None:
    open_alert(database, cast)
    assert send(database).unreached == 1
    view = database.calls().run(outbox, by=cast.administrator)
    assert (view.unreached, view.delivered, view.given_up_count, view.waiting) == (1, 0, 0, 0)
    assert "Alice" in view.without_channel


def test_a_disabled_account_is_listed_and_not_waited_for(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address)
    open_alert(database, cast)
    with database.calls().transaction() as session:
        user = session.get_one(User, cast.alice.user_id)
        user.disabled_at, user.disabled_by = NOW, cast.administrator.user_id
    assert send(database).failed == 1
    assert sink.received == []


def test_a_test_message_says_what_came_of_it(database: Database, cast: Cast, sink: Sink) -> None:
    add(database, cast.alice, sink.address)
    assert try_all(database.calls(), by=cast.alice, settings=HERE) == {"Mine": None}
    assert "this is a test" in json.loads(sink.received[0])["title"]
    sink.behaviour = "refuse"
    (problem,) = try_all(database.calls(), by=cast.alice, settings=HERE).values()
    assert problem is not None
    assert "did not take" in problem
    (channel,) = database.calls().run(my_channels, by=cast.alice).channels
    assert (channel.tested_at, channel.trouble) == (NOW, "refused")


def test_plain_mail_goes_through_the_services_server(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_sink() as post:
        server = f"mailto://127.0.0.1:{post.port}?smtp=127.0.0.1&from=vincle@clinic.example"
        monkeypatch.setenv("VINCLE_MAIL_SERVER", server)
        add(database, cast.alice, "alice@clinic.example")
        open_alert(database, cast)
        settings = Settings(notify_hosts="127.0.0.0/8")
        assert send(database, settings=settings).delivered == 1
        (mail,) = post.received
        assert "alice@clinic.example" in mail
        assert "waits for you" in mail
