"""Readings of the body in, a medical review out: weight lost two weeks in a row, a slow heart, a refusal; a body mass
index stands beside one of them and never asks by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from core.rules.catalogue import RULES, Ground
from core.rules.medical import HEART, INDEX, REFUSED, WEIGHT, Reading, signs_of_the_body
from models import Response

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def found(*readings: tuple[float, str, float], settings: dict | None = None) -> list[tuple[str | None, float | None]]:
    """Measure and value of each fact, from readings of (days ago, measure, value)."""
    given = [Reading(NOW - timedelta(days=days), measure, value) for days, measure, value in readings]
    finding = signs_of_the_body(given, now=NOW, settings=settings)
    return [] if finding is None else [(fact.measure, fact.value) for fact in finding.facts]


@pytest.mark.parametrize(
    ("weights", "asks"),
    [
        ([(14, 45.0), (7, 44.0), (0, 43.0)], True),
        ([(15, 45.4), (6, 44.1), (0, 43.0)], True),  # a week, give or take
        ([(14, 45.0), (7, 44.0), (3, 43.4), (0, 43.0)], True),  # those between change nothing
        ([(14, 45.0), (7, 44.1), (0, 43.0)], False),  # the first week was 0.9 kg
        ([(14, 45.0), (7, 43.0), (0, 42.5)], False),  # two kilograms, then half a one
        ([(7, 45.0), (0, 42.0)], False),  # one week only
        ([(28, 46.0), (14, 44.0), (0, 42.0)], False),  # nothing is known of the weeks between
        ([(17, 45.0), (10, 44.0), (3, 43.0)], False),  # no news
        ([(14, 43.0), (7, 44.0), (0, 45.0)], False),
        ([], False),
    ],
)
def test_weight_lost_in_each_of_two_weeks_asks(weights: list[tuple[float, float]], asks: bool) -> None:
    assert bool(found(*((days, WEIGHT, value) for days, value in weights))) == asks


def test_the_fact_of_a_loss_names_the_weight_now_and_two_weeks_before() -> None:
    given = [Reading(NOW - timedelta(days=days), WEIGHT, 43.0 + days / 7) for days in (0, 7, 14)]
    finding = signs_of_the_body(given, now=NOW)
    assert finding is not None
    (fact,) = finding.facts
    assert (fact.at, fact.value, fact.usual, fact.threshold) == (NOW, 43.0, 45.0, 1.0)


@pytest.mark.parametrize(("days", "rate", "asks"), [(0, 39, True), (1.9, 39, True), (0, 40, False), (3, 35, False)])
def test_a_resting_heart_rate_below_forty_asks_while_it_is_news(days: float, rate: float, asks: bool) -> None:
    assert bool(found((days, HEART, rate))) == asks


def test_a_refusal_asks_and_none_does_not() -> None:
    assert found((0.1, REFUSED, 1.0)) == [(REFUSED, 1.0)]
    assert found((0.1, REFUSED, 0.0)) == []


@pytest.mark.parametrize("index", [12.9, 10.0, 7.0])
def test_a_body_mass_index_never_asks_by_itself(index: float) -> None:
    assert found((0, INDEX, index)) == []
    assert found((0, INDEX, index), (7, INDEX, index + 1), (14, INDEX, index + 2), (0, HEART, 62)) == []


def test_a_body_mass_index_below_thirteen_stands_beside_a_sign() -> None:
    assert found((0, HEART, 38), (10, INDEX, 12.4)) == [(HEART, 38), (INDEX, 12.4)]
    assert found((0, HEART, 38), (10, INDEX, 13.0)) == [(HEART, 38)]
    assert found((0, HEART, 38), (30, INDEX, 12.4)) == [(HEART, 38)]


def test_a_service_sets_its_own_thresholds() -> None:
    own = {"rules": {"medical_signs": {"heart_rate_below": 45, "loss_per_week": 0.5}}}
    assert found((0, HEART, 44), settings=own) == [(HEART, 44)]
    assert found((0, WEIGHT, 44.0), (7, WEIGHT, 44.5), (14, WEIGHT, 45.0), settings=own) == [(WEIGHT, 44.0)]


def test_it_asks_for_the_same_day_and_is_never_put_on_the_weekly_list() -> None:
    rule = RULES["medical_signs"]
    assert (rule.response, rule.ground) == (Response.SAME_DAY, Ground.MEASURED)
