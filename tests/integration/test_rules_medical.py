"""Readings of the body that come in from elsewhere: a medical review is asked for with them, once, and by the round."""

import json
from datetime import timedelta

from sqlmodel import col, select

from core.actions.observations import store
from core.calls import Calls
from core.measures import catalogue
from core.rules.evaluate import on_observations
from core.rules.rounds import watch_everyone
from models import Alert
from tests.factories.cast import NOW, Cast

DAY = timedelta(days=1)


def measured(calls: Calls, cast: Cast, *readings: tuple[float, str, float]) -> list[str]:
    """Store readings of (days ago, measure, value); the rules that spoke with them."""
    values = [(NOW - days * DAY, catalogue()[code].id, value) for days, code, value in readings]
    assert cast.source.id is not None
    with calls.transaction() as session:
        store(session, patient=cast.patient, source_id=cast.source.id, values=values)
        return [alert.rule for alert in on_observations(session, patient=cast.patient, values=values, now=NOW)]


def test_a_reading_asks_when_it_is_stored_with_those_before_it(calls: Calls, cast: Cast) -> None:
    assert measured(calls, cast, (14, "weight", 45.0), (7, "weight", 44.0)) == []
    assert measured(calls, cast, (0, "weight", 44.0), (0.1, "body_mass_index", 12.5)) == []
    assert measured(calls, cast, (0.05, "weight", 42.9)) == ["medical_signs"]
    with calls.transaction() as session:
        (alert,) = session.exec(select(Alert).where(col(Alert.rule) == "medical_signs"))
        assert [fact["measure"] for fact in alert.evidence] == ["weight", "body_mass_index"]
        assert alert.due_at <= NOW + timedelta(hours=12)


def test_the_same_reading_looked_at_again_adds_nothing(calls: Calls, cast: Cast) -> None:
    assert measured(calls, cast, (0.1, "resting_heart_rate", 38)) == ["medical_signs"]
    with calls.transaction() as session:
        before = json.dumps(session.exec(select(Alert)).one().evidence)
        for hours in (1, 3):
            values = [(NOW, catalogue()["weight"].id, 50.0)]
            on_observations(session, patient=cast.patient, values=values, now=NOW + timedelta(hours=hours))
        assert json.dumps(session.exec(select(Alert)).one().evidence) == before


def test_the_round_sees_what_was_stored_without_a_look(calls: Calls, cast: Cast) -> None:
    assert cast.source.id is not None
    with calls.transaction() as session:
        values = [(NOW - DAY, catalogue()["intake_refused"].id, 1.0)]
        store(session, patient=cast.patient, source_id=cast.source.id, values=values)
    assert watch_everyone(calls, NOW, lambda *_: None).opened == {"medical_signs": 1}
    assert watch_everyone(calls, NOW, lambda *_: None).opened == {}
