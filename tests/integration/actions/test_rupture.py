"""From a strain that is seen to a conversation that is recorded and mended: the question, what is kept with the words,
the course afterwards, and what the second of two people at once is told."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from core.access.actor import Actor
from core.actions.rupture import LONGEST, OLDEST, record_mended, record_talk
from core.audit import log
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound
from core.queries.pair import PairView, pair_page
from core.rules.rupture import Part
from models import AllianceTalk, AuditEntry, Mended
from tests.conftest import KEYS, Database
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import NOW, Cast

TODAY = NOW.date()
WORDS = "It felt as if it had been decided before she came in."


@pytest.fixture
def strained(calls: Calls, cast: Cast) -> None:
    """Four sessions that both rated; after the last one Laia's agreement on goals has fallen."""
    with calls.transaction() as session:
        for number, goal in ((1, 4.2), (3, 4.4), (4, 4.3), (8, 2.6)):
            held = hold_session(session, cast, number=number, days_ago=42 - 5 * number)
            patient_rates(session, cast, held, goal=goal, task=4.0, bond=4.5)
            therapist_rates(session, cast, held, goal=4.0, task=4.0, bond=4.0)


def pair(calls: Calls, cast: Cast, by: Actor | None = None) -> PairView:
    return calls.run(pair_page, by=by or cast.alice, patient_id=cast.patient.id).pair


def talk(calls: Calls, cast: Cast, *, key: str = "talk", on: date = TODAY, by: Actor | None = None, **more: Any) -> Any:
    arguments = {"about": ["goal", "messages"], "words": WORDS, **more}
    return calls.run(
        record_talk, by=by or cast.alice, key=key, patient_id=cast.patient.id, talked_on=on, **arguments
    )  # fmt: skip


def mend(calls: Calls, cast: Cast, talk_id: uuid.UUID, *, how: str = "mended", key: str = "m", **more: Any) -> None:
    arguments: dict[str, Any] = {"version": 1, "words": "She said what she wants.", "by": cast.alice, **more}
    calls.run(record_mended, key=key, patient_id=cast.patient.id, talk_id=talk_id, mended=how, **arguments)


@pytest.mark.usefixtures("strained")
def test_a_fallen_sub_scale_is_one_question_with_its_own_usual(calls: Calls, cast: Cast) -> None:
    view = pair(calls, cast)
    assert view.ask is not None
    assert (view.ask.part, view.ask.side, view.ask.value) == (Part.GOAL, "patient", 2.6)
    assert view.ask.usual == pytest.approx(4.3)
    assert [(c.part, c.side) for c in view.unlike] == [(Part.GOAL, "patient")]
    assert (view.since_asked, view.congruence.n) == (None, 3)


@pytest.mark.usefixtures("strained")
def test_a_conversation_stands_in_the_place_of_the_question_with_what_was_seen(calls: Calls, cast: Cast) -> None:
    talk(calls, cast)
    view = pair(calls, cast)
    assert view.since_asked is not None
    assert view.since_asked.about == ("goal", "messages")
    assert (view.since_asked.by, view.since_asked.words, view.since_asked.seen) == ("Alice", WORDS, ("goal",))
    assert (view.since_asked.mended, view.waiting) == (None, True)


@pytest.mark.usefixtures("strained")
def test_that_it_mended_and_the_ratings_after_it(database: Database, calls: Calls, cast: Cast) -> None:
    talk_id = talk(calls, cast, on=TODAY - timedelta(days=1))
    with calls.transaction() as session:
        held = hold_session(session, cast, number=9, days_ago=0.2)
        patient_rates(session, cast, held, goal=4.1, task=4.0, bond=4.5)
        therapist_rates(session, cast, held, goal=4.0, task=4.0, bond=4.0)
    mend(calls, cast, talk_id)
    (seen,) = pair(database.calls(NOW + timedelta(hours=1)), cast).talks
    assert (seen.mended, seen.mended_by, seen.mended_words) == (Mended.MENDED, "Alice", "She said what she wants.")
    assert seen.settled
    goal = seen.after[0]
    assert (goal.part, goal.before, goal.newest, goal.ratings) == ("goal", 2.6, 4.1, 1)


