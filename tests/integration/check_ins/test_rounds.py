"""The round of requests: each made once when its time has come, never afterwards; once more for who has not opened it;
told through the person's own channel and without anything of theirs; agreed on by either side."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from core.access.passwords import NO_SIGN_IN
from core.actions.check_ins import open_prompt
from core.actions.prompt_plans import agree_on_prompts
from core.check_ins.rounds import ask_everyone
from core.clock import day_number
from core.errors import ChangedMeanwhile, InvalidInput, NotFound
from core.measures import PROMPTS_ANSWERED
from core.queries.observations import days_of
from core.queries.prompt_plan import prompt_plan
from models import NotificationChannel, Outbox, Patient, Prompt, User
from tests.conftest import Database
from tests.factories.cast import NOW, ZONE, Cast

DAY = NOW.astimezone(ZoneInfo(ZONE)).date()  # far after the closer look at the start: morning and evening


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(ZONE)).astimezone(UTC)


@pytest.fixture
def asked(database: Database, cast: Cast) -> "Round":
    with database.calls().transaction() as session:
        user = session.get_one(User, cast.patient.user_id)
        user.password_hash = "x"
        session.add(NotificationChannel(user_id=user.id, label="Phone", kind="ntfy", address=b"closed", added_at=NOW))
        session.get_one(User, cast.other_patient.user_id).password_hash = NO_SIGN_IN
    return Round(database, cast)


class Round:
    def __init__(self, database: Database, cast: Cast) -> None:
        self.database, self.cast = database, cast

    def go(self, clock: str, day: date = DAY) -> tuple[int, int]:
        now = at(clock, day)
        done = ask_everyone(self.database.calls(now), now, lambda _n, _all: None)
        return done.sent, done.reminded

    def prompts(self) -> list[Prompt]:
        with self.database.calls().transaction() as session:
            return sorted(session.exec(select(Prompt)), key=lambda row: (row.sent_at, row.kind))

    def letters(self) -> list[Outbox]:
        with self.database.calls().transaction() as session:
            return list(session.exec(select(Outbox)))

    def agree(self, **settings: object) -> int:
        with self.database.calls().transaction() as session:
            version = prompt_plan(session, by=self.cast.alice, now=NOW, patient_id=self.cast.patient.id).agreed.version
        return self.database.calls().run(
            agree_on_prompts, by=self.cast.alice, key=uuid.uuid4().hex, patient_id=self.cast.patient.id,
            settings=settings, version=version,
        )  # fmt: skip


def test_each_request_is_made_once_when_its_time_has_come(asked: Round) -> None:
    assert [asked.go(clock)[0] for clock in ("07:59", "08:00", "08:01", "20:59", "21:00", "21:05")] == [
        0,
        1,
        0,
        0,
        1,
        0,
    ]
    assert [(row.kind, row.sent_at) for row in asked.prompts()] == [
        ("morning", int(at("08:00").timestamp())), ("evening", int(at("21:00").timestamp())),
    ]  # fmt: skip


def test_hours_without_the_application_ask_nobody_afterwards(asked: Round) -> None:
    assert asked.go("15:00") == (0, 0)
    assert asked.prompts() == []


def test_a_request_counts_on_its_day_as_asked_and_not_answered(database: Database, cast: Cast, asked: Round) -> None:
    asked.go("08:00")
    with database.calls().transaction() as session:
        today = day_number(NOW, ZONE)
        days = days_of(session, patient=cast.patient, first=today, last=today, measures=[PROMPTS_ANSWERED])
    assert (days.n.tolist(), days.total.tolist()) == ([1], [0.0])


def test_who_has_not_opened_it_is_asked_once_more(asked: Round) -> None:
    assert [asked.go(clock)[1] for clock in ("08:00", "08:29", "08:30", "08:31", "10:00")] == [0, 0, 1, 0, 0]


def test_who_has_opened_it_is_left_in_peace(database: Database, cast: Cast, asked: Round) -> None:
    asked.go("08:00")
    database.calls(at("08:10")).run(open_prompt, by=cast.patient_actor, key="o", kind="morning", sent_at=at("08:00"))
    assert asked.go("08:40") == (0, 0)


def test_what_goes_out_says_nothing_of_anybody(cast: Cast, asked: Round) -> None:
    asked.go("08:00")
    asked.go("08:30")
    letters = sorted(asked.letters(), key=lambda row: row.kind)
    assert [(row.kind, row.recipient_id, row.payload) for row in letters] == [
        ("check_in", cast.patient.user_id, {}), ("check_in_reminder", cast.patient.user_id, {}),
    ]  # fmt: skip


def test_without_a_channel_nothing_goes_out_and_the_request_is_there(database: Database, asked: Round) -> None:
    with database.calls().transaction() as session:
        session.delete(session.exec(select(NotificationChannel)).one())
    assert asked.go("08:00") == (1, 0)
    assert asked.letters() == []


def test_nobody_is_asked_who_cannot_answer_or_has_left(database: Database, cast: Cast, asked: Round) -> None:
    with database.calls().transaction() as session:
        session.get_one(Patient, cast.patient.id).left_on = DAY
    assert asked.go("08:00") == (0, 0)


def test_simulated_people_answer_by_themselves_unless_somebody_made_a_plan(
    database: Database, cast: Cast, asked: Round
) -> None:
    with database.calls().transaction() as session:
        session.get_one(Patient, cast.patient.id).simulated = True
    assert asked.go("08:00") == (0, 0)
    asked.agree(evening=False)
    assert asked.go("08:01") == (1, 0)


def test_an_agreement_changes_the_next_request(asked: Round) -> None:
    asked.agree(wakes="09:00", safety=True)
    assert [asked.go(clock)[0] for clock in ("08:00", "09:00", "21:00")] == [0, 1, 2]
    assert [row.kind for row in asked.prompts()] == ["morning", "evening", "safety"]


def test_the_zone_is_the_persons_own(database: Database, cast: Cast, asked: Round) -> None:
    with database.calls().transaction() as session:
        session.get_one(Patient, cast.patient.id).time_zone = "America/Bogota"
    assert asked.go("08:00") == (0, 0)
    assert asked.go("14:00") == (1, 0)  # 08:00 in Bogotá


def test_both_sides_agree_and_the_second_sees_the_first(database: Database, cast: Cast, asked: Round) -> None:
    calls = database.calls()
    given = {"patient_id": cast.patient.id, "version": 0}
    assert calls.run(agree_on_prompts, by=cast.patient_actor, key="a", settings={"safety": True}, **given) == 1
    calls.run(agree_on_prompts, by=cast.patient_actor, key="a", settings={"safety": True}, **given)
    with pytest.raises(ChangedMeanwhile, match="Laia"):
        calls.run(agree_on_prompts, by=cast.alice, key="b", settings={"evening": False}, **given)
    view = calls.run(prompt_plan, by=cast.alice, patient_id=cast.patient.id)
    assert (view.agreed.plan.safety, view.agreed.plan.evening, view.agreed.version) == (True, True, 1)


def test_a_plan_beyond_what_anybody_can_bear_is_refused(asked: Round) -> None:
    with pytest.raises(InvalidInput):
        asked.agree(baseline_a_day=20)


def test_another_teams_therapist_finds_nothing(database: Database, cast: Cast) -> None:
    with pytest.raises(NotFound):
        database.calls().run(prompt_plan, by=cast.charlie, patient_id=cast.patient.id)


def test_the_view_counts_what_became_of_the_requests(database: Database, cast: Cast, asked: Round) -> None:
    for days in (3, 2, 1):
        asked.go("08:00", DAY - timedelta(days=days))
    view = database.calls().run(prompt_plan, by=cast.alice, patient_id=cast.patient.id)
    assert (view.week.expired, view.week.share, set(view.by_kind)) == (3, 0.0, {"morning"})
    assert [slot.kind.value for slot in view.today] == ["morning", "evening"]
