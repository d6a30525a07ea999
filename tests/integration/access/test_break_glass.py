"""Emergency access (threat 24): a reason, an end, people told, a review by somebody else."""

import uuid
from datetime import timedelta

import pytest
from sqlmodel import select

from core.access.reach import patient_in_reach
from core.actions.access import LASTS, break_glass, review_glass
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.queries.access import access_of
from models import AuditEntry, BreakGlass, Outbox, Patient
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

REASON = "Rang in distress; nobody of his team answers"
OTTO = {"name": " otto  WEISS", "proof": "1998-05-04"}


def opens(database: Database, cast: Cast, after: timedelta = timedelta()) -> bool:
    """Whether Alice reaches Charlie's patient."""
    calls = database.calls(NOW + after)
    with calls.transaction() as session:
        try:
            patient_in_reach(session, by=cast.alice, patient_id=cast.other_patient.id, now=calls.clock())
        except NotFound:
            return False
    return True


def broken(calls: Calls, cast: Cast, key: str = "k1") -> uuid.UUID:
    """Alice breaks the glass; the id of the access."""
    calls.run(break_glass, by=cast.alice, key=key, reason=REASON, **OTTO)
    with calls.transaction() as session:
        return session.exec(select(BreakGlass)).one().id


def test_threat_24_the_record_opens_for_four_hours_and_not_longer(database: Database, cast: Cast) -> None:
    assert not opens(database, cast)
    broken(database.calls(), cast)
    assert opens(database, cast)
    assert opens(database, cast, LASTS - timedelta(seconds=1))
    assert not opens(database, cast, LASTS)


@pytest.mark.parametrize("reason", ["", "   ", "urgent", "x" * 1001])
def test_threat_24_without_a_reason_it_stays_closed(database: Database, cast: Cast, reason: str) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        database.calls().run(break_glass, by=cast.alice, key="k1", reason=reason, **OTTO)
    assert not opens(database, cast)


@pytest.mark.parametrize(
    ("name", "proof"),
    [
        ("Otto Weiss", "1998-05-05"),
        ("Otto Weiss", ""),
        ("Otto", "1998-05-04"),
        ("%", "1998-05-04"),
        ("Otto Weiss", "None"),
    ],
)
def test_a_name_alone_opens_nothing_and_every_miss_gets_the_same_sentence(
    database: Database, cast: Cast, name: str, proof: str
) -> None:
    with pytest.raises(NotFound, match="no such record"):
        database.calls().run(break_glass, by=cast.alice, key="k1", reason=REASON, name=name, proof=proof)
    with database.calls().transaction() as session:
        assert session.exec(select(AuditEntry)).one().action == "refused"


def test_an_imported_person_is_found_by_record_number(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        session.get_one(Patient, cast.other_patient.id).source_ref = "S-17"
    database.calls().run(break_glass, by=cast.alice, key="k1", reason=REASON, name="Otto Weiss", proof="S-17")
    assert opens(database, cast)


@pytest.mark.parametrize("who", ["director", "administrator", "patient", "relative"])
def test_only_clinicians_break_the_glass(database: Database, cast: Cast, who: str) -> None:
    with pytest.raises(AccessRefused):
        database.calls().run(break_glass, by=cast.everyone[who], key="k1", reason=REASON, **OTTO)


def test_what_is_open_anyway_needs_no_glass(calls: Calls, cast: Cast) -> None:
    with pytest.raises(NotPossible, match="open to you already"):
        calls.run(break_glass, by=cast.bob, key="k1", reason=REASON, name="Laia Puig", proof="1998-05-04")


def test_threat_24_those_who_treat_and_those_who_lead_are_told_and_the_patient_can_see_it(
    calls: Calls, cast: Cast
) -> None:
    glass = broken(calls, cast)
    with calls.transaction() as session:
        told = session.exec(select(Outbox)).all()
        entry = session.exec(select(AuditEntry).where(AuditEntry.patient_id == cast.other_patient.id)).one()
    assert {row.recipient_id for row in told} == {cast.charlie.user_id, cast.lead.user_id}
    assert {row.kind for row in told} == {"glass_broken"}
    assert all(row.payload == {"glass": str(glass)} for row in told)
    assert (entry.action, entry.actor_id) == ("break_glass", cast.alice.user_id)


def test_threat_43_a_double_press_opens_once(calls: Calls, cast: Cast) -> None:
    broken(calls, cast)
    assert calls.run(break_glass, by=cast.alice, key="k1", reason=REASON, **OTTO) is None
    with calls.transaction() as session:
        assert len(session.exec(select(BreakGlass)).all()) == 1
        assert len(session.exec(select(Outbox)).all()) == 2


def test_threat_24_a_review_is_made_once_by_somebody_else(calls: Calls, cast: Cast) -> None:
    glass = broken(calls, cast)
    with pytest.raises(AccessRefused):
        calls.run(review_glass, by=cast.alice, key="r1", glass_id=glass, review="Fine")
    with pytest.raises(InvalidInput):
        calls.run(review_glass, by=cast.lead, key="r2", glass_id=glass, review=" ")
    calls.run(review_glass, by=cast.lead, key="r3", glass_id=glass, review="Justified")
    calls.run(review_glass, by=cast.lead, key="r3", glass_id=glass, review="Justified")
    with pytest.raises(ChangedMeanwhile, match="Dana has reviewed this already"):
        calls.run(review_glass, by=cast.administrator, key="r4", glass_id=glass, review="Not justified")


def test_a_lead_does_not_review_their_own(calls: Calls, cast: Cast) -> None:
    calls.run(break_glass, by=cast.lead, key="k1", reason=REASON, **OTTO)
    with calls.transaction() as session:
        glass = session.exec(select(BreakGlass)).one().id
    with pytest.raises(NotPossible, match="Someone else"):
        calls.run(review_glass, by=cast.lead, key="r1", glass_id=glass, review="Fine")


def test_each_sees_what_concerns_them(database: Database, cast: Cast) -> None:
    broken(database.calls(), cast)
    alice, bob, lead = (database.calls().run(access_of, by=by) for by in (cast.alice, cast.bob, cast.lead))
    assert [glass.patient for glass in alice.open_now] == ["Otto Weiss"]
    assert (alice.to_review, bob.open_now, bob.to_review) == ((), (), ())
    assert [(glass.patient, glass.by, glass.reason) for glass in lead.to_review] == [("O. W.", "Alice", REASON)]
    later = database.calls(NOW + LASTS).run(access_of, by=cast.alice)
    assert later.open_now == ()
    with pytest.raises(AccessRefused):
        database.calls().run(access_of, by=cast.director)
