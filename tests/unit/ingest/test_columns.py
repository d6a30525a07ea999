"""Columns: the patient's own days through clock changes, and roll-ups that agree with plain arithmetic."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import day_number, seconds
from core.ingest.columns import NEVER, PromptColumns, ValueColumns, day_numbers, roll_up, roll_up_prompts

ZONES = ["Europe/Madrid", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"]


@given(
    st.lists(st.integers(seconds(datetime(2011, 1, 1, tzinfo=UTC)), seconds(datetime(2030, 1, 1, tzinfo=UTC)))),
    st.sampled_from(ZONES),
)
def test_a_column_of_days_is_each_moments_own_day(moments: list[int], zone: str) -> None:
    expected = [day_number(datetime.fromtimestamp(at, UTC), zone) for at in moments]
    assert day_numbers(np.asarray(moments, np.int64), zone).tolist() == expected


@settings(max_examples=25)
@given(st.sampled_from(ZONES), st.sampled_from([datetime(2020, 3, 29, tzinfo=UTC), datetime(2020, 10, 25, tzinfo=UTC)]))
def test_every_minute_of_a_day_with_a_clock_change_falls_on_its_own_day(zone: str, start: datetime) -> None:
    moments = [seconds(start + timedelta(minutes=minute)) for minute in range(0, 1440, 7)]
    expected = [day_number(datetime.fromtimestamp(at, UTC), zone) for at in moments]
    assert day_numbers(moments, zone).tolist() == expected


rows = st.tuples(
    st.integers(1, 3), st.integers(0, 500_000), st.integers(1, 4), st.floats(-5, 200, allow_nan=False, width=32)
)


@given(st.lists(rows, max_size=60))
def test_a_roll_up_agrees_with_plain_arithmetic(given_rows: list[tuple[int, int, int, float]]) -> None:
    values = columns_of(given_rows)
    groups: dict[tuple[int, int, int], list[float]] = {}
    for patient, at, measure, value in given_rows:
        groups.setdefault((patient, at // 86_400, measure), []).append(value)
    days = roll_up(values)
    keys = list(zip(days.patient_key.tolist(), days.day.tolist(), days.measure_id.tolist(), strict=True))
    assert keys == sorted(groups)
    for place, key in enumerate(keys):
        group = groups[key]
        assert days.n[place] == len(group)
        assert days.total[place] == pytest.approx(sum(group))
        assert days.total_squares[place] == pytest.approx(sum(v * v for v in group))
        assert (days.low[place], days.high[place]) == (min(group), max(group))


@given(st.lists(rows, max_size=60))
def test_ordered_values_hold_each_key_once_and_the_first_given(given_rows: list[tuple[int, int, int, float]]) -> None:
    first: dict[tuple[int, int, int], float] = {}
    for patient, at, measure, value in given_rows:
        first.setdefault((patient, at, measure), value)
    ordered = columns_of(given_rows).ordered()
    keys = list(zip(ordered.patient_key.tolist(), ordered.at.tolist(), ordered.measure_id.tolist(), strict=True))
    assert keys == sorted(first)
    assert ordered.value.tolist() == [first[key] for key in keys]


def test_a_prompt_asked_twice_counts_once_and_as_answered_if_one_of_them_was() -> None:
    prompts = PromptColumns.of(
        patient_key=1, sent_at=[10, 10, 20], kind="study", expires_at=99, answered_at=[NEVER, 15, NEVER],
        source_id=1, day=0,
    )  # fmt: skip
    days = roll_up_prompts(prompts.ordered())
    assert (days.n.tolist(), days.total.tolist(), days.low.tolist(), days.high.tolist()) == ([2], [1.0], [0.0], [1.0])


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_never_stored(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        ValueColumns.of(patient_key=1, at=[1], measure_id=1, source_id=1, value=[value], day=0)


def columns_of(given_rows: list[tuple[int, int, int, float]]) -> ValueColumns:
    at = np.asarray([row[1] for row in given_rows], np.int64)
    return ValueColumns.of(
        patient_key=[row[0] for row in given_rows], at=at, measure_id=[row[2] for row in given_rows], source_id=1,
        value=[row[3] for row in given_rows], day=at // 86_400,
    )  # fmt: skip
