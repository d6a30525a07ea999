"""Values, intervals and control limits, against numbers worked out by hand or published."""

import pytest

from core.figures.catalogue import Kind
from core.figures.estimates import Sums, estimate, limits, together, wilson
from core.figures.release import CLASSES


def test_wilsons_interval_is_the_published_one() -> None:
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)  # Newcombe 1998's method 3, 5 of 10


@pytest.mark.parametrize(("n", "k", "value", "counted"), [(214, 122, 120 / 215, 215), (40, 40, 1.0, 40), (9, 8, 1, 10)])
def test_a_share_of_people_is_one_of_rounded_counts(n: float, k: float, value: float, counted: int) -> None:
    made = estimate(Kind.PEOPLE, Sums(n, k, 0))
    assert made is not None
    assert (made.value, made.n) == (pytest.approx(value), counted)
    assert made.low is not None
    assert made.low <= made.value


def test_two_people_more_or_less_may_not_show() -> None:
    shown = {estimate(Kind.PEOPLE, Sums(100, k, 0)) for k in (48, 49, 50, 51, 52)}
    assert len(shown) == 1


def test_nps_is_promoters_minus_detractors_with_the_interval_of_that_difference() -> None:
    made = estimate(Kind.NPS, Sums(n=100, k=50 - 20, q=70))
    assert made is not None
    assert made.value == pytest.approx(30)
    assert (made.low, made.high) == (pytest.approx(30 - 15.31, abs=0.01), pytest.approx(30 + 15.31, abs=0.01))


def test_a_mean_has_the_normal_interval() -> None:
    made = estimate(Kind.MEAN, Sums(n=25, k=100, q=25 * (16 + 4)))  # mean 4, standard deviation 2
    assert made is not None
    assert (made.value, made.low, made.high) == (4, pytest.approx(4 - 0.784), pytest.approx(4 + 0.784))


def test_a_median_lies_in_its_class() -> None:
    classes = [0] * (len(CLASSES) + 1)
    classes[CLASSES.index(4)], classes[CLASSES.index(12)] = 3, 4
    made = estimate(Kind.MEDIAN, Sums(7, 0, 0, tuple(classes)))
    assert made is not None
    assert 10 <= made.value <= 12


def test_nothing_counted_gives_nothing() -> None:
    assert [estimate(kind, Sums(0, 0, 0)) for kind in Kind] == [None] * len(Kind)


def test_sums_of_stretches_add_up_class_by_class() -> None:
    assert together([Sums(1, 2, 3, (1, 0)), Sums(4, 5, 6, (2, 2))]) == Sums(5, 7, 9, (3, 2))


def test_xmr_limits_are_the_mean_and_2_66_moving_ranges() -> None:
    made = limits(Kind.MEAN, [10, 12, 10, 12, 10, 12], [1] * 6)
    assert made is not None
    assert (made.centre, made.upper[0], made.lower[0]) == (11, pytest.approx(16.32), pytest.approx(5.68))
    assert made.beyond == ()


def test_p_chart_limits_widen_where_fewer_are_counted() -> None:
    made = limits(Kind.PEOPLE, [0.5] * 6, [100, 100, 100, 100, 100, 25])
    assert made is not None
    assert made.upper[0] == pytest.approx(0.65)
    assert made.upper[-1] == pytest.approx(0.80)


def test_the_newest_eight_of_twenty_are_judged_by_those_before() -> None:
    made = limits(Kind.MEAN, [5, 5.5] * 6 + [9] * 8, [1] * 20)
    assert made is not None
    assert made.centre == pytest.approx(5.25)
    assert made.beyond == tuple(range(12, 20))
    assert made.run == 9  # the one before lay above too


def test_seven_on_one_side_are_no_change_and_eight_are() -> None:
    def run(count: int) -> int:
        made = limits(Kind.MEAN, [5, 4, 6, 5, 4, 6, 5, 4, 6, 5, 4, 6] + [5.0] * (8 - count) + [4.4] * count, [1] * 20)
        assert made is not None
        return made.run

    assert (run(7), run(8)) == (0, -8)


def test_few_points_have_no_limits_and_shares_stay_between_0_and_1() -> None:
    assert limits(Kind.SHARE, [0.5] * 5, [1] * 5) is None
    made = limits(Kind.SHARE, [0.1, 0.9] * 4, [1] * 8)
    assert made is not None
    assert (min(made.lower), max(made.upper)) == (0, 1)
