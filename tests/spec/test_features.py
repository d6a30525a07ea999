"""Features against numbers worked by hand: values in, number out, each with the source of its formula."""

import numpy as np
import polars as pl
import pytest

from core.signals.streams import frame
from tests.factories.one_person import (
    ASLEEP,
    SAD,
    days,
    entries,
    features_of,
    hours_ago,
    nights,
    prompts,
    streams,
)


def test_swings_are_the_root_mean_square_of_successive_differences_within_a_day() -> None:
    """Jahng, Wood & Trull 2008 (after von Neumann 1941). A day of 2, 4, 3 has the differences 2 and −1: squares 4 + 1.
    Five such days: ten pairs, √(25/10). From one day's 3 to the next day's 2 nothing is counted."""
    found = features_of(streams(moments=entries([(age, [2, 4, 3]) for age in range(1, 6)])))
    assert found["mood_low.rmssd_14"] == pytest.approx(np.sqrt(2.5))


def test_nine_pairs_are_too_few_for_swings_and_so_are_ten_of_which_one_is_too_old() -> None:
    nine = [(age, [2, 4, 3]) for age in range(1, 5)] + [(5, [2, 4])]
    assert features_of(streams(moments=entries(nine)))["mood_low.rmssd_14"] is None
    old = [*nine, (15, [2, 4])]
    assert features_of(streams(moments=entries(old)))["mood_low.rmssd_14"] is None


def test_an_entry_is_the_mean_of_its_items() -> None:
    """Sad 2, 4, 3 and anxious (5) 4, 4, 5: entries of 3, 4, 4, differences 1 and 0, √(5/10)."""
    ages = range(1, 6)
    both = pl.concat([entries([(a, [2, 4, 3]) for a in ages]), entries([(a, [4, 4, 5]) for a in ages], measure=5)])
    assert features_of(streams(moments=both))["mood_low.rmssd_14"] == pytest.approx(np.sqrt(0.5))


@pytest.mark.parametrize(
    ("rows", "slope"),
    [
        # Mean 7/3; pairs (1,3) and (3,3): (−4/3·2/3 + 2/3·2/3) / (16/9 + 4/9) = −4/20.
        ([(age, [1, 3, 3]) for age in range(1, 11)], -0.2),
        # All stays as it is within a day, days differ: mean 3, every pair (±2)(±2).
        ([(age, [5, 5, 5] if age % 2 else [1, 1, 1]) for age in range(1, 11)], 1.0),
        ([(age, [1, 3, 3]) for age in range(1, 10)], None),  # eighteen pairs
        ([(age, [3, 3, 3]) for age in range(1, 11)], None),  # what never varies has no slope
    ],
)
def test_inertia_is_the_slope_of_an_entry_on_the_one_before(
    rows: list[tuple[int, list[float]]], slope: float | None
) -> None:
    """Kuppens, Allen & Sheeber 2010: lag-1 autoregression within days, both sides minus the person's mean."""
    found = features_of(streams(moments=entries(rows)))["mood_low.inertia_28"]
    assert found == (None if slope is None else pytest.approx(slope))


def _walk(large: set[int], last: int = 23) -> list[tuple[int, float]]:
    """Day values whose change up to the day of this age is 5 on ``large`` ones and 1 on others."""
    value, found = 0.0, []
    for age in range(last, 0, -1):
        value += 0.0 if age == last else 5.0 if age in large else 1.0
        found.append((age, value))
    return found


def test_acute_changes_are_those_that_reach_the_own_ninetieth_percentile() -> None:
    """Jahng et al. 2008, with the person's own percentile. 22 changes: 19 of 1 and three of 5, of which two lie in the
    last 14 days. The 90th percentile lies at place 18.9 of 0–21, between 1 and 5: 4.6. Two of 14 reach it."""
    found = features_of(streams(days=days(_walk({2, 9, 20}), SAD)))
    assert found["mood_low.pac_14"] == pytest.approx(2 / 14)


