"""A patient answers: each answer is kept once, with what follows from it; the alert about safety is there before the
answer returns; late ones say so; an answer that cannot be taken leaves nothing behind."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlmodel import col, select

from core.actions.check_ins import RESUME, answer, finish
from core.actions.observations import PromptSent, store_prompts
from core.clock import day_number, moment, seconds
from core.errors import InvalidInput, NotFound
from core.measures import PROMPTS_ANSWERED, catalogue
from core.queries.observations import days_of, values_of
from core.queries.prompts import PromptState, compliance, sent_between, state_of
from core.vault import vault
from models import Alert, AuditEntry, Base, CheckIn, Prompt, PromptKind
from tests.conftest import Database
from tests.factories.cast import NOW, ZONE, Cast


class Person:
    """The patient in front of the page: answers with fresh keys, at any time."""

    def __init__(self, database: Database, cast: Cast, kind: str = "momentary", now: datetime = NOW) -> None:
        self.database, self.cast, self.kind, self.now, self.number = database, cast, kind, now, uuid.uuid4()

    def say(
        self, code: str, value: float | None, *, key: str | None = None, at: datetime | None = None, **more: object
    ):
        return self.database.calls(at or self.now).run(
            answer, by=self.cast.patient_actor, key=key or uuid.uuid4().hex, check_in_id=self.number, kind=self.kind,
            code=code, value=value, **more,
        )  # fmt: skip

    def values(self) -> dict[str, float]:
        with self.database.calls().transaction() as session:
            since = seconds(NOW) - 86_400
            held = values_of(session, patient=self.cast.patient, since=since, until=seconds(NOW) + 30 * 86_400)
        code = {measure.id: name for name, measure in catalogue().items()}
        return {code[int(number)]: float(value) for number, value in zip(held.measure_id, held.value, strict=True)}

    def day(self, code: str) -> tuple[int, float]:
        with self.database.calls().transaction() as session:
            today = day_number(NOW, ZONE)
            days = days_of(session, patient=self.cast.patient, first=today, last=today, measures=[catalogue()[code].id])
        return (int(days.n.sum()), float(days.total.sum()))

    def all(self, table: type[Base]) -> list[Any]:
        with self.database.calls().transaction() as session:
            return list(session.exec(select(table)))


@pytest.fixture
def person(database: Database, cast: Cast) -> Person:
    return Person(database, cast)


def ask(
    database: Database, cast: Cast, *, ago: timedelta, lasts: timedelta, kind: PromptKind = PromptKind.MOMENTARY
) -> datetime:
    sent = moment(seconds(NOW - ago))
    with database.calls().transaction() as session:
        store_prompts(
            session, patient=cast.patient, source_id=cast.source.id, prompts=[PromptSent(sent, sent + lasts, kind)]
        )
    return sent


def test_each_answer_is_kept_by_itself_with_its_day(person: Person) -> None:
    person.say("relaxed", 5)
    person.say("sad", 2)
    assert person.values() == {"relaxed": 5, "sad": 2}
    assert person.day("relaxed") == (1, 5.0)
    (row,) = person.all(CheckIn)
    assert (row.answered, row.finished_at, row.late) == (["relaxed", "sad"], None, False)


def test_threat_43_a_double_press_keeps_one_answer(person: Person) -> None:
    assert person.say("relaxed", 5, key="one") == person.say("relaxed", 5, key="one")
    person.say("relaxed", 5)  # and the same answer once more with another key
    assert person.values() == {"relaxed": 5}
    assert person.day("relaxed") == (1, 5.0)
    assert len(person.all(CheckIn)) == 1


def test_another_answer_corrects_the_first_and_the_day(person: Person) -> None:
    person.say("relaxed", 5)
    person.say("relaxed", 2)
    assert person.values() == {"relaxed": 2}
    assert person.day("relaxed") == (1, 2.0)


def test_an_answer_taken_back_is_unknown_and_never_a_no(person: Person) -> None:
    person.say("relaxed", 5)
    person.say("relaxed", None)
    assert person.values() == {}
    assert person.day("relaxed") == (0, 0.0)
    assert person.all(CheckIn)[0].answered == []


def test_days_keep_other_check_ins_when_one_is_corrected(database: Database, cast: Cast, person: Person) -> None:
    person.say("relaxed", 6)
    other = Person(database, cast, now=NOW + timedelta(hours=4))
    other.say("relaxed", 2)
    other.say("relaxed", 3)
    assert person.day("relaxed") == (2, 9.0)


def test_two_check_ins_in_the_same_second_are_two(database: Database, cast: Cast, person: Person) -> None:
    person.say("relaxed", 6)
    Person(database, cast).say("relaxed", 2)
    assert person.day("relaxed") == (2, 8.0)


@pytest.mark.parametrize(
    ("code", "value"), [("relaxed", 8), ("relaxed", float("nan")), ("meal", 1), ("nonsense", 1), ("steps", 1)]
)
def test_an_answer_that_cannot_be_is_refused_and_leaves_nothing(person: Person, code: str, value: float) -> None:
    before = len(person.all(AuditEntry))
    with pytest.raises(InvalidInput):
        person.say(code, value)
    assert person.values() == {}
    assert person.all(CheckIn) == []
    assert len(person.all(AuditEntry)) == before


def test_nobody_writes_into_anothers_check_in(database: Database, cast: Cast, person: Person) -> None:
    with database.calls().transaction() as session:
        row = CheckIn(id=person.number, patient_id=cast.other_patient.id, kind="momentary", at=NOW, changed_at=NOW)
        session.add(row)
    with pytest.raises(NotFound):
        person.say("relaxed", 5)
    assert person.values() == {}


def test_a_safety_answer_above_zero_has_its_alert_once(database: Database, cast: Cast) -> None:
    person = Person(database, cast, kind="safety")
    person.say("wish_not_alive", 2, key="one")
    person.say("wish_not_alive", 2, key="one")
    (alert,) = person.all(Alert)
    assert (alert.rule, alert.patient_id, len(alert.evidence)) == ("safety_answer", cast.patient.id, 1)
    assert (alert.evidence[0]["measure"], alert.evidence[0]["value"]) == ("wish_not_alive", 2)


def test_zero_about_safety_is_kept_and_opens_nothing(database: Database, cast: Cast) -> None:
    person = Person(database, cast, kind="safety")
    person.say("wish_not_alive", 0)
    assert person.values() == {"wish_not_alive": 0}
    assert person.all(Alert) == []


def test_threat_44_an_alert_that_cannot_be_opened_undoes_the_answer(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(database, cast, kind="safety")

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("cut off")

    monkeypatch.setattr("core.actions.check_ins.on_observations", broken)
    with pytest.raises(RuntimeError):
        person.say("wish_not_alive", 3)
    assert (person.values(), person.all(CheckIn), person.all(Alert)) == ({}, [], [])


def test_a_prompt_is_answered_by_the_first_answer_and_counted(database: Database, cast: Cast, person: Person) -> None:
    sent = ask(database, cast, ago=timedelta(minutes=10), lasts=timedelta(minutes=90))
    person.say("relaxed", 5, prompt_sent_at=sent)
    person.say("sad", 1, prompt_sent_at=sent)
    with database.calls().transaction() as session:
        (prompt,) = sent_between(session, patient=cast.patient, since=sent, until=NOW)
        days = days_of(session, patient=cast.patient, first=0, last=99_999, measures=[PROMPTS_ANSWERED])
        assert state_of(prompt, NOW) is PromptState.ANSWERED
    assert (days.n.tolist(), days.total.tolist()) == ([1], [1.0])


def test_last_weeks_page_sends_today_and_its_answers_are_late(database: Database, cast: Cast, person: Person) -> None:
    sent = ask(database, cast, ago=timedelta(days=7), lasts=timedelta(minutes=90))
    person.say("relaxed", 5, prompt_sent_at=sent)
    (row,) = person.all(CheckIn)
    assert (row.late, row.at) == (True, moment(seconds(NOW)))  # said today, and marked
    with database.calls().transaction() as session:
        (prompt,) = sent_between(session, patient=cast.patient, since=sent, until=NOW)
        assert state_of(prompt, NOW) is PromptState.LATE
        assert compliance([prompt], NOW).share == 1.0


def test_a_page_left_open_for_days_begins_another_check_in_that_is_late(
    database: Database, cast: Cast, person: Person
) -> None:
    sent = ask(database, cast, ago=timedelta(minutes=5), lasts=timedelta(minutes=90))
    person.say("relaxed", 5, prompt_sent_at=sent)
    later = NOW + timedelta(days=6)
    first, second = (person.say(code, 3, at=later, prompt_sent_at=sent) for code in ("sad", "tired"))
    assert first == second != person.number
    rows = sorted(person.all(CheckIn), key=lambda row: row.at)
    assert [(row.at, row.late) for row in rows] == [(moment(seconds(NOW)), False), (later, True)]
    assert later - rows[0].at > RESUME


def test_the_diary_of_a_night_adds_up_answer_by_answer(database: Database, cast: Cast) -> None:
    person = Person(database, cast, kind="morning")
    for code, value in (
        ("bed_time", 23.0), ("sleep_attempt", 23.5), ("sleep_latency", 30), ("awakenings", 2),
        ("awake_after_onset", 30), ("sleep_offset", 31.0), ("out_of_bed", 31.5),
    ):  # fmt: skip
        person.say(code, value)
    found = person.values()
    assert (found["sleep_onset"], found["sleep_hours"]) == (24.0, 6.5)
    assert found["sleep_efficiency"] == pytest.approx(76.5)
    person.say("sleep_latency", None)
    assert not {"sleep_onset", "sleep_hours", "sleep_efficiency"} & set(person.values())


def test_words_are_kept_closed_and_finish_the_check_in(database: Database, cast: Cast, person: Person) -> None:
    person.say("relaxed", 5)
    calls = database.calls()
    calls.run(
        finish, by=cast.patient_actor, key="f", check_in_id=person.number, kind="momentary", words=" Swam a little. "
    )
    (row,) = person.all(CheckIn)
    assert row.finished_at == NOW
    assert b"Swam" not in row.words
    with calls.transaction() as session:
        assert vault(session).open(session, cast.patient.id, "check_in", row.id, row.words) == "Swam a little."


def test_finishing_without_any_answer_keeps_nothing(database: Database, cast: Cast, person: Person) -> None:
    calls = database.calls()
    assert calls.run(finish, by=cast.patient_actor, key="f", check_in_id=person.number, kind="momentary") is None
    assert person.all(CheckIn) == []


def test_the_log_holds_no_answer(database: Database, cast: Cast) -> None:
    person = Person(database, cast, kind="safety")
    person.say("suicidal_thoughts", 3)
    with database.calls().transaction() as session:
        found = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "answer_check_in")).one()
    assert found.detail == {"kind": "safety", "late": False}


def test_roll_ups_are_what_the_values_say(database: Database, cast: Cast, person: Person) -> None:
    rng = np.random.default_rng(4)
    for number in range(8):
        Person(database, cast, now=NOW + timedelta(minutes=number)).say("anxious", int(rng.integers(1, 8)))
    with database.calls().transaction() as session:
        held = values_of(
            session, patient=cast.patient, since=0, until=seconds(NOW) + 9999, measures=[catalogue()["anxious"].id]
        )
    assert person.day("anxious") == (8, float(held.value.sum()))


def test_an_unanswered_prompt_expires_and_counts(database: Database, cast: Cast) -> None:
    sent = ask(database, cast, ago=timedelta(hours=3), lasts=timedelta(minutes=90))
    ask(database, cast, ago=timedelta(minutes=3), lasts=timedelta(minutes=90), kind=PromptKind.EVENING)
    with database.calls().transaction() as session:
        rows: list[Prompt] = sent_between(session, patient=cast.patient, since=sent, until=NOW)
        assert [state_of(row, NOW) for row in rows] == [PromptState.EXPIRED, PromptState.SENT]
        assert (compliance(rows, NOW).asked, compliance(rows, NOW).share) == (1, 0.0)
