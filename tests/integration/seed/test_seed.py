"""The simulated service in a database: what is written, that it is whole, repeatable, ends now, and goes on."""

import json
import stat
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, text
from sqlmodel import Session, col, select

from core.access.passwords import verify_password
from core.audit import log
from core.calls import Calls
from core.db import make_engine
from core.errors import NotPossible
from core.vault import vault
from models import (
    Alert,
    AlertEvent,
    AlertState,
    AllianceRating,
    Appointment,
    AppointmentState,
    Base,
    ExerciseAssignment,
    ExerciseDoing,
    Message,
    MessageThread,
    Observation,
    Patient,
    Role,
    Service,
    Side,
    Staff,
    User,
)
from seed.accounts import give_sign_ins
from seed.carry import carry
from seed.exercises import SAID
from seed.load import find_simulated, load, simulated_service, unfinished
from seed.plan import Plan
from tests.conftest import KEYS, Database

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)  # a Wednesday morning
PLAN = Plan(seed=7, patients=18, days=170, seeded_at=NOW, now=NOW)


def quiet(_done: int) -> None:
    pass


@pytest.fixture
def seeded(calls: Calls) -> Calls:
    """A service of eighteen people in the database."""
    load(calls, PLAN, quiet)
    return calls


def count(calls: Calls, table: type[Base]) -> int:
    with calls.transaction() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def all_counts(calls: Calls) -> dict[str, int]:
    with calls.transaction() as session:
        return {
            name: int(session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())
            for name in Base.metadata.tables
            if name not in ("audit_entry", "audit_head")
        }


def digest(calls: Calls) -> list[tuple[object, ...]]:
    """Every value, and every alert with its state: what a second seeding must repeat."""
    with calls.transaction() as session:
        values = session.execute(
            text("SELECT patient_key, at, measure_id, value FROM observation ORDER BY 1, 2, 3")
        ).all()
        alerts = session.exec(select(Alert.id, Alert.rule, Alert.state, Alert.opened_at).order_by(col(Alert.id))).all()
    return [tuple(row) for row in values] + [tuple(row) for row in alerts]


def test_two_seedings_with_the_same_number_and_end_give_the_same_people(seeded: Calls, tmp_path: Path) -> None:
    with Elsewhere(tmp_path / "second.db") as other:
        load(other, PLAN, quiet)
        assert digest(other) == digest(seeded)


def test_another_number_gives_other_people(seeded: Calls, tmp_path: Path) -> None:
    with Elsewhere(tmp_path / "second.db") as other:
        load(other, Plan(8, 18, 170, NOW, NOW), quiet)
        assert digest(other) != digest(seeded)


class Elsewhere:
    """A second, embedded database with empty tables."""

    def __init__(self, file: Path) -> None:
        self.engine = make_engine(f"sqlite+pysqlite:///{file}")
        Base.metadata.create_all(self.engine)
        self.calls = Calls(self.engine, KEYS)

    def __enter__(self) -> Calls:
        return self.calls

    def __exit__(self, *_error: object) -> None:
        self.engine.dispose()


def test_the_roll_up_is_the_sum_of_the_values(seeded: Calls) -> None:
    per_measure = """SELECT patient_key, measure_id, {0} FROM {1} WHERE measure_id <> 99
        GROUP BY patient_key, measure_id ORDER BY 1, 2"""
    with seeded.transaction() as session:
        values = session.execute(
            text(per_measure.format("count(*), sum(value), min(value), max(value)", "observation"))
        ).all()
        days = session.execute(
            text(per_measure.format("sum(n), sum(total), min(low), max(high)", "observation_day"))
        ).all()
    assert len(values) > 300
    for value, day in zip(values, days, strict=True):
        assert tuple(value) == pytest.approx(tuple(day))


