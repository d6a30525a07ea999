"""Parts that add up, in an order that only real differences move."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.signals.explain import REST, Given, answer, by_domain, difference, per_margin, spoken, spoken_factors
from core.signals.features import features

CODES = [feature.code for feature in features()]
DOMAIN = {feature.code: feature.domain.value for feature in features()}
parts = st.dictionaries(st.sampled_from(CODES), st.floats(-3, 3, allow_nan=False), min_size=1, max_size=20)


def given_of(found: dict[str, float]) -> dict[str, Given]:
    return {code: Given(code, DOMAIN[code], 1.0, 2.0, part) for code, part in found.items()}


BASES = st.floats(-8, 108)  # log-odds, or points near both ends of their scale


@given(parts, BASES, st.booleans())
def test_parts_add_up_on_the_scale_of_the_answer(found: dict[str, float], base: float, probability: bool) -> None:
    margin = base + math.fsum(found.values())
    rate = per_margin(base, margin, probability=probability)
    views = by_domain(given_of(found).values(), rate)
    whole = answer(base, probability=probability) + math.fsum(view.part for view in views)
    assert whole == pytest.approx(answer(margin, probability=probability), abs=1e-6)
    assert all(view.part * view.contribution >= 0 for view in views)
    assert all(
        math.fsum(factor.part for factor in view.factors) == pytest.approx(view.part, abs=1e-9) for view in views
    )


@given(parts, st.randoms(use_true_random=False))
def test_the_order_in_which_parts_arrive_never_orders_what_is_shown(found: dict[str, float], random) -> None:
    rows = list(given_of(found).values())
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert by_domain(rows) == by_domain(shuffled)


def test_ties_go_by_name() -> None:
    rows = given_of({"sleep_hours.mean_7": 0.1, "meals_eaten.mean_7": -0.1, "activity.mean_7": 0.1})
    assert [view.domain for view in by_domain(rows.values())] == ["activity", "meals", "sleep"]
    nearly = given_of({"sleep_hours.mean_7": 0.1 + 1e-13, "activity.mean_7": 0.1})
    assert [view.domain for view in by_domain(nearly.values())] == ["activity", "sleep"]


@given(parts, parts, BASES, st.booleans())
def test_what_changed_adds_up_to_the_difference(
    before: dict[str, float], now: dict[str, float], base: float, probability: bool
) -> None:
    start, end = base + math.fsum(before.values()), base + math.fsum(now.values())
    moved = difference(given_of(before), given_of(now), start=start, end=end, probability=probability)
    whole = math.fsum(view.part for view in moved)
    expected = answer(end, probability=probability) - answer(start, probability=probability)
    assert whole == pytest.approx(expected, abs=1e-6)


def test_no_change_is_no_part() -> None:
    same = given_of({"sleep_hours.mean_7": 0.4, "activity.mean_7": -0.2})
    moved = difference(same, same, start=0.2, end=0.2, probability=True)
    assert all(view.part == 0 for view in moved)
    assert spoken(moved, probability=True) == ()


def test_small_ones_and_the_rest_are_not_spoken_of() -> None:
    rows = [
        *given_of({"sleep_hours.mean_7": 0.4, "sleep_onset.sd_14": 0.01}).values(),
        Given("sleep.rest", "sleep", None, None, 0.06),
        Given(REST, REST, None, None, 3.0),
    ]
    views = spoken(by_domain(rows), probability=True)
    assert [view.domain for view in views] == ["sleep"]
    assert [factor.feature for factor in spoken_factors(views[0], probability=True)] == ["sleep_hours.mean_7"]
    assert spoken(by_domain(rows), probability=False) == ()