def test_acute_changes_need_twenty_pairs_of_days_and_a_gap_makes_no_pair() -> None:
    assert features_of(streams(days=days(_walk({2}, last=20), SAD)))["mood_low.pac_14"] is None
    gap = [row for row in _walk({2}) if row[0] not in (4, 18)]  # each day without a value costs two pairs
    assert features_of(streams(days=days(gap, SAD)))["mood_low.pac_14"] is None


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        ([(age, 23.0, 31.0) for age in range(1, 9)], 100.0),  # the same every night
        # 23–7 and 1–9 by turns: six of eight hours in common, four of 24 hours differ: −100 + 200·20/24.
        ([(age, 23.0, 31.0) if age % 2 else (age, 25.0, 33.0) for age in range(1, 9)], -100 + 200 * 20 / 24),
        # 20–8 and 8–20 by turns: never alike.
        ([(age, 20.0, 32.0) if age % 2 else (age, 32.0, 44.0) for age in range(1, 9)], -100.0),
        ([(age, 23.0, 31.0) for age in range(1, 8)], None),  # six pairs
    ],
)
def test_sleep_regularity(rows: list[tuple[int, float, float]], index: float | None) -> None:
    """Phillips et al. 2017: −100 + 200/(M(N−1)) ΣΣ δ(s_ij = s_i+1,j)."""
    found = features_of(streams(days=nights(rows)))["sleep_regularity.sri_28"]
    assert found == (None if index is None else pytest.approx(index))


def test_sleep_regularity_is_what_counting_minutes_gives() -> None:
    generator = np.random.default_rng(4)
    rows = [(age, 22 + generator.integers(0, 180) / 60, 30 + generator.integers(0, 180) / 60) for age in range(1, 15)]
    minute = np.arange(1440) / 60 + 12  # from noon to noon
    state = np.array([(minute >= asleep) & (minute < awake) for _age, asleep, awake in sorted(rows, reverse=True)])
    counted = -100 + 200 * (state[1:] == state[:-1]).mean()
    assert features_of(streams(days=nights(rows)))["sleep_regularity.sri_28"] == pytest.approx(counted, abs=0.2)


def test_social_jet_lag_is_the_distance_of_the_middles_of_sleep() -> None:
    """Wittmann et al. 2006. The look is on a Monday: age 1 is Sunday, age 2 Saturday. On these from 1 to 10 (middle
    5:30), on others from 23 to 7 (middle 3:00): two and a half hours."""
    rows = [(age, 25.0, 34.0) if age in (1, 2) else (age, 23.0, 31.0) for age in range(1, 8)]
    assert features_of(streams(days=nights(rows)))["sleep_middle.jet_lag_28"] == pytest.approx(2.5)
    assert features_of(streams(days=nights(rows[1:])))["sleep_middle.jet_lag_28"] is None, "one free day"
    only_asleep = days([(age, 23.0) for age in range(1, 8)], ASLEEP)
    assert features_of(streams(days=only_asleep))["sleep_middle.jet_lag_28"] is None


def test_the_trend_is_the_median_of_the_slopes_between_all_pairs_of_days() -> None:
    """Sen 1968. 1, 2, 3, 4, 5, 6 and then 40: of 21 pairs 15 have the slope 1, so the median is 1."""
    values = [1.0, 2, 3, 4, 5, 6, 40]
    rows = [(7 - place, value) for place, value in enumerate(values)]
    assert features_of(streams(days=days(rows)))["sleep_hours.trend_14"] == pytest.approx(1.0)
    assert features_of(streams(days=days(rows[1:])))["sleep_hours.trend_14"] is None


def test_nights_are_flagged_by_length_efficiency_and_time_awake() -> None:
    """Carney et al. 2012 (sleep diary); limits of the clinical reference: under 5 h, under 85 %, over 30 min."""
    short = days([(age, 4.5 if age <= 2 else 5.0) for age in range(1, 9)])
    efficiency = days([(age, 84.9 if age <= 4 else 85.0) for age in range(1, 9)], 51)
    latency = days([(age, 31.0 if age == 1 else 30.0) for age in range(1, 9)], 55)
    awake = days([(age, 45.0 if age in (1, 2) else 0.0) for age in range(1, 9)], 56)
    found = features_of(streams(days=pl.concat([short, efficiency, latency, awake])))
    flags = [found[f"{name}.share_14"] for name in ("nights_short", "nights_inefficient", "nights_awake")]
    assert flags == [pytest.approx(2 / 8), pytest.approx(4 / 8), pytest.approx(2 / 8)]