def test_prompts_are_rolled_up_with_those_left_unanswered(seeded: Calls) -> None:
    with seeded.transaction() as session:
        sent, answered = session.execute(text("SELECT count(*), count(answered_at) FROM prompt")).one()
        n, total = session.execute(text("SELECT sum(n), sum(total) FROM observation_day WHERE measure_id = 99")).one()
    assert (sent, answered) == (n, total)
    assert 0.6 < answered / sent < 0.95


def test_nothing_lies_after_the_moment_of_seeding_but_planned_sessions(seeded: Calls) -> None:
    end = int(NOW.timestamp())
    with seeded.transaction() as session:
        assert session.exec(select(func.max(Observation.at))).one() <= end
        assert session.exec(select(func.max(Message.sent_at))).one() <= NOW
        assert session.exec(select(func.max(Alert.opened_at))).one() <= NOW
        assert session.exec(select(func.max(AllianceRating.rated_at))).one() <= NOW
        ahead = session.exec(select(Appointment).where(col(Appointment.starts_at) > NOW)).all()
    assert ahead
    assert {session.state for session in ahead} == {AppointmentState.PLANNED}
    with seeded.transaction() as session:
        newest = session.exec(select(func.max(Observation.at))).one()
    assert end - newest < 26 * 3600, "the service speaks up to the moment of seeding"


def test_the_words_are_encrypted_and_open_with_the_key(seeded: Calls) -> None:
    with seeded.transaction() as session:
        messages = session.exec(select(Message).limit(40)).all()
        assert len(messages) == 40
        for message in messages:
            words = vault(session).open(session, message.patient_id, "message", message.id, message.body)
            assert words
            assert words.encode() not in message.body
            assert "{" not in words


def test_a_second_service_in_the_same_database_is_refused(seeded: Calls) -> None:
    before = all_counts(seeded)
    with pytest.raises(NotPossible, match="There is a service here already"):
        load(seeded, PLAN, quiet)
    assert all_counts(seeded) == before


