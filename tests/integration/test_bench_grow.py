"""The large service of the bench is the small one many times over, and sound."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from bench.figures import Figure, keep, table
from bench.grow import grow
from core.access.reach import reachable
from models import AllianceRating, Appointment, ClinicalEvent, EventKind, Observation, ObservationDay, Patient
from tests.conftest import Database
from tests.factories.cast import NOW, make_cast
from tests.factories.story import make_story


def test_everyone_is_there_many_times_and_alice_still_has_her_own_caseload(sqlite_database: Database) -> None:
    from pathlib import Path

    calls = sqlite_database.calls()
    with calls.transaction() as session:
        cast = make_cast(session)
        for own in (True, False):
            make_story(session, cast, own=own)
        event = ClinicalEvent(
            id=LIKE_THE_SECOND, patient_id=cast.patient.id, kind=EventKind.CRISIS, happened_at=NOW, recorded_at=NOW,
            recorded_by=cast.alice.user_id,
        )  # fmt: skip
        session.add(event)
        session.flush()
        small = {kind: session.exec(select(func.count()).select_from(kind)).one() for kind in KINDS}
    grow(Path(str(sqlite_database.engine.url.database)), 3, observations=small[Observation] * 2)
    with calls.transaction() as session:
        large = {kind: session.exec(select(func.count()).select_from(kind)).one() for kind in KINDS}
        assert large == {kind: n * (2 if kind is Observation else 4) for kind, n in small.items()}
        assert list(session.exec(reachable(cast.alice, now=NOW))) == [cast.patient.id]
        rows = session.exec(select(AllianceRating, Appointment).join(Appointment)).all()
        assert all(rating.patient_id == held.patient_id for rating, held in rows)
        assert len(rows) == small[AllianceRating] * 4
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []
        keys = session.exec(select(Patient.key).order_by(col(Patient.key))).all()
        assert len(set(keys)) == small[Patient] * 4


KINDS = (Patient, Observation, ObservationDay, AllianceRating, Appointment, ClinicalEvent)
LIKE_THE_SECOND = UUID("00000212-3456-4789-8abc-def012345678")  # begins as the identifiers of the second copy do


def test_a_figure_measured_again_replaces_its_line_and_leaves_the_others(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import json

    one, other = Figure("one", 1.0, 2.0, "lower", "s"), Figure("other", 5.0, 5.0, "higher", "ratio")
    keep([one, other], tmp_path / "bench.json")
    keep([Figure("one", 3.0, 2.0, "lower", "s")], tmp_path / "bench.json")
    rows = json.loads((tmp_path / "bench.json").read_text())
    assert [(row["figure"], row["value"]) for row in rows] == [("one", 3.0), ("other", 5.0)]
    assert set(rows[0]) == {"figure", "value", "goal", "direction", "unit"}
    assert "not reached" in table([Figure("one", 3.0, 2.0, "lower", "s")])
    assert "not reached" not in table([one, other])
