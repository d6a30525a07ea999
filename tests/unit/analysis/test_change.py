"""Reliable and clinically significant change against the worked example of Jacobson & Truax 1991 (JCCP 59:12-19)."""

import math

import pytest

from core.analysis.change import Change, classify_change, clinical_cut_off, reliable_change


def test_the_worked_example_of_jacobson_and_truax() -> None:
    # M1 = 40, M0 = 60, s = 7.5, r = .80: S_diff = 4.74, RC of 32.5 → 47.5 is 3.16, cut-off c = 50
    assert reliable_change(7.5, 0.80, z=1) == pytest.approx(4.74, abs=0.005)
    assert 15 / reliable_change(7.5, 0.80, z=1) == pytest.approx(3.16, abs=0.005)
    assert clinical_cut_off(clinical=(40, 7.5), usual=(60, 7.5)) == 50
    improved = classify_change(32.5, 47.5, reliable=reliable_change(7.5, 0.80), better=1, cut_off=50)
    assert improved is Change.IMPROVED  # reliably better, and short of the cut-off


def test_the_reliable_change_of_the_alliance_is_that_of_its_definition() -> None:
    assert reliable_change(0.80, 0.90) == pytest.approx(0.70, abs=0.005)


def test_the_cut_off_lies_nearer_to_the_group_that_spreads_less() -> None:
    assert clinical_cut_off(clinical=(20, 6), usual=(5, 3)) == pytest.approx(10)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    # CORE-10: less is better, reliable change 6, below 11 is outside the clinical range
    [
        (20, 10, Change.RECOVERED), (20, 10.9, Change.RECOVERED), (20, 11, Change.IMPROVED), (20, 14, Change.IMPROVED),
        (20, 15, Change.UNCHANGED), (20, 20, Change.UNCHANGED), (20, 25, Change.UNCHANGED),
        (20, 26, Change.DETERIORATED), (10, 4, Change.IMPROVED), (13, 10, Change.UNCHANGED),
        (4, 10, Change.DETERIORATED),
    ],
)  # fmt: skip
def test_what_became_of_somebody(before: float, after: float, change: Change) -> None:
    assert classify_change(before, after, reliable=6, better=-1, cut_off=10.95) is change


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (20, 26, Change.RECOVERED),
        (20, 24.9, Change.UNCHANGED),
        (20, 15, Change.DETERIORATED),
        (26, 31, Change.IMPROVED),
    ],
)
def test_where_more_is_better(before: float, after: float, change: Change) -> None:
    assert classify_change(before, after, reliable=5, better=1, cut_off=25) is change


def test_without_a_cut_off_nobody_counts_as_recovered() -> None:
    assert classify_change(20, 0, reliable=6, better=-1) is Change.IMPROVED


@pytest.mark.parametrize(("sd", "reliability"), [(-1, 0.9), (1, 1), (1, -0.1), (1, 1.2), (float("nan"), 0.9)])
def test_what_is_no_measurement_error_is_refused(sd: float, reliability: float) -> None:
    with pytest.raises(ValueError, match="no measurement error"):
        reliable_change(sd, reliability)


def test_without_any_spread_there_is_no_cut_off() -> None:
    with pytest.raises(ValueError, match="no cut-off"):
        clinical_cut_off(clinical=(20, 0), usual=(5, 0))


@pytest.mark.parametrize(
    ("before", "after", "reliable", "better"),
    [(math.nan, 3, 5, 1), (3, math.nan, 5, -1), (1, 3, math.nan, 1), (1, 3, -5, 1), (1, 3, 5, 0)],
)
def test_what_is_missing_is_no_change_of_any_kind(before: float, after: float, reliable: float, better: int) -> None:
    with pytest.raises(ValueError, match="no change to tell"):
        classify_change(before, after, reliable=reliable, better=better)