def test_an_interrupted_seeding_is_finished_and_nothing_is_there_twice(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("seed.load.CHUNK", 6)

    def pull_the_plug(done: int) -> None:
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(calls, PLAN, pull_the_plug)
    with calls.transaction() as session:
        assert unfinished(session) == PLAN
    assert count(calls, Patient) == 12
    load(calls, PLAN, quiet)
    assert count(calls, Patient) == 18
    with calls.transaction() as session:
        assert unfinished(session) is None
    with Elsewhere(tmp_path / "whole.db") as other:
        load(other, PLAN, quiet)
        assert all_counts(other) == all_counts(calls)


def test_an_interrupted_seeding_is_not_finished_with_other_numbers(calls: Calls) -> None:
    def pull_the_plug(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(calls, PLAN, pull_the_plug)
    with pytest.raises(NotPossible, match="interrupted"):
        load(calls, Plan(9, 18, 170, NOW, NOW), quiet)


def test_the_audit_log_begins_with_the_service_and_holds(seeded: Calls, database: Database) -> None:
    with seeded.transaction() as session:
        verdict = log.verify(session, database.keys.audit)
    assert verdict.intact
    assert verdict.entries == 1


def test_staff_and_a_few_patients_and_relatives_can_sign_in_and_nobody_else(seeded: Calls, tmp_path: Path) -> None:
    with seeded.transaction() as session:
        give_sign_ins(session, tmp_path, simulated_service(session))
    file = tmp_path / "demo-logins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    logins = json.loads(file.read_text())
    assert logins[0]["username"] == "laia"
    assert {login["role"] for login in logins} == {role.value for role in Role}
    with seeded.transaction() as session:
        hashes = dict(session.exec(select(User.username, User.password_hash)).all())
    assert verify_password(logins[0]["password"], hashes["laia"])
    assert len({login["password"] for login in logins}) == len(logins)
    named = {login["username"] for login in logins}
    assert {kept for name, kept in hashes.items() if name not in named} == {"!"}


def open_alerts(session: Session, name: str) -> list[str]:
    mine = select(Alert.rule).join(Patient, col(Patient.id) == Alert.patient_id)
    return list(session.exec(mine.where(col(Patient.given_name) == name, col(Alert.state) != AlertState.CLOSED)))


def test_the_made_cases_are_there_and_all_of_one_therapist(seeded: Calls) -> None:
    with seeded.transaction() as session:
        assert "safety_answer" in open_alerts(session, "Aina")
        gemma = session.exec(select(Patient).where(Patient.given_name == "Gemma", Patient.family_name == "Prats")).one()
        last = session.exec(select(func.max(Observation.at)).where(Observation.patient_key == gemma.key)).one()
        marina = session.exec(select(Patient).where(Patient.family_name == "Soler")).one()
        goals = ratings_of(session, marina.id)
        waiting = session.exec(select(MessageThread).where(MessageThread.patient_id == marina.id)).one()
        laia = session.exec(select(Staff).where(Staff.name == "Laia Ferrer")).one()
        owners = session.exec(select(Appointment.staff_id).where(Appointment.patient_id == marina.id).distinct()).all()
    assert 6 <= (NOW.timestamp() - last) / 86_400 <= 9
    before, strained, after = max(goals[5:9]), min(goals[9:12]), goals[-1]
    assert before - strained >= 0.7, "a strain beyond measurement error"
    assert after - strained >= 0.5, "and its repair"
    assert waiting.needs_reply_since is not None
    assert list(owners) == [laia.id]


def ratings_of(session: Session, patient: uuid.UUID) -> list[float]:
    own = select(AllianceRating.goal).where(
        col(AllianceRating.patient_id) == patient, col(AllianceRating.side) == Side.PATIENT
    )
    return [goal for goal in session.exec(own.order_by(col(AllianceRating.rated_at))) if goal is not None]


def test_each_closed_alert_has_an_action_and_words_and_a_next_review(seeded: Calls) -> None:
    with seeded.transaction() as session:
        closed = session.exec(select(Alert).where(col(Alert.state) == AlertState.CLOSED)).all()
        ends = session.exec(select(AlertEvent).where(col(AlertEvent.to_state) == AlertState.CLOSED)).all()
    assert len(closed) == len(ends) > 20
    assert all(end.action and end.text and end.next_review and end.by for end in ends)
    assert all(alert.closed_at and alert.closed_at <= NOW for alert in closed)


# --- carrying on -----------------------------------------------------------------------------------------------------

LATER = NOW + timedelta(days=9, hours=5)
MESSAGE = "A real person wrote this."


def test_carried_on_is_the_same_as_seeded_then_and_shown_later(seeded: Calls, tmp_path: Path) -> None:
    carry(seeded, LATER, quiet)
    with Elsewhere(tmp_path / "later.db") as other:
        load(other, PLAN.at(LATER), quiet)
        mine, theirs = all_counts(seeded), all_counts(other)
        for name in ("observation", "observation_day", "prompt", "message", "family_note", "questionnaire_response"):
            assert mine[name] == theirs[name], name
        with seeded.transaction() as session, other.transaction() as second:
            states = select(Appointment.id, Appointment.state).where(col(Appointment.starts_at) <= LATER)
            assert dict(session.exec(states).all()) == dict(second.exec(states).all())


def test_carrying_on_twice_changes_nothing_the_second_time(seeded: Calls) -> None:
    carry(seeded, LATER, quiet)
    before, values = all_counts(seeded), digest(seeded)
    again = carry(seeded, LATER, quiet)
    assert (again.observations, again.rows) == (0, 0)
    assert all_counts(seeded) == before
    assert digest(seeded) == values


def test_a_service_carried_on_speaks_until_the_present_and_says_so(seeded: Calls, database: Database) -> None:
    done = carry(seeded, LATER, quiet)
    assert done.observations > 500
    with seeded.transaction() as session:
        assert session.exec(select(func.max(Observation.at))).one() > LATER.timestamp() - 26 * 3600
        service = session.exec(select(Service)).one()
        assert service.carried_on_to == LATER.date()
        assert log.verify(session, database.keys.audit).intact
        past = session.exec(select(Appointment).where(col(Appointment.starts_at) < LATER - timedelta(hours=1))).all()
    assert AppointmentState.PLANNED not in {appointment.state for appointment in past}
    test_the_roll_up_is_the_sum_of_the_values(seeded)
    test_prompts_are_rolled_up_with_those_left_unanswered(seeded)


def test_what_people_did_in_between_stays(seeded: Calls) -> None:
    with seeded.transaction() as session:
        thread = session.exec(select(MessageThread).where(col(MessageThread.needs_reply_since).is_not(None))).first()
        assert thread is not None
        user, reply = session.exec(select(User).where(User.username == "laia")).one(), uuid.uuid4()
        body = vault(session).close(session, thread.patient_id, "message", reply, MESSAGE)
        session.add(
            Message(id=reply, thread_id=thread.id, patient_id=thread.patient_id, author_id=user.id, from_patient=False,
                    sent_at=NOW + timedelta(minutes=4), body=body)
        )  # fmt: skip
        asked, patient_id = thread.needs_reply_since, thread.patient_id
        alert = session.exec(select(Alert).where(col(Alert.state) == AlertState.NEW)).first()
        assert alert is not None
        alert.state, alert.snoozed_until, alert.version = AlertState.SNOOZED, LATER, alert.version + 1
        alert_id = alert.id
    carry(seeded, LATER, quiet)
    with seeded.transaction() as session:
        kept = session.get_one(Alert, alert_id)
        assert (kept.state, kept.snoozed_until) == (AlertState.SNOOZED, LATER)
        replies = session.exec(
            select(Message.sent_at).where(
                col(Message.patient_id) == patient_id, ~col(Message.from_patient), col(Message.sent_at) > asked
            )
        ).all()
        following = session.exec(
            select(func.min(Message.sent_at)).where(
                col(Message.patient_id) == patient_id, col(Message.from_patient), col(Message.sent_at) > NOW
            )
        ).one()
    assert min(replies) == NOW + timedelta(minutes=4)
    assert len([at for at in replies if following is None or at < following]) == 1, "nobody answers a second time"


def test_nothing_is_carried_on_within_half_an_hour(seeded: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def computed(*_arguments: object) -> None:
        raise AssertionError("a second start should not compute the cohort again")

    monkeypatch.setattr("seed.carry.chunk", computed)
    assert carry(seeded, NOW + timedelta(minutes=20), quiet).rows == 0


def test_an_empty_database_holds_no_simulated_service(calls: Calls) -> None:
    with calls.transaction() as session:
        assert find_simulated(session) is None


def test_a_demonstration_older_than_exercises_gets_them_all_when_it_is_carried_on(seeded: Calls) -> None:
    there = {table: count(seeded, table) for table in (ExerciseAssignment, ExerciseDoing)}
    assert there[ExerciseAssignment] > PLAN.patients // 2
    assert there[ExerciseDoing] > there[ExerciseAssignment]
    with seeded.transaction() as session:
        session.execute(delete(ExerciseDoing))
        session.execute(delete(ExerciseAssignment))
    carry(seeded, NOW + timedelta(days=2), quiet)
    assert all(count(seeded, table) >= before for table, before in there.items())
    carry(seeded, NOW + timedelta(days=3), quiet)
    with seeded.transaction() as session:
        done = session.exec(select(ExerciseDoing).where(col(ExerciseDoing.words).is_not(None))).first()
        assert done is not None
        assert done.words is not None
        said = vault(session).open(session, done.patient_id, "exercise_doing", done.id, done.words)
        assert said in SAID
