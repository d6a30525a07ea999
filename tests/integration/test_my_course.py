"""A patient's own course on both databases: what they wrote and nothing that was made of it, gaps as gaps, who sees it,
and the read in the log."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from core.access.actor import Actor
from core.actions.consents import decide_consent
from core.actions.observations import store
from core.calls import Calls
from core.clock import day_number
from core.measures import catalogue
from core.queries.my_course import my_course
from models import AuditEntry, Informant, Patient, Programme, QuestionnaireResponse
from tests.factories.cast import NOW, ZONE, Cast
from tests.factories.course import SILENT, make_course

TODAY = day_number(NOW, ZONE)


@pytest.fixture
def me(calls: Calls, cast: Cast) -> Actor:
    """The patient with 120 days of entries."""
    with calls.transaction() as session:
        make_course(session, cast)
    return cast.patient_actor


def wrote(session: Session, cast: Cast, code: str, days_ago: int, value: float) -> None:
    assert cast.source.id is not None
    patient = session.get_one(Patient, cast.patient.id)
    at = NOW - timedelta(days=days_ago)
    store(session, patient=patient, source_id=cast.source.id, values=[(at, catalogue()[code].id, value)])


def answered(session: Session, cast: Cast, code: str, total: float | None, *, by: Informant) -> None:
    session.add(
        QuestionnaireResponse(
            patient_id=cast.patient.id, instrument=code, informant=by, answered_at=NOW - timedelta(days=1), total=total
        )
    )


def test_every_stream_has_its_days_its_usual_and_its_gaps(calls: Calls, me: Actor) -> None:
    view = calls.run(my_course, by=me, days=30)
    assert [stream.code for stream in view.streams] == ["affect", "urges", "meals", "activity", "sleep"]
    assert (view.first, view.last, view.never, view.quiet) == (TODAY - 29, TODAY, (), ())
    streams = {stream.code: stream for stream in view.streams}
    silence = (TODAY - max(SILENT), TODAY - min(SILENT))
    assert {code: stream.gaps for code, stream in streams.items() if code != "activity"} == {
        "affect": (silence,), "urges": (silence,), "meals": (silence,), "sleep": (),
    }  # fmt: skip
    assert (streams["affect"].days_with, streams["affect"].days) == (27, 30)
    assert len(streams["affect"].series) == 2
    assert all(series.usual is not None for stream in view.streams for series in stream.series)


def test_what_is_counted_shows_each_day_that_is_missing(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        for days_ago, eaten in ((5, 2.0), (4, 0.0), (2, 2.0), (1, 2.0), (0, 2.0)):
            wrote(session, cast, "meal", days_ago, eaten)
            wrote(session, cast, "urge_binge", days_ago, 3.0)
    view = calls.run(my_course, by=cast.patient_actor, days=14)
    streams = {stream.code: stream for stream in view.streams}
    assert streams["meals"].gaps == ((TODAY - 3, TODAY - 3),)
    assert streams["meals"].series[0].value.tolist() == [1.0, 0.0, 1.0, 1.0, 1.0]
    assert streams["urges"].gaps == ()
    assert (streams["meals"].days_with, streams["meals"].days) == (5, 6)  # from its own first day on


def test_a_shorter_range_names_what_lies_before_it_and_all_shows_it(calls: Calls, me: Actor, cast: Cast) -> None:
    with calls.transaction() as session:
        wrote(session, cast, "steps", 200, 4000)
    whole = calls.run(my_course, by=me, days=None)
    assert whole.first == TODAY - 200
    later = calls.clock() + timedelta(days=40)
    calls.clock = lambda: later
    view = calls.run(my_course, by=me, days=14)
    assert view.streams == ()
    assert dict(view.quiet)["affect"] == TODAY
    assert not view.nothing_yet


def test_only_own_answers_are_there(calls: Calls, me: Actor, cast: Cast) -> None:
    with calls.transaction() as session:
        answered(session, cast, "phq-9", 9.0, by=Informant.PATIENT)
        answered(session, cast, "who-5", 40.0, by=Informant.RELATIVE)
        answered(session, cast, "srs", 36.0, by=Informant.PATIENT)
        answered(session, cast, "core-10", None, by=Informant.PATIENT)
    view = calls.run(my_course, by=me, days=30)
    assert [(one.code, [total for _at, total in one.answered]) for one in view.outcomes] == [
        ("core-10", [12.0, 19.0]), ("phq-9", [9.0]),
    ]  # fmt: skip
    assert [(one.low, one.high, one.better) for one in view.outcomes] == [(0, 40, -1), (0, 27, -1)]
    assert {rating.side.value for rating in view.ratings} == {"patient"}
    assert view.therapist == "Alice"


def test_before_the_first_entry_there_is_nothing_and_urges_are_asked_only_about_eating(
    calls: Calls, cast: Cast
) -> None:
    view = calls.run(my_course, by=cast.patient_actor, days=30)
    assert view.nothing_yet
    assert view.never == ("affect", "urges", "meals", "activity", "sleep")
    with calls.transaction() as session:
        programme = session.exec(select(Programme)).one()
        programme.code = "stepped-psycho-oncology"
    assert calls.run(my_course, by=cast.patient_actor, days=30).never == ("affect", "activity", "sleep")


def test_who_of_the_family_may_know_is_seen_at_once(calls: Calls, me: Actor, cast: Cast) -> None:
    calls.run(
        decide_consent, by=me, key="k", patient_id=cast.patient.id, relative_id=cast.relative.id, stream="sleep",
        given=True,
    )  # fmt: skip
    view = calls.run(my_course, by=me, days=30)
    assert [one.name for one in view.relatives if "sleep" in one.scope] == ["Marta Puig"]
    assert {stream.code: stream.shared_as for stream in view.streams} == {
        "affect": "mood", "urges": None, "meals": "meals", "activity": None, "sleep": "sleep",
    }  # fmt: skip


def test_the_read_stands_in_the_log(calls: Calls, cast: Cast) -> None:
    calls.run(my_course, by=cast.patient_actor, days=30)
    with calls.transaction() as session:
        newest = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).one()
        assert (newest.action, newest.actor_id, newest.patient_id) == (
            "read_own_course", cast.patient_actor.user_id, cast.patient.id,
        )  # fmt: skip
