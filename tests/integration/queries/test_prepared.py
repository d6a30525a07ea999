"""Statements carried out past the ORM give and write what it does, on both databases, and fail with the same names."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import Column, Integer, MetaData, Select, Table, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from core.errors import DatabaseTrouble, VincleError
from core.queries import prepared
from core.queries.case_review import case_review
from core.queries.prepared import change, rows
from models import Alert, AllianceRating, AuditEntry, Message, Patient, User
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.course import make_course

OF_PATIENT = select(
    col(Alert.id), col(Alert.rule), col(Alert.opened_at), col(Alert.state), col(Alert.evidence), col(Alert.closed_at),
    col(Alert.snoozed_until).is_(None).label("here"),
).where(col(Alert.patient_id) == bindparam("patient")).order_by(col(Alert.opened_at))  # fmt: skip
NAMED = select(col(User.name), col(User.role)).where(col(User.name) == bindparam("name"))
SEVERAL = select(col(User.name)).where(col(User.name).in_(bindparam("names", expanding=True))).order_by(col(User.name))
APPEND, RENAME = insert(AuditEntry), update(User).where(col(User.name) == bindparam("this"))
RATINGS = select(func.count()).select_from(AllianceRating).where(col(AllianceRating.patient_id) == bindparam("patient"))


@pytest.mark.parametrize("statement", [OF_PATIENT, RATINGS], ids=["of every type", "a count"])
def test_rows_hold_the_same_values_of_the_same_types(database: Database, cast: Cast, statement: Select) -> None:  # type: ignore[type-arg]
    with database.calls().transaction() as session:
        make_course(session, cast)
        for _turn in range(2):  # worked out at the first, known at the second
            mine = rows(session, statement, patient=cast.patient.id)
            theirs = session.connection().execute(statement, {"patient": cast.patient.id}).all()
            assert [tuple(row) for row in mine] == [tuple(row) for row in theirs]
            assert [[type(value) for value in row] for row in mine] == [[type(v) for v in row] for row in theirs]


def test_columns_are_found_by_their_names(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        make_course(session, cast)
        row = rows(session, OF_PATIENT, patient=cast.patient.id)[0]
    assert isinstance(row.id, uuid.UUID)
    assert row.opened_at.utcoffset() == timedelta(0)
    assert (row.state.value, row.here) == (row[3].value, row[6])


def test_every_statement_of_the_case_review_reads_the_same(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, compared, plain = database.calls(), [0], prepared.look

    def both(connection, statement, values):  # type: ignore[no-untyped-def]
        mine, theirs = plain(connection, statement, values), connection.execute(statement, values).all()
        assert [tuple(row) for row in mine] == [tuple(row) for row in theirs]
        assert [[type(value) for value in row] for row in mine] == [[type(v) for v in row] for row in theirs]
        compared[0] += len(mine) > 0
        return mine

    with calls.transaction() as session:
        make_course(session, cast)
    monkeypatch.setattr(prepared, "look", both)
    calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=None)
    assert compared[0] > 8


def test_what_the_transaction_changed_is_seen(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        session.get_one(User, cast.alice.user_id).name = "Alicia"
        assert rows(session, NAMED, name="Alicia")


def test_a_list_of_values_may_be_of_any_length(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        for names in (["Alice"], ["Alice", "Bob", "Charlie"], []):
            assert [row.name for row in rows(session, SEVERAL, names=names)] == names


def test_a_value_is_never_part_of_the_statement(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        assert rows(session, NAMED, name="x' OR '1'='1") == ()


def test_what_the_database_refuses_is_undone_and_named(database: Database, cast: Cast) -> None:
    def fail(session, *, by, now):  # type: ignore[no-untyped-def]
        session.get_one(User, cast.alice.user_id).name = "Nobody"
        session.flush()
        session.execute(text("DROP TABLE message"))
        rows(session, select(col(Message.id)).where(col(Message.patient_id) == bindparam("p")), p=cast.patient.id)

    with pytest.raises(DatabaseTrouble) as told:
        database.calls().run(fail, by=cast.alice)
    assert isinstance(told.value, VincleError)
    assert isinstance(told.value.__cause__, DBAPIError)
    assert "Puig" not in str(told.value)
    with database.calls().transaction() as session:
        assert session.get_one(User, cast.alice.user_id).name == "Alice"
        assert session.get_one(Patient, cast.patient.id)


def test_a_change_writes_what_the_orm_reads(database: Database, cast: Cast) -> None:
    line = {
        "seq": 900, "at": NOW, "action": "tried", "actor_id": cast.alice.user_id, "patient_id": None,
        "target": None, "detail": {"words": ["è", 1.5, None]}, "mac": "0" * 64,
    }  # fmt: skip
    with database.calls().transaction() as session:
        for seq in (900, 901):  # worked out at the first, known at the second
            assert change(session, APPEND, **line | {"seq": seq}) == 1
    with database.calls().transaction() as session:
        entry = session.get_one(AuditEntry, 901)
        assert {name: getattr(entry, name) for name in line} == line | {"seq": 901}


def test_a_change_tells_how_many_rows_it_wrote(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        session.get_one(User, cast.alice.user_id).name = "Alicia"  # written before, so that it is seen
        assert change(session, RENAME, this="Alicia", name="Ada") == 1
        assert change(session, RENAME, this="Nobody", name="Ada") == 0


def test_a_column_that_fills_itself_is_refused_rather_than_left_empty(database: Database) -> None:
    with database.calls().transaction() as session, pytest.raises(TypeError, match="default"):
        change(session, insert(Table("t", MetaData(), Column("n", Integer), Column("m", Integer, default=5))), n=1)
