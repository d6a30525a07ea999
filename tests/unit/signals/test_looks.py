"""When the models look: at the same hour of the day, also where the clocks were changed in between."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from core.clock import day_number
from core.signals.learn import tables_of
from core.signals.read import Person
from core.signals.score import looks_of
from models import Signal
from tests.factories.cohort import make_cohort

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize("as_of", [datetime(2026, 4, 8, tzinfo=MADRID), datetime(2026, 11, 4, tzinfo=MADRID)])
def test_the_looks_of_the_own_usual_are_midnights_too(as_of: datetime) -> None:
    """Of 2026 the clocks were changed on 29 March and 25 October."""
    person = Person(1, UUID(int=1), "Europe/Madrid", date(2026, 1, 1), None, True)
    found = looks_of(person, as_of.astimezone(UTC))
    local = [datetime.fromtimestamp(at, MADRID) for _key, at, _day in found]
    assert [(at.hour, at.minute) for at in local] == [(0, 0)] * 7
    assert [(as_of.date() - at.date()).days for at in local] == [0, 14, 28, 42, 56, 70, 84]
    assert [day for _key, _at, day in found] == [day_number(at, "Europe/Madrid") for at in local]


def test_nobody_is_looked_at_before_they_came() -> None:
    person = Person(1, UUID(int=1), "Europe/Madrid", date(2026, 10, 8), None, True)
    assert len(looks_of(person, datetime(2026, 11, 4, tzinfo=MADRID))) == 2


def test_training_looks_at_midnights_before_and_after_the_clocks_were_changed() -> None:
    cohort = make_cohort(2, 120)
    table = tables_of(cohort.people, cohort.streams, cohort.events, cohort.until)[Signal.RELAPSE]
    local = [datetime.fromtimestamp(at, MADRID) for at in table["as_of"]]
    assert {(at.hour, at.minute) for at in local} == {(0, 0)}
    assert {at.utcoffset() for at in local} != {local[0].utcoffset()}, "both summer and winter are among them"
