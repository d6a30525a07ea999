"""The fixtures that every other test stands on."""

from sqlmodel import select

from core.access.reach import reachable
from core.calls import Calls
from models import Patient
from tests.conftest import Database
from tests.factories.cast import NOW, Cast


def test_alice_and_her_team_reach_her_patient_and_others_do_not(calls: Calls, cast: Cast) -> None:
    reached = {}
    with calls.transaction() as session:
        for name, actor in cast.everyone.items():
            reached[name] = set(session.exec(reachable(actor, now=NOW)))
    hers, his, none = {cast.patient.id}, {cast.other_patient.id}, set()
    assert reached == {
        "therapist": hers, "colleague": hers, "team lead": hers, "other team": his, "director": none,
        "administrator": none, "patient": hers, "relative": hers,
    }  # fmt: skip


def test_each_test_starts_from_empty_tables(database: Database) -> None:
    with database.calls().transaction() as session:
        assert session.exec(select(Patient)).all() == []
        assert database.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[database.kind]
