"""What a patient or a relative writes: its cues are an alert before the writer's screen has confirmed, which points to
the encrypted words and never holds them, and the screen quotes them to those who may read."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.actions.check_ins import finish
from core.actions.intake import Way, take_in
from core.actions.messages import reply, write_as_patient
from core.actions.steps import ask_for_step
from core.calls import Calls
from core.ingest.items import Words
from core.queries.alerts import AlertView, alerts_of
from core.rules.evaluate import on_words
from core.rules.words import FAMILY_NOTE, Written
from core.vault import vault
from dashboard.wording import alerts as words
from models import Alert, AlertEvent, AuditEntry, Consent, FamilyNote, Message, Outbox, Patient, Response, new_id
from tests.factories.cast import NOW, ZONE, Cast
from tests.integration.test_alerts import Interrupted, interrupted_before

NOT_TODAY = "Thanks for today, I slept well."
TODAY = "Sometimes I wish I could go to sleep and never wake up."
AT_ONCE = "Ya no puedo más. Esta noche voy a quitarme la vida"


def write(calls: Calls, cast: Cast, body: str, key: str = "form") -> None:
    calls.run(write_as_patient, by=cast.patient_actor, key=key, patient_id=cast.patient.id, body=body)


def alerts(calls: Calls) -> list[Alert]:
    with calls.transaction() as session:
        return list(session.exec(select(Alert).order_by(col(Alert.opened_at), col(Alert.rule))))


def seen(calls: Calls, cast: Cast, by: Actor) -> tuple[AlertView, ...]:
    with calls.transaction() as session:
        patient = session.get_one(Patient, cast.patient.id)
        return alerts_of(session, by=by, now=NOW, patient=patient)


def everything_in_clear(session: Session) -> str:
    """All that stands in the rows about alerts, in the log and in the outbox."""
    rows = [row.model_dump_json() for table in (AuditEntry, Outbox) for row in session.exec(select(table))]
    rows += [json.dumps(row.evidence) for row in session.exec(select(Alert))]
    return "\n".join(rows + [str(row.action) for row in session.exec(select(AlertEvent))])


def test_a_message_with_a_cue_is_an_alert_in_the_same_transaction_and_its_words_are_quoted(
    calls: Calls, cast: Cast
) -> None:
    write(calls, cast, TODAY)
    (alert,) = alerts(calls)
    assert (alert.rule, alert.response, alert.owner_id) == ("words_same_day", Response.SAME_DAY, cast.alice.staff_id)
    (view,) = seen(calls, cast, cast.alice)
    assert words.quoted(view) == ["“wish I could go to sleep and never wake up”"]
    assert words.facts(view, ZONE) == ["Written in a message, Wed 18 Nov 10:30."]


def test_intent_asks_for_a_response_now_and_quotes_every_cue(calls: Calls, cast: Cast) -> None:
    write(calls, cast, AT_ONCE)
    (alert,) = alerts(calls)
    assert (alert.rule, alert.due_at) == ("words_now", NOW + timedelta(hours=1))
    (view,) = seen(calls, cast, cast.alice)
    assert words.quoted(view) == ["“no puedo más”", "“voy a quitarme la vida”"]


def test_no_word_of_it_stands_in_the_alert_the_log_or_the_outbox(calls: Calls, cast: Cast) -> None:
    write(calls, cast, AT_ONCE)
    with calls.transaction() as session:
        kept = everything_in_clear(session)
    assert "words_now" in kept
    assert not any(word in kept for word in ("quitarme", "vida", "puedo"))


def test_more_words_are_added_to_the_open_alert_and_the_same_ones_never_twice(calls: Calls, cast: Cast) -> None:
    write(calls, cast, TODAY)
    write(calls, cast, TODAY)  # the same press
    write(calls, cast, "Everyone would be better off without me", key="second")
    (alert,) = alerts(calls)
    assert len(alert.evidence) == 2


@pytest.mark.parametrize("body", [NOT_TODAY, "Me muero de risa contigo", "I'm not suicidal, just dying of boredom."])
def test_a_message_without_cues_opens_nothing(calls: Calls, cast: Cast, body: str) -> None:
    write(calls, cast, body)
    assert alerts(calls) == []


def test_what_the_team_writes_is_not_looked_at(calls: Calls, cast: Cast) -> None:
    calls.run(reply, by=cast.alice, key="form", patient_id=cast.patient.id, body="You wrote: I want to kill myself.")
    assert alerts(calls) == []


def test_interrupted_before_any_statement_neither_message_nor_alert_nor_notification_is_kept(
    calls: Calls, cast: Cast
) -> None:
    for statement in range(200):
        try:
            with interrupted_before(calls.engine, statement):
                write(calls, cast, AT_ONCE)
        except Interrupted:
            with calls.transaction() as session:
                for table in (Message, Alert, AlertEvent, Outbox):
                    assert session.exec(select(table)).all() == []
            continue
        break
    with calls.transaction() as session:
        kept = [len(session.exec(select(table)).all()) for table in (Message, Alert, AlertEvent, Outbox)]
    assert (statement > 10, kept) == (True, [1, 1, 1, 2])


def test_words_of_a_check_in_and_of_a_request_are_looked_at(calls: Calls, cast: Cast) -> None:
    calls.run(finish, by=cast.patient_actor, key="a", check_in_id=new_id(), kind="evening", words="vull fer-me mal")
    calls.run(
        ask_for_step, by=cast.patient_actor, key="b", patient_id=cast.patient.id, wish="more",
        words="I can't stop thinking about suicide",
    )  # fmt: skip
    (view,) = seen(calls, cast, cast.alice)
    assert words.quoted(view) == ["“fer-me mal”", "“thinking about suicide”"]


@pytest.mark.parametrize(("days", "rules"), [(1, ["words_same_day"]), (15, [])])
def test_messages_that_come_from_elsewhere_are_looked_at_while_they_are_news(
    calls: Calls, cast: Cast, days: int, rules: list[str]
) -> None:
    way = Way(source="old-app", kind="api", name="Old app", patient_id=cast.patient.id)
    item = Words("p", NOW - timedelta(days=days), "no quiero seguir viviendo", "m-1", "row 1")
    for _time in range(2):
        calls.run(take_in, by=cast.administrator, way=way, items=[item])
    assert [alert.rule for alert in alerts(calls)] == rules


def note(session: Session, cast: Cast, text: str) -> Written:
    """A family note as the family's page stores it."""
    row: uuid.UUID = new_id()
    body = vault(session).close(session, cast.patient.id, "family_note", row, text)
    values: dict[str, Any] = {"written_at": NOW, "about_day": NOW.date(), "body": body}
    session.add(FamilyNote(id=row, patient_id=cast.patient.id, relative_id=cast.relative.id, **values))
    session.flush()
    return Written(FAMILY_NOTE, row, NOW, text)


def test_what_a_relative_says_of_her_is_said_of_the_patient_and_quoted_while_she_consents(
    calls: Calls, cast: Cast
) -> None:
    with calls.transaction() as session:
        patient = session.get_one(Patient, cast.patient.id)
        written = note(session, cast, "Mi hija dice que quiere morirse")
        on_words(session, patient=patient, written=written, now=NOW)
    (view,) = seen(calls, cast, cast.alice)
    assert (view.rule, words.quoted(view)) == ("words_same_day", ["“quiere morirse”"])
    assert words.facts(view, ZONE) == ["A relative wrote on Wed 18 Nov 10:30."]
    with calls.transaction() as session:
        for consent in session.exec(select(Consent).where(col(Consent.relative_id) == cast.relative.id)):
            session.delete(consent)
    (view,) = seen(calls, cast, cast.alice)
    assert words.quoted(view) == []
