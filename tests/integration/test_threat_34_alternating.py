"""Threat 34: two people who alternate on large data never see the other's, nor what was there before a change. (What
Streamlit would cache for all users at once is not used at all: ``make lint`` refuses ``cache_data``.)"""

import threading
from datetime import timedelta

from core.access.actor import Actor
from core.actions.observations import store
from core.calls import Calls
from core.measures import catalogue
from core.queries.case_review import CaseReviewView, case_review
from models import Patient
from tests.factories.cast import NOW, Cast

DAYS, READS = 400, 12


def fill(calls: Calls, cast: Cast) -> None:
    """Both patients with thousands of values that differ only in what they say."""
    sad = catalogue()["sad"].id
    with calls.transaction() as session:
        for patient, value in ((cast.patient, 2.0), (cast.other_patient, 6.0)):
            values = [
                (NOW - timedelta(days=day, hours=hour), sad, value)
                for day in range(1, DAYS)
                for hour in range(0, 12, 2)
            ]
            assert cast.source.id is not None
            store(session, patient=patient, source_id=cast.source.id, values=values)


def read(calls: Calls, by: Actor, patient: Patient) -> CaseReviewView:
    return calls.run(case_review, by=by, patient_id=patient.id, days=None)


def spoken(view: CaseReviewView) -> str:
    """Everything in a view, so that a stranger's part of it anywhere would be found."""
    return repr(view)


def test_threat_34_two_people_alternating_get_each_their_own(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    wrong: list[str] = []

    def alternate(by: Actor, own: Patient, stranger: Patient) -> None:
        for _ in range(READS):
            view = read(calls, by, own)
            text = spoken(view)
            if view.patient_id != own.id or str(stranger.id) in text or stranger.family_name in text:
                wrong.append(by.name)

    people = [(cast.alice, cast.patient, cast.other_patient), (cast.charlie, cast.other_patient, cast.patient)] * 2
    threads = [threading.Thread(target=alternate, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threat_34_a_value_just_stored_is_in_the_next_read(calls: Calls, cast: Cast) -> None:
    fill(calls, cast)
    sad = catalogue()["sad"].id
    before = spoken(read(calls, cast.alice, cast.patient))
    for number in range(5):
        with calls.transaction() as session:
            assert cast.source.id is not None
            at = NOW - timedelta(days=200, minutes=number + 1)
            store(session, patient=cast.patient, source_id=cast.source.id, values=[(at, sad, 7.0)])
        after = spoken(read(calls, cast.alice, cast.patient))
        assert after != before
        before = after