def test_what_is_missed_is_told_by_part_of_the_day_against_the_weeks_before() -> None:
    lately = [(age, hour, hour != 20 or age > 7) for age in range(1, 15) for hour in (9, 14, 20)]
    before = [(age, hour, True) for age in range(15, 40) for hour in (9, 14, 20)]
    found = features_of(streams(prompts=prompts(lately + before)))
    assert found["missed.evening_14"] == pytest.approx(0.5)
    assert found["missed.evening_change_14"] == pytest.approx(0.5)
    assert (found["missed.morning_14"], found["missed.afternoon_14"]) == (0.0, 0.0)
    assert found["entries.compliance_7"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("answered", "first", "longest"),
    [
        ((2, 5, 12, 30), 40, 16),  # of days 28 to 13, before which there were answers too
        ((2, 5, 12), 14, 6),  # between days 12 and 5: the first prompt came on day 14
        ((9, 10), 10, 8),  # up to now
        ((1,), 1, 0),
        ((), 20, 20),  # asked and never answered
        ((), 0, None),  # never asked
        ((30,), 28, 28),
    ],
)
def test_the_longest_silence_of_28_days_begins_with_their_first_prompt(
    answered: tuple[int, ...], first: int, longest: float | None
) -> None:
    rows = [(age, 9, age in answered) for age in range(1, first + 1)]
    assert features_of(streams(prompts=prompts(rows)))["entries.longest_gap_28"] == longest


def test_the_time_since_the_last_answer_is_told_in_hours() -> None:
    found = features_of(streams(prompts=prompts([(age, 9, age in (2, 5)) for age in range(1, 40)])))
    assert found["entries.hours_since"] == pytest.approx(2 * 24 - 9 - 5 / 60)


def test_replies_are_timed_both_ways_and_what_is_unread_is_counted() -> None:
    """The patient writes, is answered after 4 h, answers after 10 h, and has waited 20 h since; unread: that last
    message, and the team's before it."""
    said = [(60, True, 58), (56, False, 50), (46, True, 40), (30, False, None), (20, True, None)]
    rows = frame("messages", {
        "patient_key": [1] * 5, "at": [hours_ago(at) for at, _p, _r in said],
        "from_patient": [patient for _at, patient, _r in said],
        "read": [None if read is None else hours_ago(read) for _at, _p, read in said],
    })  # fmt: skip
    found = features_of(streams(messages=rows))
    assert found["messages.reply_hours_28"] == pytest.approx((4 + 16) / 2)
    assert found["messages.patient_reply_hours_28"] == pytest.approx(10)
    assert found["messages.waiting_hours"] == pytest.approx(20)
    assert (found["messages.unread_by_team"], found["messages.unread_by_patient"]) == (1, 1)
    assert (found["messages.patient_28"], found["messages.team_7"]) == (pytest.approx(3 / 4), 2)


@pytest.mark.parametrize(
    ("instrument", "first", "last", "side"),
    [("core-10", 20, 14, -1), ("core-10", 20, 15, 0), ("core-10", 12, 18, 1),
     ("phq-9", 10, 16, 1), ("who-5", 60, 50, 1), ("who-5", 40, 56, -1), ("who-5", 40, 48, 0)],
)  # fmt: skip
def test_a_change_is_reliable_from_the_points_of_its_instrument_on(
    instrument: str, first: float, last: float, side: int
) -> None:
    """Barkham 2013 (CORE-10: 6); the clinical reference for PHQ-9 (6) and WHO-5 (10, where less is more difficulty)."""
    rows = frame("questionnaires", {
        "patient_key": [1, 1], "at": [hours_ago(24 * 40), hours_ago(24)], "instrument": [instrument] * 2,
        "total": [first, last],
    })  # fmt: skip
    found = features_of(streams(questionnaires=rows))
    assert found[f"{instrument.replace('-', '')}.reliable"] == side
