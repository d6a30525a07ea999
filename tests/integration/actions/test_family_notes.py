"""The family's notes: within the consent that holds at that moment, read and answered by the team, seen by the
relative; words of a hard moment become an alert; nothing twice and nothing by halves."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from core.access.actor import Actor
from core.actions.consents import decide_consent
from core.actions.family_notes import Noticed, answer_family_note, mark_read, see_answers, write_family_note
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound
from core.queries.case_review import CaseReviewView, case_review
from core.queries.consents import STREAMS, relatives_of
from core.queries.family_space import FamilySpaceView, family_space
from models import Alert, AuditEntry, Consent, FamilyAnswer, FamilyNote, Outbox, Patient
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

WORDS = Noticed(days=3, how="harder", changes={"meals": "worse"}, body="She left the table twice.", about_self="Tired.")


def write(calls: Calls, cast: Cast, key: str = "n", noticed: Noticed = WORDS) -> object:
    return calls.run(write_family_note, by=cast.relative_actor, key=key, noticed=noticed)


def space(calls: Calls, cast: Cast) -> FamilySpaceView:
    return calls.run(family_space, by=cast.relative_actor)


def review(calls: Calls, cast: Cast, by: Actor | None = None) -> CaseReviewView:
    return calls.run(case_review, by=by or cast.alice, patient_id=cast.patient.id, days=90)


def decide(calls: Calls, cast: Cast, stream: str, *, given: bool, by: Actor | None = None, **more: object) -> None:
    who, key = by or cast.patient_actor, f"{stream}-{given}-{more}"
    arguments = {"patient_id": cast.patient.id, "relative_id": cast.relative.id, "stream": stream, "given": given}
    calls.run(decide_consent, by=who, key=key, **arguments, **more)


def test_a_note_reaches_the_team_and_comes_back_read_and_answered(calls: Calls, cast: Cast) -> None:
    write(calls, cast)
    (note,) = review(calls, cast).response.family_notes
    assert (note.body, note.about_self, note.how, note.days) == ("She left the table twice.", "Tired.", "harder", 3)
    assert (note.relationship, note.unread) == ("mother", True)
    calls.run(answer_family_note, by=cast.bob, key="a", note_id=note.id, body="Thank you. We take it up on Thursday.")
    view = space(calls, cast)
    (own,) = view.notes
    assert (own.read_by, view.new_answers) == ("Bob", 1)
    assert [(answer.author, answer.body) for answer in own.answers] == [
        ("Bob", "Thank you. We take it up on Thursday.")
    ]
    assert calls.run(see_answers, by=cast.relative_actor, key="s") == 1
    assert space(calls, cast).new_answers == 0
    assert review(calls, cast).response.family_notes[0].answers[0].read_at == NOW


def test_both_sides_are_told_that_there_is_something_without_a_word_of_it(calls: Calls, cast: Cast) -> None:
    write(calls, cast)
    note = review(calls, cast).response.family_notes[0]
    calls.run(answer_family_note, by=cast.alice, key="a", note_id=note.id, body="Thank you.")
    with calls.transaction() as session:
        told = [(row.recipient_id, row.payload) for row in session.exec(select(Outbox).order_by(col(Outbox.id)))]
        logged = [str(entry.detail) for entry in session.exec(select(AuditEntry))]
    assert {recipient for recipient, _payload in told} == {cast.alice.user_id, cast.relative_actor.user_id}
    assert {str(payload) for _recipient, payload in told} == {str({"note": str(note.id)})}
    assert not [line for line in logged if "table" in line or "Thank" in line or "Tired" in line]


def test_threat_43_pressed_twice_is_one_note_and_one_answer(calls: Calls, cast: Cast) -> None:
    write(calls, cast)
    assert write(calls, cast) is None
    note = review(calls, cast).response.family_notes[0]
    for _time in range(2):
        calls.run(answer_family_note, by=cast.alice, key="a", note_id=note.id, body="Thank you.")
    with calls.transaction() as session:
        assert len(session.exec(select(FamilyNote)).all()) == len(session.exec(select(FamilyAnswer)).all()) == 1


@pytest.mark.parametrize(
    "noticed",
    [Noticed(), Noticed(body="  "), Noticed(days=2, body="x"), Noticed(how="awful"), Noticed(body="x" * 4001),
     Noticed(body="x", changes={"weight": "worse"}), Noticed(body="x", changes={"mood": "terrible"})],
    ids=["nothing", "blank", "days", "how", "long", "domain", "change"],
)  # fmt: skip
def test_what_is_not_a_note_is_refused(calls: Calls, cast: Cast, noticed: Noticed) -> None:
    with pytest.raises(InvalidInput):
        write(calls, cast, noticed=noticed)
    with calls.transaction() as session:
        assert session.exec(select(FamilyNote)).all() == []


def test_words_of_a_hard_moment_about_either_of_them_become_an_alert(calls: Calls, cast: Cast) -> None:
    write(calls, cast, "a", Noticed(body="She told me she wants to die tonight"))
    write(calls, cast, "b", Noticed(about_self="I can't go on, I want to die"))
    with calls.transaction() as session:
        alerts = session.exec(select(Alert)).all()
        places = {fact["place"] for alert in alerts for fact in alert.evidence}
    assert places == {"family_note", "family_note.about_self"}
    quoted = {quote for alert in review(calls, cast).response.alerts for quote in alert.quotes.values()}
    assert any("wants to die" in quote for quote in quoted)
    assert any("want to die" in quote for quote in quoted)


def test_threat_22_withdrawn_consent_is_gone_with_the_next_read_of_either_side(calls: Calls, cast: Cast) -> None:
    write(calls, cast)
    decide(calls, cast, "mood", given=True)
    assert space(calls, cast).scope == {"family_notes", "mood"}
    assert [week.stream for week in space(calls, cast).weeks] == ["mood"]
    decide(calls, cast, "mood", given=False)
    assert (space(calls, cast).scope, space(calls, cast).weeks) == ({"family_notes"}, ())
    decide(calls, cast, "family_notes", given=False)
    view = space(calls, cast)
    assert (view.scope, view.patient, view.notes, view.reader, view.programme) == (frozenset(), None, (), None, "")
    seen = review(calls, cast)
    assert (seen.response.family_notes, [m for m in seen.timeline.marks if m.kind == "family_note"]) == ((), [])
    for attempt in (
        lambda: write(calls, cast, "again"),
        lambda: calls.run(see_answers, by=cast.relative_actor, key="s"),
    ):
        with pytest.raises(AccessRefused):
            attempt()
    with calls.transaction() as session:
        note = session.exec(select(FamilyNote)).one().id
    for action, more in ((mark_read, {}), (answer_family_note, {"body": "Thank you."})):
        with pytest.raises(NotFound):
            calls.run(action, by=cast.alice, key=f"gone-{more}", note_id=note, **more)


def test_given_again_the_earlier_notes_are_there_again(calls: Calls, cast: Cast) -> None:
    write(calls, cast)
    decide(calls, cast, "family_notes", given=False)
    decide(calls, cast, "family_notes", given=True)
    assert [note.body for note in space(calls, cast).notes] == ["She left the table twice."]


def test_each_decision_stays_readable_and_each_stream_stands_by_itself(calls: Calls, cast: Cast) -> None:
    for stream in STREAMS[1:]:
        decide(calls, cast, stream, given=True)
    decide(calls, cast, "meals", given=False)
    with calls.transaction() as session:
        (relative,) = relatives_of(session, session.get_one(Patient, cast.patient.id))
        standing = session.exec(select(Consent).where(col(Consent.relative_id) == cast.relative.id)).all()
    assert relative.scope == ("family_notes", "mood", "sleep")
    assert [row.scope for row in standing if row.withdrawn_at is None] == [["family_notes", "mood", "sleep"]]
    assert len(standing) == 5


def test_deciding_what_holds_already_changes_nothing(calls: Calls, cast: Cast) -> None:
    decide(calls, cast, "family_notes", given=True)
    with calls.transaction() as session:
        assert len(session.exec(select(Consent)).all()) == 1


def test_a_clinician_records_what_was_said_in_the_room_with_its_day(database: Database, cast: Cast) -> None:
    calls = database.calls(NOW + timedelta(minutes=5))
    with pytest.raises(InvalidInput):
        decide(calls, cast, "mood", given=True, by=cast.alice)
    with pytest.raises(InvalidInput):
        decide(calls, cast, "mood", given=True, by=cast.alice, said_on=NOW.date() + timedelta(days=2))
    decide(calls, cast, "mood", given=True, by=cast.alice, said_on=NOW.date() - timedelta(days=2))
    with calls.transaction() as session:
        (relative,) = relatives_of(session, session.get_one(Patient, cast.patient.id))
    assert relative.decided is not None
    assert (relative.decided.by, relative.decided.own, relative.decided.on) == (
        "Alice", False, NOW.date() - timedelta(days=2)
    )  # fmt: skip


def test_recording_an_older_day_does_not_undo_what_the_patient_withdrew_since(database: Database, cast: Cast) -> None:
    decide(database.calls(NOW + timedelta(minutes=1)), cast, "mood", given=True)
    decide(database.calls(NOW + timedelta(minutes=2)), cast, "mood", given=False)
    calls = database.calls(NOW + timedelta(minutes=3))
    before = NOW.date() - timedelta(days=1)
    with pytest.raises(ChangedMeanwhile, match="withdrew consent"):
        decide(calls, cast, "mood", given=True, by=cast.alice, said_on=before)
    decide(calls, cast, "meals", given=True, by=cast.alice, said_on=before)
    decide(calls, cast, "family_notes", given=False, by=cast.alice, said_on=before)
    assert space(calls, cast).scope == {"meals"}


def test_threat_20_a_relative_of_somebody_else_and_an_unknown_stream_are_not_found(calls: Calls, cast: Cast) -> None:
    arguments = {"patient_id": cast.patient.id, "relative_id": cast.relative.id, "stream": "safety", "given": True}
    with pytest.raises(NotFound):
        calls.run(decide_consent, by=cast.patient_actor, key="k", **arguments)
    with pytest.raises(NotFound):
        calls.run(
            decide_consent, by=cast.charlie, key="k", said_on=NOW.date(),
            **arguments | {"patient_id": cast.other_patient.id, "stream": "mood"},
        )  # fmt: skip