@pytest.mark.usefixtures("strained")
def test_a_new_fall_after_the_conversation_is_asked_about_again(database: Database, calls: Calls, cast: Cast) -> None:
    talk(calls, cast, on=TODAY - timedelta(days=1))
    with calls.transaction() as session:
        held = hold_session(session, cast, number=9, days_ago=0.2)
        patient_rates(session, cast, held, goal=2.5, task=4.0, bond=4.5)
        therapist_rates(session, cast, held, goal=4.0, task=4.0, bond=4.0)
    view = pair(database.calls(NOW + timedelta(hours=1)), cast)
    assert view.ask is not None
    assert view.since_asked is None


def test_threat_45_the_second_of_two_is_told(calls: Calls, cast: Cast) -> None:
    talk_id = talk(calls, cast)
    mend(calls, cast, talk_id, how="partly")
    with pytest.raises(ChangedMeanwhile, match=r"Alice said on .* how it stands"):
        mend(calls, cast, talk_id, by=cast.bob, key="bob")
    mend(calls, cast, talk_id, version=2, key="later")
    assert pair(calls, cast).talks[0].mended is Mended.MENDED


def test_threat_43_a_second_press_changes_nothing(calls: Calls, cast: Cast) -> None:
    talk_id = talk(calls, cast)
    assert talk(calls, cast) is None
    mend(calls, cast, talk_id)
    mend(calls, cast, talk_id)
    assert [one.version for one in pair(calls, cast).talks] == [2]


def test_threat_20_a_conversation_of_another_patient_is_not_found(calls: Calls, cast: Cast) -> None:
    other = calls.run(
        record_talk, by=cast.charlie, key="c", patient_id=cast.other_patient.id, talked_on=TODAY, about=["bond"]
    )
    with pytest.raises(NotFound):
        mend(calls, cast, other)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"on": TODAY + timedelta(days=1)}, "Choose the day"),
        ({"on": TODAY - OLDEST - timedelta(days=1)}, "Choose the day"), ({"about": []}, "what you talked about"),
        ({"about": ["weather"]}, "what you talked about"), ({"words": "x" * (LONGEST + 1)}, "too long"),
    ],
)  # fmt: skip
def test_what_is_no_conversation_is_refused(calls: Calls, cast: Cast, what: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        talk(calls, cast, **what)
    assert pair(calls, cast).talks == ()


def test_how_it_stands_is_one_of_four(calls: Calls, cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="how it stands"):
        mend(calls, cast, talk(calls, cast), how="perfect")


def test_the_patient_records_no_conversation(calls: Calls, cast: Cast) -> None:
    with pytest.raises(AccessRefused):
        talk(calls, cast, by=cast.patient_actor)


@pytest.mark.usefixtures("strained")
def test_words_are_sealed_and_the_log_holds_none(calls: Calls, cast: Cast) -> None:
    mend(calls, cast, talk(calls, cast))
    with calls.transaction() as session:
        row = session.exec(select(AllianceTalk)).one()
        assert row.words is not None
        assert row.mended_words is not None
        assert b"decided" not in row.words + row.mended_words
        entries = [entry.model_dump_json() for entry in session.exec(select(AuditEntry))]
        assert [entry for entry in entries if "decided" in entry or "she wants" in entry] == []
        assert log.verify(session, KEYS.audit).intact


@pytest.mark.usefixtures("strained")
def test_what_the_patient_rated_stays_out_while_the_therapists_rating_is_due(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        held = hold_session(session, cast, number=9, days_ago=0.2)
        patient_rates(session, cast, held, goal=1.5, task=1.5, bond=1.5)
    view = pair(calls, cast)
    assert view.ask is not None
    assert view.ask.value == 2.6
    assert "1.5" not in repr(view)
