"""The one screen's reading, on both databases."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlmodel import Session, col, select

from core.calls import Calls
from core.errors import NotFound
from core.queries.case_review import CaseReviewView, case_review
from core.queries.cases import cases
from core.queries.facts import ContactKind, FactKind
from core.queries.header import Stream
from core.queries.timeline import MarkKind
from dashboard.wording import brief as brief_words
from dashboard.wording import header as header_words
from models import AllianceRating, Appointment, AuditEntry, Consent, Side
from tests.factories.cast import NOW, Cast
from tests.factories.course import SILENT, make_course


@pytest.fixture
def review(calls: Calls, cast: Cast):  # type: ignore[no-untyped-def]
    with calls.transaction() as session:
        make_course(session, cast)

    def read(days: int | None = 90, by: object = None) -> CaseReviewView:
        return calls.run(case_review, by=by or cast.alice, patient_id=cast.patient.id, days=days)  # type: ignore[arg-type]

    return read


def texts(view: CaseReviewView) -> str:
    return "\n".join(f"{s.text} ({s.evidence})" for s in brief_words.sentences(view.brief))


def test_the_header_says_who_where_in_treatment_and_how_fresh(review) -> None:  # type: ignore[no-untyped-def]
    head = review().header
    assert header_words.place(head) == "28 · Eating disorder day care · step 2 of 2 · week 18"
    assert head.last_session.number == 17
    assert head.next_session.number == 18
    said = {f.stream: header_words.freshness(f, head, NOW) for f in head.freshness}
    assert said[Stream.ENTRIES] == "mood 2 h ago"
    assert said[Stream.ACTIVITY] == "activity 3 days ago"
    assert said[Stream.QUESTIONNAIRES] == "questionnaire 3 days ago"


def test_a_silent_stream_says_so_and_one_that_never_spoke_too(review, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    later = Calls(calls.engine, calls.keys, lambda: NOW + timedelta(days=4))
    view = later.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=30)
    quiet = {f.stream: (f.silent_days, f.quiet) for f in view.header.freshness}
    assert quiet[Stream.ENTRIES] == (4, True)
    assert view.brief.facts[0].kind is FactKind.SILENCE
    assert "No entries for 4 days." in texts(view)


def test_the_brief_names_the_evidence_of_each_sentence(review) -> None:  # type: ignore[no-untyped-def]
    view = review()
    assert (view.brief.contact.kind, view.brief.contact.number) == (ContactKind.SESSION, 17)
    said = texts(view)
    assert "Fewer meals eaten than usual on 5 of 5 days. (median 3, usual 5; 13 Nov – 17 Nov)" in said
    assert "Laia wrote once; 1 waits for an answer." in said
    assert "A note from the family: worse meals, mood. (mother, 16 Nov)" in said
    assert "CORE-10: 19, before 12. (15 Nov)" in said
    assert len(view.brief.facts) <= 6


def test_the_brief_as_text_is_ready_for_the_record(review) -> None:  # type: ignore[no-untyped-def]
    view = review()
    text = brief_words.as_text(view.brief, brief_words.sentences(view.brief))
    assert text.startswith("Laia Puig, brief of 18 Nov 2026")
    assert text.count("\n- ") == len(view.brief.facts)
    assert text.endswith("Check before filing.")


def test_the_time_line_has_a_row_for_each_stream_with_its_usual_and_the_silence(review) -> None:  # type: ignore[no-untyped-def]
    line = review(30).timeline
    assert [panel.code for panel in line.panels] == ["affect", "urges", "meals", "activity", "sleep"]
    assert line.last - line.first == 29
    assert line.gaps == ((line.last - SILENT[-1], line.last - SILENT[0]),)
    assert all(s.usual is not None for panel in line.panels for s in panel.series)
    assert all(np.isin(np.array(SILENT), line.last - s.day).sum() == 0 for s in line.panels[0].series)
    assert {mark.kind for mark in review(None).timeline.marks} == set(MarkKind)


@pytest.mark.parametrize("days", [14, 30, 90, None])
def test_the_usual_does_not_depend_on_the_range_that_is_shown(review, days: int | None) -> None:  # type: ignore[no-untyped-def]
    sleep = review(days).timeline.panels[-1].series[0]
    assert sleep.usual == review(90).timeline.panels[-1].series[0].usual


def test_a_rating_that_is_withheld_is_neither_drawn_nor_told(review, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    with calls.transaction() as session:
        last = session.exec(select(Appointment).where(col(Appointment.number) == 17)).one()
        session.add(
            AllianceRating(
                patient_id=cast.patient.id, staff_id=last.staff_id, appointment_id=last.id, side=Side.PATIENT,
                instrument="wai-sr-patient", rated_at=NOW - timedelta(days=1), rated_by=cast.patient.user_id,
                goal=1.1, task=1.1, bond=1.1,
            )
        )  # fmt: skip
    view = review()
    assert view.timeline.withheld
    assert all(rating.goal > 2 for rating in view.timeline.ratings)
    assert "1.1" not in texts(view)


def test_a_new_patient_is_told_about_honestly(calls: Calls, cast: Cast) -> None:
    view = calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=90)
    assert [fact.kind for fact in view.brief.facts] == [FactKind.NO_DATA]
    assert (view.timeline.panels, view.timeline.ratings) == ((), ())
    assert all(fresh.day is None for fresh in view.header.freshness)


def test_a_withdrawn_consent_is_named(review, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    with calls.transaction() as session:
        consent = session.exec(select(Consent)).one()
        consent.withdrawn_at, consent.withdrawn_by = NOW, cast.patient.user_id
    head = review().header
    assert header_words.consent(head) == "consent withdrawn"
    assert "withdrawn on 18 Nov 2026" in header_words.consent_line(head.consents[0], head.time_zone)


def test_a_study_that_ended_long_ago_shows_its_own_dates(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        cast.patient.source, cast.patient.source_ref = "study", "7"
        session.merge(cast.patient)
        _old_entries(session, cast, NOW - timedelta(days=900))
    view = calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=90)
    assert view.header.closed
    assert header_words.place(view.header).endswith(" · entries 19 May 2024 – 1 Jun 2024, ended")
    assert header_words.freshness(view.header.freshness[0], view.header, NOW) == "mood 1 Jun 2024"
    assert view.timeline.panels[0].series[0].day[-1] == view.timeline.last
    assert not any(fact.kind is FactKind.SILENCE for fact in view.brief.facts)


def test_an_imported_person_has_no_week_of_treatment(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        cast.patient.source, cast.patient.source_ref = "study", "7"
        cast.patient.enrolled_on = (NOW - timedelta(weeks=880)).date()
        session.merge(cast.patient)
    view = calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=90)
    assert header_words.place(view.header).endswith(" · no entries")
    with calls.transaction() as session:
        _old_entries(session, cast, NOW)
    view = calls.run(case_review, by=cast.alice, patient_id=cast.patient.id, days=90)
    assert view.header.week is None
    assert header_words.place(view.header).endswith(" · entries 5 Nov 2026 – 18 Nov 2026")


def _old_entries(session: Session, cast: Cast, end: datetime) -> None:
    from core.actions.observations import store
    from core.measures import catalogue

    rows = [(end - timedelta(days=ago), catalogue()["worry_5"].id, 2.0 + ago % 3) for ago in range(14)]
    assert cast.source.id is not None
    store(session, patient=cast.patient, source_id=cast.source.id, values=rows)


def test_one_read_leaves_one_entry_in_the_log(review, calls: Calls, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    review()
    with calls.transaction() as session:
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.patient_id) == cast.patient.id)).all()
    assert [(e.action, e.actor_id) for e in entries] == [("read_case_review", cast.alice.user_id)]


def test_another_teams_therapist_reads_nothing(review, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotFound):
        review(by=cast.charlie)


def test_the_picker_lists_ones_own_first_and_never_another_team(calls: Calls, cast: Cast) -> None:
    assert [(c.name, c.own) for c in calls.run(cases, by=cast.alice)] == [("Laia Puig", True)]
    assert [(c.name, c.own) for c in calls.run(cases, by=cast.bob)] == [("Laia Puig", False)]
    assert [c.name for c in calls.run(cases, by=cast.charlie)] == ["Otto Weiss"]
