"""A patient's own page about who may see what: who treats, who covers, who opened it in an emergency; the log in plain
lines, of nobody else; leaving asked, taken back and answered."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from core.access.actor import Actor
from core.actions.access import break_glass
from core.actions.consents import decide_consent
from core.actions.family_notes import Noticed, write_family_note
from core.actions.leaving import answer_leaving, ask_to_leave, take_back_leaving
from core.actions.messages import reply
from core.audit import log
from core.calls import Calls
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.queries.access_log import AccessLogView, access_log
from core.queries.case_review import case_review
from core.queries.privacy import PrivacyView, privacy
from models import Alert, CareKind, LeaveRequest, Outbox, Role
from tests.conftest import Database
from tests.factories.cast import NOW, Cast


def page(calls: Calls, cast: Cast) -> PrivacyView:
    return calls.run(privacy, by=cast.patient_actor)


def seen(calls: Calls, cast: Cast, **more: object) -> AccessLogView:
    return calls.run(access_log, by=cast.patient_actor, **more)


def note(session: Session, cast: Cast, by: Actor, minute: int, action: str = "read_case_review") -> None:
    at = NOW - timedelta(minutes=minute)
    log.record(session, at=at, action=action, actor_id=by.user_id, patient_id=cast.patient.id)


def test_who_treats_comes_first_then_the_team_that_covers(calls: Calls, cast: Cast) -> None:
    carers = page(calls, cast).carers
    assert [(one.name, one.kind) for one in carers] == [("Alice", CareKind.LEAD), ("Bob", None), ("Dana", None)]
    assert page(calls, cast).team == "Blue"


def test_threat_24_the_patient_sees_an_emergency_access(calls: Calls, cast: Cast) -> None:
    calls.run(
        break_glass, by=cast.charlie, key="g", name="Laia Puig", proof="1998-05-04",
        reason="She rang the night line and I am on call.",
    )  # fmt: skip
    (one,) = page(calls, cast).emergencies
    assert (one.by, one.reviewed, one.ends_at) == ("Charlie", False, NOW + timedelta(hours=4))
    assert "emergency" in [line.kind for line in seen(calls, cast).lines]


def test_relatives_stand_there_with_what_they_may_see_now(calls: Calls, cast: Cast) -> None:
    consent = {"patient_id": cast.patient.id, "relative_id": cast.relative.id}
    calls.run(decide_consent, by=cast.patient_actor, key="a", stream="sleep", given=True, **consent)
    (one,) = page(calls, cast).relatives
    assert (one.name, one.relationship, one.scope) == ("Marta Puig", "mother", ("family_notes", "sleep"))
    calls.run(decide_consent, by=cast.patient_actor, key="b", stream="family_notes", given=False, **consent)
    assert page(calls, cast).relatives[0].scope == ("sleep",)


def test_the_log_tells_who_did_what_in_one_line_a_day(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        for minute in (90, 60, 30):
            note(session, cast, cast.alice, minute)
        note(session, cast, cast.bob, 2000)
    calls.run(reply, by=cast.alice, key="m", patient_id=cast.patient.id, body="See you on Thursday.")
    calls.run(write_family_note, by=cast.relative_actor, key="n", noticed=Noticed(body="She slept."))
    lines = [(line.who, line.kind, line.times, line.relationship) for line in seen(calls, cast).lines]
    assert lines == [
        ("Marta", "family_written", 1, "mother"), ("Alice", "messages_written", 1, None), ("Alice", "record", 3, None),
        ("Bob", "record", 1, None),
    ]  # fmt: skip
    looked = seen(calls, cast).lines[2]
    assert (looked.first, looked.last) == (NOW - timedelta(minutes=90), NOW - timedelta(minutes=30))


def test_what_one_did_oneself_is_there_on_request(calls: Calls, cast: Cast) -> None:
    page(calls, cast)
    assert seen(calls, cast).lines == ()
    own = seen(calls, cast, own_too=True).lines
    assert {(line.who, line.own) for line in own} == {("Laia", True)}
    assert {line.kind for line in own} == {"privacy"}


def test_the_log_is_paged_without_gaps_or_repeats(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        for day in range(50, 0, -1):
            note(session, cast, cast.alice if day % 2 else cast.bob, day * 24 * 60)
    shown, before = [], None
    for _page in range(3):
        view = seen(calls, cast, before=before)
        shown += view.lines
        before = view.older
    assert before is None
    assert len({line.day for line in shown}) == len(shown) == 50


def test_threat_20_nothing_of_anybody_else_is_in_the_log(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        log.record(
            session, at=NOW, action="read_case_review", actor_id=cast.charlie.user_id, patient_id=cast.other_patient.id
        )
    assert cast.other_patient.user_id is not None
    other = Actor(
        cast.other_patient.user_id, cast.service.id, Role.PATIENT, "Otto", patient_id=cast.other_patient.id
    )  # fmt: skip
    with pytest.raises(AccessRefused):
        calls.run(case_review, by=other, patient_id=cast.patient.id, days=30)
    (line,) = seen(calls, cast).lines
    assert (line.kind, line.who, line.role) == ("refused", None, Role.PATIENT)
    foreign = calls.run(access_log, by=other)
    assert [(line.who, line.kind) for line in foreign.lines] == [("Charlie", "record")]


def test_a_wish_to_leave_reaches_the_team_and_comes_back_answered(calls: Calls, cast: Cast) -> None:
    calls.run(ask_to_leave, by=cast.patient_actor, key="l", words="I am moving to Girona.")
    assert calls.run(ask_to_leave, by=cast.patient_actor, key="l", words="I am moving to Girona.") is None
    with pytest.raises(NotPossible):
        calls.run(ask_to_leave, by=cast.patient_actor, key="again", words="")
    waiting = calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=30).response.leaving
    assert waiting is not None
    assert (waiting.words, waiting.waits) == ("I am moving to Girona.", True)
    with pytest.raises(InvalidInput):
        calls.run(answer_leaving, by=cast.alice, key="e", request_id=waiting.id, answer="  ")
    with pytest.raises(NotFound):
        calls.run(answer_leaving, by=cast.charlie, key="c", request_id=waiting.id, answer="No.")
    calls.run(answer_leaving, by=cast.alice, key="a", request_id=waiting.id, answer="Let us talk on Thursday.")
    with pytest.raises(ChangedMeanwhile):
        calls.run(answer_leaving, by=cast.bob, key="b", request_id=waiting.id, answer="Goodbye.")
    own = page(calls, cast).leaving
    assert own is not None
    assert (own.answered_by, own.answer, own.waits) == ("Alice", "Let us talk on Thursday.", False)
    with calls.transaction() as session:
        told = {row.recipient_id for row in session.exec(select(Outbox)) if row.kind == "leave_request"}
    assert told == {cast.alice.user_id, cast.patient_actor.user_id}


def test_a_wish_to_leave_can_be_taken_back(calls: Calls, cast: Cast) -> None:
    with pytest.raises(NotPossible):
        calls.run(take_back_leaving, by=cast.patient_actor, key="t")
    calls.run(ask_to_leave, by=cast.patient_actor, key="l")
    calls.run(take_back_leaving, by=cast.patient_actor, key="t2")
    assert page(calls, cast).leaving is None
    assert calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=30).response.leaving is None
    with calls.transaction() as session:
        request = session.exec(select(LeaveRequest)).one().id
    with pytest.raises(ChangedMeanwhile):
        calls.run(answer_leaving, by=cast.alice, key="a", request_id=request, answer="Pity.")


def test_words_of_a_hard_moment_in_a_wish_to_leave_become_an_alert(calls: Calls, cast: Cast) -> None:
    calls.run(ask_to_leave, by=cast.patient_actor, key="l", words="I want to die, there is no point in going on")
    with calls.transaction() as session:
        assert session.exec(select(Alert)).one().evidence[0]["place"] == "leave_request"


def test_the_log_of_a_day_is_told_on_the_patients_clock(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        midnight = NOW.replace(hour=23, minute=30) - timedelta(days=3)  # past midnight where the patient lives
        log.record(session, at=midnight, action="read_pair", actor_id=cast.alice.user_id, patient_id=cast.patient.id)
    (line,) = seen(database.calls(), cast).lines
    assert line.day == (NOW - timedelta(days=2)).date()
