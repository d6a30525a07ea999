"""The flow between steps: who is counted, and that nobody can be found in it (threats 25 and 26)."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from core.calls import Calls
from core.errors import AccessRefused
from core.queries.step_flow import ENTERED, LEFT, FlowView, step_flows
from models import Patient, StepOfCare
from tests.factories.cast import NOW, Cast
from tests.factories.service_people import admit_people

TODAY = NOW.date()


def walk(session: Session, patient: Patient, *path: int) -> None:
    for place, step in enumerate(path):
        began = TODAY - timedelta(days=60 - 10 * place)
        ended = None if place == len(path) - 1 else began + timedelta(days=10)
        session.add(StepOfCare(patient_id=patient.id, step=step, started_on=began, ended_on=ended, reason="x"))


def people(calls: Calls, cast: Cast, *, stay: int, onward: int, gone: int = 0) -> None:
    with calls.transaction() as session:
        names = [f"Person {n}" for n in range(stay + onward + gone)]
        for place, patient in enumerate(admit_people(session, cast, cast.alice, names, first_key=100)):
            walk(session, patient, *((1,) if place < stay else (1, 2)))
            if place >= stay + onward:
                patient.left_on = TODAY - timedelta(days=1)


def flow(calls: Calls, cast: Cast) -> FlowView:
    (found,) = calls.run(step_flows, by=cast.director).flows
    return found


def links(found: FlowView) -> dict[tuple[int, int], int]:
    return {(link.source, link.target): link.people for link in found.links}


def test_ways_are_counted_in_people_and_rounded_to_fives(calls: Calls, cast: Cast) -> None:
    people(calls, cast, stay=9, onward=11, gone=8)
    found = flow(calls, cast)
    # 28 and the two patients of the cast, who stand on step 1
    assert links(found) == {(ENTERED, 1): 30, (1, 2): 20, (2, LEFT): 10}
    assert found.today == {1: 10, 2: 10}
    assert (found.programme, found.names[2], found.suppressed) == ("Eating disorder day care", "Day care", 0)


def test_threat_25_a_way_of_seven_people_is_not_shown(calls: Calls, cast: Cast) -> None:
    people(calls, cast, stay=10, onward=7)
    found = flow(calls, cast)
    assert links(found) == {(ENTERED, 1): 20}
    assert found.suppressed == 1
    assert 2 not in found.today


def test_threat_26_one_person_more_is_not_to_be_seen(calls: Calls, cast: Cast) -> None:
    people(calls, cast, stay=9, onward=12)
    before = (links(flow(calls, cast)), flow(calls, cast).today)
    with calls.transaction() as session:
        (extra,) = admit_people(session, cast, cast.alice, ["One More"], first_key=900)
        walk(session, extra, 1)
    assert (links(flow(calls, cast)), flow(calls, cast).today) == before


def test_threat_26_a_small_rest_takes_its_neighbour_with_it(calls: Calls, cast: Cast) -> None:
    people(calls, cast, stay=20, onward=3)
    assert flow(calls, cast).today == {}


def test_the_flow_is_for_clinicians_and_directors(calls: Calls, cast: Cast) -> None:
    for by in (cast.patient_actor, cast.relative_actor, cast.administrator):
        with pytest.raises(AccessRefused):
            calls.run(step_flows, by=by)
