"""Writing to each other: what is kept is what was written, once, whole or not at all; what does not fit is said."""

import pytest
from sqlmodel import col, select

from core.access.accounts import prove
from core.actions.alliance import rate_as_patient, rate_as_therapist
from core.actions.messages import mark_read, reply, write_as_patient
from core.calls import Calls
from core.errors import InvalidInput, SignInRefused
from core.vault import vault
from models import AuditEntry, Base, Message, MessageThread, Outbox
from tests.conftest import Database
from tests.factories.alliance import hold_session, patient_rates
from tests.factories.cast import Cast
from tests.integration.test_alerts import Interrupted, interrupted_before

ODD = [
    "<script>alert(1)</script>",
    "[a link](javascript:alert(1)) ![x](https://elsewhere.example/x.png)",
    "Zoë — 你好 · مرحبا 🙂",
    "tab\tand\nlines\r\n and  two spaces",
    "'; DROP TABLE message; --",
    "=1+1",
]


def words_of(calls: Calls, cast: Cast) -> list[str]:
    with calls.transaction() as session:
        rows = session.exec(select(Message).where(Message.patient_id == cast.patient.id).order_by(col(Message.sent_at)))
        return [vault(session).open(session, cast.patient.id, "message", row.id, row.body) for row in rows]


@pytest.mark.parametrize("body", ODD)
def test_a_message_is_kept_as_it_was_written(calls: Calls, cast: Cast, body: str) -> None:
    calls.run(reply, by=cast.alice, key="form", patient_id=cast.patient.id, body=body)
    assert words_of(calls, cast) == [body]


def test_a_hundred_kilobytes_are_refused_in_a_sentence_and_nothing_is_written(calls: Calls, cast: Cast) -> None:
    body = "canary " * 15_000
    with pytest.raises(InvalidInput, match="104,999 characters; at most 20,000 fit") as refused:
        calls.run(write_as_patient, by=cast.patient_actor, key="form", patient_id=cast.patient.id, body=body)
    assert "canary" not in str(refused.value)
    with calls.transaction() as session:
        assert session.exec(select(Message)).all() == []
        assert session.exec(select(AuditEntry)).all() == []


def test_an_empty_message_is_refused_and_a_nul_left_out(calls: Calls, cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="Write something first"):
        calls.run(reply, by=cast.alice, key="form", patient_id=cast.patient.id, body=" \n ")
    calls.run(reply, by=cast.alice, key="form", patient_id=cast.patient.id, body="be\x00fore")
    assert words_of(calls, cast) == ["before"]


@pytest.mark.parametrize("name", ["al\x00ice", "x" * 100_000, "<b>alice</b>", "' OR 1=1 --", "", "é\u202e"])
def test_whatever_is_typed_as_a_name_is_one_refusal(calls: Calls, cast: Cast, name: str) -> None:
    with pytest.raises(SignInRefused, match="not right"):
        prove(calls, username=name, password="\x00" + "p" * 2000, address="local")


def test_threat_43_a_second_press_and_a_reconnected_form_send_one_message(calls: Calls, cast: Cast) -> None:
    first = calls.run(reply, by=cast.alice, key="form", patient_id=cast.patient.id, body="Once")
    assert first is not None
    assert calls.run(reply, by=cast.alice, key="form", patient_id=cast.patient.id, body="Once") is None
    assert words_of(calls, cast) == ["Once"]
    with calls.transaction() as session:
        assert len(session.exec(select(Outbox)).all()) == 1


def everything(database: Database) -> dict[str, list[str]]:
    """Every row of every table."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("name", ["reply", "write", "read", "rate", "patient rates"])
def test_threat_44_interrupted_at_any_statement_nothing_or_all_is_kept(
    database: Database, cast: Cast, name: str
) -> None:
    calls = database.calls()
    calls.run(write_as_patient, by=cast.patient_actor, key="before", patient_id=cast.patient.id, body="Could we talk?")
    with calls.transaction() as session:
        held = hold_session(session, cast, number=3, days_ago=2)
        if name == "rate":
            patient_rates(session, cast, held, goal=4.0, task=4.0, bond=2.0)
    fours = {str(item): 4.0 for item in range(1, 13)}
    tens = {str(item): 4.0 for item in range(1, 11)}
    call, by, more = {
        "reply": (reply, cast.alice, {"body": "Yes, at three."}),
        "write": (write_as_patient, cast.patient_actor, {"body": "Or later?"}),
        "read": (mark_read, cast.alice, {}),
        "rate": (rate_as_therapist, cast.alice, {"appointment_id": held.id, "answers": tens}),
        "patient rates": (rate_as_patient, cast.patient_actor, {"appointment_id": held.id, "answers": fours}),
    }[name]
    untouched, nth = everything(database), 0
    while True:
        with interrupted_before(database.engine, nth):
            try:
                calls.run(call, by=by, key="form", patient_id=cast.patient.id, **more)
                break
            except Interrupted:
                nth += 1
        assert everything(database) == untouched, f"half written after statement {nth}"
    assert nth > 5
    changed = {table for table, rows in everything(database).items() if rows != untouched[table]}
    expected = {
        "reply": {"message", "message_thread", "outbox"}, "write": {"message", "outbox"},
        "read": {"message"}, "rate": {"alliance_rating"}, "patient rates": {"alliance_rating"},
    }  # fmt: skip
    assert expected[name] | {"audit_entry", "audit_head", "action_receipt"} <= changed


def waits(calls: Calls, cast: Cast) -> bool:
    with calls.transaction() as session:
        thread = session.exec(select(MessageThread).where(MessageThread.patient_id == cast.patient.id)).one()
        return thread.needs_reply_since is not None


def test_a_thread_waits_from_the_first_unanswered_word_to_the_reply(calls: Calls, cast: Cast) -> None:
    assert not waits(calls, cast)
    calls.run(write_as_patient, by=cast.patient_actor, key="a", patient_id=cast.patient.id, body="Hello?")
    assert waits(calls, cast)
    calls.run(reply, by=cast.alice, key="b", patient_id=cast.patient.id, body="Hello.")
    assert not waits(calls, cast)
